"""One item of a series changed: it alone, it and the later ones, or all; and what is still to be made with them."""

from datetime import timedelta

import pytest

from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.series import occurrences
from kalends.engine.bookings.patch import ItemPatch, Scope
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import Full
from kalends.engine.time.clock import to_wall
from kalends.engine.time.recurrence import Recurrence
from tests.acts import Series, start_series
from tests.desk import DAY, HOUR, SOON, counted, hour_of, made, make_occurrences, sent, visit
from tests.world import World


async def weekly(clinic: World, made_of_four: int = 4) -> str:
    """Four Mondays in March 2027, of which so many are made; the clocks go forward before the last."""
    uid = await start_series(clinic.ctx(), Series(visit(clinic, title="Back"), Recurrence("FREQ=WEEKLY;COUNT=5")))
    booking_id = await clinic.db.fetchval("select id from booking where uid = $1::text::uuid", uid)
    await make_occurrences(clinic.ctx(), booking_id, made_of_four)
    return uid


def walls(clinic: World, views: list[ItemView]) -> list[str]:
    return [f"{to_wall(view.item.starts_at, clinic.ctx().zone):%d %H:%M}" for view in views]


@pytest.mark.parametrize(
    ("scope", "starts"),
    [
        ("this", ["01 11:00", "08 12:00", "15 11:00", "22 11:00", "29 11:00"]),
        ("following", ["01 11:00", "08 12:00", "15 12:00", "22 12:00", "29 12:00"]),
        ("all", ["01 12:00", "08 12:00", "15 12:00", "22 12:00", "29 12:00"]),
    ],
)
async def test_a_move_on_the_wall_clock(clinic: World, scope: Scope, starts: list[str]) -> None:
    uid = await weekly(clinic, 5)
    views = await occurrences(clinic.ctx(), uid)
    second = views[1].item
    await change_item(clinic.ctx(), second.id, ItemPatch(starts_at=second.starts_at + HOUR), scope=scope)
    assert walls(clinic, await occurrences(clinic.ctx(), uid)) == starts


async def test_words_of_all(clinic: World) -> None:
    uid = await weekly(clinic, 5)
    first, *_ = await occurrences(clinic.ctx(), uid)
    await change_item(clinic.ctx(), first.item.id, ItemPatch(title="Neck", customer_id=clinic.ola), scope="all")
    after = await occurrences(clinic.ctx(), uid)
    assert {(view.item.title, view.item.customer_id) for view in after} == {("Neck", clinic.ola)}
    assert {view.item.revision for view in after} == {1}


async def test_all_or_nothing(clinic: World) -> None:
    uid = await weekly(clinic, 5)
    first, *_ = await occurrences(clinic.ctx(), uid)
    await made(clinic, hour_of(clinic.ada, SOON + 14 * DAY + HOUR))
    before = await counted(clinic)
    with pytest.raises(Full):
        await change_item(clinic.ctx(), first.item.id, ItemPatch(starts_at=SOON + HOUR), scope="all")
    assert await counted(clinic) == before
    assert walls(clinic, await occurrences(clinic.ctx(), uid))[0] == "01 11:00"


async def test_what_is_still_to_be_made_moves_along(clinic: World) -> None:
    uid = await weekly(clinic, 2)
    first, *_ = await occurrences(clinic.ctx(), uid)
    patch = ItemPatch(starts_at=SOON + DAY, title="Neck")
    await change_item(clinic.ctx(), first.item.id, patch, scope="all")
    await make_occurrences(clinic.ctx(), first.item.booking_id)
    after = await occurrences(clinic.ctx(), uid)
    assert walls(clinic, after) == ["02 11:00", "09 11:00", "16 11:00", "23 11:00", "30 11:00"]
    assert {view.item.title for view in after} == {"Neck"}


async def test_one_message_for_all(clinic: World) -> None:
    uid = await weekly(clinic, 5)
    first, *_ = await occurrences(clinic.ctx(), uid)
    before = len(await sent(clinic))
    await change_item(clinic.ctx(), first.item.id, ItemPatch(starts_at=SOON + timedelta(hours=2)), scope="all")
    assert len(await sent(clinic)) - before <= 1
    assert (await get_item(clinic.ctx(), first.item.id)).item.starts_at == SOON + timedelta(hours=2)
