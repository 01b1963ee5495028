"""Whole bookings against each other and against single ones: one wins, and of the other nothing is left."""

from typing import Any

import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.engine.bookings.patch import NewTimes, RequestedResource
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.catalog.extra import Extra
from kalends.engine.refusals import Full
from kalends.store.laws import is_overfull
from tests.acts import book_item, book_whole, change_booking, whole
from tests.desk import DAY, HOUR, SOON, claims, counted, hour_of, made, mornings, shifted
from tests.races.stage import Act, at_once, staged
from tests.world import NOW, World


def order(*places: RequestedResource, days: int = 1) -> BookingRequest:
    return whole(resources=places, times=mornings(days))


def orders(*places: int, days: int = 1) -> Act:
    return lambda ctx: book_whole(ctx, order(*map(RequestedResource, places), days=days))


def with_projectors(clinic: World, resource_id: int, units: int) -> Act:
    place = RequestedResource(resource_id, (Extra(units, resource_id=clinic.projectors),))
    return lambda ctx: book_whole(ctx, order(place))


def changes(of: BookingWithItems, **fields: Any) -> Act:
    return lambda ctx: change_booking(ctx, of.booking.id, fields)


async def only(clinic: World, winner: Any) -> bool:
    """Whether the account has nothing but what the winner wrote."""
    rows, entries = await counted(clinic), winner.items
    taken = [len(await claims(clinic, entry.item)) for entry in entries]
    return (rows["booking"], rows["item"], rows["claim"]) == (1, len(entries), sum(taken))


async def test_two_halls_in_opposite_order(clinic: World) -> None:
    one, two = orders(clinic.left, clinic.ada), orders(clinic.ada, clinic.left)
    first, second = await staged(clinic, one, two)
    assert isinstance(second, Full)
    assert await only(clinic, first)


async def test_two_halls_in_opposite_order_when_the_first_is_undone(clinic: World) -> None:
    one, two = orders(clinic.left, clinic.ada), orders(clinic.ada, clinic.left)
    _, second = await staged(clinic, one, two, kept=False)
    assert isinstance(second, BookingWithItems)
    assert await only(clinic, second)


@pytest.mark.parametrize("turned", [False, True])
async def test_the_hall_against_its_part(clinic: World, turned: bool) -> None:
    acts = orders(clinic.hall, days=3), orders(clinic.left, clinic.ada, days=3)
    first, second = await staged(clinic, *(acts[::-1] if turned else acts))
    assert isinstance(second, Full)
    assert (second.which, second.in_the_way) == (clinic.hall if turned else clinic.left, mornings())
    assert await only(clinic, first)


async def test_the_last_two_projectors(clinic: World) -> None:
    acts = [with_projectors(clinic, which, 2) for which in (clinic.left, clinic.right)]
    first, second = await staged(clinic, *acts)
    assert isinstance(second, Full)
    assert second.which == clinic.projectors
    assert await only(clinic, first)


@pytest.mark.parametrize("turned", [False, True])
async def test_fifty_days_against_the_last_of_them(clinic: World, turned: bool) -> None:
    last = hour_of(clinic.left, SOON + 49 * DAY)
    fifty = orders(clinic.left, days=50)
    acts: list[Act] = [fifty, lambda ctx: book_item(ctx, last)]
    first, second = await staged(clinic, *(acts[::-1] if turned else acts))
    assert isinstance(second, Full)
    assert (await counted(clinic))["item"] == (1 if turned else 50)
    assert hasattr(first, "item") == turned


async def test_two_moves_to_one_place(clinic: World) -> None:
    one, two = [
        await book_whole(clinic.ctx(), order(RequestedResource(which), days=3)) for which in (clinic.left, clinic.ada)
    ]
    places = (RequestedResource(clinic.sauna), RequestedResource(clinic.bo))
    _, second = await staged(clinic, changes(one, resources=places), changes(two, resources=places))
    assert isinstance(second, Full)
    assert [len(await claims(clinic, entry.item)) for entry in two.items] == 3 * [1]


async def test_two_changes_of_one_booking_both_count(clinic: World) -> None:
    made_ = await book_whole(clinic.ctx(), order(RequestedResource(clinic.left), days=3))
    wider = changes(made_, resources=(RequestedResource(clinic.left), RequestedResource(clinic.right)), title="Fair")
    _, second = await staged(clinic, changes(made_, times=mornings(5)), wider)
    assert ([entry.item.title for entry in second.items], (await counted(clinic))["claim"]) == (10 * ["Fair"], 10)


async def test_a_change_while_one_item_is_called_off(clinic: World) -> None:
    made_ = await book_whole(clinic.ctx(), order(RequestedResource(clinic.left), days=3))
    item = made_.items[1].item
    _, second = await staged(
        clinic,
        lambda ctx: change_item_state(ctx, item.id, "cancel"),
        changes(made_, resources=(RequestedResource(clinic.right),)),
    )
    assert [entry.item.state for entry in second.items] == ["confirmed", "cancelled", "confirmed"]
    assert await claims(clinic, item) == []


async def test_a_draft_is_confirmed_where_it_is_while_another_takes_its_place(clinic: World) -> None:
    """It claims nothing yet, but the trees that it is going to claim are held before anything else."""
    both = whole(
        resources=(RequestedResource(clinic.left), RequestedResource(clinic.ada)), times=mornings(), state="draft"
    )
    one, two = [await book_whole(clinic.ctx(), both) for _ in range(2)]
    _, second = await staged(clinic, changes(one, state="confirmed"), changes(two, state="confirmed"))
    assert isinstance(second, Full)


async def test_a_crowd_in_all_orders(clinic: World) -> None:
    places = [clinic.left, clinic.right, clinic.ada, clinic.bo]
    asked = [order(*map(RequestedResource, places[turn:] + places[:turn]), days=5) for turn in range(4)] * 3
    results = await at_once([book_whole(clinic.ctx(), each) for each in asked])
    won = [result for result in results if isinstance(result, BookingWithItems)]
    assert (len(won), {type(result) for result in results}) == (1, {BookingWithItems, Full})
    assert await only(clinic, won[0])


async def test_a_crowd_changes_while_a_crowd_books(clinic: World) -> None:
    hours = (tuple(shifted(span, turn * HOUR) for span in mornings(3)) for turn in range(4))
    fixed = [
        await book_whole(clinic.ctx(), whole(resources=(RequestedResource(clinic.sauna),), times=spans))
        for spans in hours
    ]
    wanted = (RequestedResource(clinic.left), RequestedResource(clinic.ada))
    moves = [
        change_booking(clinic.ctx(), each.booking.id, {"resources": wanted, "times": mornings(3)}) for each in fixed
    ]
    books = [book_whole(clinic.ctx(), order(*wanted[::-1], days=3)) for _ in range(4)]
    singles = [made(clinic, hour_of(clinic.ada, SOON + turn * DAY)) for turn in range(3)]
    results = await at_once([*moves, *books, *singles])
    assert {type(result) for result in results} >= {Full}
    for root in (clinic.hall, clinic.ada, clinic.sauna):
        assert not await is_overfull(clinic.db, clinic.account.id, root, NOW)


async def test_two_changes_of_times_add_up(clinic: World) -> None:
    there = await book_whole(clinic.ctx(), order(RequestedResource(clinic.left)))
    days = (SOON + DAY).date()
    later = changes(there, times=NewTimes(first=days, last=days))
    longer = changes(there, times=NewTimes(until_minute=13 * 60))
    _, second = await staged(clinic, later, longer)
    assert isinstance(second, BookingWithItems)
    assert [(entry.item.starts_at, entry.item.ends_at) for entry in second.items] == [
        (SOON + DAY, SOON + DAY + 2 * HOUR)
    ]
