"""Reservations: made with whichever calendar has room, listed with every filter, confirmed, cancelled and moved."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.dialects.bookio.practice import Practice, refused, worked
from tests.dialects.place import OSLO


async def test_a_reservation_is_made_and_shown(practice: Practice) -> None:
    response = await practice.client.post("/reservations", json=practice.new_reservation(123))
    data = worked(response)
    assert data == {"reservationId": data["reservationId"], "externalId": 123}
    (row,) = await practice.reservations()
    created = row.pop("created")
    assert created[:10] == f"{practice.world.now.astimezone(OSLO):%Y-%m-%d}"
    assert len(row.pop("number")) == 6
    assert row == {
        "id": data["reservationId"],
        "externalId": 123,
        "name": "John Audrey",
        "email": "john@yahoo.com",
        "phone": "+421948762315",
        "service": practice.world.massage,
        "duration": 60,
        "dateFrom": practice.at(9),
        "dateTo": practice.at(10),
        "cancelTime": None,
        "cancellationReason": None,
        "needsSync": False,
        "facilityId": practice.world.site,
        "note": "Something to notify about.",
        "status": "CONFIRMED",
    }


async def test_the_first_calendar_with_room_is_taken(practice: Practice) -> None:
    for external_id in (1, 2):
        await practice.book(external_id)
    items = await practice.world.db.fetch(
        "select resource_id from item where account_id = $1 order by id", practice.world.account.id
    )
    assert [row[0] for row in items] == [practice.world.ada, practice.world.bo]
    assert refused(await practice.client.post("/reservations", json=practice.new_reservation(3))) == [
        "30: There is no capacity left"
    ]


@pytest.mark.parametrize(("hour", "days"), [(7, 0), (16, 0), (9, 5)])
async def test_opening_hours_are_kept(practice: Practice, hour: int, days: int) -> None:
    sent = practice.new_reservation(dateFrom=practice.at(hour, days=days))
    assert refused(await practice.client.post("/reservations", json=sent)) == ["30: There is no capacity left"]


async def test_all_faults_are_named_at_once(practice: Practice) -> None:
    response = await practice.client.post("/reservations", json={"email": "x", "phone": "y", "dateFrom": "soon"})
    assert sorted(refused(response)) == sorted(
        [
            "10: name is required",
            "10: surname is required",
            "10: email is not valid",
            "10: phone is not valid",
            "10: dateFrom is not valid",
            "10: locale is required",
            "10: externalId is required",
            "10: serviceId is required",
            "10: facilityId is required",
        ]
    )
    faulty = practice.new_reservation(locale="Slovak!", name=" ", externalId="x")
    assert refused(await practice.client.post("/reservations", json=faulty)) == [
        "10: externalId is not a number",
        "10: name is required",
        "10: locale is not valid",
    ]


async def test_what_is_not_there(practice: Practice) -> None:
    for fields, error in (
        ({"facilityId": 10**9}, "12: facilityId was not found"),
        ({"serviceId": 10**9}, "12: serviceId was not found"),
    ):
        sent = practice.new_reservation(**fields)
        assert refused(await practice.client.post("/reservations", json=sent)) == [error]
    for path in ("status", "term", "sync"):
        for missing in ("1000000000", "x", "9" * 30):
            response = await practice.client.put(f"/reservations/{missing}/{path}", json={"status": "CONFIRMED"})
            assert refused(response) == ["12: reservationId was not found"]


async def test_an_external_id_that_is_there(practice: Practice) -> None:
    first = await practice.book(7)
    again = practice.new_reservation(7, 11)
    taken = [f"40: externalId is taken already, by {first}"]
    assert refused(await practice.client.post("/reservations", json=again)) == taken
    assert len(await practice.reservations()) == 1
    worked(await practice.other.post("/reservations", json=again))


async def test_two_send_one_external_id_at_the_same_moment(practice: Practice) -> None:
    sent = [practice.new_reservation(7, hour) for hour in (9, 10, 11, 12)]
    answers = await asyncio.gather(*(practice.client.post("/reservations", json=body) for body in sent))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    errors = {error for answer in answers if answer.status_code == 400 for error in refused(answer)}
    (row,) = await practice.reservations()
    assert errors == {f"40: externalId is taken already, by {row['id']}"}


async def test_somebody_who_was_here_before_may_have_another_name(practice: Practice) -> None:
    person = {"name": "Kari", "surname": "Nordmann-Berg", "email": "kari@example.org", "phone": "22 33 44 55"}
    reservation_id = await practice.book(1, 9, **person)
    assert (await practice.reservation(reservation_id))["name"] == "Kari Nordmann-Berg"
    changed = {"person": {"name": "Kari Berg"}}
    assert (await practice.makeplans.put(f"/people/{practice.world.kari}", json=changed)).status_code == 200
    assert (await practice.reservation(reservation_id))["name"] == "Kari Berg"


async def listed(practice: Practice, **params: Any) -> list[int | None]:
    """The external ids of the reservations that a filter leaves."""
    return [row["externalId"] for row in await practice.reservations(**params)]


async def test_filters(practice: Practice) -> None:
    ids = [await practice.book(nr, 9 + nr, email=f"nr{nr}@example.org", phone=f"+42194876231{nr}") for nr in range(5)]
    worked(await practice.set_status(ids[1], "CANCELLED"))
    worked(await practice.set_status(ids[2], "DID_NOT_COME"))
    late = practice.new_reservation(9, dateFrom=practice.at(9, days=1), phone="+421948762319")
    worked(await practice.client.post("/reservations", json=late))
    number = (await practice.reservation(ids[3]))["number"]
    assert await listed(practice, email="NR3@example.org") == [3]
    assert await listed(practice, number=number.upper()) == [3]
    assert await listed(practice, number="zzzzzz") == []
    assert await listed(practice, status="CANCELLED") == [1]
    assert await listed(practice, status="DID_NOT_COME") == [2]
    assert await listed(practice, status="CONFIRMED") == [0, 3, 4, 9]
    assert await listed(practice, facilityId=practice.world.site) == [0, 1, 2, 3, 4, 9]
    assert await listed(practice, to=practice.day()) == [0, 1, 2, 3, 4]
    assert await listed(practice, **{"from": practice.day(1)}) == [9]
    assert await listed(practice, **{"from": practice.day(1), "to": practice.day(1)}) == [9]
    assert await listed(practice, offset=2, limit=2) == [2, 3]
    assert await listed(practice, limit=0) == []
    page = worked(await practice.client.get("/reservations", params={"limit": 2}))
    assert page["pagination"] == {"total": 6, "offset": 0, "limit": 2}


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"status": "GONE"}, "10: status is none of the values allowed"),
        ({"limit": 101}, "10: limit is out of range"),
        ({"limit": -1}, "10: limit is out of range"),
        ({"offset": -1}, "10: offset is out of range"),
        ({"from": "x"}, "10: from is not valid"),
        ({"from": "2027-03-02", "to": "2027-03-01"}, "10: to must not be before from"),
        ({"onlyUnsynced": "perhaps"}, "10: onlyUnsynced is not valid"),
        ({"lastSync": "yesterday"}, "10: lastSync is not a number"),
        ({"lastSync": -5}, "10: lastSync is out of range"),
        ({"facilityId": 10**9}, "12: facilityId was not found"),
    ],
)
async def test_filters_that_are_none(practice: Practice, params: dict[str, Any], error: str) -> None:
    assert refused(await practice.client.get("/reservations", params=params)) == [error]


async def test_cancelled_with_a_reason_and_confirmed_again(practice: Practice) -> None:
    reservation_id = await practice.book(5)
    answer = worked(await practice.set_status(reservation_id, "CANCELLED", cancellationReason="Cant make it."))
    assert answer == {"reservationId": reservation_id, "externalId": 5}
    row = await practice.reservation(reservation_id)
    assert (row["status"], row["cancellationReason"]) == ("CANCELLED", "Cant make it.")
    assert row["cancelTime"] is not None
    worked(await practice.set_status(reservation_id, "CANCELLED"))
    assert (await practice.reservation(reservation_id))["cancellationReason"] == "Cant make it."
    worked(await practice.set_status(reservation_id, "CONFIRMED"))
    row = await practice.reservation(reservation_id)
    assert (row["status"], row["cancelTime"], row["cancellationReason"]) == ("CONFIRMED", None, None)


async def test_the_time_may_be_gone_when_it_is_confirmed_again(practice: Practice) -> None:
    first = await practice.book(1)
    worked(await practice.set_status(first, "CANCELLED"))
    for external_id in (2, 3):
        await practice.book(external_id)
    assert refused(await practice.set_status(first, "CONFIRMED")) == ["30: There is no capacity left"]


async def test_somebody_does_not_come(practice: Practice) -> None:
    reservation_id = await practice.book()
    worked(await practice.set_status(reservation_id, "DID_NOT_COME"))
    assert (await practice.reservation(reservation_id))["status"] == "DID_NOT_COME"
    worked(await practice.set_status(reservation_id, "CONFIRMED"))
    assert (await practice.reservation(reservation_id))["status"] == "CONFIRMED"
    worked(await practice.set_status(reservation_id, "CANCELLED"))
    assert refused(await practice.set_status(reservation_id, "DID_NOT_COME")) == ["10: status can't be changed to this"]


@pytest.mark.parametrize(("body", "error"), [({}, "is required"), ({"status": "x"}, "is none of the values allowed")])
async def test_a_status_that_is_none(practice: Practice, body: dict[str, Any], error: str) -> None:
    reservation_id = await practice.book()
    response = await practice.client.put(f"/reservations/{reservation_id}/status", json=body)
    assert refused(response) == [f"10: status {error}"]


async def test_moved(practice: Practice) -> None:
    reservation_id = await practice.book(5)
    path = f"/reservations/{reservation_id}/term"
    for body, times in (
        ({"dateFrom": practice.at(11), "dateTo": None}, (11, 12)),
        ({"dateFrom": practice.at(12)}, (12, 13)),
        ({"dateFrom": practice.at(13), "dateTo": practice.at(15)}, (13, 15)),
        ({"dateTo": practice.at(14)}, (13, 14)),
    ):
        assert worked(await practice.client.put(path, json=body)) == {"reservationId": reservation_id, "externalId": 5}
        row = await practice.reservation(reservation_id)
        assert (row["dateFrom"], row["dateTo"]) == tuple(practice.at(hour) for hour in times)
    for body, error in (
        ({}, "10: dateFrom is required"),
        ({"dateFrom": practice.at(11), "dateTo": practice.at(10)}, "10: dateTo must not be before dateFrom"),
        ({"dateTo": practice.at(10)}, "10: dateTo must not be before dateFrom"),
    ):
        assert refused(await practice.client.put(path, json=body)) == [error]


async def test_moved_to_where_there_is_no_room(practice: Practice) -> None:
    first = await practice.book(1)
    await practice.book(2, 11)
    response = await practice.client.put(f"/reservations/{first}/term", json={"dateFrom": practice.at(11, 30)})
    assert refused(response) == ["30: There is no capacity left"]


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH"])
async def test_changes_come_under_any_method(practice: Practice, method: str) -> None:
    reservation_id = await practice.book()
    for path, body in (
        ("term", {"dateFrom": practice.at(13)}),
        ("sync", {"externalId": 77}),
        ("status", {"status": "CANCELLED"}),
    ):
        worked(await practice.client.request(method, f"/reservations/{reservation_id}/{path}/", json=body))
    row = await practice.reservation(reservation_id)
    assert (row["dateFrom"], row["externalId"], row["status"]) == (practice.at(13), 77, "CANCELLED")


async def test_the_walk_through_all_doors(practice: Practice) -> None:
    """Booked here, moved there, cancelled at the third; and what others book is here."""
    reservation_id = await practice.book(42)
    there = (await practice.makeplans.get(f"/bookings/{reservation_id}")).json()["booking"]
    assert there["external_id"] == "42"
    starts = practice.monday() + timedelta(hours=13)
    moved = {"booking": {"booked_from": starts.isoformat()}}
    assert (await practice.makeplans.put(f"/bookings/{reservation_id}", json=moved)).status_code == 200
    assert (await practice.reservation(reservation_id))["dateFrom"] == practice.at(13)
    listed = (await practice.locaboo.get("/booking_list")).json()["data"]
    assert len(listed) == 1
    cancelled = {"booking_id": listed[0]["id"], "booking_status": "Cancel"}
    assert (await practice.locaboo.post("/booking_save", data=cancelled)).status_code == 200
    assert (await practice.reservation(reservation_id))["status"] == "CANCELLED"
