"""Lists of items and bookings, page by page behind a cursor."""

from datetime import datetime
from typing import Any

import pytest

from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.holds import add_hold
from kalends.actions.bookings.search import search_bookings, search_items
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.queries import BookingSearch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.query import CursorPage, Filter, Query, Sort
from kalends.engine.refusals import Invalid
from tests.desk import DAY, HOUR, MINUTE, SOON, hour_of, made, visit
from tests.world import NOW, World, at_sites


def asked(*filters: Filter, after: tuple[Any, ...] | None = None, limit: int = 2, **rest: Any) -> Query:
    return Query(CursorPage(limit, after), filters, **{"order": (Sort("starts_at"),), **rest})


async def ids(clinic: World, query: Query) -> list[int]:
    return [view.item.id for view in (await search_items(clinic.ctx(), query)).rows]


async def visits(clinic: World, *starts: datetime) -> list[Item]:
    return [await made(clinic, visit(clinic, starts_at=start)) for start in starts]


@pytest.mark.parametrize("descending", [False, True])
async def test_pages_follow_each_other_whatever_is_added(clinic: World, descending: bool) -> None:
    items = await visits(clinic, *(SOON + turn * DAY for turn in range(5)))
    order = (Sort("starts_at", descending),)
    expected = [item.id for item in (reversed(items) if descending else items)]
    read: list[int] = []
    after: tuple[Any, ...] | None = None
    while page := (await search_items(clinic.ctx(), asked(after=after, order=order))).rows:
        read += [view.item.id for view in page]
        after = (page[-1].item.starts_at, page[-1].item.id)
        added = SOON - DAY if not descending else SOON + 9 * DAY
        await made(clinic, visit(clinic, starts_at=added + len(read) * HOUR))
    assert read == expected


async def test_what_overlaps_a_time_is_found_however_long_it_is(clinic: World) -> None:
    long = await made(clinic, hour_of(clinic.hall, SOON, ends_at=SOON + 5 * DAY))
    before, within = await visits(clinic, SOON, SOON + 2 * DAY)
    overlapping = (Filter("ends_at", "greater", SOON + DAY), Filter("starts_at", "less", SOON + 3 * DAY))
    assert await ids(clinic, asked(*overlapping)) == [long.id, within.id]
    assert await ids(clinic, asked(*overlapping, after=(SOON, long.id))) == [within.id]
    assert await ids(clinic, asked(*overlapping, order=(Sort("starts_at", True),))) == [within.id, long.id]
    assert before.id not in await ids(clinic, asked(*overlapping, limit=9))


async def test_the_state_is_that_of_now(clinic: World) -> None:
    lines = (RequestedLine(service_id=clinic.massage, resource_id=clinic.ada, starts_at=SOON),)
    hold = (await add_hold(clinic.ctx(), BookingRequest(lines=lines), NOW + MINUTE)).booked
    held, over = (Filter("state", "in", [state]) for state in ("awaiting_confirmation", "verification_expired"))
    for at, counts in ((NOW, [1, 0]), (NOW + MINUTE, [0, 1])):
        found = [await search_items(clinic.ctx(at), asked(state)) for state in (held, over)]
        assert [len(page.rows) for page in found] == counts
    assert hold.items[0].item.expires_at == NOW + MINUTE


async def test_a_booking_is_found_by_its_items_and_comes_with_all_of_them(clinic: World) -> None:
    lines = tuple(
        RequestedLine(resource_id=resource, starts_at=SOON, ends_at=SOON + HOUR)
        for resource in (clinic.ada, clinic.hall)
    )
    both = await book(clinic.ctx(), BookingRequest(lines=lines, title="Party"))
    await made(clinic, visit(clinic, resource_id=clinic.bo))
    newest_first = Query(CursorPage(9), order=(Sort("id", True),))
    in_hall = BookingSearch(newest_first, (Filter("resource_id", "equal", clinic.hall),))
    (found,) = (await search_bookings(clinic.ctx(), in_hall)).rows
    assert (found.booking.id, len(found.items)) == (both.booking.id, 2)
    listed = await search_bookings(clinic.ctx(), BookingSearch(newest_first))
    assert [booking.booking.id for booking in listed.rows] == sorted(row.booking.id for row in listed.rows)[::-1]
    named = BookingSearch(Query(CursorPage(9), (Filter("text", "contains", "part"),)))
    assert [row.booking.id for row in (await search_bookings(clinic.ctx(), named)).rows] == [both.booking.id]


async def test_as_many_are_counted_as_asked(clinic: World) -> None:
    await visits(clinic, SOON, SOON + DAY, SOON + 2 * DAY)
    for count, counted in ((None, 3), (0, 0), (2, 2), (10, 3)):
        assert (await search_items(clinic.ctx(), asked(limit=1, count=count))).total == counted
        query = Query(CursorPage(1), count=count)
        assert (await search_bookings(clinic.ctx(), BookingSearch(query))).total == counted


async def test_a_removed_item_is_in_the_list_of_items_and_in_no_booking(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await change_item_state(clinic.ctx(), item.id, "remove")
    assert await ids(clinic, asked()) == [item.id]
    assert (await search_bookings(clinic.ctx(), BookingSearch(Query(CursorPage(9))))).rows == []


async def test_what_is_at_other_sites_is_not_listed(clinic: World) -> None:
    await visits(clinic, SOON)
    elsewhere = at_sites(clinic.ctx(), frozenset({clinic.site + 10**6}))
    assert (await search_items(elsewhere, asked())).rows == []
    assert (await search_bookings(elsewhere, BookingSearch(Query(CursorPage(9))))).rows == []


async def test_a_cursor_of_another_order_and_an_unknown_field_are_refused(clinic: World) -> None:
    with pytest.raises(Invalid):
        await search_items(clinic.ctx(), asked(after=(SOON,)))
    with pytest.raises(Invalid):
        await search_items(clinic.ctx(), asked(Filter("colour", "equal", "red")))
