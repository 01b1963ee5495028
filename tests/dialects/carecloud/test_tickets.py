"""Tickets, their time slots and properties, and how busy slots are."""

from typing import Any

import pytest

from kalends.actions.catalog.custom_fields import add_field, set_service_values
from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.services import add_service, change_service
from kalends.actions.catalog.sites import add_site
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from tests.acts import change_session
from tests.desk import DAY, HOUR
from tests.dialects.carecloud.festival import Festival, faults, refused, worked
from tests.dialects.carecloud.test_bookings import book, kari


def yoga(festival: Festival) -> str:
    return festival.opaque("service", festival.world.yoga)


async def names(festival: Festival, **params: Any) -> list[str]:
    return [row["name"] for row in (await festival.get("/booking-tickets", **params))["booking_tickets"]]


async def slots(festival: Festival, **params: Any) -> list[str]:
    data = await festival.get(f"/booking-tickets/{yoga(festival)}/time-slots", **params)
    return [row["time_slot_id"] for row in data["time_slots"]]


async def test_a_ticket_is_shown(festival: Festival) -> None:
    now = festival.world.now
    valid = ServicePatch(valid_from=now + DAY, valid_until=now + 2 * DAY)
    await change_service(festival.world.ctx(), festival.world.yoga, valid)
    assert await festival.get(f"/booking-tickets/{yoga(festival)}") == {
        "ticket_id": yoga(festival),
        "name": "Yoga",
        "created_at": "2027-03-01 10:00:00",
        "valid_from": "2027-03-02 10:00:00",
        "valid_to": "2027-03-03 10:00:00",
        "state": 1,
        "last_change": "2027-03-01 10:00:00",
    }
    massage = festival.opaque("service", festival.world.massage)
    error = refused(await festival.client.get(f"/booking-tickets/{massage}"), 404)
    assert error["error_data"] == {"resource_name": "booking-tickets", "resource_id": massage}


async def test_tickets_are_found_by_validity_property_and_customer(festival: Festival) -> None:
    world = festival.world
    await add_service(world.ctx(), ServicePatch(title="Later", kind="attendance", valid_from=world.now + DAY))
    assert await names(festival, sort_field="name") == ["Later", "Yoga"]
    assert await names(festival, valid_only="true") == ["Yoga"]
    assert await names(festival, valid_from="2027-03-02 12:00:00") == ["Yoga", "Later"]
    assert await names(festival, valid_to="2027-03-01T12:00:00") == ["Yoga"]
    level = await add_field(
        world.ctx(), CustomFieldPatch(title="Level", subject="service", kind="select", options=("A", "B"))
    )
    await set_service_values(world.ctx(), world.yoga, {level.id: "B"})
    level_id = festival.opaque("custom_field", level.id)
    for value, found in (("B", ["Yoga"]), ("A", [])):
        wanted = {"booking_ticket_property_id": level_id, "booking_ticket_property_value": value}
        assert await names(festival, **wanted) == found
        assert await slots(festival, **wanted) == []
    assert len(await names(festival, booking_ticket_property_value="B")) == 2
    assert await names(festival, customer_id=kari(festival)) == []
    await book(festival, festival.opaque("session", await world.class_of(9)), customer_id=kari(festival))
    assert await names(festival, customer_id=kari(festival)) == ["Yoga"]


async def test_time_slots_have_total_and_free_capacity(festival: Festival) -> None:
    world = festival.world
    full, free, blocked = [
        festival.opaque("session", await world.class_of(1, world.now + days * DAY)) for days in (1, 2, 3)
    ]
    await change_session(world.ctx(), festival.ids.parse("session", blocked), {"archived_at": world.now})
    await book(festival, full, customer_id=kari(festival))
    data = await festival.get(f"/booking-tickets/{yoga(festival)}/time-slots")
    rows = [
        (row["time_slot_id"], row["total_capacity"], row["free_capacity"], row["state"]) for row in data["time_slots"]
    ]
    assert rows == [(full, 1, 0, 1), (free, 1, 1, 1), (blocked, 1, 0, 0)]
    assert data["time_slots"][0] | {"last_change": ""} == {
        "time_slot_id": full,
        "ticket_id": yoga(festival),
        "valid_from": "2027-03-02 10:00:00",
        "valid_to": "2027-03-02 11:00:00",
        "total_capacity": 1,
        "free_capacity": 0,
        "state": 1,
        "last_change": "",
    }
    assert await slots(festival, free_only="true") == [free]
    assert await slots(festival, free_only="false") == [full, blocked]
    assert await slots(festival, time_from="2027-03-02 10:30:00", time_to="2027-03-03 10:00:00") == [full, free]
    assert await slots(festival, time_from="2027-03-02 11:00:00", count=1) == [free]
    assert await slots(festival, customer_id=kari(festival)) == [full]
    assert await slots(festival, sort_field="free_capacity", sort_direction="DESC", count=1) == [free]


async def test_times_are_those_of_the_clock_where_the_slot_is(festival: Festival) -> None:
    world = festival.world
    london = await add_site(world.ctx(), SitePatch(name="London", time_zone="Europe/London"))
    stage = await add_resource(world.ctx(), ResourcePatch(title="Stage", kind="space", site_id=london.id))
    slot = festival.opaque("session", await world.class_with((stage.id,), starts_at=world.now + DAY))
    await book(festival, slot, customer_id=kari(festival))
    (shown,) = (await festival.get(f"/booking-tickets/{yoga(festival)}/time-slots"))["time_slots"]
    assert (shown["valid_from"], shown["valid_to"]) == ("2027-03-02 09:00:00", "2027-03-02 10:00:00")
    (booking,) = (await festival.get("/bookings", add_booking_items="items-only"))["bookings"]
    assert booking["booking_items"][0]["valid_from"] == "2027-03-02 09:00:00"
    assert await slots(festival, time_from="2027-03-02 09:59:59", time_to="2027-03-02 09:00:00") == [slot]
    assert await slots(festival, time_from="2027-03-02 10:00:00") == []
    assert await slots(festival, time_to="2027-03-02 08:59:59") == []
    assert await slots(festival, time_from="2027-03-02T10:30:00+01:00", time_to="2027-03-02T09:00:00Z") == [slot]
    assert await slots(festival, time_from="2027-03-02T10:00:00Z") == []


@pytest.mark.parametrize("path", ["/booking-tickets", "/booking-tickets/{}/time-slots", "/booking-ticket-properties"])
async def test_what_lists_can_not_be_asked(festival: Festival, path: str) -> None:
    answer = await festival.client.get(path.format(yoga(festival)), params={"sort_field": "secret", "count": "x"})
    assert faults(answer) == {"sort_field": "not_allowed_value", "count": "invalid_value_format"}


async def test_properties_are_described(festival: Festival) -> None:
    level = await add_field(
        festival.world.ctx(),
        CustomFieldPatch(title="Level", subject="service", kind="select", options=("A", "B"), description="Who for"),
    )
    await add_field(festival.world.ctx(), CustomFieldPatch(title="Of resources"))
    data = await festival.get("/booking-ticket-properties", name="LEV")
    (row,) = data["booking_ticket_properties"]
    assert [(item["name"], item["state"]) for item in row.pop("items")] == [("A", 1), ("B", 1)]
    assert row == {
        "property_id": festival.opaque("custom_field", level.id),
        "name": "Level",
        "description": "Who for",
        "data_type": "enum",
        "is_required": False,
        "is_unique": False,
        "last_change": "2027-03-01 10:00:00",
        "state": 1,
    }
    assert (await festival.get(f"/booking-ticket-properties/{row['property_id']}"))["name"] == "Level"
    assert (await festival.get("/booking-ticket-properties", name="x"))["total_items"] == 0
    refused(await festival.client.get("/booking-ticket-properties/77"), 404)


async def test_how_busy_slots_are(festival: Festival) -> None:
    await book(festival, festival.opaque("session", await festival.world.class_of(4, festival.world.now + HOUR)))
    path, asked = "/bookings/actions/average-booking-busy-times", {"booking_date": "2027-03-01", "time_period": "day"}
    data = worked(await festival.client.post(path, json=asked | {"booking_ticket_id": yoga(festival)}))
    assert (data["time_unit"], len(data["chart_data"])) == ("hour", 24)
    assert data["chart_data"][11] == {"x_axis_value": "11", "y_axis_value": "25"}
    for period, unit, count in (("week", "day", 7), ("month", "day", 31), ("year", "month", 12)):
        data = worked(await festival.client.post(path, json=asked | {"time_period": period}))
        assert (data["time_unit"], len(data["chart_data"])) == (unit, count)
    assert faults(await festival.client.post(path, json={})) == {"booking_date": "required", "time_period": "required"}
    bad = {"booking_date": "soon", "time_period": "decade", "booking_ticket_id": "7"}
    assert set(faults(await festival.client.post(path, json=bad))) == set(bad)


async def test_devices_see_tickets_and_slots_but_no_bookings(festival: Festival) -> None:
    await festival.world.class_of(9)
    for path in ("/booking-tickets", f"/booking-tickets/{yoga(festival)}/time-slots", "/booking-statuses"):
        worked(await festival.app.get(path))
    refused(await festival.app.get("/bookings"), 403)
    refused(await festival.app.post("/bookings", json={"booking": {"booking_items": []}}), 400)
    await change_service(festival.world.ctx(), festival.world.yoga, ServicePatch(public=False))
    assert worked(await festival.app.get("/booking-tickets"))["total_items"] == 0
    refused(await festival.app.get(f"/booking-tickets/{yoga(festival)}"), 404)
