"""The week of a site: resources by days, with what takes place on each in few words."""

from collections.abc import Sequence
from datetime import date

import msgspec

from kalends.actions.context import Context
from kalends.console.at_site import AtSite
from kalends.console.views.boxes import Box, Boxes
from kalends.console.views.calendar import CalendarView, Shown, calendar_view
from kalends.console.views.lanes import in_trees
from kalends.console.views.time_grid import TimeGrid
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.calendar import SiteCalendar
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.views import ItemView, SessionWithSeats
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.clock import DAY, day_span, wall
from kalends.engine.time.span import Span, Spans

MOST_IN_CELL = 8
DAYS, WORKING_DAYS = 7, 5


class Day(msgspec.Struct, frozen=True):
    """A column: its date as paths have it, and as people do."""

    date: str
    title: str
    is_today: bool


class Cell(msgspec.Struct, frozen=True):
    """A resource on a day; `more` are not listed."""

    boxes: tuple[Box, ...]
    more: int
    is_closed: bool


class WeekRow(msgspec.Struct, frozen=True):
    """A resource."""

    name: str
    is_part: bool
    cells: tuple[Cell, ...]


class WeekView(CalendarView, frozen=True, kw_only=True):
    """The week."""

    days: tuple[Day, ...]
    rows: tuple[WeekRow, ...]


def week_span(at: AtSite, monday: date, days: int) -> Span:
    """So many days from one on."""
    return Span(day_span(monday, at.zone).start, day_span(monday + (days - 1) * DAY, at.zone).end)


def week_view(ctx: Context, at: AtSite, shown: Shown, calendar: SiteCalendar) -> WeekView:
    """The week as the page shows it."""
    days = WORKING_DAYS if shown.preferences.without_weekends else DAYS
    dates = [shown.day + offset * DAY for offset in range(days)]
    today, _ = wall(ctx.now, at.zone)
    common = calendar_view(ctx, at, "week", shown, at.words.days(dates[0], dates[-1]))
    cells = _Cells(calendar, [Boxes(ctx, TimeGrid(at, day_span(each, at.zone))) for each in dates])
    return WeekView(
        **msgspec.structs.asdict(common),
        days=tuple(Day(str(each), at.words.short_day(each), each == today) for each in dates),
        rows=tuple(cells.row(resource) for resource in in_trees(calendar.resources)),
    )


class _Cells:
    """Sorts what takes place by resource."""

    def __init__(self, calendar: SiteCalendar, days: Sequence[Boxes]) -> None:
        self.calendar = calendar
        self.days = days
        records: list[tuple[Item | GroupSession, ItemView | SessionWithSeats]] = [
            *((view.item, view) for view in calendar.items.values()),
            *((each.session, each) for each in calendar.sessions.values()),
        ]
        self.entries = sorted(
            ((_span(record), record, shown) for record, shown in records), key=lambda entry: (entry[0], entry[1].id)
        )

    def row(self, resource: Resource) -> WeekRow:
        taking = [(span, shown) for span, record, shown in self.entries if _takes(record, resource)]
        cells = (
            self._cell(resource, day, [shown for span, shown in taking if span.overlaps(day.grid.shown)])
            for day in self.days
        )
        return WeekRow(resource.title, resource.parent_id is not None, tuple(cells))

    def _cell(self, resource: Resource, day: Boxes, taking: Sequence[ItemView | SessionWithSeats]) -> Cell:
        is_closed = not self.calendar.open[resource.id] & Spans.of([day.grid.shown])
        boxes = (
            day.item(each, resource) if isinstance(each, ItemView) else day.session(each, resource)
            for each in taking[:MOST_IN_CELL]
        )
        return Cell(tuple(boxes), max(0, len(taking) - MOST_IN_CELL), is_closed)


def _takes(record: Item | GroupSession, resource: Resource) -> bool:
    return resource.id == record.resource_id or resource.id in record.also_resource_ids


def _span(record: Item | GroupSession) -> Span:
    return Span(record.starts_at, record.ends_at)
