"""What is booked here is taken there, and what overlaps what: only this door's bookings are put over others."""

import pytest

from kalends.actions.bookings.find import get_item
from tests.desk import broken
from tests.dialects.cliniko.clinic import errors
from tests.dialects.cliniko.diary import OTHER, appointment, at, attendee, block, group, linked, weekly
from tests.dialects.cliniko.neighbours import Neighbours


async def test_an_attendee_is_seen_on_the_event(neighbours: Neighbours) -> None:
    yoga = await group(neighbours, max_attendees=3)
    made = await attendee(neighbours, yoga)
    event = await neighbours.event(yoga["id"])
    assert (event["capacity"], event["title"]) == (3, "Yoga")
    booking = (await neighbours.makeplans.get(f"/bookings/{made['id']}")).json()["booking"]
    assert (booking["event_id"], booking["person_id"], booking["state"]) == (
        int(yoga["id"]),
        neighbours.world.kari,
        "confirmed",
    )
    await neighbours.patch(f"/attendees/{made['id']}/cancel", cancellation_reason=OTHER, cancellation_note="Ill")
    booking = (await neighbours.makeplans.get(f"/bookings/{made['id']}")).json()["booking"]
    assert (booking["state"], booking["active"]) == ("cancelled", False)


async def test_a_seat_of_an_event_is_an_attendee(neighbours: Neighbours) -> None:
    yoga = await group(neighbours, max_attendees=2)
    seat = (await neighbours.seat(yoga["id"])).json()["booking"]
    shown = await neighbours.get(f"/attendees/{seat['id']}")
    assert linked(shown["patient"]) == f"/patients/{neighbours.world.ola}"
    status = {"booking": {"status": "no_show"}}
    assert (await neighbours.makeplans.put(f"/bookings/{seat['id']}", json=status)).status_code == 200
    assert (await neighbours.get(f"/attendees/{seat['id']}"))["arrived"] is False
    assert (await neighbours.makeplans.delete(f"/bookings/{seat['id']}")).status_code == 200
    assert await neighbours.ids("/attendees/deleted") == [seat["id"]]


async def test_the_seats_of_a_group_are_counted_through_all_doors(neighbours: Neighbours) -> None:
    yoga = await group(neighbours, max_attendees=2)
    await attendee(neighbours, yoga)
    assert (await neighbours.seat(yoga["id"])).status_code == 200
    assert (await neighbours.seat(yoga["id"])).status_code == 400
    body = {"booking_id": yoga["id"], "patient_id": str(neighbours.world.kari)}
    assert list(errors(await neighbours.post("/attendees", body))) == ["booking_id"]


@pytest.mark.parametrize("make", [appointment, group, block])
async def test_what_is_booked_here_is_taken_in_all_other_doors(neighbours: Neighbours, make: object) -> None:
    assert callable(make)
    await make(neighbours)
    assert (await neighbours.massage()).status_code == 400
    assert (await neighbours.room(neighbours.world.ada)).status_code == 409
    assert (await neighbours.massage(days=1)).status_code == 200


@pytest.mark.parametrize("make", [appointment, group, block])
async def test_what_is_booked_there_is_overlapped_here_and_stays_as_it_is(neighbours: Neighbours, make: object) -> None:
    assert callable(make)
    theirs = (await neighbours.massage()).json()["booking"]
    before = await get_item(neighbours.world.ctx(), theirs["id"])
    made = await make(neighbours)
    assert await get_item(neighbours.world.ctx(), theirs["id"]) == before
    assert (await neighbours.get(f"/individual_appointments/{theirs['id']}/conflicts"))["conflicts"]["exist"] is True
    assert await broken(neighbours.world) == []
    assert (await neighbours.post(f"{linked_self(made)}/archive")).status_code == 204
    assert (await neighbours.get(f"/individual_appointments/{theirs['id']}/conflicts"))["conflicts"]["exist"] is False


def linked_self(record: dict[str, object]) -> str:
    """The path of a record."""
    return linked({"links": record["links"]})


async def test_an_overlap_is_told_by_the_journal(neighbours: Neighbours) -> None:
    await neighbours.massage()
    made = await appointment(neighbours)
    after = await neighbours.world.db.fetchval(
        "select after from journal where account_id = $1 and kind = 'item' and subject_id = $2",
        neighbours.world.account.id,
        int(made["id"]),
    )
    assert after["overlap_allowed"] is True


async def test_what_overlaps_here_is_moved_there_only_to_where_it_is_free(neighbours: Neighbours) -> None:
    await neighbours.massage()
    over = await appointment(neighbours)
    await neighbours.massage(days=1)
    taken = {"booking": {"booked_from": at(days=1), "booked_to": at(days=1, hours=1)}}
    assert (await neighbours.makeplans.put(f"/bookings/{over['id']}", json=taken)).status_code == 400
    free = {"booking": {"booked_from": at(days=2), "booked_to": at(days=2, hours=1)}}
    assert (await neighbours.makeplans.put(f"/bookings/{over['id']}", json=free)).status_code == 200
    assert (await neighbours.get(f"/individual_appointments/{over['id']}"))["starts_at"] == at(days=2)


async def test_a_room_is_not_taken_twice_through_any_door(neighbours: Neighbours) -> None:
    hall = neighbours.world.hall
    assert (await neighbours.room(hall)).status_code == 200
    (theirs,) = (await neighbours.get("/individual_appointments"))["individual_appointments"]
    assert linked(theirs["practitioner"]) == ""
    assert (await neighbours.room(hall, days=1)).status_code == 200
    path = f"/individual_appointments/{theirs['id']}"
    assert list(errors(await neighbours.patch(path, starts_at=at(days=1)))) == ["practitioner_id"]
    assert (await neighbours.patch(path, starts_at=at(days=2))).status_code == 200
    for make in (appointment, block, group):
        with pytest.raises(AssertionError, match="practitioner_id"):
            await make(neighbours, practitioner_id=str(hall))
    mine = await appointment(neighbours)
    response = await neighbours.patch(f"/individual_appointments/{mine['id']}", practitioner_id=str(hall))
    assert list(errors(response)) == ["practitioner_id"]


async def test_repeats_are_one_collection_there(neighbours: Neighbours) -> None:
    made = await appointment(neighbours, repeat_rule=weekly(2))
    booking = (await neighbours.makeplans.get(f"/bookings/{made['id']}")).json()["booking"]
    listed = await neighbours.makeplans.get("/bookings/all", params={"collection_id": booking["collection_id"]})
    assert len(listed.json()) == 3


async def test_a_series_of_events_is_a_group_that_repeats(neighbours: Neighbours) -> None:
    event = {"service_id": neighbours.world.yoga, "start": at(), "starts_at": at(), "ends_at": at(hours=1)}
    sent = {"event": {**event, "capacity": 5}, "recurrence": {"rrule": "FREQ=DAILY;COUNT=3"}}
    assert (await neighbours.makeplans.post("/events/recurring", json=sent)).status_code == 200
    first, *others = (await neighbours.get("/group_appointments"))["group_appointments"]
    assert [linked(each["repeated_from"]) for each in others] == [f"/group_appointments/{first['id']}"] * 2
    assert first["repeat_rule"] is None


async def test_a_block_of_one_practitioner_is_no_blocked_time_of_the_facility(neighbours: Neighbours) -> None:
    made = await block(neighbours)
    listed = await neighbours.bookio.get("/blockedTimes", params={"facilityId": neighbours.world.site})
    assert listed.json()["result"]["data"]["blockedTimes"] == []
    assert (await neighbours.bookio.delete(f"/blockedTimes/{made['id']}")).status_code == 400
    assert await neighbours.ids("/unavailable_blocks") == [int(made["id"])]


async def test_what_was_declined_or_is_a_draft_is_in_no_list(neighbours: Neighbours) -> None:
    theirs = (await neighbours.massage(days=3)).json()["booking"]
    assert await neighbours.ids("/bookings") == [theirs["id"]]
    assert (await neighbours.makeplans.put(f"/bookings/{theirs['id']}/cancel")).status_code == 200
    assert await neighbours.ids("/bookings") == []
    assert await neighbours.ids("/individual_appointments/cancelled") == [theirs["id"]]


async def test_the_same_person_comes_through_all_doors(neighbours: Neighbours) -> None:
    person = {"name": "Liv Berg", "email": "liv@example.org"}
    booking = {"booked_from": at(), "booked_to": at(hours=1), "resource_id": neighbours.world.bo}
    sent = {"booking": {**booking, "service_id": neighbours.world.massage, "person_attributes": person}}
    theirs = (await neighbours.makeplans.post("/bookings", json=sent)).json()["booking"]
    liv = await neighbours.ids("/patients", "email:=liv@example.org")
    assert liv == [theirs["person_id"]]
    mine = await appointment(neighbours, patient_id=str(liv[0]), starts_at=at(days=1))
    assert mine["patient_name"] == "Liv Berg"
