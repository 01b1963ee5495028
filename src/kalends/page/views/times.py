"""When a service can be booked: its next times, a month with the number of times on each date, and those of a date."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import zip_longest

import msgspec

from kalends.actions.bookings.courses import Course
from kalends.actions.context import Context
from kalends.engine.availability.starts import Start
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.clock import DAY, wall
from kalends.notices.messages.language import MessageLanguage
from kalends.notices.texts import Message
from kalends.page.choices import LONGEST_WAY, THEN, Choices
from kalends.page.views.courses import CourseView, course_views
from kalends.page.views.links import Links
from kalends.page.views.month import MonthView, month_view, next_month
from kalends.page.views.words import capitalized, clock_text

MOST_NAMES = 2
"""Resources that are named beside a time; with more of them it does not matter who."""


class TimeView(msgspec.Struct, frozen=True):
    """A time that can be chosen: `value` is sent for it, `instant` is its start in UTC for scripts.

    `last_day` is the date on which it ends, "" if that is less than a day later. `who` are the names of those who are
    free then, "" if it does not matter or is not public; `of_one`: the time is theirs, as it takes others longer or
    shorter. `seats` are those left in a session, None for what is no session. `clock` says by which clock it is meant;
    `of_clock`: others in the list are meant by another one.
    """

    value: str
    day: str
    starts: str
    ends: str
    last_day: str
    who: str
    of_one: bool
    seats: int | None
    clock: Message
    of_clock: bool
    instant: str
    zone: str


class Choice(msgspec.Struct, frozen=True):
    """One of several that a visitor may limit the times to, such as a person."""

    value: str
    text: str
    chosen: bool


class Follower(msgspec.Struct, frozen=True):
    """A service that may follow: the name of its field, and the services to choose from."""

    field: str
    services: tuple[Choice, ...]


class TimesView(msgspec.Struct, frozen=True, kw_only=True):
    """The page with times. `day` is the chosen date in words, "" if no time is free in the month; then `later` names
    the next date that has some, "" if none has, and `later_path` leads there.

    `date` is the one that was asked for, as browsers send it, and `missed` is that in words, if it has no times; then
    `day` is the next one in the month, or else its first. `kind` is that of the resources, the first one's.
    """

    upcoming: tuple[TimeView, ...]
    month: MonthView
    day: str
    date: str
    missed: str
    times: tuple[TimeView, ...]
    later: str
    later_path: str
    resources: tuple[Choice, ...]
    kind: str
    sites: tuple[Choice, ...]
    is_at_one_site: bool
    units: tuple[Choice, ...]
    people: tuple[Choice, ...]
    follows: tuple[Follower, ...]
    courses: tuple[CourseView, ...]
    path: str


def times_view(
    ctx: Context,
    choices: Choices,
    links: Links,
    words: MessageLanguage,
    *,
    first: date,
    upcoming: Sequence[Start],
    starts: Sequence[Start],
    later: Sequence[Start],
    courses: Sequence[Course] = (),
) -> TimesView:
    """The times of the month that begins on `first`; `later` is the next one after it, if the month has none."""
    days = days_of(starts)
    day = next((day for day in days if choices.day is None or day >= choices.day), next(iter(days), None))

    def views(listed: Sequence[Start]) -> tuple[TimeView, ...]:
        one_resource = choices.resource_id is not None
        return time_views(listed, choices.resources, words, one_resource=one_resource, people=choices.people)

    return TimesView(
        upcoming=views(upcoming),
        month=_month(ctx, choices, links, words, first, days, chosen=day),
        day=capitalized(words.day(day)) if day else "",
        date=str(choices.day or day or ""),
        missed=words.day(choices.day) if choices.day not in (None, day) else "",
        times=views(days[day]) if day else (),
        later=capitalized(words.day(day_of(later[0]))) if later else "",
        later_path=_path(choices, links, day_of(later[0])) if later else "",
        resources=()
        if choices.people > 1
        else _choices({each.id: each.title for each in choices.resources.values()}, choices.resource_id),
        kind=next((each.kind for each in choices.resources.values()), ""),
        sites=_choices({site.id: site.name for site in choices.sites.values()}, choices.site_id),
        is_at_one_site=choices.is_at_one_site,
        units=_choices({units: str(units) for units in range(1, choices.most_units + 1)}, choices.units),
        people=_choices({number: str(number) for number in range(1, choices.most_people + 1)}, choices.people),
        follows=_follows(choices, words.code),
        courses=course_views(courses, (starts or upcoming)[0].zone if starts or upcoming else ctx.zone, words),
        path=links.to(choices.path),
    )


def _follows(choices: Choices, language: str) -> tuple[Follower, ...]:
    """A field for each service that was chosen to follow, and one for the next."""
    titles = {service.id: service.title_in(language) for service in choices.may_follow}
    chosen = [service.id for service in choices.then]
    fields = THEN[: min(len(chosen) + 1, choices.most_services - 1)] if titles else ()
    return tuple(
        Follower(field, tuple(Choice(str(each), title, each == service_id) for each, title in titles.items()))
        for field, service_id in zip_longest(fields, chosen[: len(fields)])
    )


def _month(
    ctx: Context,
    choices: Choices,
    links: Links,
    words: MessageLanguage,
    first: date,
    days: Mapping[date, Sequence[Start]],
    *,
    chosen: date | None,
) -> MonthView:
    later, last = next_month(first), ctx.today + LONGEST_WAY
    return month_view(
        first,
        {day: len(of_day) for day, of_day in days.items()},
        chosen,
        words,
        lambda day: _path(choices, links, day),
        today=ctx.today,
        earlier="" if first <= ctx.today else _path_of_month(choices, links, first - DAY),
        later=_path_of_month(choices, links, later) if later <= last else "",
    )


def _path(choices: Choices, links: Links, day: date) -> str:
    """The path of the times of a date."""
    return f"{links.to(choices.path, **choices.parameters, day=day)}#times"


def _path_of_month(choices: Choices, links: Links, day: date) -> str:
    """The path of the month in which a date is."""
    return f"{links.to(choices.path, **choices.parameters, month=f'{day:%Y-%m}')}#month"


def time_views(
    starts: Sequence[Start],
    resources: Mapping[int, Resource],
    words: MessageLanguage,
    *,
    one_resource: bool,
    people: int,
) -> tuple[TimeView, ...]:
    """The times as the page shows them; of those that begin together each is for who takes so long."""
    together = Counter(start.slot.span.start for start in starts)
    has_clocks = len({start.zone for start in starts}) > 1

    def view(start: Start) -> TimeView:
        named = people == 1 and (one_resource or together[start.slot.span.start] > 1)
        return _time_view(start, resources, words, named=named, of_clock=has_clocks)

    return tuple(map(view, starts))


def days_of(starts: Iterable[Start]) -> dict[date, list[Start]]:
    """The starts by their dates, in order."""
    days: dict[date, list[Start]] = {}
    for start in starts:
        days.setdefault(day_of(start), []).append(start)
    return days


def day_of(start: Start) -> date:
    """The date of a start by its own clock."""
    return wall(start.slot.span.start, start.zone)[0]


def _choices(texts: Mapping[int, str], chosen: int | None) -> tuple[Choice, ...]:
    """What there is to choose among; nothing if there is only one."""
    if len(texts) < 2:
        return ()
    return tuple(Choice(str(value), text, value == chosen) for value, text in texts.items())


def _time_view(
    start: Start, resources: Mapping[int, Resource], words: MessageLanguage, *, named: bool, of_clock: bool
) -> TimeView:
    slot = start.slot
    begins, ends = slot.span.start.astimezone(start.zone), start.ends_at.astimezone(start.zone)
    resource_id = slot.resource_ids[0] if named and slot.resource_ids else None
    names = [resources[each].title for each in slot.resource_ids if each in resources and resources[each].public]
    return TimeView(
        value=choice_value(start, resource_id),
        day=words.brief_day(begins.date()),
        starts=words.hour(begins),
        ends=words.hour(ends),
        last_day=words.brief_day(ends.date()) if _is_a_day_later(start) else "",
        who=", ".join(names) if len(names) <= MOST_NAMES else "",
        of_one=resource_id is not None,
        seats=slot.free if slot.session_id is not None else None,
        clock=clock_text(start.zone, words),
        of_clock=of_clock,
        instant=slot.span.start.isoformat(),
        zone=start.zone.key,
    )


def _is_a_day_later(start: Start) -> bool:
    """Whether the hour of its end alone would be taken for one that comes sooner."""
    day, minute = wall(start.ends_at, start.zone)
    return (day - DAY, minute) >= wall(start.slot.span.start, start.zone)


def choice_value(start: Start, resource_id: int | None) -> str:
    """What a form sends for a start: `session 12`; `2027-05-04T09:00:00+02:00`, and ` 7` for a resource, and
    ` then 2027-05-04T10:00:00+02:00` for what follows."""
    if start.slot.session_id is not None:
        return f"session {start.slot.session_id}"
    moment = start.slot.span.start.astimezone(start.zone).isoformat()
    first = moment if resource_id is None else f"{moment} {resource_id}"
    return " then ".join([first, *(slot.span.start.astimezone(start.zone).isoformat() for slot in start.then)])
