"""Many at one time, through this door and the others: as many win as there is room, and losers are told why."""

import asyncio
from collections import Counter
from typing import Any

import httpx

from kalends.actions.bookings.cancel import cancel_item
from kalends.actions.bookings.sessions import change_session, remove_session
from kalends.engine.bookings.cancellation import Cancellation
from kalends.engine.bookings.patch import SessionPatch
from tests.acts import book_item
from tests.desk import broken, seat
from tests.dialects.cliniko.clinic import Clinic, errors
from tests.dialects.cliniko.diary import SICK, SOON, at, attendee, group, weekly
from tests.dialects.cliniko.neighbours import Neighbours
from tests.races.stage import staged
from tests.world import World

CROWD = 64


async def test_the_last_seats_of_a_group_through_two_doors(neighbours: Neighbours) -> None:
    yoga = await group(neighbours, max_attendees=7)
    body = {"booking_id": yoga["id"], "patient_id": str(neighbours.world.kari)}
    asked = [
        ask for _ in range(CROWD // 2) for ask in (neighbours.post("/attendees", body), neighbours.seat(yoga["id"]))
    ]
    answers = await asyncio.gather(*asked)
    won = Counter(answer.status_code for answer in answers)
    assert won[201] + won[200] == 7
    assert set(won) <= {200, 201, 400, 422}
    for answer in answers[::2]:
        if answer.status_code == 422:
            assert list(errors(answer)) == ["booking_id"]
    assert len(await neighbours.ids("/attendees")) == 7
    assert await broken(neighbours.world) == []


async def test_appointments_overlap_and_the_other_doors_lose(neighbours: Neighbours) -> None:
    """All of this door win; of the others one at most, if it came first."""
    world = neighbours.world
    mine = {
        "appointment_type_id": world.massage,
        "business_id": world.site,
        "practitioner_id": world.ada,
        "patient_id": world.kari,
        "starts_at": at(),
    }
    asked = [
        ask
        for _ in range(CROWD // 4)
        for ask in (neighbours.post("/individual_appointments", mine), neighbours.massage())
    ]
    answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers[::2]} == {201}
    theirs = Counter(answer.status_code for answer in answers[1::2])
    assert theirs[200] <= 1
    assert set(theirs) <= {200, 400}
    flags = await world.db.fetch("select overlap_allowed from item where account_id = $1", world.account.id)
    assert Counter(row[0] for row in flags)[False] == 1
    assert await broken(world) == []


async def test_one_is_cancelled_once(clinic: Clinic) -> None:
    made = await attendee(clinic, await group(clinic))
    cancel = f"/attendees/{made['id']}/cancel"
    answers = await asyncio.gather(
        *(clinic.client.patch(cancel, json={"cancellation_reason": SICK}) for _ in range(CROWD // 4))
    )
    assert Counter(answer.status_code for answer in answers)[204] == 1
    assert {answer.status_code for answer in answers} <= {204, 404, 422}


async def test_repeats_that_are_cancelled_and_changed_at_one_time(clinic: Clinic) -> None:
    await group(clinic, repeat_rule=weekly(5))
    seats = [await attendee(clinic, each) for each in (await clinic.get("/group_appointments"))["group_appointments"]]
    body = {"cancellation_reason": SICK, "apply_to_repeats": True}
    asked: list[Any] = [
        *(clinic.client.patch(f"/attendees/{each['id']}/cancel", json=body) for each in seats),
        *(clinic.patch(f"/attendees/{each['id']}", notes="Late") for each in seats),
    ]
    answers: list[httpx.Response] = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} <= {200, 204, 404, 422}
    assert await clinic.ids("/attendees") == []
    assert await broken(clinic.world) == []


async def in_class(clinic: Clinic) -> tuple[World, int]:
    return clinic.world, int((await group(clinic, max_attendees=2))["id"])


async def test_a_seat_and_the_archiving_of_its_group(clinic: Clinic) -> None:
    """Who comes second waits, and books no seat in a group that is gone."""
    world, yoga = await in_class(clinic)
    await staged(world, lambda ctx: remove_session(ctx, yoga), lambda ctx: book_item(ctx, seat(world, yoga)))
    assert await clinic.ids("/attendees") == []
    assert await broken(world) == []


async def test_a_seat_and_a_group_that_is_moved(clinic: Clinic) -> None:
    world, yoga = await in_class(clinic)
    later = SessionPatch(starts_at=SOON.replace(hour=15))
    _, booked = await staged(
        world, lambda ctx: change_session(ctx, yoga, later), lambda ctx: book_item(ctx, seat(world, yoga))
    )
    assert booked.item.starts_at == SOON.replace(hour=15)
    assert await broken(world) == []


async def test_two_who_cancel_the_same_repeats(clinic: Clinic) -> None:
    await group(clinic, repeat_rule=weekly(2))
    groups = (await clinic.get("/group_appointments"))["group_appointments"]
    first, second, third = [int((await attendee(clinic, each))["id"]) for each in groups]
    all_later = Cancellation(reason="Away", and_later=True)
    await staged(
        clinic.world,
        lambda ctx: cancel_item(ctx, second, all_later),
        lambda ctx: cancel_item(ctx, first, all_later),
    )
    assert await clinic.ids("/attendees/cancelled") == [first, second, third]
    assert await broken(clinic.world) == []
