"""Find a time for somebody who asks: the next free ones of a service, and why one of them is not."""

from collections.abc import Mapping

from kalends.actions.access import may
from kalends.actions.bookings.explain import explain
from kalends.actions.bookings.starts import next_starts
from kalends.actions.bookings.suggest import book_or_suggest
from kalends.actions.catalog.resources import list_resources
from kalends.actions.context import Context
from kalends.console.at_site import AtSite, at_site
from kalends.console.fields import query_fields
from kalends.console.in_the_way import near_times, obstacles
from kalends.console.offered import load_offered
from kalends.console.pages import draw
from kalends.console.values import Values
from kalends.console.views.find_time import (
    ASKED_WHY,
    Reason,
    TimesView,
    Why,
    form_of,
    later_path,
    reasons_of,
    times_view,
    whole_days,
)
from kalends.console.views.wall_times import read_wall, which_of_two
from kalends.engine.all_refusals import all_of
from kalends.engine.availability.starts import PartOfDay, StartsQuery
from kalends.engine.bookings.explain import LineExplanation, Option
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.conflict import FreeTime
from kalends.engine.refusals import Full, Invalid, NotFound, SkippedTime
from kalends.engine.time.clock import DAY, MINUTES_A_DAY, day_span
from kalends.engine.time.span import Span
from kalends.notices.texts import Message
from kalends.web.door import Answer, WebRequest

FIELDS = ("service", "resource", "from", "after", "before", *ASKED_WHY)
_MOST_STARTS = 96
_WITHIN = 60 * DAY
_MOST_NEAR = 3


async def show(request: WebRequest, ctx: Context) -> Answer:
    """The form, the free times that it asks for, and why another one is not free."""
    at, sent = await at_site(request, ctx), query_fields(request, *FIELDS)
    sent["why_fold"] = "1" if sent["why_fold"] == "1" else "0"
    values, offered = Values(sent), await load_offered(ctx, at, ("appointment", "attendance"))
    form, times, why = form_of(sent, offered), None, None
    if values.id("service"):
        times = await _times(ctx, at, values, sent)
        why = await _why(ctx, at, values, sent) if sent["why"] else None
    which = which_of_two(at, "why_fold", sent["why"], sent["why_fold"])
    return draw(request, "find_time.html", at.frame, form=form, which=which, times=times, why=why, sent=sent)


async def _times(ctx: Context, at: AtSite, values: Values, sent: Mapping[str, str]) -> TimesView | None:
    first = values.day("from") or ctx.now.astimezone(at.zone).date()
    after, before = values.minute("after", 0), values.minute("before", MINUTES_A_DAY)
    if values.faults:
        return None
    start = day_span(first, at.zone).start
    resource_id = values.id("resource")
    query = StartsQuery(
        service_id=values.id("service"),
        window=Span(start, start + _WITHIN),
        resource_ids=(resource_id,) if resource_id else None,
        site_id=at.site.id,
        part=PartOfDay(after, before),
    )
    try:
        starts = await next_starts(ctx, query, _MOST_STARTS)
    except NotFound:
        return None
    shown = whole_days(at, starts, _MOST_STARTS)
    titles = {resource.id: resource.title for resource in await list_resources(ctx)}
    later = later_path(at, sent, shown) if len(starts) > len(shown) or len(starts) == _MOST_STARTS else ""
    return times_view(at, shown, titles, _booking_path(ctx, at, query.service_id), later)


async def _why(ctx: Context, at: AtSite, values: Values, sent: Mapping[str, str]) -> Why | None:
    """Why a time is not free; with it the free times nearest to it."""
    try:
        starts_at = read_wall(sent["why"], sent["why_fold"], at.zone, "why")
    except (Invalid, SkippedTime):
        return Why(reasons=(Reason("", at.say(Message("find.no_time"))),))
    line = RequestedLine(
        service_id=values.id("service"), resource_id=values.id("resource"), site_id=at.site.id, starts_at=starts_at
    )
    request = BookingRequest(lines=(line,), public=True)
    try:
        (explained,) = await explain(ctx, request, _MOST_NEAR)
    except NotFound:
        return None
    times = [
        FreeTime(near.span, near.resource.id if near.resource else None, near.session_id) for near in explained.nearest
    ]
    return Why(
        base=_booking_path(ctx, at, line.service_id),
        when=at.words.moment(starts_at.astimezone(at.zone)),
        free=explained.bookable,
        reasons=reasons_of(at, explained),
        ways=await obstacles(ctx, at, _in_the_way(explained)),
        near=await near_times(ctx, at, times, starts_at),
    )


def _booking_path(ctx: Context, at: AtSite, service_id: int | None) -> str:
    return f"{at.path}/new?service={service_id}" if may(ctx, book_or_suggest) else ""


def _in_the_way(explained: LineExplanation) -> Full:
    """All that takes the time of one of the options."""
    fulls = [each for option in explained.options for each in _fulls(option)]
    return Full("resource", conflicts=[conflict for full in fulls for conflict in full.conflicts])


def _fulls(option: Option) -> list[Full]:
    return [each for refusal in option.refusals for each in all_of(refusal) if isinstance(each, Full)]
