"""Services, their slots, and that what is offered can be booked."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.dialects.makeplans.clinic import NOT_FOUND, Clinic, errors, unwrapped
from tests.dialects.place import OSLO


async def slots(clinic: Clinic, service_id: int, days: int = 0, more: str = "", last: int | None = None) -> list[Any]:
    """What is offered of a service from one day to another."""
    first, until = clinic.monday(days), clinic.monday(days if last is None else last)
    response = await clinic.client.get(f"/services/{service_id}/slots?from={first:%Y-%m-%d}&to={until:%Y-%m-%d}{more}")
    assert response.status_code == 200, response.text
    return [row["slot"] for row in response.json()]


async def test_only_what_is_sent_of_a_service_changes(clinic: Clinic) -> None:
    path = f"/services/{clinic.world.massage}"
    sent = {"price": "115", "booking_capacity": 3, "template": "week", "buffer_after": 10, "notice": 60}
    changed = unwrapped(await clinic.put(path, {"service": sent}), "service")
    assert {name: changed[name] for name in sent} == {**sent, "price": "115.0"}
    assert (changed["title"], changed["interval"], changed["max_slots"]) == ("Massage", 60, 1)
    again = unwrapped(await clinic.put(path, {"service": changed}), "service")
    assert again == {**changed, "updated_at": again["updated_at"]}
    nothing = unwrapped(
        await clinic.put(path, {"service": {"price": None, "notice": None, "interval": None}}), "service"
    )
    assert (nothing["price"], nothing["notice"], nothing["interval"]) == (None, None, 60)
    assert errors(await clinic.put(path, {"service": {"title": " ", "interval": 0}})) == {
        "interval": ["must be greater than 0"]
    }
    assert errors(await clinic.put(path, {"service": {"title": " "}})) == {"title": ["can't be blank"]}


async def test_the_next_interval_is_the_step(clinic: Clinic) -> None:
    w = clinic.world
    path = f"/services/{w.massage}"
    changed = unwrapped(await clinic.put(path, {"service": {"next_interval": 30}}), "service")
    assert (changed["interval"], changed["next_interval"]) == (60, 30)
    assert [slot["timestamp"][11:16] for slot in await slots(clinic, w.massage)][:3] == ["08:00", "08:30", "09:00"]
    changed = unwrapped(await clinic.put(path, {"service": {"next_interval": None}}), "service")
    assert (changed["interval"], changed["next_interval"]) == (60, None)
    assert len(await slots(clinic, w.massage)) == 8


async def test_the_resources_of_services(clinic: Clinic) -> None:
    w = clinic.world
    await clinic.post("/services", {"service": {"title": "Tea"}})
    listed = {row["service"]["title"]: row["service"] for row in (await clinic.client.get("/services")).json()}
    assert listed["Massage"]["resources"] == [{"id": w.ada, "title": "Ada"}, {"id": w.bo, "title": "Bo"}]
    assert [resource["id"] for resource in listed["Physio"]["resources"]] == [w.ada]
    assert len(listed["Tea"]["resources"]) == 7
    response = await clinic.client.get(f"/services/{w.physio}?extended=true")
    (ada,) = unwrapped(response, "service")["resources"]
    assert (ada["title"], ada["opening_hours_mon"]) == ("Ada", ["08:00", "16:00"])
    assert unwrapped(response, "service")["categories"] == []


async def test_services_of_each_kind(clinic: Clinic) -> None:
    for title, kind in (("Mug", "product"), ("Voucher", 3)):
        made = unwrapped(await clinic.post("/services", {"service": {"title": title, "booking_type": kind}}), "service")
        refused = await clinic.post("/bookings", {"booking": clinic.massage(9, service_id=made["id"])})
        assert errors(refused) == {"service_id": ["can't be booked"]}
        assert await slots(clinic, made["id"]) == []

    async def titles(path: str) -> list[str]:
        return [row["service"]["title"] for row in (await clinic.client.get(f"/services{path}")).json()]

    assert await titles("/products") == ["Mug"]
    assert await titles("/gift_cards") == await titles("?booking_type=gift_card") == ["Voucher"]
    assert await titles("/attendances") == ["Yoga"]
    assert await titles("?category_id=1") == []


async def test_a_service_goes_out_of_use(clinic: Clinic) -> None:
    w = clinic.world
    path = f"/services/{w.massage}"
    assert unwrapped(await clinic.client.delete(path), "service")["active"] is False
    assert w.massage not in [row["service"]["id"] for row in (await clinic.client.get("/services")).json()]
    assert unwrapped(await clinic.client.get(path), "service")["active"] is False
    assert await slots(clinic, w.massage) == []
    assert errors(await clinic.post("/bookings", {"booking": clinic.massage(9)})) == {"service_id": ["is not active"]}


async def test_slots_of_a_day(clinic: Clinic) -> None:
    w = clinic.world
    await clinic.book(9)
    first, second, *_ = await slots(clinic, w.massage)
    assert (first["free"], first["available_resources"], first["maximum_capacity"]) == (2, [w.ada, w.bo], 2)
    assert (second["free"], second["available_resources"], second["maximum_capacity"]) == (1, [w.bo], 1)
    start = clinic.monday().replace(hour=8)
    assert first["timestamp"] == start.isoformat()
    assert first["timestamp_end"] == (start + timedelta(hours=1)).isoformat()
    assert first["formatted_timestamp"].startswith("mandag ")
    assert first["formatted_timestamp_end"].endswith(", 09:00")


async def test_slots_of_some_resources(clinic: Clinic) -> None:
    w = clinic.world
    for more in (f"&selected_resources[]={w.bo}", f"&selected_resources={w.hall},{w.bo}"):
        assert {tuple(slot["available_resources"]) for slot in await slots(clinic, w.massage, more=more)} == {(w.bo,)}
    assert await slots(clinic, w.massage, more=f"&selected_resources[]={w.hall}") == []


async def test_days_that_are_past_are_today(clinic: Clinic) -> None:
    path = f"/services/{clinic.world.sauna_visit}/slots"
    today = clinic.world.now.astimezone(OSLO).date()
    for query in ("", "?from=2020-01-01", "?from=2020-01-01&to=2020-01-02"):
        rows = (await clinic.client.get(path + query)).json()
        assert {row["slot"]["timestamp"][:10] for row in rows} <= {str(today)}
    assert errors(await clinic.client.get(f"{path}?from=soon&selected_resources[]=x")) == {
        "from": ["is invalid"],
        "selected_resources": ["is not a number"],
    }
    assert errors(await clinic.client.get("/services/987654321/slots"), 404) == NOT_FOUND


async def test_dates_that_have_slots(clinic: Clinic) -> None:
    w = clinic.world
    path = f"/services/{w.physio}"
    saturday, monday = clinic.monday(5), clinic.monday(7)
    response = await clinic.client.get(f"{path}/next_available_date?from={saturday:%Y-%m-%d}")
    assert response.json() == [{"available_date": f"{monday:%Y-%m-%d}"}]
    week = f"from={clinic.monday():%Y-%m-%d}&to={clinic.monday(6):%Y-%m-%d}"
    response = await clinic.client.get(f"{path}/available_dates?{week}&selected_resources[]={w.ada}")
    assert response.json() == [{"available_date": {"date": f"{clinic.monday(day):%Y-%m-%d}"}} for day in range(5)]
    await clinic.client.delete(path)
    assert (await clinic.client.get(f"{path}/next_available_date")).json() == []
    assert (await clinic.client.get(f"{path}/available_dates")).json() == []


async def test_available_dates_reach_to_the_end_of_the_month(clinic: Clinic) -> None:
    rows = (await clinic.client.get(f"/services/{clinic.world.sauna_visit}/available_dates?from=2031-02-10")).json()
    days = [row["available_date"]["date"] for row in rows]
    assert (days[0], days[-1], len(days)) == ("2031-02-10", "2031-02-28", 19)


@pytest.mark.parametrize("service", ["massage", "physio", "sauna_visit"])
async def test_every_slot_can_be_booked(clinic: Clinic, service: str) -> None:
    """In a week with some bookings, an event and a day that is not like others."""
    w = clinic.world
    service_id = getattr(w, service)
    await clinic.book(9)
    await clinic.book(11, resource_id=w.bo)
    for _ in range(2):
        await clinic.book(10, resource_id=w.sauna, service_id=w.sauna_visit, count=3, ignore_capacity=False)
    at = {"starts_at": clinic.at(13, 20), "ends_at": clinic.at(14, 10)}
    await clinic.post("/events", {"event": {"service_id": w.massage, "resource_id": w.ada, **at}})
    tuesday = f"/resources/{w.ada}/exception_dates/{clinic.monday(1):%Y-%m-%d}"
    await clinic.put(tuesday, {"resource_exception_date": {"opening_hours": ["10:30", "13:45"]}})
    offered = await slots(clinic, service_id, last=1)
    assert offered != []
    for slot in offered:
        assert slot["free"] >= len(slot["available_resources"]) > 0
        for resource_id in slot["available_resources"]:
            made = await booked(clinic, service_id, slot, resource_id)
            await clinic.put(f"/bookings/{made['id']}/cancel")
    assert await slots(clinic, service_id, last=1) == offered


async def test_what_is_booked_is_not_offered_any_more(clinic: Clinic) -> None:
    w = clinic.world
    while offered := await slots(clinic, w.physio):
        await booked(clinic, w.physio, offered[0], w.ada)
    assert len(await clinic.listed()) == 5
    left = await slots(clinic, w.massage, more=f"&selected_resources[]={w.ada}")
    assert [slot["timestamp"][11:16] for slot in left] == ["15:00"]


async def booked(clinic: Clinic, service_id: int, slot: dict[str, Any], resource_id: int) -> dict[str, Any]:
    wish = {
        "booked_from": slot["timestamp"],
        "booked_to": slot["timestamp_end"],
        "service_id": service_id,
        "resource_id": resource_id,
        "public_booking": True,
    }
    made = unwrapped(await clinic.post("/bookings", {"booking": wish}))
    assert made["state"] == "confirmed"
    return made


async def test_slots_on_the_days_when_clocks_change(clinic: Clinic) -> None:
    """Every slot can be booked, on the day of 23 hours and on that of 25."""
    w = clinic.world
    year = w.now.year + 1
    for month, hours in ((3, 23), (10, 25)):
        last = datetime(year, month, 31, tzinfo=OSLO)
        sunday = last - timedelta(days=(last.weekday() + 1) % 7)
        path = f"/services/{w.sauna_visit}/slots?from={sunday:%Y-%m-%d}&to={sunday:%Y-%m-%d}"
        slots_of_day = [row["slot"] for row in (await clinic.client.get(path)).json()]
        assert len({slot["timestamp"] for slot in slots_of_day}) == hours
        for slot in slots_of_day:
            await booked(clinic, w.sauna_visit, slot, w.sauna)


async def test_the_slots_of_an_attendance_are_its_events(clinic: Clinic) -> None:
    w = clinic.world
    event = await w.class_of(2, clinic.monday().replace(hour=18))
    (slot,) = await slots(clinic, w.yoga)
    assert (slot["event_id"], slot["free"], slot["maximum_capacity"]) == (event, 2, 2)
    wish = {"event_id": event, "person_id": w.kari, "public_booking": True}
    for _ in range(2):
        assert unwrapped(await clinic.post("/bookings", {"booking": wish}))["state"] == "confirmed"
    assert await slots(clinic, w.yoga) == []


@pytest.mark.parametrize("dates", ["from=2027-05-10&to=2027-05-05", "from=2027-05-10&to=9000-12-31"])
async def test_dates_that_nobody_means(clinic: Clinic, dates: str) -> None:
    for path in ("slots", "available_dates"):
        refused = await clinic.client.get(f"/services/{clinic.world.massage}/{path}?{dates}")
        assert (refused.status_code, list(refused.json())) == (400, ["to"]), refused.text
