"""People log in with a password, for a while; wrong ones are counted; a new password ends all login sessions."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from kalends.actions.accounts import login_attempts, passwords
from kalends.actions.accounts.change_user import disable_user, reset_password
from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.accounts.logins import change_password, log_in, log_out, log_out_everywhere, set_customer_login
from kalends.actions.accounts.passwords import hash_password, is_password
from kalends.actions.accounts.users import create_user
from kalends.actions.context import Context
from kalends.actions.customers.change import remove_customer
from kalends.engine.accounts.principal import ROLE_SCOPES
from kalends.engine.refusals import Duplicate, Forbidden, Invalid, NotFound, TooManyAttempts, Unauthenticated
from tests.people import DOOR, LIFETIME, PASSWORD, attempt, hired, logged_in
from tests.world import World, open_clinic

OLGA, KARI = "olga@example.org", "kari"


async def is_in(clinic: World, secret: str, after: timedelta = timedelta()) -> bool:
    """Whether a request with this secret is let in, so much later."""
    try:
        await authenticate_secret(clinic.db, clinic.now + after, DOOR, secret)
    except Unauthenticated:
        return False
    return True


async def fails(clinic: World, login: str = OLGA, address: str = "here", password: str = "wrong") -> str:
    """What an attempt is refused with."""
    with pytest.raises((Unauthenticated, TooManyAttempts)) as refused:
        await log_in(clinic.db, clinic.now, attempt(clinic, login, password, address=address))
    return refused.value.code


async def test_a_user_logs_in_for_a_while(clinic: World) -> None:
    password = await hired(clinic)
    ctx, secret = await logged_in(clinic, "  Olga@Example.org", password)
    asks = ctx.principal
    assert (asks.kind, asks.name, asks.role, asks.door) == ("user", "Olga", "staff", DOOR)
    assert (ctx.actor, asks.scopes) == (f"user:{asks.id}", frozenset(ROLE_SCOPES["staff"]))
    assert await is_in(clinic, secret, LIFETIME - timedelta(seconds=1))
    assert not await is_in(clinic, secret, LIFETIME)
    with pytest.raises(Forbidden):
        await authenticate_secret(clinic.db, clinic.now, "back", secret)


async def test_what_a_user_may_do_follows_the_user(clinic: World) -> None:
    _, secret = await logged_in(clinic, OLGA, await hired(clinic, "owner"))
    await clinic.db.execute(
        "update staff_user set role = 'readonly', site_ids = $2 where account_id = $1", clinic.account.id, [clinic.site]
    )
    ctx = await authenticate_secret(clinic.db, clinic.now, DOOR, secret)
    assert (ctx.principal.scopes, ctx.site_ids) == (frozenset(ROLE_SCOPES["readonly"]), frozenset({clinic.site}))


async def test_a_customer_logs_in(clinic: World) -> None:
    await set_customer_login(clinic.ctx(), clinic.kari, KARI, PASSWORD)
    ctx, _ = await logged_in(clinic, KARI, PASSWORD, staff=False)
    assert (ctx.actor, ctx.principal.customer_id, ctx.principal.name) == (
        f"customer:{clinic.kari}",
        clinic.kari,
        "Kari Nordmann",
    )
    with pytest.raises(Unauthenticated):
        await logged_in(clinic, KARI, PASSWORD)


async def test_who_is_gone_is_out(clinic: World) -> None:
    password = await hired(clinic)
    _, of_user = await logged_in(clinic, OLGA, password)
    await disable_user(clinic.ctx(), OLGA)
    await set_customer_login(clinic.ctx(), clinic.kari, KARI, PASSWORD)
    _, of_customer = await logged_in(clinic, KARI, PASSWORD, staff=False)
    await remove_customer(clinic.ctx(), clinic.kari)
    assert [await is_in(clinic, secret) for secret in (of_user, of_customer)] == [False, False]
    for login, known, staff in ((OLGA, password, True), (KARI, PASSWORD, False)):
        with pytest.raises(Unauthenticated):
            await logged_in(clinic, login, known, staff=staff)


async def test_a_login_is_of_one_account(clinic: World) -> None:
    password, other = await hired(clinic), await open_clinic(clinic.db)
    with pytest.raises(Unauthenticated):
        await logged_in(other, OLGA, password)


async def test_log_out_ends_one_session_and_everywhere_all(clinic: World) -> None:
    password = await hired(clinic)
    (first, one), (second, two), (_, three) = [await logged_in(clinic, OLGA, password) for _ in range(3)]
    await log_out(first)
    assert [await is_in(clinic, secret) for secret in (one, two, three)] == [False, True, True]
    await log_out_everywhere(second)
    assert [await is_in(clinic, secret) for secret in (two, three)] == [False, False]


async def test_nobody_ends_the_sessions_of_others(clinic: World) -> None:
    olga, _ = await logged_in(clinic, OLGA, await hired(clinic))
    _, of_per = await logged_in(clinic, "per@example.org", await hired(clinic, email="per@example.org"))
    await set_customer_login(clinic.ctx(), clinic.kari, KARI, PASSWORD)
    _, of_kari = await logged_in(clinic, KARI, PASSWORD, staff=False)
    await log_out_everywhere(olga)
    assert [await is_in(clinic, secret) for secret in (of_per, of_kari)] == [True, True]


@pytest.mark.parametrize("by", ["user", "owner"])
async def test_a_new_password_ends_all_sessions(clinic: World, by: str) -> None:
    password = await hired(clinic)
    ctx, secret = await logged_in(clinic, OLGA, password)
    if by == "user":
        await change_password(ctx, password, PASSWORD)
    new = PASSWORD if by == "user" else await reset_password(clinic.ctx(), OLGA)
    assert not await is_in(clinic, secret)
    assert await fails(clinic, password=password) == "unauthenticated"
    assert await is_in(clinic, (await logged_in(clinic, OLGA, new))[1])


async def test_the_old_password_is_asked_for_and_guessed_five_times(clinic: World) -> None:
    ctx, secret = await logged_in(clinic, OLGA, await hired(clinic))
    for _ in range(login_attempts.PER_LOGIN_AND_ADDRESS.count):
        with pytest.raises(Invalid):
            await change_password(ctx, "wrong", PASSWORD)
    with pytest.raises(TooManyAttempts):
        await change_password(ctx, "wrong", PASSWORD)
    assert await is_in(clinic, secret)


@pytest.mark.parametrize("password", ["", "short", "x" * 1001])
async def test_a_password_has_a_length(clinic: World, password: str) -> None:
    ctx, _ = await logged_in(clinic, OLGA, first := await hired(clinic))
    with pytest.raises(Invalid):
        await change_password(ctx, first, password)
    with pytest.raises(Invalid):
        await set_customer_login(clinic.ctx(), clinic.kari, KARI, password)


async def test_a_login_is_one_customers(clinic: World) -> None:
    await set_customer_login(clinic.ctx(), clinic.kari, KARI, PASSWORD)
    with pytest.raises(Duplicate):
        await set_customer_login(clinic.ctx(), clinic.ola, "KARI", PASSWORD)
    with pytest.raises(NotFound):
        await set_customer_login(clinic.ctx(), 10**9, "ola", PASSWORD)
    for login in ("  ", "x" * 255):
        with pytest.raises(Invalid):
            await set_customer_login(clinic.ctx(), clinic.ola, login, PASSWORD)


async def test_of_one_login_at_one_address_five_failures_are_looked_at(clinic: World) -> None:
    password = await hired(clinic)
    most = login_attempts.PER_LOGIN_AND_ADDRESS.count
    codes = await asyncio.gather(*(fails(clinic) for _ in range(most + 3)))
    assert sorted(codes) == ["too_many_attempts"] * 3 + ["unauthenticated"] * most
    assert await fails(clinic, password=password) == "too_many_attempts"
    elsewhere = attempt(clinic, OLGA, password, address="there")
    assert (await log_in(clinic.db, clinic.now, elsewhere))[0].principal.name == "Olga"
    later = clinic.now + timedelta(seconds=900)
    assert (await log_in(clinic.db, later, attempt(clinic, OLGA, password)))[0].principal.name == "Olga"


async def test_how_long_to_wait_is_said(clinic: World) -> None:
    late = msgspec.structs.replace(clinic, now=clinic.now + timedelta(seconds=890))
    for _ in range(login_attempts.PER_LOGIN_AND_ADDRESS.count):
        await fails(late)
    with pytest.raises(TooManyAttempts) as refused:
        await logged_in(late, OLGA, "wrong")
    assert refused.value.retry_after == 10


async def test_a_login_is_guessed_thirty_times_from_anywhere(clinic: World) -> None:
    most = login_attempts.PER_LOGIN.count
    codes = await asyncio.gather(*(fails(clinic, address=f"at {nr}") for nr in range(most + 1)))
    assert sorted(codes) == ["too_many_attempts"] + ["unauthenticated"] * most


async def test_from_one_address_fifty_logins_are_tried(clinic: World) -> None:
    most = login_attempts.PER_ADDRESS.count
    codes = await asyncio.gather(*(fails(clinic, login=f"user {nr}") for nr in range(most + 1)))
    assert sorted(codes) == ["too_many_attempts"] + ["unauthenticated"] * most


async def test_who_logs_in_is_not_counted(clinic: World) -> None:
    password = await hired(clinic)
    for _ in range(login_attempts.PER_LOGIN_AND_ADDRESS.count + 1):
        await logged_in(clinic, OLGA, password)
    counted = "select sum(hits) from request_count where subject like '%' || $1"
    assert await clinic.db.fetchval(counted, attempt(clinic, OLGA, "").address) == 0


async def test_what_is_typed_as_a_login_is_stored_nowhere(clinic: World) -> None:
    await fails(clinic, login="my secret")
    subjects = [row[0] for row in await clinic.db.fetch("select subject from request_count")]
    assert not [subject for subject in subjects if "secret" in subject]


async def test_a_password_is_stored_nowhere(clinic: World) -> None:
    password = await hired(clinic)
    rows = await clinic.db.fetch(
        """
        select c::text from credential c where account_id = $1
        union all select u::text from staff_user u where account_id = $1
        union all select j::text from journal j where account_id = $1
        """,
        clinic.account.id,
    )
    assert len(rows) > 2
    assert not [row for row in rows if password in row[0]]


async def test_nobodys_hash_takes_as_long_as_any_other() -> None:
    parameters = [text.rsplit("$", 2)[0] for text in (passwords.NOBODYS_HASH, await hash_password(PASSWORD))]
    assert parameters[0] == parameters[1]
    assert not await is_password(PASSWORD, None)
    assert not await is_password("abc", None)


@pytest.mark.parametrize("password", ["å" * 500, "\0" * 10, "\udcff" * 10, "x" * 1000])
async def test_any_text_is_a_password(password: str) -> None:
    hashed = await hash_password(password)
    assert await is_password(password, hashed)
    assert not await is_password(password[:-1], hashed)
    assert not await is_password(password + "x" * 600, hashed)


@pytest.mark.parametrize(
    ("email", "role", "field"), [("", "staff", "email"), ("olga", "staff", "email"), (OLGA, "king", "role")]
)
async def test_a_user_that_can_not_be(clinic: World, email: str, role: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await create_user(clinic.ctx(), email, role)  # type: ignore[arg-type]  # as a careless door may
    assert [fault.field for fault in refused.value.faults] == [field]


async def test_an_owner_sees_every_site(clinic: World) -> None:
    with pytest.raises(Invalid):
        await create_user(clinic.ctx(), OLGA, "owner", site_ids=frozenset({clinic.site}))


async def test_an_address_is_one_users(clinic: World) -> None:
    await hired(clinic)
    with pytest.raises(Duplicate):
        await hired(clinic, email="OLGA@example.org")


async def test_an_owner_makes_users_and_others_do_not(clinic: World) -> None:
    owner, _ = await logged_in(clinic, OLGA, await hired(clinic, "owner"))
    await create_user(owner, "per@example.org", "manager")
    manager: Context = (await logged_in(clinic, "per@example.org", await reset_password(owner, "per@example.org")))[0]
    with pytest.raises(Forbidden):
        await create_user(manager, "x@example.org", "readonly")
