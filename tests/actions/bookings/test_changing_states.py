"""What becomes of a booking: verified, confirmed, declined, cancelled, removed, or over before anybody came."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.bookings.find import get_item, list_items
from kalends.actions.customers.add import add_customer
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.states import is_active, state_at
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Full, IllegalTransition, Invalid, NotFound, Unreachable, WrongCode
from kalends.store.db import Db
from tests.acts import book_item, change
from tests.desk import HOUR, SOON, claims, counted, journal, lapse_all, made, seat, visit
from tests.world import World, open_clinic

OVER = timedelta(minutes=20)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
async def clinic(db: Db) -> World:
    """It wants to see an email verified, and then says yes by itself."""
    return await open_clinic(db, verification="email")


def first_visit(clinic: World, **fields: Any) -> BookingRequest:
    return visit(clinic, initiate=True, **fields)


async def now(clinic: World, item: Item) -> Item:
    return (await get_item(clinic.ctx(), item.id)).item


@pytest.mark.parametrize(
    ("policy", "states"),
    [
        ({}, ["confirmed"]),
        ({"confirm_manually": True}, ["awaiting_confirmation", "confirmed"]),
        ({"verification": "email"}, ["awaiting_verification", "confirmed"]),
        ({"verification": "sms"}, ["awaiting_verification", "confirmed"]),
        (
            {"verification": "email", "confirm_manually": True},
            ["awaiting_verification", "awaiting_confirmation", "confirmed"],
        ),
    ],
)
async def test_the_policy_says_by_which_way_it_is_confirmed(db: Db, policy: dict[str, Any], states: list[str]) -> None:
    clinic = await open_clinic(db, **policy)
    item = await made(clinic, first_visit(clinic))
    went = [item.state]
    while item.state != "confirmed":
        verb = "verify" if item.state == "awaiting_verification" else "confirm"
        item = (await change_item_state(clinic.ctx(), item.id, verb)).item
        went.append(item.state)
    assert went == states
    assert item.expires_at is None
    assert [claim[0] for claim in await claims(clinic, item)] == [clinic.ada]
    assert (await made(clinic, visit(clinic, resource_id=clinic.bo))).state == "confirmed"


async def test_a_hold_has_an_end_a_way_and_a_code(clinic: World) -> None:
    item = await made(clinic, first_visit(clinic))
    assert (item.expires_at, item.verification_method) == (clinic.now + OVER, "email")
    assert item.verification_code is not None
    assert len(item.verification_code) == 6
    visit_request = first_visit(clinic, resource_id=clinic.bo, expires_at=SOON, verification_code="77")
    own = await made(clinic, visit_request)
    assert (own.expires_at, own.verification_code) == (SOON, "77")


@pytest.mark.parametrize(("way", "missing"), [("email", "email"), ("sms", "phone")])
async def test_who_is_to_verify_must_be_reachable(db: Db, way: str, missing: str) -> None:
    clinic = await open_clinic(db, verification=way)
    fields: dict[str, Any] = {"email": "per@example.org", "phone": "41 00 00 00"} | {missing: None}
    per = await add_customer(clinic.ctx(), CustomerPatch(first_name="Per", **fields))
    before = await counted(clinic)
    for customer_id in (per.id, None):
        with pytest.raises(Unreachable) as refused:
            await book_item(clinic.ctx(), first_visit(clinic, customer_id=customer_id))
        assert refused.value.field == missing
    assert await counted(clinic) == before
    assert (await made(clinic, visit(clinic, customer_id=per.id))).state == "confirmed"


async def test_the_right_code_verifies_and_a_wrong_one_does_not(clinic: World) -> None:
    item = await made(clinic, first_visit(clinic, verification_code="314159"))
    with pytest.raises(WrongCode):
        await change_item_state(clinic.ctx(), item.id, "verify", code="271828")
    assert await now(clinic, item) == item
    assert (await change_item_state(clinic.ctx(), item.id, "verify", code="314159")).item.state == "confirmed"
    with pytest.raises(IllegalTransition):
        await change_item_state(clinic.ctx(), item.id, "verify", code="271828")


async def test_a_code_may_have_lost_the_zeros_at_its_front(clinic: World) -> None:
    item = await made(clinic, first_visit(clinic, verification_code="007700"))
    for wrong in ("", "77", "0077000", "770"):
        with pytest.raises(WrongCode):
            await change_item_state(clinic.ctx(), item.id, "verify", code=wrong)
    assert (await change_item_state(clinic.ctx(), item.id, "verify", code="7700")).item.state == "confirmed"


async def test_each_step_is_journalled_with_what_it_changed(clinic: World) -> None:
    item = await made(clinic, first_visit(clinic))
    await change_item_state(clinic.ctx(who="Ada"), item.id, "verify")
    await change_item_state(clinic.ctx(SOON), item.id, "cancel")
    entries = await journal(clinic, item)
    assert [what for what, _, _ in entries] == ["create", "verify", "cancel"]
    assert (entries[1][1]["state"], entries[1][2]["state"]) == ("awaiting_verification", "confirmed")
    assert set(entries[1][2]) == {"state", "expires_at"}
    assert (entries[2][1]["state"], entries[2][2]["state"]) == ("confirmed", "cancelled")
    after = await now(clinic, item)
    assert (after.revision, after.updated_at, after.updated_by, after.cancelled_at) == (2, SOON, "Tester", SOON)


@pytest.mark.parametrize(("verb", "state"), [("cancel", "cancelled"), ("remove", "deleted"), ("decline", "declined")])
async def test_what_is_off_frees_its_time_at_once(clinic: World, verb: str, state: str) -> None:
    item = await made(clinic, first_visit(clinic))
    ended = (await change_item_state(clinic.ctx(), item.id, verb)).item
    assert (ended.state, await claims(clinic, item)) == (state, [])
    assert (await made(clinic, visit(clinic))).starts_at == item.starts_at
    with pytest.raises(IllegalTransition):
        await change_item_state(clinic.ctx(), item.id, "confirm")


async def test_a_deleted_one_is_still_there_but_can_not_be_deleted_again(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await change_item_state(clinic.ctx(), item.id, "remove")
    assert (await now(clinic, item)).state == "deleted"
    with pytest.raises(IllegalTransition) as refused:
        await change_item_state(clinic.ctx(), item.id, "remove")
    assert (refused.value.state, refused.value.verb) == ("deleted", "remove")


async def test_a_deleted_one_is_not_changed_any_more(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    gone = (await change_item_state(clinic.ctx(), item.id, "remove")).item
    for late in (change(clinic.ctx(), item.id, {"notes": "Late"}), set_status(clinic.ctx(), item.id, "no_show")):
        with pytest.raises(IllegalTransition):
            await late
    assert await now(clinic, item) == gone


async def test_a_seat_that_is_off_is_free_again(clinic: World) -> None:
    yoga = await clinic.class_of(1)
    item = await made(clinic, seat(clinic, yoga))
    with pytest.raises(Full):
        await book_item(clinic.ctx(), seat(clinic, yoga))
    await change_item_state(clinic.ctx(), item.id, "cancel")
    await made(clinic, seat(clinic, yoga))


async def test_nobody_advances_what_is_not_there_or_not_theirs(clinic: World, db: Db) -> None:
    stranger = await open_clinic(db)
    item = await made(clinic, visit(clinic))
    for ctx in (stranger.ctx(), clinic.ctx()):
        with pytest.raises(NotFound):
            await change_item_state(ctx, item.id + (ctx.account == clinic.account) * 10**9, "cancel")
    with pytest.raises(NotFound):
        await set_status(stranger.ctx(), item.id, "completed")
    assert await now(clinic, item) == item


async def test_attendance_is_noted_and_taken_back(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    for status in ("checked_in", "in_progress", "completed", "no_show", None):
        assert (await set_status(clinic.ctx(), item.id, status)).item.status == status
    assert [what for what, _, _ in await journal(clinic, item)] == ["create"] + 5 * ["status"]
    with pytest.raises(Invalid):
        await set_status(clinic.ctx(), item.id, "asleep")


async def test_what_was_booked_over_goes_its_way_undisturbed(clinic: World) -> None:
    below = await made(clinic, first_visit(clinic))
    await made(clinic, visit(clinic, overlap_allowed=True))
    await made(clinic, visit(clinic, overlap_allowed=True, starts_at=SOON + HOUR / 2))
    assert (await set_status(clinic.ctx(), below.id, "checked_in")).item.status == "checked_in"
    assert (await change(clinic.ctx(), below.id, {"notes": "Crowded"})).item.notes == "Crowded"
    assert (await change_item_state(clinic.ctx(), below.id, "verify")).item.state == "confirmed"
    assert (await change_item_state(clinic.ctx(), below.id, "cancel")).item.state == "cancelled"


async def active(clinic: World, at: datetime) -> list[int]:
    return [entry.item.id for entry in (await list_items(clinic.ctx(at), ItemQuery())).rows]


async def test_a_hold_is_over_the_very_moment_it_ends_though_nobody_did_anything(clinic: World) -> None:
    item = await made(clinic, first_visit(clinic))
    last, end = clinic.now + OVER - MOMENT, clinic.now + OVER
    stored = await now(clinic, item)
    assert (is_active(stored, last), is_active(stored, end)) == (True, False)
    assert (state_at(stored, last), state_at(stored, end)) == ("awaiting_verification", "verification_expired")
    assert (await active(clinic, last), await active(clinic, end)) == ([item.id], [])
    with pytest.raises(Full):
        await book_item(clinic.ctx(last), visit(clinic))
    other = await made(clinic, visit(clinic), end)
    assert (await claims(clinic, item), len(await claims(clinic, other))) == ([], 1)
    assert (await now(clinic, item)).state == "verification_expired"
    assert (await journal(clinic, item))[1:] == [
        ("expire", {"state": "awaiting_verification"}, {"state": "verification_expired"})
    ]


async def test_a_hold_that_is_over_makes_room_for_whom_is_picked_and_for_the_whole(clinic: World) -> None:
    held = await made(clinic, first_visit(clinic, service_id=None, resource_id=clinic.left, ends_at=SOON + HOUR))
    hall = visit(clinic, service_id=None, resource_id=clinic.hall, ends_at=SOON + HOUR)
    with pytest.raises(Full):
        await book_item(clinic.ctx(), hall)
    assert (await made(clinic, hall, clinic.now + OVER)).resource_id == clinic.hall
    assert (await now(clinic, held)).state == "verification_expired"
    held = await made(clinic, first_visit(clinic))
    free = await made(clinic, visit(clinic, resource_id=None), clinic.now + OVER)
    assert free.resource_id == clinic.ada


async def test_a_held_seat_is_free_again_when_its_time_is_over(clinic: World) -> None:
    yoga = await clinic.class_of(1)
    held = await made(clinic, seat(clinic, yoga, initiate=True))
    with pytest.raises(Full):
        await book_item(clinic.ctx(), seat(clinic, yoga))
    await made(clinic, seat(clinic, yoga), clinic.now + OVER)
    assert (await now(clinic, held)).state == "verification_expired"


@pytest.mark.parametrize("verb", ["verify", "confirm", "cancel", "decline"])
async def test_after_its_end_a_hold_can_only_be_removed(clinic: World, verb: str) -> None:
    item = await made(clinic, first_visit(clinic))
    with pytest.raises(IllegalTransition) as refused:
        await change_item_state(clinic.ctx(clinic.now + OVER), item.id, verb)
    assert refused.value.state == "verification_expired"
    assert (await change_item_state(clinic.ctx(clinic.now + OVER), item.id, "remove")).item.state == "deleted"


async def test_notes_and_attendance_of_a_hold_that_is_over_can_still_be_written(clinic: World) -> None:
    yoga = await clinic.class_of(1)
    for visit_request in (first_visit(clinic), seat(clinic, yoga, initiate=True)):
        item = await made(clinic, visit_request)
        late = clinic.ctx(clinic.now + OVER)
        assert (await set_status(late, item.id, "no_show")).item.state == "verification_expired"
        assert (await change(late, item.id, {"notes": "Never came", "units": 1})).item.notes == "Never came"
        assert [what for what, _, _ in await journal(clinic, item)] == ["create", "expire", "status", "change"]


async def test_a_hold_that_is_over_can_be_moved_but_takes_nothing(clinic: World) -> None:
    item = await made(clinic, first_visit(clinic))
    moved = (await change(clinic.ctx(clinic.now + OVER), item.id, {"starts_at": SOON + HOUR})).item
    assert (moved.state, moved.starts_at, await claims(clinic, item)) == ("verification_expired", SOON + HOUR, [])


async def test_the_end_of_a_hold_can_be_put_off(clinic: World) -> None:
    item = await made(clinic, first_visit(clinic))
    await change(clinic.ctx(), item.id, {"expires_at": clinic.now + 3 * OVER})
    with pytest.raises(Full):
        await book_item(clinic.ctx(clinic.now + 2 * OVER), visit(clinic))
    assert (await made(clinic, visit(clinic), clinic.now + 3 * OVER)).state == "confirmed"


async def test_a_hold_can_not_be_made_to_end_before_now(clinic: World) -> None:
    item = await made(clinic, first_visit(clinic))
    with pytest.raises(Invalid):
        await change(clinic.ctx(), item.id, {"expires_at": clinic.now})
    with pytest.raises(Invalid):
        await book_item(clinic.ctx(), first_visit(clinic, resource_id=clinic.bo, expires_at=clinic.now))
    assert await now(clinic, item) == item


async def test_the_job_expires_what_is_over_and_nothing_else(clinic: World) -> None:
    over = [await made(clinic, first_visit(clinic)), await made(clinic, first_visit(clinic, resource_id=clinic.bo))]
    held = await made(clinic, first_visit(clinic, starts_at=SOON + HOUR, expires_at=SOON))
    verified = await made(clinic, first_visit(clinic, starts_at=SOON + 2 * HOUR))
    await change_item_state(clinic.ctx(), verified.id, "verify")
    await lapse_all(clinic.db, clinic.now + OVER)
    items = [await now(clinic, item) for item in (*over, held, verified)]
    assert [item.state for item in items] == 2 * ["verification_expired"] + ["awaiting_verification", "confirmed"]
    assert [item.revision for item in items] == [1, 1, 0, 1]
    assert [len(await claims(clinic, item)) for item in items] == [0, 0, 1, 1]
    assert (await journal(clinic, over[0]))[1][0] == "expire"
    await lapse_all(clinic.db, clinic.now + OVER)
    assert [item.revision for item in items] == [(await now(clinic, item)).revision for item in items]


async def test_what_is_removed_was_not_cancelled_and_what_was_cancelled_before_still_was(clinic: World) -> None:
    removed, cancelled = await made(clinic, visit(clinic)), await made(clinic, visit(clinic, resource_id=clinic.bo))
    await change_item_state(clinic.ctx(), removed.id, "remove")
    await change_item_state(clinic.ctx(), cancelled.id, "cancel")
    await change_item_state(clinic.ctx(SOON), cancelled.id, "remove")
    after = [await now(clinic, item) for item in (removed, cancelled)]
    assert [(item.cancelled_at, item.archived_at) for item in after] == [(None, SOON - HOUR), (SOON - HOUR, SOON)]
