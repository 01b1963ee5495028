"""Locks are taken in one order, whatever the order in which things are named: nobody waits for who waits for them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from kalends.actions.bookings import series
from kalends.actions.bookings.change_state import change_booking_state, change_item_state
from kalends.actions.context import Context
from kalends.engine.time.recurrence import Recurrence
from kalends.store.bookings.occurrences import take_pending
from kalends.store.commit import lock
from tests.acts import Series, start_series
from tests.desk import DAY, SOON, hour_of, made, visit
from tests.races.stage import Act, resumed, staged
from tests.world import World

Pair = Callable[[World], Awaitable[list[int]]]


async def items(clinic: World) -> list[int]:
    """Two that take nothing, so that nothing but they themselves can be locked."""
    both = [(await made(clinic, hour_of(clinic.ada, SOON + turn * DAY))).id for turn in range(2)]
    for one in both:
        await change_item_state(clinic.ctx(), one, "cancel")
    return both


async def sessions(clinic: World) -> list[int]:
    return [await clinic.class_of(5) for _ in range(2)]


async def resources(clinic: World) -> list[int]:
    return [clinic.ada, clinic.bo]


def locks(**named: Any) -> Act:
    return lambda ctx: lock(ctx.db, ctx.account.id, ctx.now, **named)


@pytest.mark.parametrize("pair", [items, sessions, resources])
async def test_the_second_waits_for_the_first(clinic: World, pair: Pair) -> None:
    one, _ = await pair(clinic)
    await staged(clinic, locks(**{pair.__name__: [one]}), locks(**{pair.__name__: [one]}))


@pytest.mark.parametrize("pair", [items, sessions, resources])
@pytest.mark.parametrize("turned", [False, True])
async def test_who_waits_for_the_lower_does_not_hold_the_higher(clinic: World, pair: Pair, turned: bool) -> None:
    one, two = await pair(clinic)
    both = [two, one] if turned else [one, two]
    kind = pair.__name__
    await resumed(clinic, locks(**{kind: [one]}), locks(**{kind: both}), locks(**{kind: [two]}))


async def test_a_series_is_ended_while_its_next_time_is_made(clinic: World) -> None:
    """Its first time is there already, and holds what the next one takes; so the order is held before either."""
    uid = await start_series(clinic.ctx(), Series(visit(clinic), Recurrence(rrule="FREQ=DAILY;COUNT=3")))
    booking_id = await clinic.db.fetchval(
        "select id from booking where account_id = $1 and uid = $2::text::uuid", clinic.account.id, uid
    )
    await series.make_occurrence(clinic.ctx(), booking_id, SOON)
    following = SOON + DAY

    async def begins(ctx: Context) -> object:
        return await take_pending(ctx.db, ctx.account.id, booking_id, following)

    async def ends(ctx: Context) -> Any:
        return await change_booking_state(ctx, uid, "cancel")

    async def makes(ctx: Context) -> bool:
        return await series.make_occurrence(ctx, booking_id, following)

    ended, settled = await resumed(clinic, begins, ends, makes)
    assert settled
    assert [entry.item.state for entry in ended] == ["cancelled", "cancelled"]
