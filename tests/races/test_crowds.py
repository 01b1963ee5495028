"""Sixty-four at one time: as many win as there is room for, and the others are told why not, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.services import add_service
from kalends.actions.context import Context, transaction
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import Full, IllegalTransition
from kalends.engine.time.recurrence import Recurrence
from kalends.store.laws import is_overfull
from tests.acts import Series, book_item, change, start_series
from tests.desk import HOUR, SOON, claims, hour_of, made, make_occurrences, seat, visit
from tests.races.stage import at_once, lost, won
from tests.world import NOW, World

CROWD = 64
OVER = timedelta(minutes=20)
SLOT = timedelta(minutes=15)


@pytest.mark.parametrize("picked", [False, True])
async def test_one_place(clinic: World, picked: bool) -> None:
    asked = visit(clinic, **({"resource_id": None} if picked else {}))
    results = await at_once([book_item(clinic.ctx(), asked) for _ in range(CROWD)])
    assert sorted(entry.item.resource_id or 0 for entry in won(results)) == [clinic.ada, clinic.bo][: 1 + picked]
    assert lost(results) == {Full}


async def test_the_last_three_of_ten_seats(clinic: World) -> None:
    yoga = await clinic.class_of(10)
    for _ in range(7):
        await made(clinic, seat(clinic, yoga))
    results = await at_once([book_item(clinic.ctx(), seat(clinic, yoga)) for _ in range(CROWD)])
    assert (len(won(results)), lost(results)) == (3, {Full})


async def test_the_last_three_of_ten_chairs(clinic: World) -> None:
    chairs = await add_resource(clinic.ctx(), ResourcePatch(title="Chairs", kind="inventory", capacity=10))
    await made(clinic, hour_of(chairs.id, units=7))
    shifted = [hour_of(chairs.id, SOON + turn % 3 * SLOT) for turn in range(CROWD)]
    results = await at_once([book_item(clinic.ctx(), asked) for asked in shifted])
    assert lost(results) == {Full}
    assert 3 <= len(won(results)) <= 5
    assert not await is_overfull(clinic.db, clinic.account.id, chairs.id, NOW)
    at_noon = await clinic.db.fetchval(
        "select sum(units) from claim where resource_id = $1 and span @> $2::timestamptz",
        chairs.id,
        SOON + HOUR - timedelta(seconds=1),
    )
    assert at_noon == 10


async def test_the_hall_against_its_halves(clinic: World) -> None:
    parts = [clinic.hall, clinic.left, clinic.right]
    for day in range(4):
        asked = [hour_of(parts[(turn + day) % 3], SOON + day * 24 * HOUR) for turn in range(CROWD)]
        results = await at_once([book_item(clinic.ctx(), each) for each in asked])
        taken = sorted(entry.item.resource_id or 0 for entry in won(results))
        assert taken in ([clinic.hall], sorted([clinic.left, clinic.right]))
        assert lost(results) == {Full}
    assert not await is_overfull(clinic.db, clinic.account.id, clinic.hall, NOW)


async def test_two_people_in_opposite_order(clinic: World) -> None:
    sides = (clinic.ada, clinic.bo)
    asked = [(hour_of(sides[turn % 2], SOON + turn * HOUR), sides[(turn + 1) % 2]) for turn in range(CROWD)]
    items = [(await made(clinic, each), other) for each, other in asked]
    for _ in range(2):
        results = await at_once([change(clinic.ctx(), item.id, {"resource_id": to}) for item, to in items])
        assert len(won(results)) == CROWD
        items = [(item, item.resource_id or 0) for item, _ in items]


async def test_a_swap_that_nobody_can_make(clinic: World) -> None:
    with_ada = await made(clinic, visit(clinic))
    with_bo = await made(clinic, visit(clinic, resource_id=clinic.bo))
    moves = [(with_ada, clinic.bo), (with_bo, clinic.ada)] * (CROWD // 2)
    results = await at_once([change(clinic.ctx(), item.id, {"resource_id": to}) for item, to in moves])
    assert (won(results), lost(results)) == ([], {Full})


async def test_moves_against_creates(clinic: World) -> None:
    items = [await made(clinic, visit(clinic, starts_at=SOON + turn * HOUR)) for turn in range(1, CROWD // 2 + 1)]
    moves = [change(clinic.ctx(), item.id, {"starts_at": SOON}) for item in items]
    creates = [book_item(clinic.ctx(), visit(clinic)) for _ in items]
    results = await at_once([act for pair in zip(moves, creates, strict=True) for act in pair])
    assert (len(won(results)), lost(results)) == (1, {Full})
    assert not await is_overfull(clinic.db, clinic.account.id, clinic.ada, NOW)


async def test_moves_into_the_place_that_another_leaves(clinic: World) -> None:
    items = [await made(clinic, visit(clinic, starts_at=SOON + turn * HOUR)) for turn in range(CROWD)]
    results = await at_once([change(clinic.ctx(), item.id, {"starts_at": item.starts_at - HOUR}) for item in items])
    assert len(won(results)) >= 1
    assert lost(results) <= {Full}
    assert not await is_overfull(clinic.db, clinic.account.id, clinic.ada, NOW)
    assert [len(await claims(clinic, item)) for item in items] == CROWD * [1]


async def test_two_held_bookings_are_not_both_confirmed(clinic: World) -> None:
    late = clinic.now + OVER
    one = await made(clinic, visit(clinic, initiate=True))
    two = await made(clinic, visit(clinic, initiate=True, expires_at=late + OVER), late)
    asked = [(one, clinic.now), (two, late), (two, clinic.now), (one, late)] * (CROWD // 4)
    results = await at_once([change_item_state(clinic.ctx(now), item.id, "confirm") for item, now in asked])
    assert [entry.item.id for entry in won(results)] == [two.id]
    assert lost(results) == {IllegalTransition}
    assert (await claims(clinic, one), len(await claims(clinic, two))) == ([], 1)


async def test_the_old_hold_is_confirmed_or_the_new_one_made(clinic: World) -> None:
    held = await made(clinic, visit(clinic, initiate=True))
    ctx, late = clinic.ctx(), clinic.ctx(clinic.now + OVER)
    turns = [
        change_item_state(ctx, held.id, "confirm") if turn % 2 else book_item(late, visit(clinic, initiate=True))
        for turn in range(CROWD)
    ]
    results = await at_once(turns)
    assert len(won(results)) == 1
    assert lost(results) <= {Full, IllegalTransition}


async def pending(clinic: World, **fields: Any) -> int:
    """A series of two, tomorrow and the day after, that nobody has begun to make; the id of its booking."""
    rule = Recurrence(rrule="FREQ=DAILY;COUNT=2")
    uid = await start_series(clinic.ctx(), Series(visit(clinic, **fields), rule))
    booking_id: int = await clinic.db.fetchval(
        "select id from booking where account_id = $1 and uid = $2::text::uuid", clinic.account.id, uid
    )
    return booking_id


async def settled(clinic: World, booking_ids: list[int]) -> list[str]:
    rows = await clinic.db.fetch(
        "select outcome, refusal from occurrence where account_id = $1 and booking_id = any ($2)",
        clinic.account.id,
        booking_ids,
    )
    assert [row["refusal"] for row in rows if row["outcome"] == "refused"] == [
        {"code": "full"} for row in rows if row["outcome"] == "refused"
    ]
    return sorted(row["outcome"] for row in rows)


async def test_the_last_occurrence_of_two_series(clinic: World) -> None:
    booking_ids = [await pending(clinic) for _ in range(2)]
    made_by = [make_occurrences(clinic.ctx(), booking_ids[turn % 2]) for turn in range(8)]
    assert sum(await at_once(made_by)) == 4
    assert await settled(clinic, booking_ids) == ["made", "made", "refused", "refused"]


async def test_series_of_whoever_is_free_against_moves(clinic: World) -> None:
    """The first choice comes later in the order of locks: only one of both may be waited for at a time."""
    late = await add_resource(clinic.ctx(), ResourcePatch(title="Eve", position=-1))
    talk = await add_service(clinic.ctx(), ServicePatch(title="Talk"), [clinic.ada, late.id])
    fields = {"service_id": talk.id, "resource_id": None}
    booking_ids = [await pending(clinic, **fields) for _ in range(12)]
    items = [await made(clinic, hour_of(clinic.ada, SOON - (turn + 2) * HOUR)) for turn in range(12)]

    async def there_and_back(item: Item) -> ItemView:
        await change(clinic.ctx(), item.id, {"resource_id": late.id})
        return await change(clinic.ctx(), item.id, {"resource_id": clinic.ada})

    results = await at_once(
        [*(make_occurrences(clinic.ctx(), each) for each in booking_ids), *(there_and_back(i) for i in items)]
    )
    assert (results[:12], len(won(results[12:]))) == (12 * [2], 12)
    assert await settled(clinic, booking_ids) == 4 * ["made"] + 20 * ["refused"]


async def test_one_new_customer_books_everything(clinic: World) -> None:
    new = {"first_name": "Liv", "email": "liv@example.org"}
    asked = [visit(clinic, customer_id=None, customer=new, starts_at=SOON + turn * HOUR) for turn in range(CROWD)]
    results = await at_once([book_item(clinic.ctx(), each) for each in asked])
    assert len(won(results)) == CROWD
    assert len({entry.item.customer_id for entry in won(results)}) == 1


async def test_bookings_of_two_in_one_transaction(clinic: World) -> None:
    """What a refused booking locked is let go of, though its transaction goes on."""
    await made(clinic, visit(clinic))
    await made(clinic, visit(clinic, resource_id=clinic.bo))

    async def both(ctx: Context, first: int, second: int) -> None:
        async with transaction(ctx) as tx:
            for who in (first, second):
                with pytest.raises(Full):
                    await book_item(tx, visit(clinic, resource_id=who))

    orders = [(clinic.ada, clinic.bo), (clinic.bo, clinic.ada)] * (CROWD // 2)
    assert await at_once([both(clinic.ctx(), *order) for order in orders]) == CROWD * [None]
