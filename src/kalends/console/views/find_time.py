"""Free times of a service, day by day, and why a time is not free."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

import msgspec

from kalends.console.at_site import AtSite
from kalends.console.complaints import complaint_of, in_words
from kalends.console.in_the_way import NearTime, Obstacle
from kalends.console.views.forms import Choice, Field, own_name
from kalends.console.views.new_booking import Offered
from kalends.console.views.wall_times import fold_of, wall_text
from kalends.engine.availability.starts import Start
from kalends.engine.bookings.explain import LineExplanation
from kalends.engine.refusals import Refusal
from kalends.engine.time.clock import DAY

ASKED_WHY = ("why", "why_fold")
"""The fields that name a time of which is asked why it is not free; the second tells two that the wall shows alike."""
_MOST_DAYS = 7


class FreeStart(msgspec.Struct, frozen=True):
    """A free time: its hours, who or what is free then, and where to book it; "" for who may not."""

    hours: str
    where: str
    path: str


class FreeDay(msgspec.Struct, frozen=True):
    """A day with its free times."""

    title: str
    starts: tuple[FreeStart, ...]


class TimesView(msgspec.Struct, frozen=True):
    """The free times, by day; `later` is the path of those of later days, "" if there are none."""

    days: tuple[FreeDay, ...]
    later: str


class Reason(msgspec.Struct, frozen=True):
    """Why somebody or something can't be booked then."""

    where: str
    why: str


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Why a time is not free, or that it is, with what is in the way and the free times near it; `base` is the path
    at which one is booked, "" for who may not."""

    base: str = ""
    when: str = ""
    free: bool = False
    reasons: tuple[Reason, ...] = ()
    ways: tuple[Obstacle, ...] = ()
    near: tuple[NearTime, ...] = ()


def form_of(sent: Mapping[str, str], offered: Offered) -> tuple[Field, ...]:
    """The fields that say what is looked for."""
    services, resources = offered.services_of(sent["resource"]), offered.resources_of(sent["service"])
    return (
        _select("service", "panel.service", sent["service"], "find.choose", [(x.id, x.title) for x in services]),
        _select("resource", "panel.with", sent["resource"], "new.any_resource", [(x.id, x.title) for x in resources]),
        Field("from", "find.from", kind="date", value=sent["from"], required=False),
        Field("after", "find.after", kind="time", value=sent["after"], required=False),
        Field("before", "find.before", kind="time", value=sent["before"], required=False),
    )


def whole_days(at: AtSite, starts: Sequence[Start], most: int) -> Sequence[Start]:
    """The starts of the first days. If there are so many that the last day may have more, it is left out, unless there
    is no other."""
    days = list(dict.fromkeys(_day(at, start) for start in starts))
    whole = days[:-1] if len(starts) == most and len(days) > 1 else days
    return [start for start in starts if _day(at, start) in whole[:_MOST_DAYS]]


def later_path(at: AtSite, sent: Mapping[str, str], shown: Sequence[Start]) -> str:
    """The path of the free times of the days after those that are shown."""
    asked = {name: value for name, value in sent.items() if value and name not in ASKED_WHY}
    return f"{at.path}/find?{urlencode({**asked, 'from': str(_day(at, shown[-1]) + DAY)})}"


def times_view(at: AtSite, starts: Sequence[Start], titles: Mapping[int, str], base: str, later: str = "") -> TimesView:
    """The starts by the day of the site; `base` is the path at which one is booked, "" for who may not."""
    days = groupby(starts, lambda start: _day(at, start))
    return TimesView(
        tuple(
            FreeDay(at.words.day(day), tuple(_start(at, each, titles, base) for each in of_day)) for day, of_day in days
        ),
        later,
    )


def _day(at: AtSite, start: Start) -> date:
    return start.slot.span.start.astimezone(at.zone).date()


def reasons_of(at: AtSite, explained: LineExplanation) -> tuple[Reason, ...]:
    """Why the options of a line can't be booked, each with all that speaks against it."""
    if explained.refusal is not None:
        return (Reason("", _say(at, explained.refusal)),)
    return tuple(
        Reason(option.assigned.resource.title if option.assigned.resource else "", " ".join(_whys(at, option.refusals)))
        for option in explained.options
        if option.refusals
    )


def _whys(at: AtSite, refusals: Sequence[Refusal]) -> Iterator[str]:
    yield from dict.fromkeys(_say(at, refusal) for refusal in refusals)


def _say(at: AtSite, refusal: Refusal) -> str:
    return in_words(complaint_of(refusal, {}), at.say)


def _start(at: AtSite, start: Start, titles: Mapping[int, str], base: str) -> FreeStart:
    slot = start.slot
    begins, ends = slot.span.start.astimezone(at.zone), slot.span.end.astimezone(at.zone)
    where = ", ".join(titles[each] for each in slot.resource_ids if each in titles)
    resource = slot.resource_ids[0] if slot.resource_ids else ""
    booked = f"{base}&resource={resource}&at={wall_text(begins)}&fold={fold_of(begins)}" if base else ""
    path = f"{at.path}/sessions/{slot.session_id}" if slot.session_id else booked
    return FreeStart(f"{at.words.hour(begins)}–{at.words.hour(ends)}", where, path)


def _select(name: str, label: str, value: str, blank: str, options: Sequence[tuple[int, str]]) -> Field:
    choices = (Choice("", blank), *(Choice(str(each), own_name(title)) for each, title in options))
    return Field(name, label, kind="select", value=value, required=False, choices=choices)
