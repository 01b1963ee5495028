"""Calendars: resources with services, capacities and intervals, valid for some time."""

from datetime import timedelta
from typing import Any

import pytest

from kalends.actions.catalog.resources import get_resource
from kalends.actions.catalog.sites import add_site
from kalends.engine.catalog.site import SitePatch
from tests.desk import broken
from tests.dialects.bookio.practice import EVERY_DAY, Practice, refused, result_of, service, worked


async def create(practice: Practice, *services: dict[str, Any], **fields: Any) -> int:
    """The id of a new calendar."""
    response = await practice.client.post("/calendars", json=practice.new_calendar(*services, **fields))
    calendar_id: int = worked(response)["calendarId"]
    return calendar_id


async def replace(practice: Practice, calendar: dict[str, Any], **fields: Any) -> Any:
    """The result of a calendar that is sent back with other fields."""
    return result_of(await practice.client.put(f"/calendars/{calendar['id']}", json={**calendar, **fields}))


async def test_a_calendar_is_made_and_shown(practice: Practice) -> None:
    flags = {"referralLetter": True, "hiddenInOnlineForm": True}
    calendar_id = await create(practice, service("Check-up", 44, note="Some note", **flags))
    calendar = await practice.calendar(calendar_id)
    service_id, interval_id = calendar["services"][0]["id"], calendar["intervals"][0]["id"]
    assert calendar == {
        "id": calendar_id,
        "facilityId": practice.world.site,
        "name": "Dr. Nova",
        "note": "",
        "validFrom": f"{practice.day()}T00:00:00",
        "validTo": f"{practice.day(60)}T00:00:00",
        "services": [
            {"id": service_id, "name": "Check-up", "note": "Some note", "duration": 44, "capacity": 1, **flags}
        ],
        "intervals": [
            {
                "id": interval_id,
                "name": "Morning",
                "weekDays": EVERY_DAY,
                "timeFrom": "08:00",
                "timeTo": "12:00",
                "allowedServices": [],
            }
        ],
    }


async def test_calendars_on_a_date_and_at_a_facility(practice: Practice) -> None:
    calendar_id = await create(practice)

    async def shown(**params: Any) -> bool:
        rows = worked(await practice.client.get("/calendars", params=params))["calendars"]
        return calendar_id in [row["id"] for row in rows]

    assert [await shown(date=practice.day(days)) for days in (-1, 0, 60, 61)] == [False, True, True, False]
    other = await add_site(practice.world.ctx(), SitePatch(name="Branch"))
    assert await shown(date=practice.day(), facilityId=practice.world.site)
    assert not await shown(date=practice.day(), facilityId=other.id)
    assert refused(await practice.client.get("/calendars", params={"date": "x"})) == ["10: date is not valid"]
    missing = await practice.client.get("/calendars", params={"facilityId": 10**9})
    assert refused(missing) == ["12: facilityId was not found"]


async def test_what_was_made_elsewhere_is_a_calendar(practice: Practice) -> None:
    ada, hall = await practice.calendar(practice.world.ada), await practice.calendar(practice.world.hall)
    assert [(row["name"], row["duration"], row["capacity"]) for row in ada["services"]] == [
        ("Massage", 60, 1),
        ("Physio", 45, 1),
    ]
    assert (ada["validFrom"], ada["validTo"]) == (None, None)
    assert [(row["weekDays"], row["timeFrom"], row["timeTo"]) for row in ada["intervals"]] == [
        ([1, 2, 3, 4, 5], "08:00", "16:00")
    ]
    assert [(row["id"], row["weekDays"], row["timeTo"]) for row in hall["intervals"]] == [(0, EVERY_DAY, "24:00")]
    rows = worked(await practice.client.get("/calendars"))["calendars"]
    assert practice.world.projectors not in [row["id"] for row in rows]


async def test_what_a_calendar_opens_is_booked_through_every_door(practice: Practice) -> None:
    calendar_id = await create(practice, service("Check-up"))
    service_id = (await practice.calendar(calendar_id))["services"][0]["id"]
    await practice.book(1, 8, serviceId=service_id)
    start = practice.monday() + timedelta(hours=9)
    wish = {"service_id": service_id, "booked_from": start.isoformat(), "public_booking": True}
    booked = (await practice.makeplans.post("/bookings", json={"booking": wish})).json()["booking"]
    assert booked["resource"]["id"] == calendar_id
    assert len(await practice.reservations()) == 2
    slots = await practice.makeplans.get(
        f"/services/{service_id}/slots", params={"from": practice.day(), "to": practice.day()}
    )
    assert len(slots.json()) == 8 - 2
    for sent in (
        practice.new_reservation(3, 12, serviceId=service_id),
        practice.new_reservation(3, serviceId=service_id, dateFrom=practice.at(9, days=61)),
    ):
        assert refused(await practice.client.post("/reservations", json=sent)) == ["30: There is no capacity left"]


async def test_services_of_different_capacity_share_a_calendar(practice: Practice) -> None:
    calendar_id = await create(practice, service("X-ray"), service("Drip", 30, 3), service("Pair", 30, 2))
    calendar = await practice.calendar(calendar_id)
    xray, drip, pair = (row["id"] for row in calendar["services"])
    assert [row["capacity"] for row in calendar["services"]] == [1, 3, 2]
    for external_id in (1, 2):
        await practice.book(external_id, 8, serviceId=drip)
    for service_id in (xray, pair):
        sent = practice.new_reservation(9, 8, serviceId=service_id)
        assert refused(await practice.client.post("/reservations", json=sent)) == ["30: There is no capacity left"]
    await practice.book(3, 8, serviceId=drip)
    await practice.book(4, 9, serviceId=pair)
    await practice.book(5, 9, serviceId=pair)
    await practice.book(6, 10, serviceId=xray)
    assert await broken(practice.world) == []
    fewer = [{**row, "capacity": 2} if row["id"] == drip else row for row in calendar["services"]]
    answer = await practice.client.put(f"/calendars/{calendar_id}", json={**calendar, "services": fewer})
    assert refused(answer) == ["10: services.capacity is less than what is booked"]
    more = [{**row, "capacity": 5} if row["id"] == drip else row for row in calendar["services"]]
    await replace(practice, calendar, services=more)
    await practice.book(7, 8, serviceId=drip)
    assert await broken(practice.world) == []


async def test_writing_back_changes_nothing(practice: Practice) -> None:
    w = practice.world
    calendar_id = await create(practice, service("X-ray"), service("Drip", 30, 3))
    for resource_id in (calendar_id, w.ada, w.hall, w.left, w.sauna):
        calendar = await practice.calendar(resource_id)
        count = "select count(*) from journal where account_id = $1"
        before = await practice.world.db.fetchval(count, practice.world.account.id)
        await replace(practice, calendar)
        assert await practice.calendar(resource_id) == calendar
        assert await practice.world.db.fetchval(count, practice.world.account.id) == before


async def test_ids_survive_a_replace(practice: Practice) -> None:
    calendar_id = await create(practice, service("X-ray"), service("Drip", 30, 3))
    calendar = await practice.calendar(calendar_id)
    kept, dropped = calendar["services"]
    hours = calendar["intervals"][0]
    new_hours = {"name": "Late", "weekDays": [1], "timeFrom": "20:00", "timeTo": "02:00", "allowedServices": [777]}
    services = [{**kept, "name": "X-ray 2", "duration": 20}, service("Cast", 15, id=777)]
    intervals = [{**hours, "timeTo": "13:00"}, new_hours]
    await replace(practice, calendar, services=services, intervals=intervals, name="Dr. Stara")
    after = await practice.calendar(calendar_id)
    assert after["name"] == "Dr. Stara"
    assert [(row["name"], row["duration"]) for row in after["services"]] == [("X-ray 2", 20), ("Cast", 15)]
    assert after["services"][0]["id"] == kept["id"]
    assert after["services"][1]["id"] not in (777, dropped["id"])
    assert [(row["id"] == hours["id"], row["timeTo"]) for row in after["intervals"]] == [
        (True, "13:00"),
        (False, "02:00"),
    ]
    assert after["intervals"][1]["allowedServices"] == [after["services"][1]["id"]]


async def test_ended_and_shortened(practice: Practice) -> None:
    calendar_id = await create(practice, service("Check-up"))
    calendar = await practice.calendar(calendar_id)
    service_id = calendar["services"][0]["id"]
    early = await practice.book(1, 8, serviceId=service_id)
    late = await practice.book(2, serviceId=service_id, dateFrom=practice.at(11, days=20))
    number = (await practice.reservation(late))["number"]
    stays = (
        f"Reservation {number} at {practice.at(11, days=20)} stays, although the calendar does not offer it any more"
    )
    path = f"/calendars/{calendar_id}/end"
    body = {"facilityId": practice.world.site, "validTo": practice.at(12, days=10)}
    ended = result_of(await practice.client.put(path, json=body))
    assert ended == {"success": True, "errors": [stays], "data": {"calendarId": calendar_id}}
    assert (await practice.calendar(calendar_id))["validTo"] == f"{practice.day(10)}T00:00:00"
    afternoon = [{**calendar["intervals"][0], "timeFrom": "10:00"}]
    assert len((await replace(practice, calendar, intervals=afternoon))["errors"]) == 1
    assert len((await replace(practice, calendar, services=[]))["errors"]) == 2
    assert {row["status"] for row in await practice.reservations()} == {"CONFIRMED"}
    assert early != late


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "10: validTo is required"),
        ({"validTo": "x"}, "10: validTo is not valid"),
        ({"validTo": "2020-01-01"}, "10: validTo must not be before validFrom"),
        ({"validTo": "2030-01-01", "facilityId": 10**9}, "12: facilityId was not found"),
    ],
)
async def test_an_end_that_is_none(practice: Practice, body: dict[str, Any], error: str) -> None:
    calendar_id = await create(practice)
    assert refused(await practice.client.put(f"/calendars/{calendar_id}/end", json=body)) == [error]
    other = await add_site(practice.world.ctx(), SitePatch(name="Branch"))
    elsewhere = {"validTo": "2030-01-01", "facilityId": other.id}
    answer = await practice.client.put(f"/calendars/{calendar_id}/end", json=elsewhere)
    assert refused(answer) == ["12: calendarId was not found"]
    assert refused(await practice.client.put("/calendars/9999999/end", json={"validTo": "2030-01-01"})) == [
        "12: calendarId was not found"
    ]


async def test_all_faults_are_named_at_once(practice: Practice) -> None:
    assert refused(await practice.client.post("/calendars", json={})) == [
        f"10: {field} is required"
        for field in ("facilityId", "name", "note", "validFrom", "validTo", "services", "intervals")
    ]
    wrong = practice.new_calendar(
        {"duration": 0, "capacity": -1},
        intervals=[{"weekDays": [8], "timeFrom": "25:00", "timeTo": "x"}, 7],
        validTo=practice.day(-1),
    )
    assert refused(await practice.client.post("/calendars", json=wrong)) == [
        "10: validTo must not be before validFrom",
        "10: services[0].duration must be greater than 0",
        "10: services[0].capacity must be greater than 0",
        "10: services[0].name is required",
        "10: intervals is not valid",
    ]
    unknown = practice.new_calendar()
    unknown["intervals"][0]["allowedServices"] = [10**9]
    answer = await practice.client.post("/calendars", json=unknown)
    assert refused(answer) == ["10: intervals.allowedServices is not known"]


async def test_a_service_that_all_serve_stays_as_it_is(practice: Practice) -> None:
    from_all = {"title": "Advice", "booking_duration": 30}
    made = await practice.makeplans.post("/services", json={"service": from_all})
    assert made.status_code == 200, made.text
    service_id = made.json()["service"]["id"]
    calendar_id = await create(practice)
    calendar = await practice.calendar(calendar_id)
    (advice,) = (row for row in calendar["services"] if row["id"] == service_id)
    for services in ([{**advice, "duration": 31}], [advice, service("Drip", 30, 3)]):
        answer = await practice.client.put(f"/calendars/{calendar_id}", json={**calendar, "services": services})
        assert refused(answer) == ["10: services can't be changed for one calendar only"]
    await replace(practice, calendar, services=[advice])


async def test_a_calendar_moves_to_another_facility(practice: Practice) -> None:
    calendar_id = await create(practice)
    other = await add_site(practice.world.ctx(), SitePatch(name="Branch"))
    await replace(practice, await practice.calendar(calendar_id), facilityId=other.id)
    assert (await get_resource(practice.world.ctx(), calendar_id)).site_id == other.id
