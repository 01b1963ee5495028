"""Bookings as lists: which of them, and which of their items."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalends.actions.bookings import find
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.find import get_booking, get_bookings, get_each_booking, list_bookings
from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.sites import add_site
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.bookings.queries import BookingQuery
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.query import Page
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.engine.time.span import Span
from kalends.store.db import Db
from tests.acts import book_whole, change, change_booking, whole
from tests.desk import DAY, HOUR, SOON, hour_of, made, seat, statements_of, visit
from tests.world import NOW, World, at_sites, open_clinic

MIDNIGHT = NOW - timedelta(hours=10)
"""Monday 00:00 in Oslo."""


async def placed(clinic: World, resource_id: int, *spans: Span, **fields: Any) -> BookingWithItems:
    fair = whole(resources=(RequestedResource(resource_id),), times=spans or (Span(SOON, SOON + HOUR),), **fields)
    return await book_whole(clinic.ctx(), fair)


async def listed(clinic: World, **asked: Any) -> Page[BookingWithItems]:
    return await list_bookings(clinic.ctx(), BookingQuery(**asked))


async def ids(clinic: World, **asked: Any) -> list[int]:
    page = await listed(clinic, **asked)
    assert page.total == len(page.rows)
    return [row.booking.id for row in page.rows]


def days(first: int, count: int = 1) -> dict[str, Any]:
    """So many days from one on, as they are asked for."""
    return {"first": NOW.date() + first * DAY, "last": NOW.date() + (first + count - 1) * DAY}


async def test_bookings_of_all_doors_are_listed_in_order(clinic: World) -> None:
    first = await placed(clinic, clinic.left, customer_id=clinic.ola)
    massage = await made(clinic, visit(clinic))
    yoga = await made(clinic, seat(clinic, await clinic.class_of(2)))
    assert await ids(clinic) == [first.booking.id, massage.booking_id]
    assert yoga.booking_id not in await ids(clinic)
    rows = (await listed(clinic)).rows
    assert [row.customer and row.customer.id for row in rows] == [clinic.ola, clinic.kari]
    assert rows[0] == await get_booking(clinic.ctx(), first.booking.id) == first


async def test_the_customer_is_who_the_items_are_for(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(), item.id, {"customer_id": clinic.ola})
    (row,) = (await listed(clinic)).rows
    assert row.customer
    assert (row.customer.id, row.booking.customer_id) == (clinic.ola, clinic.ola)


async def test_a_window_shows_what_lies_in_it(clinic: World) -> None:
    spans = [Span(SOON + turn * DAY, SOON + turn * DAY + HOUR) for turn in range(3)]
    first = await placed(clinic, clinic.left, *spans)
    (row,) = (await listed(clinic, **days(1, 2))).rows
    assert (row.booking.id, [entry.item.starts_at for entry in row.items]) == (
        first.booking.id,
        [span.start for span in spans[1:]],
    )
    assert row.items[0].siblings == 3


async def test_what_lasts_for_days_is_found_on_each(clinic: World) -> None:
    long = await placed(clinic, clinic.left, Span(SOON, SOON + 40 * DAY))
    dropped = await placed(clinic, clinic.right, Span(SOON, SOON + 40 * DAY), state="draft")
    for day in (0, 1, 20, 40):
        assert await ids(clinic, **days(day)) == [long.booking.id, dropped.booking.id]
    assert await ids(clinic, **days(41)) == await ids(clinic, **days(-1)) == []


async def test_a_resource_means_its_parts_too(clinic: World) -> None:
    left = await placed(clinic, clinic.left)
    sauna = await placed(clinic, clinic.sauna)
    assert await ids(clinic, resource_ids=(clinic.hall,)) == [left.booking.id]
    assert await ids(clinic, resource_ids=(clinic.left, clinic.sauna)) == [left.booking.id, sauna.booking.id]
    assert await ids(clinic, resource_ids=(clinic.right,)) == await ids(clinic, resource_ids=()) == []


async def test_states(clinic: World) -> None:
    draft = await placed(clinic, clinic.left, state="draft")
    live = await placed(clinic, clinic.right)
    gone = await placed(clinic, clinic.ada)
    await change_item_state(clinic.ctx(), gone.items[0].item.id, "remove")
    assert await ids(clinic) == [draft.booking.id, live.booking.id]
    assert await ids(clinic, states=("draft",)) == [draft.booking.id]
    assert await ids(clinic, states=("deleted",)) == []


async def test_a_hold_that_is_over_is_over(db: Db) -> None:
    clinic = await open_clinic(db, verification="email")
    item = await made(clinic, visit(clinic, initiate=True))
    late = clinic.ctx(NOW + HOUR)
    for states, found in ((("awaiting_verification",), 0), (("verification_expired",), 1)):
        assert (await list_bookings(late, BookingQuery(states=states))).total == found
    assert await ids(clinic, states=("awaiting_verification",)) == [item.booking_id]


async def test_pages(clinic: World) -> None:
    made_ids = [
        (await placed(clinic, clinic.left, Span(SOON + turn * DAY, SOON + turn * DAY + HOUR))).booking.id
        for turn in range(5)
    ]
    page = await listed(clinic, limit=2, offset=2)
    assert ([row.booking.id for row in page.rows], page.total) == (made_ids[2:4], 5)
    beyond = await listed(clinic, limit=2, offset=9, **days(0, 3))
    assert (beyond.rows, beyond.total) == ([], 3)


async def test_a_key_of_some_sites_lists_only_those(clinic: World) -> None:
    await placed(clinic, clinic.left)
    for site, count in ((clinic.site, 1), (10**9, 0)):
        ctx = at_sites(clinic.ctx(), frozenset({site}))
        assert (await list_bookings(ctx, BookingQuery())).total == count


async def test_a_page_is_bounded(clinic: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "MOST_ITEMS", 3)
    evenings = [Span(SOON + turn * DAY, SOON + turn * DAY + HOUR) for turn in range(4)]
    for spans in (evenings[:2], evenings[2:]):
        await placed(clinic, clinic.left, *spans)
    for too_many in ({}, {"limit": 2}, {"limit": 10**9}):
        with pytest.raises(Invalid) as refused:
            await listed(clinic, **too_many)
        assert refused.value.faults == (Fault("limit", "too_many"),)
    for few, total in (({"limit": 1}, 2), ({"limit": 0}, 2), (days(0, 3), 2), (days(1), 1)):
        assert (await listed(clinic, **few)).total == total


async def test_days_are_those_of_the_clock_of_each_place(clinic: World) -> None:
    ctx = clinic.ctx()
    auckland = await add_site(ctx, SitePatch(name="Auckland", time_zone="Pacific/Auckland"))
    samoa = await add_site(ctx, SitePatch(name="Samoa", time_zone="Pacific/Pago_Pago"))
    noon = Span(MIDNIGHT + 12 * HOUR, MIDNIGHT + 13 * HOUR)
    early, late = Span(MIDNIGHT, MIDNIGHT + HOUR), Span(MIDNIGHT + 23 * HOUR, MIDNIGHT + 24 * HOUR)
    for site, expected in ((auckland, [[], [0], [1, 2]]), (samoa, [[0], [1, 2], []])):
        pool = await add_resource(ctx, ResourcePatch(title=f"Pool {site.name}", site_id=site.id, kind="space"))
        placed_ids = [(await placed(clinic, pool.id, span)).booking.id for span in (early, noon, late)]
        ids_by_day = [await ids(clinic, resource_ids=(pool.id,), **days(day)) for day in (-1, 0, 1)]
        assert ids_by_day == [[placed_ids[turn] for turn in turns] for turns in expected]


async def test_a_page_takes_three_round_trips(clinic: World) -> None:
    spans = [Span(SOON + turn * DAY, SOON + turn * DAY + HOUR) for turn in range(30)]
    for resource_id in (clinic.left, clinic.right, clinic.ada):
        await placed(clinic, resource_id, *spans, customer_id=clinic.kari)
    page = await listed(clinic, **days(0, 30))
    asked = await statements_of(clinic, lambda ctx: list_bookings(ctx, BookingQuery(**days(0, 30))))
    assert (sum(len(row.items) for row in page.rows), len(asked) <= 3) == (90, True)


def overlap(item: Span, query_days: dict[str, date], minutes: tuple[int, int], clinic: World) -> bool:
    """Whether the item is at some minute of that part of one of the days, walked a quarter of an hour at a time."""
    at = item.start
    while at < item.end:
        local = at.astimezone(clinic.ctx().zone)
        on_a_day = not query_days or query_days["first"] <= local.date() <= query_days["last"]
        if on_a_day and minutes[0] <= local.hour * 60 + local.minute < minutes[1]:
            return True
        at += HOUR / 4
    return False


quarters = st.integers(0, 96)
parts = st.tuples(quarters, quarters).filter(lambda pair: pair[0] < pair[1])


@given(
    st.integers(0, 96),
    st.integers(1, 200),
    parts,
    st.one_of(st.just({}), st.builds(days, st.integers(-1, 3), st.integers(1, 2))),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_part_of_the_day(
    clinic: World, starts: int, length: int, part: tuple[int, int], query_days: dict[str, date]
) -> None:
    def span(first: int, count: int) -> Span:
        start: datetime = MIDNIGHT + first * HOUR / 4
        return Span(start, start + count * HOUR / 4)

    draft = await placed(clinic, clinic.left, span(starts, length), state="draft")
    minutes = part[0] * 15, part[1] * 15
    listed_ids = await ids(clinic, **query_days, from_minute=minutes[0], until_minute=minutes[1])
    assert (draft.booking.id in listed_ids) == overlap(span(starts, length), query_days, minutes, clinic)


async def test_only_one_bound_of_the_day(clinic: World) -> None:
    one = await made(clinic, hour_of(clinic.left))
    assert await ids(clinic, from_minute=12 * 60) == await ids(clinic, until_minute=11 * 60) == []
    assert await ids(clinic, from_minute=12 * 60 - 1) == await ids(clinic, until_minute=11 * 60 + 1) == [one.booking_id]


async def test_a_change_is_seen_at_once(clinic: World) -> None:
    first = await placed(clinic, clinic.left)
    await change_booking(clinic.ctx(), first.booking.id, {"times": (Span(SOON + DAY, SOON + DAY + HOUR),)})
    assert (await ids(clinic, **days(0)), await ids(clinic, **days(1))) == ([], [first.booking.id])


async def test_some_bookings_are_read_at_once(clinic: World) -> None:
    first, second = [await placed(clinic, place) for place in (clinic.left, clinic.right)]
    gone, ids = 987654321, [second.booking.id, first.booking.id]
    assert await get_each_booking(clinic.ctx(), ids) == [second, first]
    assert await get_bookings(clinic.ctx(), [gone, first.booking.id]) == {first.booking.id: first}
    assert await get_bookings(clinic.ctx(), []) == {}
    with pytest.raises(NotFound) as refused:
        await get_each_booking(clinic.ctx(), [first.booking.id, gone])
    assert (refused.value.what, refused.value.which) == ("booking", gone)
