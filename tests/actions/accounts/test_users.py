"""Staff users who are changed after they were made."""

from typing import Any

import pytest

from kalends.actions.accounts.change_user import change_user, disable_user, enable_user
from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.accounts.users import create_user, get_user
from kalends.actions.context import Context
from kalends.engine.accounts.user import StaffNotices, UserPatch
from kalends.engine.refusals import Duplicate, Forbidden, Invalid, NotFound, Unauthenticated
from tests.desk import told
from tests.people import DOOR, hired, logged_in
from tests.world import World, open_clinic

OLGA, PER = "olga@example.org", "per@example.org"


async def owner_of(clinic: World) -> Context:
    return (await logged_in(clinic, OLGA, await hired(clinic, "owner")))[0]


def faults(refused: Invalid) -> set[tuple[str, str]]:
    return {(fault.field, fault.reason) for fault in refused.faults}


async def test_what_changes_counts_in_sessions_that_have_begun(clinic: World) -> None:
    user, password = await create_user(clinic.ctx(), PER, "manager", "Per")
    secret = (await logged_in(clinic, PER, password))[1]
    changed = await change_user(
        clinic.ctx(), user.id, UserPatch(role="staff", site_ids=frozenset({clinic.site}), email="peter@example.org")
    )
    assert (changed.revision, changed.email, changed.name) == (1, "peter@example.org", "Per")
    assert await get_user(clinic.ctx(), user.id) == changed
    ctx = await authenticate_secret(clinic.db, clinic.now, DOOR, secret)
    assert (ctx.principal.role, ctx.site_ids) == ("staff", frozenset({clinic.site}))
    assert (await told(clinic, "staff_user", user.id))[-1] == (
        "change",
        {"role": "manager", "site_ids": None, "email": PER},
        {"role": "staff", "site_ids": [clinic.site], "email": "peter@example.org"},
    )
    await logged_in(clinic, "peter@example.org", password)
    with pytest.raises(Unauthenticated):
        await logged_in(clinic, PER, password)


async def test_writing_back_what_was_read_changes_nothing(clinic: World) -> None:
    user, _ = await create_user(clinic.ctx(), PER, "staff", "Per", frozenset({clinic.site}))
    same = UserPatch(name="Per", email=PER, role="staff", site_ids=frozenset({clinic.site}), notices=None)
    assert await change_user(clinic.ctx(), user.id, same) == user
    assert len(await told(clinic, "staff_user", user.id)) == 1


async def test_who_was_disabled_is_let_in_again(clinic: World) -> None:
    user, password = await create_user(clinic.ctx(), PER, "staff")
    assert (await disable_user(clinic.ctx(), user.id)).disabled_at == clinic.now
    assert (await disable_user(clinic.ctx(), PER)).revision == 1
    assert (await enable_user(clinic.ctx(), user.id)).disabled_at is None
    assert (await logged_in(clinic, PER, password))[0].principal.id == user.id


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": "", "name": "x" * 201}, {("email", "blank"), ("name", "too_long")}),
        ({"email": "olga", "role": "king"}, {("email", "invalid"), ("role", "unknown")}),
        ({"name": "a\0b"}, {("name", "invalid")}),
        ({"role": "owner", "site_ids": frozenset({0})}, {("site_ids", "not_for_owners"), ("site_ids", "unknown")}),
        (
            {"notices": StaffNotices(facts=("born",), digest_minute=1440)},
            {("facts", "unknown"), ("digest_minute", "out_of_range")},
        ),
    ],
)
async def test_all_that_is_wrong_is_said(clinic: World, fields: dict[str, Any], wrong: set[tuple[str, str]]) -> None:
    user, _ = await create_user(clinic.ctx(), PER, "staff")
    with pytest.raises(Invalid) as refused:
        await change_user(clinic.ctx(), user.id, UserPatch(**fields))
    assert faults(refused.value) == wrong


async def test_sites_are_those_of_the_account(clinic: World) -> None:
    stranger = await open_clinic(clinic.db)
    with pytest.raises(Invalid) as refused:
        await create_user(clinic.ctx(), PER, "staff", site_ids=frozenset({clinic.site, stranger.site}))
    assert faults(refused.value) == {("site_ids", "unknown")}


async def test_an_address_is_of_one_user(clinic: World) -> None:
    await hired(clinic)
    user, _ = await create_user(clinic.ctx(), PER, "staff")
    with pytest.raises(Duplicate):
        await change_user(clinic.ctx(), user.id, UserPatch(email="OLGA@example.org"))


@pytest.mark.parametrize("patch", [UserPatch(role="manager"), None])
async def test_an_owner_is_left(clinic: World, patch: UserPatch | None) -> None:
    owner = await owner_of(clinic)
    own_id = owner.principal.id or 0
    with pytest.raises(Invalid) as refused:
        await (disable_user(owner, own_id) if patch is None else change_user(owner, own_id, patch))
    assert faults(refused.value) == {("role", "last_owner")}
    await create_user(owner, PER, "owner")
    await (disable_user(owner, own_id) if patch is None else change_user(owner, own_id, patch))


async def test_the_operator_may_leave_none(clinic: World) -> None:
    owner = await owner_of(clinic)
    assert (await disable_user(clinic.ctx(), owner.principal.id or 0)).disabled_at is not None


async def test_users_of_others_are_not_there(clinic: World) -> None:
    owner, stranger = await owner_of(clinic), await open_clinic(clinic.db)
    user, password = await create_user(stranger.ctx(), PER, "staff")
    for act in (get_user, disable_user, enable_user):
        with pytest.raises(NotFound):
            await act(owner, user.id)
    staff = (await logged_in(stranger, PER, password))[0]
    with pytest.raises(Forbidden):
        await change_user(staff, user.id, UserPatch(role="owner"))
