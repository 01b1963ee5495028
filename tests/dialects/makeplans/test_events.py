"""Events are counted, changed, repeated and called off."""

from typing import Any

import pytest

from kalends.actions.availability.hours import set_exception_days
from tests.dialects.makeplans.clinic import NOT_FOUND, Clinic, errors, unwrapped


async def planned(clinic: Clinic, **attributes: Any) -> dict[str, Any]:
    """A class in the hall at six, for two."""
    w = clinic.world
    usual = {"service_id": w.yoga, "resource_id": w.hall, "capacity": 2, "title": "Vinyasa"}
    times = {"starts_at": clinic.at(18), "ends_at": clinic.at(19)}
    return unwrapped(await clinic.post("/events", {"event": {**usual, **times, **attributes}}), "event")


async def seat(clinic: Clinic, event_id: int, **attributes: Any) -> dict[str, Any]:
    wish = {"event_id": event_id, "person_id": clinic.world.kari, **attributes}
    return unwrapped(await clinic.post("/bookings", {"booking": wish}))


async def test_a_slot_of_a_class_is_booked_without_its_event(clinic: Clinic) -> None:
    yoga = {"service_id": clinic.world.yoga, "booked_from": clinic.at(18), "person_id": clinic.world.kari}
    assert errors(await clinic.post("/bookings", {"booking": yoga})) == {"event_id": ["can't be blank"]}
    event = await clinic.world.class_of(5, clinic.monday().replace(hour=18))
    made = unwrapped(await clinic.post("/bookings", {"booking": yoga}))
    assert (made["event_id"], made["booking_type"]) == (event, "attendance")
    held = await clinic.book(9)
    moved = {"booking": {"service_id": clinic.world.yoga, "resource_id": clinic.world.hall}}
    assert errors(await clinic.put(f"/bookings/{held['id']}", moved)) == {"event_id": ["can't be blank"]}


async def test_who_attends_is_counted(clinic: Clinic) -> None:
    w = clinic.world
    made = await planned(clinic)
    assert (made["availability"], made["nr_of_attendances"]) == (2, 0)
    assert (made["resource"], made["service"]) == ({"id": w.hall, "title": "Hall"}, {"id": w.yoga, "title": "Yoga"})
    await seat(clinic, made["id"])
    shown = unwrapped(await clinic.client.get(f"/events/{made['id']}"), "event")
    assert (shown["availability"], shown["nr_of_attendances"]) == (1, 1)
    (listed,) = (await clinic.client.get("/events")).json()
    assert "availability" not in listed["event"]
    assert listed["event"]["resource"] == {"id": w.hall, "title": "Hall"}
    (listed,) = (await clinic.client.get("/events?extended=true")).json()
    assert (listed["event"]["availability"], listed["event"]["nr_of_attendances"]) == (1, 1)


async def test_an_event_takes_its_seats_along(clinic: Clinic) -> None:
    made = await planned(clinic)
    taken = await seat(clinic, made["id"])
    sent = {"starts_at": clinic.at(20), "ends_at": clinic.at(21, 30), "resource_id": clinic.world.sauna}
    moved = unwrapped(await clinic.put(f"/events/{made['id']}", {"event": sent}), "event")
    assert (moved["starts_at"][11:16], moved["capacity"], moved["title"]) == ("20:00", 2, "Vinyasa")
    now = unwrapped(await clinic.client.get(f"/bookings/{taken['id']}"))
    assert (now["booked_from"], now["booked_to"]) == (moved["starts_at"], moved["ends_at"])
    assert now["resource_id"] == clinic.world.sauna
    again = unwrapped(await clinic.put(f"/events/{made['id']}", {"event": moved}), "event")
    assert again == {**moved, "updated_at": again["updated_at"]}


async def test_changes_of_an_event_that_cannot_be(clinic: Clinic) -> None:
    made = await planned(clinic)
    path = f"/events/{made['id']}"
    for _ in range(2):
        await seat(clinic, made["id"])
    await clinic.book(20, resource_id=clinic.world.left, service_id=None)
    for sent, expected in (
        ({"capacity": 1}, {"capacity": ["is less than what is booked"]}),
        ({"ends_at": clinic.at(17)}, {"ends_at": ["must be after start"]}),
        ({"starts_at": clinic.at(20)}, {"resource_id": ["Not available for booking at this time"]}),
        ({"service_id": 987654321}, {"service_id": ["must exist"]}),
    ):
        assert errors(await clinic.put(path, {"event": sent})) == expected
    over = await clinic.put(path, {"event": {"starts_at": clinic.at(20)}, "ignore_capacity": True})
    assert unwrapped(over, "event")["ends_at"][11:16] == "21:00"
    assert errors(await clinic.put("/events/987654321", {"event": {}}), 404) == NOT_FOUND


@pytest.mark.parametrize("number", [2**53, 2**62, 2**63])
async def test_an_id_beyond_all_ids_is_no_event_s(clinic: Clinic, number: int) -> None:
    for answer in (await clinic.put(f"/events/{number}", {}), await clinic.client.delete(f"/events/{number}")):
        assert errors(answer, 404) == NOT_FOUND
    refused = errors(await clinic.post("/bookings", {"booking": {"event_id": number, "person_id": clinic.world.kari}}))
    assert list(refused) == ["event_id"]


async def test_an_event_is_called_off(clinic: Clinic) -> None:
    made = await planned(clinic)
    taken = await seat(clinic, made["id"])
    gone = unwrapped(await clinic.client.delete(f"/events/{made['id']}"), "event")
    assert (gone["active"], gone["id"]) == (False, made["id"])
    assert (await clinic.client.get("/events")).json() == []
    assert unwrapped(await clinic.client.get(f"/bookings/{taken['id']}"))["state"] == "cancelled"
    assert unwrapped(await clinic.client.get(f"/events/{made['id']}"), "event")["active"] is False
    assert (await planned(clinic))["title"] == "Vinyasa"


async def test_the_bookings_of_an_event(clinic: Clinic) -> None:
    made = await planned(clinic)
    first, second = [await seat(clinic, made["id"]) for _ in range(2)]
    await clinic.book(9)
    await clinic.put(f"/bookings/{second['id']}/cancel")
    path = f"/events/{made['id']}/bookings"
    assert await clinic.listed(path) == [first["id"]]
    assert await clinic.listed(f"{path}/visible") == [first["id"], second["id"]]
    assert errors(await clinic.client.get("/events/987654321/bookings"), 404) == NOT_FOUND


async def test_events_are_asked_for(clinic: Clinic) -> None:
    early, late = await planned(clinic), await planned(clinic, starts_at=clinic.at(20), ends_at=clinic.at(22))
    await clinic.put(f"/events/{early['id']}", {"event": {"title": "Hatha"}})

    async def listed(query: str) -> list[int]:
        return [row["event"]["id"] for row in (await clinic.client.get(f"/events?{query}")).json()]

    assert await listed(f"start={clinic.at(18, 30)}&end={clinic.at(18, 45)}") == [early["id"]]
    assert await listed(f"start={clinic.at(19)}") == [late["id"]]
    assert await listed(f"end={clinic.at(20)}") == [early["id"]]
    assert await listed(f"exclude={early['id']}") == [late["id"]]
    assert await listed("order=starts_at_desc") == [late["id"], early["id"]]
    assert await listed("since=now") == []
    response = await clinic.client.get("/events?page=2")
    assert (response.json(), response.headers["Total-Count"], response.headers["Page-Limit"]) == ([], "2", "50")


async def test_events_recur(clinic: Clinic) -> None:
    w = clinic.world
    event = {"service_id": w.yoga, "resource_id": w.hall, "starts_at": clinic.at(18), "ends_at": clinic.at(19)}
    for name in ("recurrence", "recurring"):
        body = {"event": event, name: {"rrule": "FREQ=DAILY;COUNT=3", "exdate": f"{clinic.monday(1):%Y%m%d}"}}
        response = await clinic.post("/events/recurring", body)
        assert response.status_code == 200, response.text
        path = f"/events/recurring/{response.json()['collection_id']}"
        made = [row["event"] for row in (await clinic.client.get(path)).json()]
        assert [event["starts_at"][:10] for event in made] == [f"{clinic.monday(day):%Y-%m-%d}" for day in (0, 2)]
        assert {event["collection_id"] for event in made} == {response.json()["collection_id"]}
        gone = [row["event"]["active"] for row in (await clinic.client.delete(path)).json()]
        assert gone == [False, False]
        assert (await clinic.client.get(path)).json() == []


async def test_a_series_that_cannot_be(clinic: Clinic) -> None:
    w = clinic.world
    event = {"service_id": w.yoga, "resource_id": w.hall, "starts_at": clinic.at(18), "ends_at": clinic.at(19)}
    for recurrence, expected in (
        (None, {"recurrence": ["can't be blank"]}),
        ({"rrule": ""}, {"recurrence": ["can't be blank"]}),
        ({"rrule": "FREQ=NEVER"}, {"rrule": ["is invalid"]}),
        ({"rrule": "FREQ=DAILY;COUNT=2", "exrule": "FREQ=DAILY"}, {"exrule": ["is not supported"]}),
        ({"rdate": "99991231T220000Z"}, {"rdate": ["is out of range"]}),
        ({"rdate": "VALUE=PERIOD:20280101T000000Z/P9999W"}, {"rdate": ["is out of range"]}),
        ({"rrule": "FREQ=YEARLY;COUNT=731"}, {"rrule": ["is out of range"]}),
        ({"rrule": "FREQ=DAILY;COUNT=732"}, {"collection_id": ["has too many occurrences, the maximum is 731"]}),
    ):
        assert errors(await clinic.post("/events/recurring", {"event": event, "recurrence": recurrence})) == expected
    await planned(clinic, starts_at=clinic.at(18, days=1), ends_at=clinic.at(19, days=1))
    response = await clinic.post("/events/recurring", {"event": event, "recurrence": {"rrule": "FREQ=DAILY;COUNT=2"}})
    assert errors(response) == {"resource_id": ["Not available for booking at this time"]}
    assert len((await clinic.client.get("/events")).json()) == 1
    await set_exception_days(w.ctx(), w.hall, {clinic.monday(): []})
    response = await clinic.post("/events/recurring", {"event": event, "recurrence": {"rrule": "FREQ=DAILY;COUNT=1"}})
    closed = {"resource_id": ["Not available for booking at this time"], "starts_at": ["is outside opening hours"]}
    assert errors(response) == closed
    for verb in ("GET", "DELETE"):
        for uid in ("1337", "8d3c1b62-8a4e-4a9b-9a52-0d5a7c1f9f11"):
            assert errors(await clinic.client.request(verb, f"/events/recurring/{uid}"), 404) == NOT_FOUND
