"""What is planted beside the actions is found: each law by one thing that breaks it, and by nothing else."""

from collections.abc import AsyncIterator

import pytest

from kalends.actions.accounts.devices import Registration, register_device
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.resources import change_resource
from kalends.actions.catalog.services import change_service
from kalends.actions.customers.cases import add_case
from kalends.actions.customers.erase import erase_customer
from kalends.actions.messages.webhooks import add_webhook, call_for_test
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.customers.case import CasePatch
from kalends.engine.messages.webhook import WebhookPatch
from kalends.store.db import connection, open_pool
from kalends.store.laws import find_breaches
from tests.acts import add_session, book_item, change, change_booking
from tests.desk import DAY, HOUR, SOON, hour_of, made, visit
from tests.world import NOW, World, open_clinic


@pytest.fixture
async def clinic(own_database: str) -> AsyncIterator[World]:
    """In a database that a test may break."""
    pool = await open_pool(own_database, 1)
    yield await open_clinic(pool)
    await pool.close()


async def broken(clinic: World) -> list[tuple[str, str, int]]:
    return [(one.law, one.kind, one.subject_id) async for one in find_breaches(clinic.db, NOW + HOUR)]


async def plant(clinic: World, statement: str, *values: object) -> None:
    """Past all triggers and constraints."""
    async with connection(clinic.db) as tampering:
        await tampering.execute("set session_replication_role = replica")
        await tampering.execute(statement, *values)
        await tampering.execute("reset session_replication_role")


@pytest.mark.parametrize("way", [("ada", "hall"), ("hall", "ada", "hall")])
async def test_a_part_that_stands_elsewhere_is_found(clinic: World, way: tuple[str, ...]) -> None:
    path = [*(getattr(clinic, name) for name in way), clinic.left]
    await clinic.db.execute("update resource set path = $1 where id = $2", path, clinic.left)
    assert await broken(clinic) == [("misplaced", "resource", clinic.left)]


async def test_a_session_that_takes_nothing_of_its_room_is_found(clinic: World) -> None:
    yoga = await add_session(clinic.ctx(), {"resource_id": clinic.sauna, "starts_at": SOON, "ends_at": SOON + HOUR})
    assert await broken(clinic) == []
    await clinic.db.execute("update claim set units = 0 where session_id = $1", yoga.id)
    assert await broken(clinic) == [("unclaimed", "session", yoga.id)]


async def test_an_item_that_does_not_say_when_it_was_removed_is_found(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await change_item_state(clinic.ctx(), item.id, "remove")
    assert await broken(clinic) == []
    await plant(clinic, "update item set archived_at = null where id = $1", item.id)
    assert ("unarchived", "item", item.id) in await broken(clinic)


async def test_a_claim_that_the_constraint_does_not_guard_is_found(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await made(clinic, visit(clinic, overlap_allowed=True))
    assert await broken(clinic) == []
    await clinic.db.execute("update claim set exclusive = false where item_id = $1", item.id)
    assert await broken(clinic) == [("unfenced", "item", item.id)]


async def test_a_claim_that_the_constraint_should_not_guard_is_found(clinic: World) -> None:
    item = await made(clinic, hour_of(clinic.sauna))
    await clinic.db.execute("update claim set exclusive = true where item_id = $1", item.id)
    assert await broken(clinic) == [("unfenced", "item", item.id)]


@pytest.mark.parametrize("service", [None, "massage", "physio"])
async def test_a_claim_that_is_hours_too_wide_is_found(clinic: World, service: str | None) -> None:
    service_id = service and getattr(clinic, service)
    item = await made(clinic, visit(clinic, service_id=service_id, ends_at=SOON + HOUR))
    assert await broken(clinic) == []
    await clinic.db.execute(
        "update claim set span = tstzrange(lower(span), upper(span) + interval '2 hours') where item_id = $1", item.id
    )
    assert await broken(clinic) == [("overclaimed", "item", item.id)]


async def test_buffers_that_a_service_once_had_are_not_too_wide(clinic: World) -> None:
    await made(clinic, visit(clinic, service_id=clinic.physio))
    await change_service(clinic.ctx(), clinic.physio, ServicePatch(buffer_after=0))
    assert await broken(clinic) == []


async def test_a_session_that_holds_its_room_too_long_is_found(clinic: World) -> None:
    yoga = await add_session(clinic.ctx(), {"resource_id": clinic.sauna, "starts_at": SOON, "ends_at": SOON + HOUR})
    await clinic.db.execute(
        "update claim set span = tstzrange(lower(span) - interval '2 hours', upper(span)) where session_id = $1",
        yoga.id,
    )
    assert await broken(clinic) == [("overclaimed", "session", yoga.id)]


async def test_what_is_booked_where_nothing_can_be_is_found(clinic: World) -> None:
    await made(clinic, hour_of(clinic.left))
    for which in (clinic.hall, clinic.left):
        await clinic.db.execute("update resource set capacity = 0 where id = $1", which)
        assert ("overfull", "resource", clinic.left) in await broken(clinic)
        await clinic.db.execute("update resource set capacity = 1 where id = $1", which)
    assert await broken(clinic) == []


@pytest.mark.parametrize(
    ("field", "laws"),
    [
        ("title = 'Rewritten'", ["mistold"]),
        ("customer_id = null", ["misowned", "mistold"]),
        ("comments = 'Rewritten'", ["mistold"]),
    ],
)
async def test_a_booking_that_was_rewritten_is_found(clinic: World, field: str, laws: list[str]) -> None:
    booking_id = (await made(clinic, visit(clinic))).booking_id
    changes = {"title": "New", "customer_id": clinic.ola, "comments": "New"}
    await change_booking(clinic.ctx(), booking_id, changes)
    assert await broken(clinic) == []
    await clinic.db.execute(f"update booking set {field} where id = $1", booking_id)
    assert await broken(clinic) == [(law, "booking", booking_id) for law in laws]


async def test_a_change_of_a_booking_that_went_missing_is_found(clinic: World) -> None:
    booking_id = (await made(clinic, visit(clinic))).booking_id
    for comments in ("One", "Two"):
        await change_booking(clinic.ctx(), booking_id, {"comments": comments})
    await plant(clinic, "delete from journal where kind = 'booking' and revision = 1")
    assert await broken(clinic) == [("unjournalled", "booking", booking_id)]


@pytest.mark.parametrize("before", ['{"notes": "Never"}', "{}", "null"])
async def test_a_before_that_was_rewritten_is_found(clinic: World, before: str) -> None:
    item = await made(clinic, visit(clinic))
    for notes in ("One", "Two"):
        await change(clinic.ctx(), item.id, {"notes": notes})
    assert await broken(clinic) == []
    await plant(
        clinic,
        "update journal set before = nullif($1::text, 'null')::jsonb"
        " where kind = 'item' and subject_id = $2 and revision = 2",
        before,
        item.id,
    )
    assert await broken(clinic) == [("unlinked", "item", item.id)]


async def test_a_before_of_a_booking_that_was_rewritten_is_found(clinic: World) -> None:
    booking_id = (await made(clinic, visit(clinic))).booking_id
    for comments in ("One", "Two"):
        await change_booking(clinic.ctx(), booking_id, {"comments": comments})
    await plant(clinic, """update journal set before = '{"comments": "X"}' where kind = 'booking' and revision = 2""")
    assert await broken(clinic) == [("unlinked", "booking", booking_id)]


async def test_capacities_that_came_and_went_break_nothing(clinic: World) -> None:
    """Two share the sauna while it has room for two, and what is past stays when it has not."""
    await change_resource(clinic.ctx(), clinic.sauna, ResourcePatch(capacity=2))
    for _ in range(2):
        await made(clinic, hour_of(clinic.sauna))
    await made(clinic, hour_of(clinic.sauna, SOON + DAY))
    await add_session(
        clinic.ctx(), {"resource_id": clinic.sauna, "starts_at": SOON + 2 * DAY, "ends_at": SOON + 3 * DAY}
    )
    after = clinic.ctx(SOON + 2 * HOUR)
    for capacity in (1, 3, 1):
        await change_resource(after, clinic.sauna, ResourcePatch(capacity=capacity))
        assert await broken(clinic) == []
    await book_item(after, hour_of(clinic.sauna, SOON + 4 * DAY))
    assert await broken(clinic) == []


async def test_an_item_of_another_customers_case_is_found(clinic: World) -> None:
    case = await add_case(clinic.ctx(), CasePatch(customer_id=clinic.kari, name="Knee"))
    item = await made(clinic, visit(clinic, case_id=case.id))
    assert await broken(clinic) == []
    await clinic.db.execute("update customer_case set customer_id = $1", clinic.ola)
    assert await broken(clinic) == [("miscased", "item", item.id)]


async def test_a_device_with_two_tokens_is_found(clinic: World) -> None:
    registration = Registration(account_id=clinic.account.id, door="front", name="phone", details={}, address="here")
    for _ in range(2):
        await register_device(clinic.db, NOW, registration)
    assert await broken(clinic) == []
    await clinic.db.execute("update access_token set revoked_at = null where device_id is not null")
    device_id = await clinic.db.fetchval("select id from device")
    assert await broken(clinic) == [("many_tokens", "device", device_id)]


async def test_a_delivery_that_nobody_will_send_is_found(clinic: World) -> None:
    patch = WebhookPatch(url="https://example.org/", events=("*",))
    webhook = await add_webhook(clinic.ctx(), "front", patch)
    delivery = await call_for_test(clinic.ctx(), webhook.id)
    assert await broken(clinic) == []
    await clinic.db.execute("update webhook set active = false where id = $1", webhook.id)
    assert await broken(clinic) == [("unsendable", "webhook_delivery", delivery.id)]


async def test_what_is_left_of_an_erased_customer_is_found(clinic: World) -> None:
    item = await made(clinic, visit(clinic, notes="Sensitive feet"))
    await erase_customer(clinic.ctx(NOW + DAY), clinic.kari)
    assert await broken(clinic) == []
    await plant(clinic, "update journal set after = after || '{\"email\": \"k@example.org\"}' where kind = 'customer'")
    assert ("unerased", "customer", clinic.kari) in await broken(clinic)
    await plant(clinic, "update item set notes = 'Sensitive feet' where id = $1", item.id)
    assert ("mistold", "item", item.id) in await broken(clinic)
