"""Series by the id of their booking: one occurrence, the following ones, or all."""

from datetime import timedelta

import pytest

from kalends.actions.bookings.recurring import Series, cancel_series, change_series, get_series, start_recurring
from kalends.engine.bookings.cancellation import Cancellation
from kalends.engine.bookings.patch import ItemPatch, Scope
from kalends.engine.refusals import Full, NotFound
from kalends.engine.time.recurrence import Recurrence
from tests.desk import DAY, HOUR, SOON, made, make_occurrences, new_york, visit
from tests.world import World, at_sites

DAILY = Recurrence("FREQ=DAILY;COUNT=4")


async def begun(clinic: World, most: int | None = None) -> Series:
    """Four visits, as many of which are made."""
    series = await start_recurring(clinic.ctx(), visit(clinic), DAILY)
    await make_occurrences(clinic.ctx(), series.booking.id, most)
    return await get_series(clinic.ctx(), series.booking.id)


def starts(series: Series) -> list[timedelta]:
    return [outcome.starts_at - SOON for outcome in series.outcomes]


def states(series: Series) -> list[str]:
    return [view.item.state for view in series.items]


async def test_each_occurrence_has_an_outcome(clinic: World) -> None:
    await made(clinic, visit(clinic, starts_at=SOON + DAY))
    series = await begun(clinic)
    assert [outcome.outcome for outcome in series.outcomes] == ["made", "refused", "made", "made"]
    assert series.outcomes[1].refusal == {"code": "full"}
    assert [outcome.item_id for outcome in series.outcomes if outcome.item_id] == [
        view.item.id for view in series.items
    ]
    assert series.time_zone == "Europe/Oslo"


async def test_a_series_elsewhere_recurs_by_the_clock_there(clinic: World) -> None:
    asked = visit(clinic, resource_id=await new_york(clinic), service_id=None, ends_at=SOON + HOUR)
    series = await start_recurring(clinic.ctx(), asked, DAILY)
    assert (series.time_zone, series.items) == ("America/New_York", ())


@pytest.mark.parametrize(("scope", "moved"), [("this", [1]), ("following", [1, 2, 3]), ("all", [0, 1, 2, 3])])
async def test_this_the_following_or_all_are_moved(clinic: World, scope: Scope, moved: list[int]) -> None:
    series = await begun(clinic)
    second = series.items[1].item
    patch = ItemPatch(starts_at=second.starts_at + HOUR)
    after = await change_series(clinic.ctx(), series.booking.id, patch, scope=scope, item_id=second.id)
    expected = [SOON + turn * DAY + (HOUR if turn in moved else timedelta()) for turn in range(4)]
    assert [view.item.starts_at for view in after.items] == expected


async def test_what_is_still_to_be_made_moves_along(clinic: World) -> None:
    series = await begun(clinic, most=2)
    after = await change_series(clinic.ctx(), series.booking.id, ItemPatch(starts_at=SOON + HOUR))
    assert [outcome.outcome for outcome in after.outcomes] == ["made", "made", "pending", "pending"]
    assert starts(after)[2:] == [2 * DAY + HOUR, 3 * DAY + HOUR]


async def test_all_move_or_none(clinic: World) -> None:
    series = await begun(clinic)
    await made(clinic, visit(clinic, starts_at=SOON + 3 * DAY + HOUR))
    with pytest.raises(Full):
        await change_series(clinic.ctx(), series.booking.id, ItemPatch(starts_at=SOON + HOUR))
    assert [view.item.starts_at for view in (await get_series(clinic.ctx(), series.booking.id)).items] == [
        SOON + turn * DAY for turn in range(4)
    ]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("this", ["confirmed", "cancelled", "confirmed"]),
        ("following", ["confirmed", "cancelled", "cancelled"]),
        ("all", ["cancelled", "cancelled", "cancelled"]),
    ],
)
async def test_this_the_following_or_all_are_cancelled(clinic: World, scope: Scope, expected: list[str]) -> None:
    series = await begun(clinic, most=3)
    second = series.items[1].item.id
    why = Cancellation(reason="Ill")
    after = await cancel_series(clinic.ctx(), series.booking.id, why, scope=scope, item_id=second)
    assert states(after) == expected
    assert after.items[1].item.cancellation_reason == "Ill"
    assert after.outcomes[3].outcome == ("pending" if scope == "this" else "withdrawn")


async def test_only_a_series_is_one_and_only_its_items_are_of_it(clinic: World) -> None:
    single = await made(clinic, visit(clinic, starts_at=SOON + 9 * DAY))
    with pytest.raises(NotFound):
        await get_series(clinic.ctx(), single.booking_id)
    series = await begun(clinic)
    with pytest.raises(NotFound):
        await change_series(clinic.ctx(), series.booking.id, ItemPatch(title="No"), scope="this", item_id=single.id)
    elsewhere = at_sites(clinic.ctx(), frozenset({clinic.site + 10**6}))
    with pytest.raises(NotFound):
        await get_series(elsewhere, series.booking.id)
