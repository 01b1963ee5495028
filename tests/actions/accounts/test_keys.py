"""Keys are shown once, are for one door, and are taken back at once."""

from datetime import timedelta

import pytest

from kalends.actions.accounts.forget import forget_sessions
from kalends.actions.accounts.keys import authenticate_secret, create_key, list_keys, revoke_for_operator
from kalends.engine.accounts.principal import KEY_SCOPES, Scope, system
from kalends.engine.refusals import Forbidden, Invalid, Unauthenticated
from kalends.store.db import Pool
from tests.desk import statements_of
from tests.people import LIFETIME, hired, logged_in
from tests.world import World, open_clinic

DOOR, OTHER_DOOR = "front", "back"
OPERATOR = system("tests")


async def test_a_key_tells_the_account_and_what_is_open_to_it(db: Pool) -> None:
    clinic = await open_clinic(db)
    key, secret = await create_key(clinic.ctx(), DOOR, "till", frozenset({clinic.site}))
    ctx = await authenticate_secret(db, clinic.now, DOOR, secret)
    assert (ctx.account, ctx.site_ids, ctx.principal.token_id) == (clinic.account, frozenset({clinic.site}), key.id)
    assert ctx.actor == f"key:{key.id}"


async def test_a_key_has_256_bits_and_is_stored_nowhere(db: Pool) -> None:
    clinic = await open_clinic(db)
    key, secret = await create_key(clinic.ctx(), DOOR)
    assert len(bytes.fromhex(secret)) == 32
    stored = await db.fetchval(
        "select k::text from access_token k where account_id = $1 and id = $2", clinic.account.id, key.id
    )
    assert secret not in stored


async def test_a_key_is_for_one_door(db: Pool) -> None:
    clinic = await open_clinic(db)
    _, secret = await create_key(clinic.ctx(), DOOR)
    with pytest.raises(Forbidden):
        await authenticate_secret(db, clinic.now, OTHER_DOOR, secret)


@pytest.mark.parametrize("guess", ["", "x", "0" * 64, "\udcff"])
async def test_a_guess_is_nobody(db: Pool, guess: str) -> None:
    clinic = await open_clinic(db)
    with pytest.raises(Unauthenticated):
        await authenticate_secret(db, clinic.now, DOOR, guess)


@pytest.mark.parametrize("by", ["number", "secret"])
async def test_a_key_taken_back_is_refused(db: Pool, by: str) -> None:
    clinic = await open_clinic(db)
    key, secret = await create_key(clinic.ctx(), DOOR)
    named = str(key.id) if by == "number" else secret
    assert await revoke_for_operator(db, clinic.now, named, OPERATOR)
    assert not await revoke_for_operator(db, clinic.now, named, OPERATOR)
    with pytest.raises(Unauthenticated):
        await authenticate_secret(db, clinic.now, DOOR, secret)
    assert [one.revoked_at for one in await list_keys(clinic.ctx())] == [clinic.now]


async def test_a_key_has_all_scopes_of_keys_unless_some_are_named(db: Pool) -> None:
    clinic = await open_clinic(db)
    for scopes, kept in (
        (KEY_SCOPES, {"read", "book", "manage"}),
        (("read",), {"read"}),
        (("manage",), {"read", "manage"}),
    ):
        key, secret = await create_key(clinic.ctx(), DOOR, scopes=scopes)
        ctx = await authenticate_secret(db, clinic.now, DOOR, secret)
        assert (key.scopes, ctx.principal.scopes) == (frozenset(kept), frozenset(kept))


@pytest.mark.parametrize("scopes", [(), ("read", "fly")])
async def test_a_key_that_can_not_be(clinic: World, scopes: tuple[Scope, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        await create_key(clinic.ctx(), DOOR, scopes=scopes)
    assert [fault.field for fault in refused.value.faults] == ["scopes"]


async def test_a_key_that_is_over_is_refused(db: Pool) -> None:
    clinic = await open_clinic(db)
    end = clinic.now + timedelta(days=1)
    key, secret = await create_key(clinic.ctx(), DOOR, expires_at=end)
    assert (await authenticate_secret(db, end - timedelta(microseconds=1), DOOR, secret)).principal.expires_at == end
    with pytest.raises(Unauthenticated):
        await authenticate_secret(db, end, DOOR, secret)
    assert not await revoke_for_operator(db, end, str(key.id), OPERATOR)
    with pytest.raises(Invalid):
        await create_key(clinic.ctx(), DOOR, expires_at=clinic.now)


async def test_a_request_asks_one_question_about_its_key(clinic: World) -> None:
    _, secret = await create_key(clinic.ctx(), DOOR)
    assert len(await statements_of(clinic, lambda ctx: authenticate_secret(ctx.db, ctx.now, DOOR, secret))) == 1


async def test_the_number_of_a_login_session_revokes_no_key(clinic: World) -> None:
    ctx, secret = await logged_in(clinic, "olga@example.org", await hired(clinic))
    assert not await revoke_for_operator(clinic.db, clinic.now, str(ctx.principal.token_id), OPERATOR)
    assert await revoke_for_operator(clinic.db, clinic.now, secret, OPERATOR)


async def test_sessions_are_forgotten_when_they_are_long_over_and_keys_never(clinic: World) -> None:
    await logged_in(clinic, "olga@example.org", await hired(clinic))
    key, _ = await create_key(clinic.ctx(), DOOR, expires_at=clinic.now + LIFETIME)
    stored = "select id from access_token where account_id = $1"
    await forget_sessions(clinic.db, clinic.now + LIFETIME + timedelta(days=30))
    assert len(await clinic.db.fetch(stored, clinic.account.id)) == 2
    await forget_sessions(clinic.db, clinic.now + LIFETIME + timedelta(days=31))
    assert [row[0] for row in await clinic.db.fetch(stored, clinic.account.id)] == [key.id]


async def test_keys_of_another_account_are_not_listed(db: Pool) -> None:
    clinic, other = await open_clinic(db), await open_clinic(db)
    await create_key(other.ctx(), DOOR)
    assert await list_keys(clinic.ctx()) == []
