"""A device has one token; customers log in on it, for as long as they like."""

import asyncio

import pytest

from kalends.actions.accounts.devices import (
    Registration,
    change_device,
    log_in_on_device,
    log_out_on_device,
    register_device,
)
from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.accounts.logins import change_password, set_customer_login
from kalends.actions.bookings.find import list_items
from kalends.actions.catalog.services import list_services
from kalends.actions.context import Context
from kalends.actions.customers.change import remove_customer
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.refusals import Forbidden, Unauthenticated
from tests.desk import broken, made, visit
from tests.people import DOOR, PASSWORD, attempt
from tests.world import World

KARI = "kari"


async def device(clinic: World, name: str = "phone") -> str:
    """The token of a device."""
    registration = Registration(
        account_id=clinic.account.id, door=DOOR, name=name, details={"system": "x"}, address=str(clinic.account.id)
    )
    return await register_device(clinic.db, clinic.now, registration)


async def context(clinic: World, secret: str) -> Context:
    return await authenticate_secret(clinic.db, clinic.now, DOOR, secret)


async def kari_logs_in(clinic: World, secret: str) -> Context:
    await set_customer_login(clinic.ctx(), clinic.kari, KARI, PASSWORD)
    login = attempt(clinic, KARI, PASSWORD, staff=False)
    assert await log_in_on_device(await context(clinic, secret), login) == clinic.kari
    return await context(clinic, secret)


async def test_a_device_sees_what_is_offered_and_nothing_that_is_booked(clinic: World) -> None:
    await made(clinic, visit(clinic))
    ctx = await context(clinic, await device(clinic))
    assert (ctx.principal.kind, ctx.principal.scopes) == ("guest", frozenset({"read"}))
    assert len(await list_services(ctx)) == 4
    with pytest.raises(Forbidden):
        await list_items(ctx, ItemQuery())


async def test_a_customer_sees_what_is_theirs_until_they_log_out(clinic: World) -> None:
    hers, _ = (
        await made(clinic, visit(clinic)),
        await made(clinic, visit(clinic, customer_id=clinic.ola, resource_id=clinic.bo)),
    )
    secret = await device(clinic)
    ctx = await kari_logs_in(clinic, secret)
    assert [view.item.id for view in (await list_items(ctx, ItemQuery())).rows] == [hers.id]
    await log_out_on_device(ctx)
    assert (await context(clinic, secret)).principal.kind == "guest"


async def test_a_new_token_ends_the_former_one(clinic: World) -> None:
    first, second, other = [await device(clinic, name) for name in ("phone", "phone", "tablet")]
    with pytest.raises(Unauthenticated):
        await context(clinic, first)
    assert [(await context(clinic, secret)).principal.kind for secret in (second, other)] == ["guest"] * 2


async def test_of_tokens_that_are_made_at_once_one_is_good(clinic: World) -> None:
    secrets = await asyncio.gather(*(device(clinic) for _ in range(8)))
    assert len(set(secrets)) == 8
    valid = "select count(*) from access_token where account_id = $1 and device_id is not null and revoked_at is null"
    assert await clinic.db.fetchval(valid, clinic.account.id) == 1
    assert await broken(clinic) == []


async def test_nobody_logs_in_with_a_token_that_was_ended_meanwhile(clinic: World) -> None:
    ctx = await context(clinic, await device(clinic))
    await set_customer_login(clinic.ctx(), clinic.kari, KARI, PASSWORD)
    await device(clinic)
    with pytest.raises(Unauthenticated):
        await log_in_on_device(ctx, attempt(clinic, KARI, PASSWORD, staff=False))


async def test_a_new_password_and_a_removed_customer_end_the_token(clinic: World) -> None:
    secret = await device(clinic)
    await change_password(await kari_logs_in(clinic, secret), PASSWORD, PASSWORD + "!")
    with pytest.raises(Unauthenticated):
        await context(clinic, secret)
    again = await device(clinic)
    await kari_logs_in(clinic, again)
    await remove_customer(clinic.ctx(), clinic.kari)
    with pytest.raises(Unauthenticated):
        await context(clinic, again)


async def test_what_a_device_tells_is_kept(clinic: World) -> None:
    ctx = await context(clinic, await device(clinic))
    await change_device(ctx, {"language": "cs"})
    details = "select details from device where account_id = $1"
    assert await clinic.db.fetchval(details, clinic.account.id) == {"system": "x", "language": "cs"}
