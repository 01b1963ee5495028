"""Keys that administer make other keys, which are never allowed more than they are, and end with them."""

from collections.abc import Collection
from datetime import timedelta

import pytest

from kalends.actions.accounts.change_user import disable_user
from kalends.actions.accounts.keys import (
    authenticate_secret,
    change_key,
    create_key,
    get_key,
    query_keys,
    revoke_key,
)
from kalends.actions.accounts.users import create_user
from kalends.actions.context import Context
from kalends.engine.accounts.key import KeyPatch
from kalends.engine.accounts.principal import Scope
from kalends.engine.query import CursorPage, Filter, Query
from kalends.engine.refusals import Fault, Forbidden, Invalid, NotFound, Retired, Unauthenticated
from kalends.store.db import Pool
from tests.desk import statements_of, told
from tests.world import World, open_clinic

DOOR = "front"
DAY = timedelta(days=1)


async def authenticated(clinic: World, secret: str) -> Context:
    return await authenticate_secret(clinic.db, clinic.now, DOOR, secret)


async def maker(clinic: World, *scopes: Scope) -> tuple[int, Context]:
    """A key with these scopes that administers too: its id, and what is asked in with it."""
    key, secret = await create_key(clinic.ctx(), DOOR, "maker", scopes={*scopes, "administer"})
    return key.id, await authenticated(clinic, secret)


async def test_a_key_administers_only_if_that_is_named(clinic: World) -> None:
    _, secret = await create_key(clinic.ctx(), DOOR)
    with pytest.raises(Forbidden):
        await create_key(await authenticated(clinic, secret), DOOR)


async def test_a_made_key_ends_with_its_maker(clinic: World) -> None:
    maker_id, ctx = await maker(clinic, "read", "book")
    made, secret = await create_key(ctx, DOOR, "till", scopes=["book"])
    assert (made.made_by_id, (await authenticated(clinic, secret)).actor) == (maker_id, f"key:{made.id}")
    await revoke_key(clinic.ctx(), maker_id)
    with pytest.raises(Unauthenticated):
        await authenticated(clinic, secret)


async def test_a_made_key_ends_when_its_maker_expires(clinic: World) -> None:
    end = clinic.now + DAY
    _, secret = await create_key(clinic.ctx(), DOOR, scopes=["administer"], expires_at=end)
    _, made = await create_key(await authenticated(clinic, secret), DOOR, scopes=["read"])
    with pytest.raises(Unauthenticated):
        await authenticate_secret(clinic.db, end, DOOR, made)


@pytest.mark.parametrize("scopes", [("manage",), ("read", "administer"), None])
async def test_a_key_grants_no_more_than_it_has(clinic: World, scopes: Collection[Scope] | None) -> None:
    _, ctx = await maker(clinic, "read", "book")
    with pytest.raises(Invalid) as refused:
        await create_key(ctx, DOOR, scopes=scopes)
    assert refused.value.faults == (Fault("scopes", "not_granted"),)
    made, _ = await create_key(ctx, DOOR, scopes=["read"])
    with pytest.raises(Invalid):
        await change_key(ctx, made.id, KeyPatch(scopes=frozenset({"manage"})))


async def test_what_the_maker_loses_its_keys_lose(clinic: World) -> None:
    maker_id, ctx = await maker(clinic, "read", "book", "manage")
    _, secret = await create_key(ctx, DOOR, scopes=["book", "manage"])
    await change_key(clinic.ctx(), maker_id, KeyPatch(scopes=frozenset({"read", "book", "administer"})))
    assert (await authenticated(clinic, secret)).principal.scopes == {"read", "book"}


async def test_keys_that_administer_are_for_people_to_change(clinic: World) -> None:
    maker_id, ctx = await maker(clinic, "read")
    other_id, _ = await maker(clinic, "read")
    plain, _ = await create_key(clinic.ctx(), DOOR)
    for key_id in (maker_id, other_id):
        with pytest.raises(Forbidden):
            await change_key(ctx, key_id, KeyPatch(name="mine"))
    with pytest.raises(Forbidden):
        await revoke_key(ctx, other_id)
    assert (await revoke_key(ctx, plain.id)).revoked_at == clinic.now
    assert (await revoke_key(ctx, maker_id)).revoked_at == clinic.now


async def test_who_administers_sees_all_sites(clinic: World) -> None:
    with pytest.raises(Invalid) as refused:
        await create_key(clinic.ctx(), DOOR, "", frozenset({clinic.site}), ["administer"])
    assert refused.value.faults == (Fault("site_ids", "not_for_administering"),)


async def test_a_key_makes_and_changes_no_owners(clinic: World) -> None:
    _, ctx = await maker(clinic, "read", "book", "manage")
    owner, _ = await create_user(clinic.ctx(), "owner@example.org", "owner")
    assert (await create_user(ctx, "olga@example.org", "manager"))[0].role == "manager"
    with pytest.raises(Forbidden):
        await create_user(ctx, "second@example.org", "owner")
    with pytest.raises(Forbidden):
        await disable_user(ctx, owner.id)


async def test_a_key_is_changed_and_the_next_request_knows(clinic: World) -> None:
    key, secret = await create_key(clinic.ctx(), DOOR, "till")
    patch = KeyPatch(
        name="shop", scopes=frozenset({"read"}), site_ids=frozenset({clinic.site}), expires_at=clinic.now + DAY
    )
    changed = await change_key(clinic.ctx(), key.id, patch)
    assert await change_key(clinic.ctx(), key.id, patch) == changed == await get_key(clinic.ctx(), key.id)
    ctx = await authenticated(clinic, secret)
    assert (ctx.principal.name, ctx.site_ids) == ("shop", frozenset({clinic.site}))
    assert ctx.principal.scopes == {"read"}
    assert ctx.principal.expires_at == clinic.now + DAY


async def test_a_key_that_is_over_stays_so(clinic: World) -> None:
    key, _ = await create_key(clinic.ctx(), DOOR)
    revoked = await revoke_key(clinic.ctx(), key.id)
    assert await revoke_key(clinic.ctx(clinic.now + DAY), key.id) == revoked
    with pytest.raises(Retired):
        await change_key(clinic.ctx(), key.id, KeyPatch(expires_at=None))


async def test_the_journal_has_all_of_a_key_but_its_secret(clinic: World) -> None:
    key, secret = await create_key(clinic.ctx(), DOOR, "till", scopes=["book"])
    await change_key(clinic.ctx(), key.id, KeyPatch(name="shop"))
    await revoke_key(clinic.ctx(), key.id)
    lines = await told(clinic, "key")
    assert [what for what, _, _ in lines] == ["add", "change", "revoke"]
    assert lines[1][1:] == ({"name": "till"}, {"name": "shop"})
    assert lines[0][2]["scopes"] == ["book", "read"]
    assert secret not in str(lines)


async def test_keys_of_another_account_are_not_found(db: Pool) -> None:
    clinic, other = await open_clinic(db), await open_clinic(db)
    key, _ = await create_key(other.ctx(), DOOR)
    with pytest.raises(NotFound):
        await get_key(clinic.ctx(), key.id)
    with pytest.raises(NotFound):
        await change_key(clinic.ctx(), key.id, KeyPatch(name="mine"))
    with pytest.raises(NotFound):
        await revoke_key(clinic.ctx(), key.id)


async def test_keys_are_listed_page_by_page(clinic: World) -> None:
    first, second = [(await create_key(clinic.ctx(), DOOR, name))[0] for name in ("a", "b")]
    page = await query_keys(clinic.ctx(), Query(CursorPage(1)))
    assert (page.rows, page.total) == ([first], 2)
    assert (await query_keys(clinic.ctx(), Query(CursorPage(1, (first.id,))))).rows == [second]
    named = Query(CursorPage(9), (Filter("name", "equal", "b"),))
    assert (await query_keys(clinic.ctx(), named)).rows == [second]


async def test_who_made_a_key_is_asked_in_the_same_statement(clinic: World) -> None:
    _, ctx = await maker(clinic, "read")
    _, secret = await create_key(ctx, DOOR, scopes=["read"])
    asked = await statements_of(clinic, lambda ctx: authenticate_secret(ctx.db, ctx.now, DOOR, secret))
    assert len(asked) == 1
