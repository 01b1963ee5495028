"""To an address that bounced nothing is sent, until somebody says that it works again."""

import asyncio

import pytest

from kalends.actions.customers.change import change_customer
from kalends.actions.messages.bounces import clear_bounced, is_bounced, list_bounced, mark_bounced
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Fault, Invalid
from kalends.jobs.sending import LEASE, Channel, send_some
from tests.desk import made, told, visit
from tests.world import NOW, World, open_clinic


async def bounced(clinic: World) -> list[tuple[str, str]]:
    return [(row.address, row.reason) for row in await list_bounced(clinic.ctx())]


async def test_an_address_is_marked_however_it_is_written(clinic: World) -> None:
    for spelling in ("Kari@Example.org", " mailto:kari@example.org"):
        await mark_bounced(clinic.ctx(), spelling, "550 no such user")
    await mark_bounced(clinic.ctx(), "22 33 44 55")
    assert await bounced(clinic) == [("+4722334455", ""), ("kari@example.org", "550 no such user")]
    assert await is_bounced(clinic.ctx(), "KARI@example.org")
    await clear_bounced(clinic.ctx(), "kari@EXAMPLE.org")
    await clear_bounced(clinic.ctx(), "nobody@example.org")
    assert await bounced(clinic) == [("+4722334455", "")]
    assert [verb for verb, _, _ in await told(clinic, "bounced_address")] == ["add", "add", "remove"]


async def test_marked_by_several_at_once_it_is_marked_once(clinic: World) -> None:
    await asyncio.gather(*(mark_bounced(clinic.ctx(), "kari@example.org") for _ in range(4)))
    assert await bounced(clinic) == [("kari@example.org", "")]


@pytest.mark.parametrize(
    ("address", "reason", "fault"),
    [
        ("", "", Fault("address", "blank")),
        ("kari@", "", Fault("address", "invalid")),
        ("over there", "", Fault("address", "invalid")),
        ("12", "", Fault("address", "invalid")),
        ("kari@example.org", 256 * "x", Fault("reason", "too_long")),
    ],
)
async def test_what_is_no_address(clinic: World, address: str, reason: str, fault: Fault) -> None:
    with pytest.raises(Invalid) as refused:
        await mark_bounced(clinic.ctx(), address, reason)
    assert refused.value.faults == (fault,)


async def test_another_account_is_not_concerned(clinic: World) -> None:
    await mark_bounced(clinic.ctx(), "kari@example.org")
    assert await bounced(await open_clinic(clinic.db)) == []


async def test_nothing_is_sent_to_it_and_with_another_address_there_is(alone: World) -> None:
    clinic = await open_clinic(alone.db, verification="email")
    await mark_bounced(clinic.ctx(), "kari@example.org")
    await made(clinic, visit(clinic))
    kept = Channel("email", None, "bookings@example.org", LEASE, lambda: NOW)
    while await send_some(kept, clinic.db, NOW):
        pass
    await made(clinic, visit(clinic, resource_id=clinic.bo))
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(email="new@example.org"))
    while await send_some(kept, clinic.db, NOW):
        pass
    rows = await clinic.db.fetch(
        "select state, reason, address from outbox where template = 'confirmation' order by id"
    )
    assert [tuple(row) for row in rows] == [("dropped", "bounced", None), ("kept", None, "new@example.org")]
