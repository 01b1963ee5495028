"""Opening hours of a resource: weekly openings, exceptions and holidays in wall time, and their spans in UTC.

The hours of a date are decided by the first of these that applies to it:

    a date on which it isn't valid closed
    an exception without hours     closed
    exceptions with hours          open at all of those hours, also on a holiday
    a holiday                      closed
    always open                    00:00 to 24:00
    the weekly openings            open at those hours

Besides, it is open at its extra openings, whatever decides the hours of their date, unless it isn't valid then.

Hours that pass midnight belong to the day on which they begin: Friday 18:00 to 02:00 stays open until Saturday 02:00
even if Saturday is closed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.availability.holidays import HolidayCalendar, holidays_between
from kalends.engine.limits import raise_if_faults
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import DAY, MINUTES_A_DAY, days_of, instant, wall
from kalends.engine.time.span import Span, Spans

_CLOSE = 7 * DAY
"""Times that lie so close together have their hours worked out at once."""


class Opening(msgspec.Struct, frozen=True):
    """Hours on one weekday, every week, from the date `valid_from` up to, not including, `valid_until`.

    `weekday` is 1 for Monday to 7 for Sunday; `opens` and `closes` are wall minutes from its midnight, `closes` up to
    2880: 18:00 to 02:00 is 1080 to 1560. The hours are for `service_ids` only; None is all services. Openings with the
    same `group_id` are one interval on several weekdays.
    Raises Invalid(weekday, opens, closes: out_of_range).
    """

    weekday: int
    opens: int
    closes: int
    valid_from: date | None = None
    valid_until: date | None = None
    service_ids: frozenset[int] | None = None
    name: str = ""
    group_id: int | None = None

    def __post_init__(self) -> None:
        weekday = [] if 1 <= self.weekday <= 7 else [Fault("weekday", "out_of_range")]
        raise_if_faults([*weekday, *hours_faults(self.opens, self.closes)])

    def applies(self, day: date) -> bool:
        """Whether the opening applies to this date."""
        return (
            self.weekday == day.isoweekday()
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day < self.valid_until)
        )


def in_order(openings: Iterable[Opening]) -> list[Opening]:
    """The openings without duplicates, sorted by weekday and time."""
    return sorted(
        set(openings),
        key=lambda opening: (
            opening.weekday,
            opening.opens,
            opening.closes,
            opening.valid_from or date.min,
            opening.valid_until or date.max,
            opening.name,
            opening.group_id or 0,
        ),
    )


class OpeningException(msgspec.Struct, frozen=True):
    """Different hours, or closed (`opens` and `closes` None), from `day_from` up to, not including, `day_until`.

    Minutes are as in `Opening`. The exception is for `service_ids` only; None is all services.
    Raises Invalid(opens, closes: blank, out_of_range).
    """

    day_from: date
    day_until: date
    opens: int | None = None
    closes: int | None = None
    title: str = ""
    service_ids: frozenset[int] | None = None

    def __post_init__(self) -> None:
        if self.opens is not None or self.closes is not None:
            raise_if_faults(hours_faults(self.opens, self.closes))

    def applies(self, day: date) -> bool:
        """Whether the exception applies to this date."""
        return self.day_from <= day < self.day_until


class OpeningHours(msgspec.Struct, frozen=True):
    """All that decides when a resource is open. `always_open` replaces the weekly openings by 00:00 to 24:00.

    It is closed before `valid_from` and from `valid_until` on; None is no such date. `extra` are times at which it is
    open besides.
    """

    zone: ZoneInfo
    openings: tuple[Opening, ...] = ()
    exceptions: tuple[OpeningException, ...] = ()
    holidays: HolidayCalendar | None = None
    always_open: bool = False
    valid_from: date | None = None
    valid_until: date | None = None
    extra: tuple[Span, ...] = ()

    def is_valid(self, day: date) -> bool:
        """Whether the resource is in use on this date."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )


def with_own_openings(hours: OpeningHours, own: Sequence[Opening]) -> OpeningHours:
    """The hours of a resource with a service's own openings there in place of the resource's on the same weekdays."""
    if not own:
        return hours
    weekdays = {opening.weekday for opening in own}
    usual = [Opening(weekday, 0, MINUTES_A_DAY) for weekday in range(1, 8)] if hours.always_open else hours.openings
    kept = (opening for opening in usual if opening.weekday not in weekdays)
    return msgspec.structs.replace(hours, openings=(*own, *kept), always_open=False)


def open_spans(hours: OpeningHours, window: Span, service_id: int | None = None) -> Spans:
    """The spans within the window in which the resource is open for a service; None means for any service.

    When clocks change, a gap shortens the hours and a fold lengthens them.
    Raises Invalid(country, subdivision: unknown).
    """
    days = days_of(window, hours.zone)
    if not days:
        return Spans()
    # The day before may be open past midnight.
    days = (days[0] - DAY, *days)
    holiday_titles = holidays_between(hours.holidays, days[0], days[-1] + DAY) if hours.holidays else {}
    spans: list[Span] = []
    for service_hours in _for_service(hours, service_id):
        for day in days:
            for opens, closes in _hours_of(service_hours, day, day in holiday_titles):
                start, end = instant(day, opens, hours.zone), instant(day, closes, hours.zone, ends=True)
                spans.append(Span(start, end))
    spans += (span for span in hours.extra if span.overlaps(window) and hours.is_valid(wall(span.start, hours.zone)[0]))
    return Spans.of(Span(max(span.start, window.start), min(span.end, window.end)) for span in spans)


def without_closings(hours: Iterable[OpeningHours], spans: Sequence[Span], service_id: int | None = None) -> list[Span]:
    """The spans in which no exception or holiday closes any of the resources. Weekly openings are ignored.

    `hours` has one entry a resource; `spans` must not be empty. Raises Invalid(country, subdivision: unknown).
    """
    window = Span(min(spans).start, max(span.end for span in spans))
    not_closed = [
        open_spans(msgspec.structs.replace(resource_hours, always_open=True), window, service_id)
        for resource_hours in hours
    ]
    return [span for span in spans if all(resource_spans.covers(span) for resource_spans in not_closed)]


def outside_hours(hours: OpeningHours, spans: Iterable[Span], service_id: int | None = None) -> list[Span]:
    """The spans in which the resource is not open throughout for a service, in order; None means for any service.

    Raises Invalid(country, subdivision: unknown).

    Hours are worked out once for spans that are close together, and not for the ages between those that are not.
    """
    if hours.always_open and not hours.exceptions and not hours.holidays:
        return []
    ordered = sorted(spans)
    windows = Spans.of(Span(span.start, span.end + _CLOSE) for span in ordered)
    open_ = Spans.of(span for window in windows for span in open_spans(hours, window, service_id))
    return [span for span in ordered if not open_.covers(span)]


def hours_by_day(
    hours: OpeningHours, first: date, last: date, service_id: int | None = None
) -> list[tuple[date, list[tuple[int, int]]]]:
    """The hours of each date from `first` to `last`, as sorted pairs of wall minutes that neither touch nor overlap.

    They are the hours for a service; None means for any service. Raises Invalid(country, subdivision: unknown).
    """
    holiday_titles = holidays_between(hours.holidays, first, last + DAY) if hours.holidays else {}
    views = list(_for_service(hours, service_id))
    days = [first + DAY * offset for offset in range((last - first).days + 1)]
    extra = _extra_by_day(hours)
    return [
        (day, joined(chain(extra.get(day, ()), *(_hours_of(view, day, day in holiday_titles) for view in views))))
        for day in days
    ]


def _for_service(hours: OpeningHours, service_id: int | None) -> Iterator[OpeningHours]:
    """The hours with only the openings and exceptions that apply to the service.

    For None, one result for each service that any of them is limited to, and one for all other services.
    """
    rules: Sequence[Opening | OpeningException] = (*hours.openings, *hours.exceptions)
    limited_to = [rule.service_ids for rule in rules if rule.service_ids is not None]
    if not limited_to:
        yield hours
        return
    service_ids: set[int | None] = {None, *frozenset().union(*limited_to)} if service_id is None else {service_id}
    for only in service_ids:
        yield msgspec.structs.replace(
            hours,
            openings=tuple(opening for opening in hours.openings if _is_for(opening, only)),
            exceptions=tuple(exception for exception in hours.exceptions if _is_for(exception, only)),
        )


def _is_for(rule: Opening | OpeningException, service_id: int | None) -> bool:
    return rule.service_ids is None or service_id in rule.service_ids


def _hours_of(hours: OpeningHours, day: date, holiday: bool) -> list[tuple[int, int]]:
    if not hours.is_valid(day):
        return []
    exceptional: list[tuple[int, int]] = []
    for exception in hours.exceptions:
        if exception.applies(day):
            if exception.opens is None or exception.closes is None:
                return []
            exceptional.append((exception.opens, exception.closes))
    if exceptional or holiday:
        return exceptional
    if hours.always_open:
        return [(0, MINUTES_A_DAY)]
    return [(opening.opens, opening.closes) for opening in hours.openings if opening.applies(day)]


def _extra_by_day(hours: OpeningHours) -> dict[date, list[tuple[int, int]]]:
    """The extra openings as pairs of wall minutes, by the valid dates on which they begin."""
    pairs = defaultdict[date, list[tuple[int, int]]](list)
    for span in hours.extra:
        day, opens = wall(span.start, hours.zone)
        last, closes = wall(span.end, hours.zone)
        if hours.is_valid(day):
            pairs[day].append((opens, min(closes + (last - day).days * MINUTES_A_DAY, 2 * MINUTES_A_DAY)))
    return pairs


def joined(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs sorted, with those that touch or overlap joined."""
    joined: list[tuple[int, int]] = []
    for opens, closes in sorted(pairs):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return joined


def hours_faults(opens: int | None, closes: int | None) -> list[Fault]:
    """Blank for an end of the hours that is missing; out_of_range for an `opens` that is not on its day, or a `closes`
    that is not after it, or later than the end of the next day."""
    if opens is None or closes is None:
        return [Fault(name, "blank") for name, minute in (("opens", opens), ("closes", closes)) if minute is None]
    if not 0 <= opens < MINUTES_A_DAY:
        return [Fault("opens", "out_of_range")]
    return [] if opens < closes <= 2 * MINUTES_A_DAY else [Fault("closes", "out_of_range")]
