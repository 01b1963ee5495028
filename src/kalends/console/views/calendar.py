"""What the day, the week and the agenda of a site have in common."""

from collections.abc import Sequence
from datetime import date

import msgspec

from kalends.actions.access import may
from kalends.actions.bookings.suggest import book_or_suggest
from kalends.actions.catalog.described import add_described_resource
from kalends.actions.context import Context
from kalends.console.at_site import AtSite
from kalends.console.views.item_look import LEGEND, Look
from kalends.console.views.lanes import in_trees
from kalends.engine.accounts.calendar_look import CalendarLook
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.clock import DAY, wall
from kalends.engine.time.span import Span

VIEWS = ("day", "week", "agenda", "door")
"""The ways to look at a date."""


class Choice(msgspec.Struct, frozen=True):
    """A resource that can be shown or left out."""

    id: int
    title: str
    is_shown: bool
    level: int


class Dates(msgspec.Struct, frozen=True):
    """A date and those before and after it, as paths have them: `2027-03-01`."""

    shown: str
    before: str
    after: str
    today: str

    @property
    def is_today(self) -> bool:
        """Whether it is today at the site."""
        return self.shown == self.today


class CalendarView(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is one of VIEWS. `midnights` are the bounds of the dates that are shown, in seconds since 1970, `position`
    is that of the last change that is in it. `is_nobodys`: it would be a practitioner's own, who is nobody here."""

    name: str
    site_id: int
    title: str
    zone: str
    dates: Dates
    preferences: CalendarLook
    choices: tuple[Choice, ...]
    legend: tuple[Look, ...]
    midnights: tuple[int, int]
    position: str
    may_book: bool
    may_manage: bool
    is_nobodys: bool


class Shown(msgspec.Struct, frozen=True):
    """What is looked at: a date or the first of seven, how somebody likes to see it, the resources of the site, and the
    position of the last change."""

    day: date
    window: Span
    preferences: CalendarLook
    resources: Sequence[Resource]
    position: str


def calendar_view(ctx: Context, at: AtSite, name: str, shown: Shown, title: str) -> CalendarView:
    """The parts that all of them have."""
    window = shown.window
    days = 7 if name == "week" else 1
    is_nobodys = ctx.principal.is_practitioner and not shown.resources
    return CalendarView(
        name=name,
        site_id=at.site.id,
        title=title,
        zone=at.words.zone_name(at.zone),
        dates=_dates(shown.day, wall(ctx.now, at.zone)[0], days),
        preferences=shown.preferences,
        choices=tuple(
            Choice(each.id, each.title, each.id not in shown.preferences.hidden, len(each.path) - 1)
            for each in in_trees(shown.resources)
        ),
        legend=LEGEND,
        midnights=(int(window.start.timestamp()), int(window.end.timestamp())),
        position=shown.position,
        may_book=may(ctx, book_or_suggest) and not is_nobodys,
        may_manage=may(ctx, add_described_resource),
        is_nobodys=is_nobodys,
    )


def _dates(day: date, today: date, days: int) -> Dates:
    return Dates(str(day), str(day - days * DAY), str(day + days * DAY), str(today))
