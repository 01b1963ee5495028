"""All that is wrong with a booking is told at once, and of which of its items."""

from typing import Any

import pytest

from kalends.actions.bookings.sessions import change_session, remove_session
from kalends.actions.bookings.statuses import change_status, list_statuses
from kalends.actions.catalog.services import change_service
from kalends.actions.customers.change import remove_customer
from kalends.engine.bookings.booking_status import BookingStatusPatch
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.limits import MOST_UNITS
from tests.desk import counted
from tests.dialects.carecloud.festival import Festival, faults, worked
from tests.dialects.carecloud.test_bookings import book, kari, new, slot, statuses
from tests.dialects.carecloud.test_tokens import log_in, with_password

__all__ = ["statuses"]
NOTHING = 10**9


def with_items(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"booking": {"booking_items": list(items), **fields}}


async def retired(festival: Festival, name: str) -> str:
    """The id of a status that is no longer set."""
    ctx = festival.world.ctx()
    (status,) = [status for status in await list_statuses(ctx) if status.name == name]
    await change_status(ctx, status.id, BookingStatusPatch(active=False))
    return festival.opaque("booking_status", status.id)


async def test_all_ids_of_nothing_are_named(festival: Festival, statuses: dict[str, str]) -> None:
    nobody, no_slot = festival.opaque("customer", NOTHING), festival.opaque("session", NOTHING)
    no_status = festival.opaque("booking_status", NOTHING)
    body = with_items(
        {"time_slot_id": no_slot},
        {"time_slot_id": await slot(festival), "customer_id": nobody, "booking_item_status": no_status},
        {"time_slot_id": no_slot},
        customer_id=nobody,
        booking_status=no_status,
    )
    before = await counted(festival.world)
    assert faults(await festival.client.post("/bookings", json=body)) == {
        "booking_status": "not_found",
        "booking_items[1].booking_item_status": "not_found",
        "customer_id": "not_found",
        "booking_items[0].time_slot_id": "not_found",
        "booking_items[1].customer_id": "not_found",
        "booking_items[2].time_slot_id": "not_found",
    }
    assert await counted(festival.world) == before


async def test_one_item_alone_may_name_a_customer_who_is_not_there(
    festival: Festival, statuses: dict[str, str]
) -> None:
    body = with_items({"time_slot_id": await slot(festival), "customer_id": festival.opaque("customer", NOTHING)})
    assert faults(await festival.client.post("/bookings", json=body)) == {"booking_items[0].customer_id": "not_found"}


async def test_what_an_item_can_not_have_is_named_with_its_number(festival: Festival, statuses: dict[str, str]) -> None:
    at, gone, old = await slot(festival), await slot(festival, days=2), await retired(festival, "Pending")
    await remove_session(festival.world.ctx(), festival.ids.decode("session", gone) or 0)
    body = with_items(
        {"time_slot_id": at},
        {"time_slot_id": at, "capacity_taken": 21, "booking_item_status": old},
        {"time_slot_id": gone},
        {"time_slot_id": at, "capacity_taken": 22},
    )
    assert faults(await festival.client.post("/bookings", json=body)) == {
        "booking_items[1].booking_item_status": "deleted",
        "booking_items[1].capacity_taken": "not_allowed_value",
        "booking_items[2].time_slot_id": "deleted",
        "booking_items[3].capacity_taken": "not_allowed_value",
    }


async def test_more_than_any_slot_has_is_named_with_the_ids_of_nothing(
    festival: Festival, statuses: dict[str, str]
) -> None:
    at = await slot(festival)
    body = with_items(
        {"time_slot_id": at, "capacity_taken": MOST_UNITS + 1},
        {"time_slot_id": festival.opaque("session", NOTHING)},
        {"time_slot_id": at, "capacity_taken": MOST_UNITS + 1},
    )
    assert faults(await festival.client.post("/bookings", json=body)) == {
        "booking_items[0].capacity_taken": "not_allowed_value",
        "booking_items[1].time_slot_id": "not_found",
        "booking_items[2].capacity_taken": "not_allowed_value",
    }


async def test_a_slot_of_an_archived_ticket_is_named_once(festival: Festival, statuses: dict[str, str]) -> None:
    at, ctx = await slot(festival), festival.world.ctx()
    session_id = festival.ids.decode("session", at) or 0
    await change_session(ctx, session_id, SessionPatch(archived_at=festival.world.now))
    await change_service(ctx, festival.world.yoga, ServicePatch(active=False))
    answer = await festival.client.post("/bookings", json=new(at))
    assert [param["name"] for param in answer.json()["error"]["error_data"]["invalid_params"]] == [
        "booking_items[0].time_slot_id"
    ]


async def test_a_replacement_names_customer_and_status(festival: Festival, statuses: dict[str, str]) -> None:
    booking_id = await book(festival, await slot(festival), customer_id=kari(festival))
    await remove_customer(festival.world.ctx(), festival.world.ola)
    body = {"booking": {"customer_id": festival.opaque("customer", festival.world.ola)}}
    body["booking"]["booking_status"] = await retired(festival, "Pending")
    answer = await festival.client.put(f"/bookings/{booking_id}", json=body)
    assert faults(answer) == {"booking_status": "deleted", "customer_id": "not_found"}


async def test_customers_are_told_all_too(festival: Festival, statuses: dict[str, str]) -> None:
    await with_password(festival)
    worked(await log_in(festival))
    ola = festival.opaque("customer", festival.world.ola)
    body = with_items(
        {"time_slot_id": await slot(festival), "customer_id": ola, "booking_item_status": statuses["Pending"]},
        {"time_slot_id": festival.opaque("session", NOTHING)},
        customer_id=ola,
        booking_status=statuses["Cancelled"],
    )
    assert faults(await festival.app.post("/bookings", json=body)) == {
        "booking_status": "not_allowed_value",
        "booking_items[0].booking_item_status": "not_allowed_value",
        "customer_id": "not_belong_to_logged_in_customer",
        "booking_items[0].customer_id": "not_belong_to_logged_in_customer",
        "booking_items[1].time_slot_id": "not_found",
    }


async def test_ids_of_nothing_are_told_with_what_can_not_be_read(festival: Festival, statuses: dict[str, str]) -> None:
    body = with_items(
        {"time_slot_id": festival.opaque("session", NOTHING), "capacity_taken": "many"},
        {"customer_id": festival.opaque("customer", NOTHING)},
        customer_id=festival.opaque("customer", NOTHING),
        created_at="yesterday",
    )
    assert faults(await festival.client.post("/bookings", json=body)) == {
        "created_at": "invalid_value_format",
        "booking_items[0].capacity_taken": "invalid_value_format",
        "booking_items[1].time_slot_id": "required",
        "customer_id": "not_found",
        "booking_items[0].time_slot_id": "not_found",
        "booking_items[1].customer_id": "not_found",
    }


@pytest.mark.parametrize("language", ["en", "cs"])
async def test_the_detail_counts_them(festival: Festival, statuses: dict[str, str], language: str) -> None:
    nothing = festival.opaque("session", NOTHING)
    headers = {"accept-language": language}
    answer = await festival.client.post("/bookings", json=new(nothing, nothing), headers=headers)
    assert "2" in answer.json()["error"]["detail"]
