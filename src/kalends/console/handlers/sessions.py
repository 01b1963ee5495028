"""Group sessions of a site: a week of them, one with who attends it, the roll, and places that are added."""

from collections.abc import Mapping
from datetime import date, timedelta

from kalends.actions.bookings.find import list_items
from kalends.actions.bookings.roll import call_roll
from kalends.actions.bookings.sessions import get_session, list_sessions, seats_taken
from kalends.actions.bookings.suggest import book_or_suggest
from kalends.actions.catalog.resources import list_resources
from kalends.actions.context import Context
from kalends.actions.customers.history import record_reads
from kalends.console.at_site import AtSite, at_site
from kalends.console.complaints import complaint_of, in_words
from kalends.console.fields import read_fields
from kalends.console.pages import draw
from kalends.console.people import MOST_FOUND, search_people
from kalends.console.values import Values
from kalends.console.views.forms import Complaint
from kalends.console.views.sessions import session_view, week_view
from kalends.console.views.wall_times import read_day
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.queries import ItemQuery, SessionQuery
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.states import ACTIVE, STATUSES
from kalends.engine.catalog.resource import Resource
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Forbidden, NotFound, Refusal
from kalends.engine.time.clock import DAY, day_span
from kalends.engine.time.span import Span
from kalends.notices.texts import Message
from kalends.web.body import read_form
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.idempotency import idempotent_form
from kalends.web.pages import redirect

DONE = ("added", "called", "planned", "saved")
"""What may have been done before a session is shown: `sessiondone.WHAT`."""
_WEEK = timedelta(days=7)
_MOST = 500
_ROLL = "roll-"
_DIGITS = 16


async def week(request: WebRequest, ctx: Context) -> Answer:
    """The sessions of a week, from its Monday; by default this one."""
    at = await at_site(request, ctx)
    monday = _monday(at, ctx, request.query_params.get("week", ""))
    window = Span(day_span(monday, at.zone).start, day_span(monday + _WEEK - DAY, at.zone).end)
    resources = await _resources(ctx)
    query = SessionQuery(ends_after=window.start, starts_before=window.end, with_archived=False, limit=_MOST)
    here = [each for each in (await list_sessions(ctx, query)).rows if _is_here(at, each, resources)]
    taken = await seats_taken(ctx, [session.id for session in here])
    return draw(request, "sessions.html", at.frame, week=week_view(ctx, at, monday, here, taken, resources))


async def show(request: WebRequest, ctx: Context) -> Answer:
    """A session with who attends it. The query may say what was done just now, and whom to look for."""
    return await draw_session(request, ctx)


async def roll(request: WebRequest, ctx: Context) -> Answer:
    """Note who came and who did not, for all places at once."""
    at, session = await _session(request, ctx)
    pairs = await read_form(request)
    statuses = {int(name.removeprefix(_ROLL)): value for name, value in pairs if _is_mark(name, value)}
    await call_roll(ctx, session.id, {item_id: status or None for item_id, status in statuses.items()})
    return redirect(call_of(request), f"{at.path}/sessions/{session.id}", done="called")


async def add(request: WebRequest, ctx: Context) -> Answer:
    """Give somebody a place, or say why that can't be."""
    sent = await read_fields(request, "customer", "name", "phone", "email", "units", "q")
    values = Values(sent)
    if not (sent["customer"] or sent["name"].strip() or sent["phone"].strip() or sent["email"].strip()):
        return await draw_session(request, ctx, Complaint(whole=Message("sessions.whom")))
    if not isinstance(values.number("units", 1), int):
        return await draw_session(request, ctx, values.complaint)
    try:
        return await _add_once(request, ctx)
    except (Forbidden, NotFound):
        raise
    except Refusal as refusal:
        complaint = complaint_of(refusal, {"first_name": "name"})
        if complaint is None:
            raise
        return await draw_session(request, ctx, complaint)


async def _add(request: WebRequest, ctx: Context) -> Answer:
    at, session = await _session(request, ctx)
    sent = await read_fields(request, "customer", "name", "phone", "email", "units")
    values = Values(sent)
    customer_id = values.id("customer")
    patch = CustomerPatch(name=values.text("name"), phone=values.text("phone"), email=values.text("email"))
    line = RequestedLine(session_id=session.id, units=values.number("units", 1))
    asked = BookingRequest(lines=(line,), customer_id=customer_id, customer=None if customer_id else patch)
    await book_or_suggest(ctx, asked)
    return redirect(call_of(request), f"{at.path}/sessions/{session.id}", done="added")


_add_once = idempotent_form(_add)


async def draw_session(request: WebRequest, ctx: Context, complaint: Complaint | None = None) -> Answer:
    """The session that the path names, with what could not be done."""
    at, session = await _session(request, ctx)
    query = ItemQuery(listing="all", session_ids=(session.id,), states=ACTIVE, limit=_MOST)
    seats = (await list_items(ctx, query)).rows
    await record_reads(ctx, [seat.item.customer_id for seat in seats])
    words = request.query_params.get("q", "")
    found = await search_people(ctx, words, MOST_FOUND) if words.strip() else []
    taken = (await seats_taken(ctx, [session.id]))[session.id]
    view = session_view(ctx, at, session, seats, taken, await _resources(ctx))
    what = request.query_params.get("done", "")
    return draw(
        request,
        "session.html",
        at.frame,
        status=409 if complaint else 200,
        session=view.with_found(words, found),
        why=in_words(complaint, at.say),
        done=f"sessiondone.{what}" if what in DONE and not complaint else "",
    )


async def _session(request: WebRequest, ctx: Context) -> tuple[AtSite, GroupSession]:
    """The session that the path names. Raises NotFound(session), also if it is at another site."""
    at, session_id = await at_site(request, ctx), request.path_params["session_id"]
    session = await get_session(ctx, session_id)
    if not _is_here(at, session, await _resources(ctx)):
        raise NotFound("session", session_id)
    return at, session


async def _resources(ctx: Context) -> Mapping[int, Resource]:
    return {resource.id: resource for resource in await list_resources(ctx, with_inactive=True)}


def _is_here(at: AtSite, session: GroupSession, resources: Mapping[int, Resource]) -> bool:
    """Whether a session is at the site of the page, or at none."""
    resource = resources.get(session.resource_id or 0)
    return session.resource_id is None or (resource is not None and resource.site_id == at.site.id)


def _monday(at: AtSite, ctx: Context, text: str) -> date:
    day = read_day(text) or ctx.now.astimezone(at.zone).date()
    return day - DAY * day.weekday()


def _is_mark(name: str, value: str) -> bool:
    number = name.removeprefix(_ROLL)
    return name.startswith(_ROLL) and number.isdecimal() and len(number) < _DIGITS and value in ("", *STATUSES)
