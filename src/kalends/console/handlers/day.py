"""The day of a site, the dates that lead to it, and how somebody likes to see it."""

import re
from datetime import UTC, date, datetime

import msgspec

from kalends.actions.bookings.calendar import get_calendar
from kalends.actions.bookings.live import calendar_position
from kalends.actions.catalog.resources import list_resources
from kalends.actions.context import Context
from kalends.console.at_site import AtSite, at_site
from kalends.console.cookies import VIEW
from kalends.console.pages import draw
from kalends.console.views.day import choices_of, day_view
from kalends.console.views.preferences import chosen, read_preferences
from kalends.console.views.time_grid import TimeGrid, time_grid
from kalends.engine.bookings.calendar import CalendarQuery
from kalends.engine.catalog.resource import Resource
from kalends.engine.refusals import NotFound
from kalends.engine.time.clock import FIRST_YEAR, LAST_YEAR, day_span, wall
from kalends.engine.time.span import Span
from kalends.web.body import read_form
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_IDS = re.compile(r"\d{1,16}(\.\d{1,16})*", re.ASCII)
_SECONDS = re.compile(r"-?\d{1,12}", re.ASCII)
_FIELDS = ("zoom", "axis", "all_hours", "without_time", "back")


async def today(request: WebRequest, ctx: Context) -> Answer:
    """To the day that it is at the site."""
    at = await at_site(request, ctx)
    return redirect(call_of(request), f"{at.path}/day/{wall(ctx.now, at.zone)[0]}")


async def show(request: WebRequest, ctx: Context) -> Answer:
    """The day; of a fragment the query may ask for some lanes only, with the hours that the page shows."""
    at, preferences = await at_site(request, ctx), read_preferences(await VIEW.read(request))
    day = day_of(request)
    resources = await _resources(ctx, at)
    lanes = _asked_lanes(request)
    position = "" if lanes else await calendar_position(ctx)
    query = CalendarQuery(
        window=day_span(day, at.zone),
        resource_ids=lanes or frozenset(each.id for each in resources) - preferences.hidden,
        without_resource=not lanes,
        without_time=preferences.without_time,
    )
    calendar = await get_calendar(ctx, at.site.id, query)
    grid = _asked_grid(request, at) or time_grid(at, day, calendar, preferences.all_hours)
    view = day_view(ctx, at, day, calendar, grid, preferences)
    if lanes:
        return draw(request, "lanes.html", at.frame, day=view)
    view = msgspec.structs.replace(view, choices=choices_of(resources, preferences.hidden), position=position)
    return draw(request, "day.html", at.frame, day=view)


async def choose(request: WebRequest, ctx: Context) -> Answer:
    """Keep how somebody likes to see the day, and go back to it."""
    at = await at_site(request, ctx)
    form = await read_form(request)
    sent = {name: dict(form).get(name, "") for name in _FIELDS}
    shown = frozenset(int(value) for name, value in form if name == "show" and _IDS.fullmatch(value))
    every = frozenset(each.id for each in await _resources(ctx, at))
    elsewhere = read_preferences(await VIEW.read(request)).hidden - every
    preferences = chosen(sent, shown, every)
    kept = msgspec.structs.replace(preferences, hidden=preferences.hidden | elsewhere)
    day = sent["back"] if _DATE.fullmatch(sent["back"]) else str(wall(ctx.now, at.zone)[0])
    return redirect(call_of(request), f"{at.path}/day/{day}", VIEW.set(kept.encode()))


def day_of(request: WebRequest) -> date:
    """The date that the path names. Raises NotFound(day)."""
    text = request.path_params["day"]
    try:
        day = date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        raise NotFound("day", text) from None
    if not FIRST_YEAR < day.year < LAST_YEAR:
        raise NotFound("day", text)
    return day


async def _resources(ctx: Context, at: AtSite) -> list[Resource]:
    """Those that can be lanes: all but inventory, which only goes with others."""
    return [each for each in await list_resources(ctx) if each.site_id == at.site.id and each.kind != "inventory"]


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
