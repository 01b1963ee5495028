"""The day, the week and the agenda of a site, the dates that lead to it, and how somebody likes to see it."""

import re
from datetime import UTC, date, datetime

import msgspec

from kalends.actions.accounts.calendar_look import get_calendar_look, keep_calendar_look
from kalends.actions.bookings.calendar import get_calendar
from kalends.actions.bookings.live import calendar_position
from kalends.actions.context import Context
from kalends.console.at_site import AtSite, at_site
from kalends.console.offered import bookable_at
from kalends.console.pages import draw
from kalends.console.views.agenda import agenda_view
from kalends.console.views.calendar import VIEWS, Shown
from kalends.console.views.day import day_view
from kalends.console.views.preferences import TICKS, chosen
from kalends.console.views.time_grid import TimeGrid, time_grid
from kalends.console.views.wall_times import read_day
from kalends.console.views.week import DAYS, WORKING_DAYS, week_span, week_view
from kalends.engine.accounts.calendar_look import CalendarLook
from kalends.engine.bookings.calendar import CalendarQuery
from kalends.engine.refusals import NotFound
from kalends.engine.time.clock import DAY, day_span, wall
from kalends.engine.time.span import Span
from kalends.web.body import read_form
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

_BACK = re.compile(rf"({'|'.join(VIEWS)})/\d{{4}}-\d\d-\d\d", re.ASCII)
_IDS = re.compile(r"\d{1,16}(\.\d{1,16})*", re.ASCII)
_SECONDS = re.compile(r"-?\d{1,10}", re.ASCII)
_FIELDS = ("zoom", "axis", *TICKS, "back")


async def today(request: WebRequest, ctx: Context) -> Answer:
    """To the day that it is at the site; on a small screen the page then leads on to the agenda."""
    at = await at_site(request, ctx)
    return redirect(call_of(request), f"{at.path}/day/{wall(ctx.now, at.zone)[0]}", first="yes")


async def show(request: WebRequest, ctx: Context) -> Answer:
    """The day; of a fragment the query may ask for some lanes only, with the hours that the page shows."""
    at, day = await at_site(request, ctx), day_of(request)
    shown = await _shown(ctx, at, day, day_span(day, at.zone))
    lanes = _asked_lanes(request)
    calendar = await get_calendar(ctx, at.site.id, _query(shown, lanes))
    grid = _asked_grid(request, at) or time_grid(at, day, calendar, shown.preferences.all_hours)
    view = day_view(ctx, at, shown, calendar, grid)
    if lanes:
        return draw(request, "lanes.html", at.frame, day=view)
    return draw(request, "day.html", at.frame, view=view)


async def agenda(request: WebRequest, ctx: Context) -> Answer:
    """All that takes place on a day, in order of time."""
    at, day = await at_site(request, ctx), day_of(request)
    shown = await _shown(ctx, at, day, day_span(day, at.zone))
    calendar = await get_calendar(ctx, at.site.id, _query(shown))
    return draw(request, "agenda.html", at.frame, view=agenda_view(ctx, at, shown, calendar))


async def door(request: WebRequest, ctx: Context) -> Answer:
    """The plan of a day for the door: when each resource is taken, and by nobody's name."""
    at, day = await at_site(request, ctx), day_of(request)
    shown = await _shown(ctx, at, day, day_span(day, at.zone))
    calendar = await get_calendar(ctx, at.site.id, _query(shown))
    return draw(
        request, "door.html", at.frame, view=day_view(ctx, at, shown, calendar, TimeGrid(at, shown.window), "door")
    )


async def week(request: WebRequest, ctx: Context) -> Answer:
    """The week in which a day is, from its Monday on."""
    at, day = await at_site(request, ctx), day_of(request)
    monday = day - day.weekday() * DAY
    look = await get_calendar_look(ctx)
    shown = await _shown(ctx, at, monday, week_span(at, monday, WORKING_DAYS if look.without_weekends else DAYS), look)
    calendar = await get_calendar(ctx, at.site.id, _query(shown))
    return draw(request, "week.html", at.frame, view=week_view(ctx, at, shown, calendar))


async def choose(request: WebRequest, ctx: Context) -> Answer:
    """Keep how somebody likes to see the day, and go back to it."""
    at = await at_site(request, ctx)
    form = await read_form(request)
    sent = {name: dict(form).get(name, "") for name in _FIELDS}
    shown = frozenset(int(value) for name, value in form if name == "show" and _IDS.fullmatch(value))
    every = frozenset(each.id for each in await bookable_at(ctx, at))
    await keep_calendar_look(ctx, chosen(sent, shown, every, await get_calendar_look(ctx)))
    back = sent["back"] if _BACK.fullmatch(sent["back"]) else f"day/{wall(ctx.now, at.zone)[0]}"
    return redirect(call_of(request), f"{at.path}/{back}")


def day_of(request: WebRequest) -> date:
    """The date that the path names. Raises NotFound(day)."""
    text = request.path_params["day"]
    day = read_day(text)
    if day is None:
        raise NotFound("day", text)
    return day


async def _shown(ctx: Context, at: AtSite, day: date, window: Span, look: CalendarLook | None = None) -> Shown:
    """What is looked at; the position is read before the calendar, so that no change after it is missed."""
    position, preferences = await calendar_position(ctx), look or await get_calendar_look(ctx)
    resources = await bookable_at(ctx, at)
    if preferences.hidden.issuperset(each.id for each in resources):  # there is nothing any more that was left
        preferences = msgspec.structs.replace(preferences, hidden=frozenset())
    return Shown(day, window, preferences, resources, position)


def _query(shown: Shown, lanes: frozenset[int] = frozenset()) -> CalendarQuery:
    return CalendarQuery(
        window=shown.window,
        resource_ids=lanes or frozenset(each.id for each in shown.resources) - shown.preferences.hidden,
        without_resource=not lanes,
        without_time=shown.preferences.without_time,
    )


def _asked_lanes(request: WebRequest) -> frozenset[int]:
    sent = request.query_params.get("lanes", "")
    return frozenset(map(int, sent.split("."))) if _IDS.fullmatch(sent) else frozenset()


def _asked_grid(request: WebRequest, at: AtSite) -> TimeGrid | None:
    """The hours that the page shows already, in seconds since 1970."""
    sent = [request.query_params.get(name, "") for name in ("from", "until")]
    if not all(_SECONDS.fullmatch(each) for each in sent):
        return None
    start, end = map(int, sent)
    if not 0 < end - start <= 26 * 3600:
        return None
    return TimeGrid(at, Span(*(datetime.fromtimestamp(each, UTC) for each in (start, end))))
