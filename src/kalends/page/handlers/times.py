"""When a service can be booked."""

from collections.abc import Mapping
from datetime import date
from itertools import chain

import msgspec

from kalends.actions.bookings.courses import list_courses
from kalends.actions.bookings.starts import list_starts, next_starts
from kalends.actions.context import Context, as_if_free
from kalends.engine.availability.starts import Start
from kalends.engine.bookings.own import is_request
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.time.clock import DAY, day_span
from kalends.engine.time.span import Span
from kalends.notices.messages.language import MessageLanguage
from kalends.notices.texts import Message
from kalends.page.choices import LONGEST_WAY, TOKEN, Choices, load_choices
from kalends.page.chosen import Chosen, nearest_to
from kalends.page.held import view_own
from kalends.page.holders import find_holder, token_for
from kalends.page.pages import draw, links_of, words_of
from kalends.page.views.links import Links
from kalends.page.views.month import next_month
from kalends.page.views.services import ServiceView, service_view
from kalends.page.views.times import day_of, times_view
from kalends.page.why import why_not
from kalends.web.body import read_query
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.visitors import Visit

NEAREST = 5
"""How many of the next free times stand at the head of the page."""
CONFLICT = 409
"""The status of a page that shows again what there is to choose, as what was chosen is taken."""


class Again(msgspec.Struct, frozen=True):
    """Why the times are shown again, what the visitor has typed already, their token, the time that they chose, and the
    one of which they ask why it is not free."""

    problem: Message | None = None
    kept: Mapping[str, str] = {}
    token: str = ""
    chosen: Chosen | None = None
    at: str = ""


async def show(request: WebRequest, visit: Visit) -> Answer:
    """The next free times, a month, and the times of one date."""
    query = dict(read_query(request))
    choices = await load_choices(visit.ctx, visit.page, request.path_params["service_id"], query)
    return await draw_times(request, visit, choices, Again(token=query.get(TOKEN, ""), at=query.get("at", "")))


async def draw_times(
    request: WebRequest, visit: Visit, choices: Choices, again: Again, moved: BookingWithItems | None = None
) -> Answer:
    """The page with the times of a service; `moved` is what of a booking is moved to one of them. What somebody holds
    or moves is not in their own way."""
    links, words = links_of(request, visit), words_of(request, visit)
    token = await token_for(call_of(request), visit.ctx, again.token)
    holder = await find_holder(visit.ctx, token) if moved is None else None
    choices = msgspec.structs.replace(choices, token=token if holder else "")
    own = moved or (holder and holder.hold)
    ctx = as_if_free(visit.ctx, own.items) if own else visit.ctx
    first, upcoming, starts = await _next_and_month(ctx, choices, again.chosen)
    later = [] if starts else await _first_after(ctx, choices, first)
    has_courses = moved is None and choices.service.kind == "attendance"
    courses = await list_courses(ctx, choices.service.id, choices.units) if has_courses else []
    view = times_view(
        ctx, choices, links, words, first=first, upcoming=upcoming, starts=starts, later=later, courses=courses
    )
    service, *then = _service_views(ctx, choices, links, words)
    return draw(
        request,
        visit,
        "times.html",
        at=links.to(choices.path, **{**choices.parameters, **choices.opened_at, TOKEN: token}),
        status=CONFLICT if again.problem else 200,
        service=service,
        then=then,
        view=view,
        problem=again.problem,
        near=again.chosen is not None,
        hidden={**choices.parameters, TOKEN: token},
        unfiltered={**choices.unfiltered, **links.fields, TOKEN: token},
        asked={**choices.parameters, **links.fields, TOKEN: token},
        kept=again.kept,
        why=await why_not(ctx, choices, again.at, words),
        held=await view_own(holder.ctx, holder.hold, words) if holder else None,
        held_path=links.to(f"/h/{token}"),
        moved=await view_own(ctx, moved, words) if moved else None,
        asks=is_request(moved.items if moved else (), ctx.account.policy),
        back=links.to(choices.back) if moved else "",
    )


def _service_views(ctx: Context, choices: Choices, links: Links, words: MessageLanguage) -> list[ServiceView]:
    """The services, one after another; the first with the terms of those who may serve it."""
    return [
        service_view(each, ctx, links, words, length, terms=choices.terms if each is choices.service else ())
        for each, length in choices.services
    ]


async def _next_and_month(
    ctx: Context, choices: Choices, chosen: Chosen | None
) -> tuple[date, list[Start], list[Start]]:
    """The first day of the month that is shown, the next times, or those nearest to the chosen one, and the times of
    the month. Unless a month was chosen, it is that of the next time."""
    this_month = ctx.today.replace(day=1)
    if choices.month in (None, this_month) and chosen is None:
        starts = await _starts_of_month(ctx, choices, this_month)
        if len(starts) >= NEAREST:
            return this_month, starts[:NEAREST], starts
    upcoming = await _upcoming(ctx, choices, chosen)
    first = choices.month or (day_of(upcoming[0]) if upcoming else ctx.today).replace(day=1)
    return first, upcoming, await _starts_of_month(ctx, choices, first)


async def _upcoming(ctx: Context, choices: Choices, chosen: Chosen | None) -> list[Start]:
    """The next times, or those nearest to the one that was chosen."""
    if chosen is None or chosen.starts_at is None:
        return await next_starts(ctx, choices.starts(Span(ctx.now, ctx.now + LONGEST_WAY)), NEAREST)
    begin = max(ctx.now, chosen.starts_at - DAY)
    near = await list_starts(ctx, choices.starts(Span(begin, max(begin, chosen.starts_at) + DAY)))
    later = await next_starts(ctx, choices.starts(Span(begin + DAY, begin + LONGEST_WAY)), NEAREST)
    different = {start.position: start for start in chain(near, later)}
    return nearest_to(list(different.values()), chosen, NEAREST)


async def _starts_of_month(ctx: Context, choices: Choices, first: date) -> list[Start]:
    """The starts on the dates of a month; those of sites are by the clock there."""
    last = next_month(first) - DAY
    window = Span(day_span(first - DAY, ctx.zone).start, day_span(last + DAY, ctx.zone).end)
    if window.end <= ctx.now:
        return []
    starts = await list_starts(ctx, choices.starts(window))
    return [start for start in starts if first <= day_of(start) <= last]


async def _first_after(ctx: Context, choices: Choices, first: date) -> list[Start]:
    """The first start after a month, if there is one."""
    begin = max(day_span(next_month(first), ctx.zone).start, ctx.now)
    return await next_starts(ctx, choices.starts(Span(begin, begin + LONGEST_WAY)), 1)
