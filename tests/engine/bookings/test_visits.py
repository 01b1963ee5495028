"""Which times of a booking belong together, and which of them its customer may still move."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.accounts.booking_page import BookingPage
from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.own import find_movable, movable
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.bookings.visits import visits_of
from kalends.engine.catalog.service import Service
from tests.world import NOW

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CUT, COLOUR = 1, 2
ADA, BO = 7, 8


def blank(kind: type[Any], /, **values: Any) -> Any:
    return kind(**{**dict.fromkeys(kind.__struct_fields__), **values})


def view(number: int, hour: float, service_id: int | None = CUT, resource_id: int = ADA, **values: Any) -> ItemView:
    """An hour of somebody, so many hours from now."""
    starts_at = NOW + hour * HOUR
    relations = {name: values.pop(name) for name in ("session", "recurs") if name in values}
    kind = values.pop("kind", "attendance" if "session" in relations else "appointment")
    usual = {"state": "confirmed", "units": 1, "also_resource_ids": (), "starts_at": starts_at}
    item = blank(Item, **{**usual, "id": number, "ends_at": starts_at + HOUR, "service_id": service_id})
    item = msgspec.structs.replace(item, resource_id=resource_id, **values)
    service = blank(Service, id=service_id, kind=kind, public=True, also_needs=())
    return ItemView(item, "", 1, service=service if service_id else None, **relations)


def seat(number: int, hour: float, series: str | None, session_id: int = 0, **values: Any) -> ItemView:
    session = blank(GroupSession, id=session_id or number, series=series)
    return view(number, hour, session=session, session_id=session.id, resource_id=0, **values)


def together(*views: ItemView) -> list[list[int]]:
    return [[each.item.id for each in visit.items] for visit in visits_of(views)]


def names(*views: ItemView, change_hours: int = 0) -> list[str]:
    booking = BookingWithItems(blank(Booking), None, views)
    return [group.name for group in movable(booking, BookingPage(change_hours=change_hours), NOW)]


@pytest.mark.parametrize(
    ("second", "is_one"),
    [
        (view(2, 2, COLOUR, BO), True),
        (view(2, 2.5, COLOUR, BO), True),
        (view(2, 2.6, COLOUR, BO), False),
        (view(2, 1.5, COLOUR, BO), False),
        (view(2, 2, COLOUR, BO, units=2), False),
        (view(2, 2, COLOUR, BO, recurs=True), False),
        (view(2, 2, None, BO), False),
        (view(2, 1, CUT, BO), True),
        (view(2, 1, CUT, BO, ends_at=NOW + 3 * HOUR), True),
        (view(2, 1, COLOUR, BO), False),
        (view(2, 1, CUT, ADA), False),
        (view(2, 1, CUT, BO, site_id=5), False),
    ],
)
def test_what_follows_or_begins_together_belongs_together(second: ItemView, *, is_one: bool) -> None:
    assert together(view(1, 1), second) == ([[1, 2]] if is_one else [[1], [2]])


def test_a_chain_for_two_is_one_visit() -> None:
    (visit,) = visits_of([view(1, 1), view(2, 1, CUT, BO), view(3, 2, COLOUR), view(4, 2, COLOUR, BO)])
    assert (visit.people, visit.service_ids, len(visit.starts)) == (2, (CUT, COLOUR), 2)
    assert together(view(1, 1), view(2, 1, CUT, BO), view(3, 2, COLOUR)) == [[1, 2], [3]]


@given(st.lists(st.tuples(st.integers(0, 8), st.sampled_from([CUT, COLOUR, None]), st.integers(7, 9))))
def test_every_time_is_in_one_visit_with_as_many_people_at_each_start(
    times: list[tuple[int, int | None, int]],
) -> None:
    views = [view(number, hour / 2, service, who) for number, (hour, service, who) in enumerate(sorted(times, key=str))]
    views.sort(key=lambda each: (each.item.starts_at, each.item.id))
    visits = visits_of(views)
    assert sorted(each.item.id for visit in visits for each in visit.items) == list(range(len(times)))
    for visit in visits:
        assert len(visit.items) == visit.people * len(visit.starts) == visit.people * len(visit.service_ids)


def test_a_visit_is_moved_as_a_whole_or_not_at_all() -> None:
    chain = view(1, 1), view(2, 2, COLOUR)
    assert names(*chain) == ["1"]
    assert names(*chain, change_hours=1) == []
    assert names(*chain, view(3, 9), change_hours=1) == ["3"]


def test_what_is_cancelled_or_lapsed_takes_no_part() -> None:
    assert names(view(1, 1, state="cancelled"), view(2, 2, COLOUR)) == ["2"]
    assert names(view(1, 1, state="awaiting_verification", expires_at=NOW), view(2, 2, COLOUR)) == ["2"]


def test_what_takes_more_than_its_service_needs_stays() -> None:
    assert names(view(1, 1, also_resource_ids=(9,))) == []


def test_seats_are_moved_one_by_one_and_as_a_course() -> None:
    assert names(seat(1, 1, "a"), seat(2, 25, "a"), seat(3, 26, None)) == ["1", "2", "3", "course-1"]
    assert names(seat(1, -1, "a"), seat(2, 25, "a"), seat(3, 49, "a")) == ["2", "3"]
    assert names(seat(1, 1, "a"), seat(2, 25, "b")) == ["1", "2"]


def test_each_of_several_people_has_a_course_of_their_own() -> None:
    """Who has two seats at each date moves them one by one: six seats are no course of six dates."""
    twice = [seat(number, hour, "a", session_id=hour) for number, hour in enumerate((1, 1, 25, 25), 1)]
    assert names(*twice) == ["1", "2", "3", "4"]
    kari, ola = (
        [msgspec.structs.replace(each, item=with_customer(each.item, who)) for each in twice] for who in (6, 7)
    )
    assert names(kari[0], ola[1], kari[2], ola[3])[4:] == ["course-1", "course-2"]


def with_customer(item: Item, customer_id: int) -> Item:
    return msgspec.structs.replace(item, customer_id=customer_id)


def test_what_is_not_booked_yet_is_not_moved() -> None:
    until = NOW + HOUR
    assert names(view(1, 1, state="awaiting_verification", verification_method="email", expires_at=until)) == []
    assert names(view(1, 1, state="awaiting_confirmation", expires_at=until)) == []
    assert names(view(1, 1, state="awaiting_confirmation")) == ["1"]


def test_a_service_that_is_booked_in_another_way_now_is_not_moved() -> None:
    assert names(view(1, 1, kind="attendance")) == []
    assert names(view(1, 1, kind="product")) == []
    assert names(seat(1, 1, "a", kind="appointment")) == []


def test_what_has_no_name_is_found_if_it_is_all_there_is() -> None:
    page = BookingPage()
    one = BookingWithItems(blank(Booking), None, (view(1, 1),))
    two = BookingWithItems(blank(Booking), None, (view(1, 1), view(2, 5)))
    found = [find_movable(booking, page, NOW, name) for booking in (one, two) for name in ("", "1", "7")]
    assert [group and group.name for group in found] == ["1", "1", None, None, "1", None]
