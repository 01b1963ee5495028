"""The day of a site: its resources side by side, in the zone of the site."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from kalends.actions.context import Context
from kalends.console.at_site import AtSite
from kalends.console.views.boxes import Boxes
from kalends.console.views.lanes import Lane, Lanes, in_trees
from kalends.console.views.preferences import Preferences
from kalends.console.views.time_grid import Tick, TimeGrid
from kalends.engine.bookings.calendar import SiteCalendar
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.clock import DAY, MINUTE, day_span, wall
from kalends.notices.texts import Message

VIEWS = ("day", "week", "agenda")
"""The ways to look at a date."""
MOST_COLUMNS = 10
"""So many resources stand side by side; more are rows, unless somebody wants it otherwise."""
MOST_LANES = 300


class Choice(msgspec.Struct, frozen=True):
    """A resource that can be shown or left out."""

    id: int
    title: str
    is_shown: bool
    level: int


class Dates(msgspec.Struct, frozen=True):
    """A date and those beside it, as paths have them: `2027-03-01`."""

    shown: str
    before: str
    after: str
    today: str

    @property
    def is_today(self) -> bool:
        """Whether it is today at the site."""
        return self.shown == self.today


class DayView(msgspec.Struct, frozen=True, kw_only=True):
    """The day. `now` is the step at which it is now, None if it is not shown. `starts` and `ends` are the bounds of
    what is shown, in seconds since 1970, `midnights` those of the day. `position`: of the last change that it has."""

    site_id: int
    title: str
    zone: str
    dates: Dates
    preferences: Preferences
    choices: tuple[Choice, ...]
    is_columns: bool
    steps: int
    ticks: tuple[Tick, ...]
    now: int | None
    starts: int
    ends: int
    midnights: tuple[int, int]
    position: str = ""
    lanes: tuple[Lane, ...]
    may_book: bool
    may_manage: bool
    free_text: str


def dates_around(day: date, now: datetime, at: AtSite, days: int = 1) -> Dates:
    """The dates beside one, so many days before and after it."""
    today, _ = wall(now, at.zone)
    return Dates(str(day), str(day - days * DAY), str(day + days * DAY), str(today))


def day_view(
    ctx: Context, at: AtSite, day: date, calendar: SiteCalendar, grid: TimeGrid, preferences: Preferences
) -> DayView:
    """The day as the page shows it. The calendar has all resources that are not hidden."""
    may_book, whole = "book" in ctx.principal.scopes, day_span(day, at.zone)
    lanes = tuple(Lanes(calendar, grid, Boxes(ctx, grid), with_free=may_book).all()[:MOST_LANES])
    return DayView(
        site_id=at.site.id,
        title=at.words.day(day),
        zone=at.words.zone_name(at.zone),
        dates=dates_around(day, ctx.now, at),
        preferences=preferences,
        choices=(),
        is_columns=preferences.axis == "columns" or (preferences.axis == "auto" and len(lanes) <= MOST_COLUMNS),
        steps=grid.steps,
        ticks=grid.ticks,
        now=(ctx.now - grid.shown.start) // (5 * MINUTE) if grid.shown.start <= ctx.now < grid.shown.end else None,
        starts=int(grid.shown.start.timestamp()),
        ends=int(grid.shown.end.timestamp()),
        midnights=(int(whole.start.timestamp()), int(whole.end.timestamp())),
        lanes=lanes,
        may_book=may_book,
        may_manage="manage" in ctx.principal.scopes,
        free_text=at.say(Message("day.free")),
    )


def choices_of(resources: Sequence[Resource], hidden: frozenset[int]) -> tuple[Choice, ...]:
    """The resources of a site, to choose which are shown."""
    return tuple(Choice(each.id, each.title, each.id not in hidden, len(each.path) - 1) for each in in_trees(resources))
