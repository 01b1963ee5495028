"""Each interleaving of two: the second waits for the first, and then finds what the first has left."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from kalends.actions.bookings import series
from kalends.actions.bookings.change_state import change_booking_state, change_item_state, set_status
from kalends.actions.bookings.find import get_item
from kalends.actions.context import Context
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.refusals import Full, IllegalTransition, Refusal
from kalends.engine.time.recurrence import Recurrence
from tests.acts import Series, book_item, change, start_series, with_fields
from tests.desk import HOUR, SOON, claims, hour_of, lapse_all, made, make_occurrences, seat, visit
from tests.races.stage import Act, staged
from tests.world import World

OVER = timedelta(minutes=20)


def books(wished: BookingRequest) -> Act:
    return lambda ctx: book_item(ctx, wished)


def changes(item: Item, **fields: Any) -> Act:
    return lambda ctx: change(ctx, item.id, fields)


def does(verb: str, item: Item) -> Act:
    return lambda ctx: change_item_state(ctx, item.id, verb)


def later(act: Act) -> Act:
    """The same when holds are over."""
    return lambda ctx: act(msgspec.structs.replace(ctx, now=ctx.now + OVER))


def outcome(result: Any) -> str:
    return result.code if isinstance(result, Refusal) else result.item.state


async def test_create_and_create(clinic: World) -> None:
    _, second = await staged(clinic, books(visit(clinic)), books(visit(clinic)))
    assert isinstance(second, Full)
    assert [span.start for span in second.in_the_way] == [SOON]


async def test_create_and_create_when_the_first_is_undone(clinic: World) -> None:
    _, second = await staged(clinic, books(visit(clinic)), books(visit(clinic)), kept=False)
    assert outcome(second) == "confirmed"


async def test_create_and_create_of_different_people_do_not_wait(clinic: World) -> None:
    with_bo = visit(clinic, resource_id=clinic.bo)
    _, second = await staged(clinic, books(visit(clinic)), books(with_bo), waits=False)
    assert outcome(second) == "confirmed"


async def test_create_for_anybody_while_the_first_choice_is_being_taken(clinic: World) -> None:
    first, second = await staged(clinic, books(visit(clinic)), books(visit(clinic, resource_id=None)))
    assert (first.item.resource_id, second.item.resource_id) == (clinic.ada, clinic.bo)


@pytest.mark.parametrize("kept", [True, False])
async def test_create_and_move(clinic: World, kept: bool) -> None:
    item = await made(clinic, visit(clinic, starts_at=SOON + 2 * HOUR))
    _, second = await staged(clinic, books(visit(clinic)), changes(item, starts_at=SOON), kept=kept)
    assert outcome(second) == ("full" if kept else "confirmed")
    ((_, span, _),) = await claims(clinic, item)
    assert span.start == (SOON + 2 * HOUR if kept else SOON)


@pytest.mark.parametrize("kept", [True, False])
async def test_move_and_create_where_it_was(clinic: World, kept: bool) -> None:
    item = await made(clinic, visit(clinic))
    _, second = await staged(clinic, changes(item, starts_at=SOON + 2 * HOUR), books(visit(clinic)), kept=kept)
    assert outcome(second) == ("confirmed" if kept else "full")


@pytest.mark.parametrize("kept", [True, False])
async def test_move_away_and_create_with_whom_it_was(clinic: World, kept: bool) -> None:
    item = await made(clinic, visit(clinic))
    _, second = await staged(clinic, changes(item, resource_id=clinic.bo), books(visit(clinic)), kept=kept)
    assert outcome(second) == ("confirmed" if kept else "full")


async def test_move_and_move_to_one_time(clinic: World) -> None:
    one, two = [await made(clinic, visit(clinic, starts_at=SOON + hour * HOUR)) for hour in (1, 2)]
    _, second = await staged(clinic, changes(one, starts_at=SOON), changes(two, starts_at=SOON))
    assert outcome(second) == "full"


async def test_move_and_move_crossing(clinic: World) -> None:
    one = await made(clinic, visit(clinic))
    two = await made(clinic, visit(clinic, resource_id=clinic.bo, starts_at=SOON + HOUR))
    results = await staged(clinic, changes(one, resource_id=clinic.bo), changes(two, resource_id=clinic.ada))
    assert [result.item.resource_id for result in results] == [clinic.bo, clinic.ada]
    swapped = await staged(
        clinic, changes(two, starts_at=SOON, resource_id=clinic.bo), changes(one, starts_at=SOON + HOUR), waits=False
    )
    assert [outcome(result) for result in swapped] == ["full", "confirmed"]


async def test_two_changes_of_one_item_both_count(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    _, second = await staged(clinic, changes(item, title="New"), changes(item, notes="Gently"))
    assert (second.item.title, second.item.notes, second.item.revision) == ("New", "Gently", 2)
    _, third = await staged(clinic, lambda ctx: set_status(ctx, item.id, "no_show"), does("cancel", item))
    assert (third.item.state, third.item.status, third.item.revision) == ("cancelled", "no_show", 4)


async def test_two_changes_of_one_that_takes_nothing_both_count(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await change_item_state(clinic.ctx(), item.id, "cancel")
    _, second = await staged(clinic, changes(item, title="New"), changes(item, notes="Gently"))
    assert (second.item.title, second.item.notes, second.item.revision) == ("New", "Gently", 3)


@pytest.mark.parametrize("kept", [True, False])
async def test_the_whole_and_a_part(clinic: World, kept: bool) -> None:
    free = "full" if kept else "confirmed"
    whole, part = hour_of(clinic.hall), hour_of(clinic.left)
    assert outcome((await staged(clinic, books(whole), books(part), kept=kept))[1]) == free
    tomorrow = {"starts_at": SOON + 24 * HOUR, "ends_at": SOON + 25 * HOUR}
    whole, part = (with_fields(each, **tomorrow) for each in (whole, part))
    assert outcome((await staged(clinic, books(part), books(whole), kept=kept))[1]) == free


async def test_one_half_and_the_other(clinic: World) -> None:
    results = await staged(clinic, books(hour_of(clinic.left)), books(hour_of(clinic.right)))
    assert [outcome(result) for result in results] == ["confirmed", "confirmed"]


@pytest.mark.parametrize("verb", ["cancel", "decline", "remove"])
@pytest.mark.parametrize("kept", [True, False])
async def test_a_time_is_free_when_it_is_certain(clinic: World, verb: str, kept: bool) -> None:
    item = await made(clinic, visit(clinic, initiate=True))
    _, second = await staged(clinic, does(verb, item), books(visit(clinic)), kept=kept)
    assert outcome(second) == ("confirmed" if kept else "full")


@pytest.mark.parametrize("kept", [True, False])
async def test_a_seat_is_free_when_it_is_certain(clinic: World, kept: bool) -> None:
    yoga = await clinic.class_of(1)
    item = await made(clinic, seat(clinic, yoga))
    _, second = await staged(clinic, does("cancel", item), books(seat(clinic, yoga)), kept=kept)
    assert outcome(second) == ("confirmed" if kept else "full")


async def test_the_last_seat(clinic: World) -> None:
    yoga = await clinic.class_of(2)
    await made(clinic, seat(clinic, yoga))
    results = await staged(clinic, books(seat(clinic, yoga)), books(seat(clinic, yoga, customer_id=clinic.ola)))
    assert [outcome(result) for result in results] == ["confirmed", "full"]


async def test_a_seat_changed_for_the_last_in_another_class(clinic: World) -> None:
    full, other = await clinic.class_of(1), await clinic.class_of(1)
    item = await made(clinic, seat(clinic, other))
    results = await staged(clinic, books(seat(clinic, full)), changes(item, session_id=full))
    assert [outcome(result) for result in results] == ["confirmed", "full"]


async def test_verified_in_the_last_moment_it_does_not_expire(clinic: World) -> None:
    item = await made(clinic, visit(clinic, initiate=True))
    await staged(clinic, does("verify", item), lambda ctx: lapse_all(ctx.db, ctx.now + OVER), waits=False)
    assert (await get_item(clinic.ctx(), item.id)).item.state == "confirmed"
    assert len(await claims(clinic, item)) == 1


@pytest.mark.parametrize("verb", ["verify", "confirm"])
async def test_expired_by_the_job_it_is_not_confirmed_by_who_is_late(clinic: World, verb: str) -> None:
    item = await made(clinic, visit(clinic, initiate=True))
    _, second = await staged(clinic, lambda ctx: lapse_all(ctx.db, ctx.now + OVER), does(verb, item))
    assert isinstance(second, IllegalTransition)
    assert second.state == "verification_expired"


async def test_expired_by_the_next_customer_it_is_not_verified(clinic: World) -> None:
    item = await made(clinic, visit(clinic, initiate=True))
    results = await staged(clinic, later(books(visit(clinic))), does("verify", item))
    assert [outcome(result) for result in results] == ["confirmed", "illegal_transition"]


async def test_verified_first_it_is_not_the_next_customers(clinic: World) -> None:
    item = await made(clinic, visit(clinic, initiate=True))
    results = await staged(clinic, does("verify", item), later(books(visit(clinic))))
    assert [outcome(result) for result in results] == ["confirmed", "full"]
    assert len(await claims(clinic, item)) == 1


async def test_a_held_seat_that_is_over_goes_to_one_of_two(clinic: World) -> None:
    yoga = await clinic.class_of(1)
    held = await made(clinic, seat(clinic, yoga, initiate=True))
    results = await staged(clinic, later(books(seat(clinic, yoga))), does("verify", held))
    assert [outcome(result) for result in results] == ["confirmed", "illegal_transition"]


@pytest.mark.parametrize("kept", [True, False])
async def test_one_new_customer_books_twice(clinic: World, kept: bool) -> None:
    new: Mapping[str, Any] = {"first_name": "Liv", "phone": "40 40 40 40"}
    asked = [visit(clinic, resource_id=who, customer_id=None, customer=new) for who in (clinic.ada, clinic.bo)]
    one, two = await staged(clinic, books(asked[0]), books(asked[1]), kept=kept)
    assert (two.customer.id == one.customer.id) == kept
    assert two.item.customer_id == two.customer.id


@pytest.mark.parametrize("kept", [True, False])
async def test_one_new_customer_books_and_takes_over(clinic: World, kept: bool) -> None:
    new = {"first_name": "Liv", "phone": "40 40 40 40"}
    item = await made(clinic, visit(clinic, resource_id=clinic.bo))
    asked = visit(clinic, customer_id=None, customer=new)
    one, two = await staged(clinic, books(asked), changes(item, customer=new), kept=kept)
    assert (two.customer.id == one.customer.id) == kept


async def begun(clinic: World) -> tuple[str, int]:
    asked = Series(visit(clinic), Recurrence(rrule="FREQ=DAILY;COUNT=3"))
    uid = await start_series(clinic.ctx(), asked)
    booking_id = await clinic.db.fetchval(
        "select id from booking where account_id = $1 and uid = $2::text::uuid", clinic.account.id, uid
    )
    return uid, booking_id


async def test_a_series_cancelled_while_it_is_made(clinic: World) -> None:
    uid, booking_id = await begun(clinic)

    async def make(ctx: Context) -> int:
        return await make_occurrences(ctx, booking_id)

    settled, ended = await staged(clinic, make, lambda ctx: change_booking_state(ctx, uid, "cancel"))
    assert (settled, [entry.item.state for entry in ended]) == (3, 3 * ["cancelled"])


async def test_a_series_made_while_it_is_cancelled(clinic: World) -> None:
    uid, booking_id = await begun(clinic)
    ended, settled = await staged(
        clinic,
        lambda ctx: change_booking_state(ctx, uid, "cancel"),
        lambda ctx: series.make_occurrence(ctx, booking_id, SOON),
        waits=False,
    )
    assert (ended, settled) == ([], False)
    assert {each.outcome for each in await series.outcomes(clinic.ctx(), uid)} == {"withdrawn"}
