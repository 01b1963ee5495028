"""The day of a site: its resources side by side, in the zone of the site."""

from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.console.at_site import AtSite
from kalends.console.views.boxes import Boxes
from kalends.console.views.calendar import CalendarView, Shown, calendar_view
from kalends.console.views.lanes import Lane, Lanes
from kalends.console.views.time_grid import Tick, TimeGrid
from kalends.engine.bookings.calendar import SiteCalendar
from kalends.notices.texts import Message

MOST_COLUMNS = 10
"""So many resources stand side by side; more are rows, unless somebody wants it otherwise."""
MOST_LANES = 300


class DayView(CalendarView, frozen=True, kw_only=True):
    """The day. `now` is the step at which it is now, None if it is not shown. `starts` and `ends` are the bounds of
    what is shown, in seconds since 1970."""

    is_columns: bool
    steps: int
    ticks: tuple[Tick, ...]
    now: int | None
    starts: int
    ends: int
    lanes: tuple[Lane, ...]
    free_text: str


def day_view(
    ctx: Context, at: AtSite, shown: Shown, calendar: SiteCalendar, grid: TimeGrid, name: str = "day"
) -> DayView:
    """The day as the page shows it, or the plan for the door, which has no names of customers and no free times."""
    common = calendar_view(ctx, at, name, shown, at.words.day(shown.day))
    boxes = Boxes(ctx, grid, nameless=name == "door")
    lanes = tuple(Lanes(calendar, grid, boxes, with_free=common.may_book and name == "day").all()[:MOST_LANES])
    axis, fields = shown.preferences.axis, _fields(common)
    return DayView(
        **fields,
        is_columns=axis == "columns" or (axis == "auto" and len(lanes) <= MOST_COLUMNS),
        steps=grid.steps,
        ticks=grid.ticks,
        now=grid.step_of(ctx.now),
        starts=int(grid.shown.start.timestamp()),
        ends=int(grid.shown.end.timestamp()),
        lanes=lanes,
        free_text=at.say(Message("day.free")),
    )


def _fields(common: CalendarView) -> dict[str, Any]:
    return msgspec.structs.asdict(common)
