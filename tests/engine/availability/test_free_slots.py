from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends.engine.availability.capacity import BusyInterval, Node, fits
from kalends.engine.availability.free_slots import (
    BookingTerms,
    ResourceTimeline,
    booking_refusal,
    booking_refusals,
    count_starts,
    list_free_slots,
    lookup_window,
    nearest,
)
from kalends.engine.availability.openings import Opening, OpeningHours, open_spans
from kalends.engine.refusals import Closed, Full, Invalid, OffStep, Refusal, TooFar, TooMany, TooSoon
from kalends.engine.time.span import Span, Spans
from tests.engine.oracles import BASE, at, lawful, on_grid, span, walk

UTC_ZONE, OSLO, HAVANA = ZoneInfo("UTC"), ZoneInfo("Europe/Oslo"), ZoneInfo("America/Havana")
ROOM = 1
NINE_TO_TWELVE = Spans.of([span(540, 720)])
DAY = span(0, 1440)
HALF_HOUR, HOUR = timedelta(minutes=30), timedelta(hours=1)
LESSON = BookingTerms(HOUR, HALF_HOUR)


def room(*claims: Span, capacity: int = 1, opened: Spans = NINE_TO_TWELVE) -> ResourceTimeline:
    return ResourceTimeline(
        ROOM, UTC_ZONE, opened, (Node(ROOM, None, capacity),), [BusyInterval(ROOM, claim, 1) for claim in claims]
    )


def starts(timeline: ResourceTimeline, terms: BookingTerms = LESSON, units: int = 1) -> list[int]:
    return [
        int((offer.span.start - BASE) / timedelta(minutes=1))
        for offer in list_free_slots(timeline, terms, DAY, BASE, units)
    ]


def refusal(
    timeline: ResourceTimeline, minute: int, terms: BookingTerms = LESSON, units: int = 1
) -> type[Refusal] | type[None]:
    return type(booking_refusal(timeline, terms, at(minute), BASE, units))


def test_a_free_morning_is_offered_every_half_hour() -> None:
    assert starts(room()) == [540, 570, 600, 630, 660]


def test_the_starts_are_counted_free_or_not() -> None:
    assert count_starts(room(span(540, 720)), LESSON, DAY, BASE) == len(starts(room()))
    assert count_starts(room(), LESSON, DAY, at(600)) == 3


def test_a_claim_takes_the_starts_whose_lesson_would_meet_it() -> None:
    assert starts(room(span(630, 660))) == [540, 570, 660]


def test_buffers_must_be_free_but_need_not_be_open() -> None:
    tidied = BookingTerms(HOUR, HALF_HOUR, before=timedelta(minutes=15), after=timedelta(minutes=15))
    assert starts(room(), tidied) == [540, 570, 600, 630, 660]
    assert starts(room(span(630, 660)), tidied) == [540]


def test_steps_count_from_the_opening_not_from_the_hour() -> None:
    assert starts(room(opened=Spans.of([span(550, 640)]))) == [550, 580]


def test_seats_are_offered_while_enough_of_them_are_left() -> None:
    boat = room(span(540, 600), span(570, 660), capacity=3)
    assert [offer.free for offer in list_free_slots(boat, LESSON, DAY, BASE)] == [1, 1, 2, 2, 3]
    assert starts(boat, units=2) == [600, 630, 660]


def test_notice_and_horizon_bound_the_starts_and_are_themselves_allowed() -> None:
    hurried = BookingTerms(HOUR, HALF_HOUR, notice=timedelta(minutes=570), horizon=timedelta(minutes=600))
    assert starts(room(), hurried) == [570, 600]
    assert refusal(room(), 540, hurried) is TooSoon
    assert refusal(room(), 630, hurried) is TooFar


def test_what_is_past_is_too_soon_without_any_notice() -> None:
    assert isinstance(booking_refusal(room(), LESSON, at(540), now=at(541)), TooSoon)
    assert list_free_slots(room(), LESSON, DAY, now=at(721)) == []


def test_a_refusal_says_what_is_wrong_with_a_start() -> None:
    assert refusal(room(), 690) is Closed
    assert refusal(room(), 550) is OffStep
    assert refusal(room(), 540, units=0) is Invalid
    assert refusal(room(), 540, BookingTerms(HOUR, HOUR, most_units=2), units=3) is TooMany
    assert booking_refusal(room(), LESSON, at(540), BASE) is None


def test_all_that_is_wrong_with_a_start_is_said() -> None:
    def reasons(minute: int, terms: BookingTerms, units: int = 1, now: int = 0) -> list[type[Refusal]]:
        refusals = booking_refusals(room(span(600, 720)), terms, at(minute), at(now), units)
        return [type(refusal) for refusal in refusals]

    assert reasons(540, LESSON) == []
    assert reasons(550, LESSON) == [OffStep, Full]
    assert reasons(690, LESSON, now=700) == [TooSoon, Closed, Full]
    assert reasons(540, BookingTerms(HOUR, HOUR, most_units=2, horizon=HOUR), units=3) == [TooMany, TooFar, Full]


def test_a_full_room_names_what_is_in_the_way_of_the_lesson_and_its_buffers() -> None:
    timeline = room(span(600, 630), span(630, 660))
    refusal = booking_refusal(timeline, BookingTerms(HOUR, HALF_HOUR, after=timedelta(minutes=5)), at(540), BASE)
    assert isinstance(refusal, Full)
    assert (refusal.what, refusal.which, refusal.in_the_way) == ("resource", ROOM, (span(600, 630),))


def test_of_the_nearest_the_closest_comes_first() -> None:
    timeline = room(span(630, 660))
    assert nearest(timeline, LESSON, at(600), BASE) == [span(570, 630), span(540, 600), span(660, 720)]
    assert nearest(room(NINE_TO_TWELVE.spans[0]), LESSON, at(600), BASE) == []
    assert nearest(room(opened=Spans()), LESSON, at(600), BASE) == []


def test_a_part_is_not_offered_while_the_whole_is_booked() -> None:
    tree = (Node(1, None, 1), Node(2, 1, 1), Node(3, 1, 1))
    busy = [BusyInterval(1, span(540, 600), 1), BusyInterval(3, span(600, 720), 1)]
    assert starts(ResourceTimeline(2, UTC_ZONE, NINE_TO_TWELVE, tree, busy)) == [600, 630, 660]
    assert starts(ResourceTimeline(1, UTC_ZONE, NINE_TO_TWELVE, tree, busy)) == []


def test_after_a_gap_the_steps_go_on_as_the_wall_clock_shows_them() -> None:
    night = Span(datetime(2025, 3, 29, 23, tzinfo=UTC), datetime(2025, 3, 30, 5, tzinfo=UTC))
    timeline = ResourceTimeline(ROOM, OSLO, Spans.of([night]), (Node(ROOM, None, 1),), [])
    free_slots = list_free_slots(timeline, BookingTerms(HOUR, timedelta(hours=2)), night, night.start)
    assert [offer.span.start.astimezone(OSLO).hour for offer in free_slots] == [0, 4, 6]


def test_both_passings_of_a_doubled_hour_are_offered() -> None:
    night = Span(datetime(2025, 10, 25, 22, tzinfo=UTC), datetime(2025, 10, 26, 3, tzinfo=UTC))
    timeline = ResourceTimeline(ROOM, OSLO, Spans.of([night]), (Node(ROOM, None, 1),), [])
    free_slots = list_free_slots(timeline, BookingTerms(HOUR, timedelta(hours=1)), night, night.start)
    assert [offer.span.start.astimezone(OSLO).hour for offer in free_slots] == [0, 1, 2, 2, 3]


@pytest.mark.parametrize("field", ["duration", "step", "before", "after"])
def test_an_offering_that_makes_no_sense_is_refused(field: str) -> None:
    with pytest.raises(Invalid) as refused:
        msgspec.structs.replace(LESSON, **{field: timedelta(minutes=-1)})
    assert [fault.field for fault in refused.value.faults] == [field]


def test_what_is_offered_does_not_depend_on_the_window_that_is_asked_about() -> None:
    bar = OpeningHours(OSLO, tuple(Opening(weekday, 17 * 60 + 20, 27 * 60) for weekday in range(1, 8)))
    long = Span(datetime(2025, 3, 27, tzinfo=UTC), datetime(2025, 4, 2, tzinfo=UTC))
    table = BookingTerms(timedelta(minutes=50), timedelta(minutes=45), before=HALF_HOUR)

    def offered(window: Span) -> list[Span]:
        opened = open_spans(bar, lookup_window(table, window, OSLO))
        timeline = ResourceTimeline(ROOM, OSLO, opened, (Node(ROOM, None, 1),), [])
        return [offer.span for offer in list_free_slots(timeline, table, window, long.start)]

    pieces = [Span(long.start + HOUR * hour, long.start + HOUR * (hour + 1)) for hour in range(6 * 24)]
    assert [span for piece in pieces for span in offered(piece)] == offered(long) != []


NIGHTS = [
    (UTC_ZONE, datetime(2025, 1, 6, 20, tzinfo=UTC)),
    (OSLO, datetime(2025, 3, 29, 21, tzinfo=UTC)),  # 02:00 -> 03:00
    (OSLO, datetime(2025, 10, 25, 21, tzinfo=UTC)),  # 03:00 -> 02:00
    (HAVANA, datetime(2025, 11, 2, 2, tzinfo=UTC)),  # 01:00 -> 00:00, midnight comes twice
    (ZoneInfo("Africa/Cairo"), datetime(2025, 10, 30, 18, tzinfo=UTC)),  # 24:00 -> 23:00
    (ZoneInfo("Australia/Lord_Howe"), datetime(2025, 10, 4, 13, tzinfo=UTC)),  # 02:00 -> 02:30
]


def lengths(lowest: int) -> st.SearchStrategy[timedelta]:
    return st.integers(lowest, 12).map(lambda number: timedelta(minutes=10 * number))


all_terms = st.builds(
    BookingTerms, lengths(1), lengths(1), lengths(0), lengths(0), st.none() | lengths(0), st.none() | lengths(6)
)


@st.composite
def nights(draw: st.DrawFn) -> tuple[ResourceTimeline, datetime]:
    """A resource of a small tree, open now and then in a night, and when the night begins."""
    zone, base = draw(st.sampled_from(NIGHTS))
    ten = st.integers(0, 60).map(lambda number: base + number * timedelta(minutes=10))
    some = st.tuples(ten, ten).map(lambda pair: Span(min(pair), max(pair)))
    tree = draw(
        st.sampled_from([(Node(0, None, 1),), (Node(0, None, 3),), (Node(0, None, 2), Node(1, 0, 1), Node(2, 0, 4))])
    )
    ids = st.integers(0, len(tree) - 1)
    busy = draw(st.lists(st.builds(BusyInterval, ids, some, st.integers(1, 2)), max_size=4))
    return ResourceTimeline(draw(ids), zone, Spans.of(draw(st.lists(some, min_size=1, max_size=3))), tree, busy), base


@settings(max_examples=120)
@given(nights(), all_terms, st.integers(1, 2))
def test_offered_is_exactly_what_is_open_on_the_grid_and_free(
    night: tuple[ResourceTimeline, datetime], terms: BookingTerms, units: int
) -> None:
    timeline, base = night
    window, now = Span(base, base + timedelta(hours=11)), base + timedelta(minutes=95)
    expected = [
        moment
        for moment in walk(window)
        if now + (terms.notice or timedelta()) <= moment <= now + (terms.horizon or timedelta(days=1))
        if (containing := timeline.open.around(moment)) and moment + terms.duration <= containing.end
        if on_grid(containing, moment, terms.step, timeline.zone)
        if lawful(timeline.tree, timeline.busy, _claim(timeline, terms, moment, units))
    ]
    assert [offer.span.start for offer in list_free_slots(timeline, terms, window, now, units)] == expected


@settings(max_examples=120)
@given(nights(), all_terms, st.integers(1, 2))
def test_a_start_is_offered_or_there_is_a_reason_why_not(
    night: tuple[ResourceTimeline, datetime], terms: BookingTerms, units: int
) -> None:
    timeline, base = night
    window, now = Span(base, base + timedelta(hours=11)), base + timedelta(minutes=95)
    offered = {offer.span.start for offer in list_free_slots(timeline, terms, window, now, units)}
    for number in range(0, 660, 5):
        start = base + timedelta(minutes=number)
        assert (booking_refusal(timeline, terms, start, now, units) is None) == (start in offered)


@settings(max_examples=120)
@given(nights(), all_terms)
def test_the_units_said_to_be_free_fit_and_one_more_does_not(
    night: tuple[ResourceTimeline, datetime], terms: BookingTerms
) -> None:
    timeline, base = night
    for offer in list_free_slots(timeline, terms, Span(base, base + timedelta(hours=11)), base):
        claim = _claim(timeline, terms, offer.span.start, offer.free)
        assert fits(timeline.tree, timeline.busy, claim)
        assert not fits(timeline.tree, timeline.busy, _claim(timeline, terms, offer.span.start, offer.free + 1))


def _claim(timeline: ResourceTimeline, terms: BookingTerms, start: datetime, units: int) -> BusyInterval:
    return BusyInterval(timeline.resource_id, terms.occupied(Span(start, start + terms.duration)), units)
