"""The form that moves a booking without dragging: free times of a day, or any other time, alone or with the other times
of its booking; what would come of it, and what the customer would be told. What it sends is answered by `move`."""

from collections.abc import Mapping
from datetime import date
from functools import partial

from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.bookings.sessions import list_sessions, seats_taken
from kalends.actions.bookings.starts import list_starts
from kalends.actions.bookings.suggest import change_or_suggest
from kalends.actions.context import Context, as_if_free
from kalends.console.at_site import AtSite, at_site
from kalends.console.fields import query_fields
from kalends.console.in_the_way import near_times, obstacles
from kalends.console.item_records import item_at
from kalends.console.moves import ASKED, FIELDS, read_move, with_taken
from kalends.console.offered import load_offered
from kalends.console.pages import draw
from kalends.console.telling import Foreseen, foresee, unwritten
from kalends.console.views.forms import Complaint
from kalends.console.views.moving import MovingView, moving_view, other_sessions
from kalends.console.views.outlook import Outlook, refused_outlook
from kalends.console.views.scopes import read_scope
from kalends.console.views.telling import notice_view
from kalends.engine.availability.starts import Start, StartsQuery
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.bookings.request import SILENT
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import Full, Invalid, NotFound, RepeatedTime, SkippedTime
from kalends.engine.time.clock import DAY, day_span
from kalends.web.door import Answer, WebRequest

_MOST_SESSIONS = 20


async def show(request: WebRequest, ctx: Context) -> Answer:
    """The form, with the free times of the day and resource that the query names, by default its own; and with what
    would come of the time that it names."""
    at = await at_site(request, ctx)
    view = await item_at(ctx, at, request.path_params["item_id"])
    return await draw_moving(request, ctx, at, view, with_taken(query_fields(request, *FIELDS, *ASKED)))


async def draw_moving(
    request: WebRequest,
    ctx: Context,
    at: AtSite,
    view: ItemView,
    sent: Mapping[str, str],
    complaint: Complaint | None = None,
) -> Answer:
    """The form for an item, with what was sent so far, and what is wrong with it."""
    foreseen = await _foresee(ctx, at, view, sent)
    faults = {name: at.say(fault) for name, fault in complaint.fields.items()} if complaint else {}
    is_block = view.item.kind == "block"
    moving = moving_view(
        at,
        view,
        sent,
        foreseen.view,
        (view,) if is_block else (await get_whole_booking(ctx, view.item.booking_id)).items,
        offered=await load_offered(ctx, at),
        notice=None if is_block else notice_view(ctx, at, foreseen.notice, sent, faults.get("tell_at", "")),
        outlook=await _outlook(ctx, at, foreseen),
        faults=faults,
    )
    if view.session:
        moving = await _with_sessions(ctx, at, view, moving)
    elif view.service:
        moving = moving.with_free(at, await _free(ctx, at, view, moving))
    return draw(request, "moving.html", at.frame, status=422 if complaint else 200, moving=moving)


async def _foresee(ctx: Context, at: AtSite, view: ItemView, sent: Mapping[str, str]) -> Foreseen:
    """What would come of the time, or of the session, that was chosen."""
    item_id, unsent = view.item.id, not (sent["start"] or sent["session"])
    if unsent or view.item.kind == "block":
        return Foreseen(notice=await unwritten(ctx, item_id, "change"))
    try:
        patch = read_move(at, sent)
    except (Invalid, RepeatedTime, SkippedTime) as refusal:
        return Foreseen(notice=await unwritten(ctx, item_id, "change"), refusal=refusal)
    scope = read_scope(sent["scope"])
    move = partial(change_or_suggest, item_id=item_id, patch=patch, scope=scope, messages=SILENT)
    return await foresee(ctx, item_id, "change", move)


async def _outlook(ctx: Context, at: AtSite, foreseen: Foreseen) -> Outlook | None:
    """Why the time that was chosen can't be had, with what is in the way and what is free near it; None if it can."""
    refusal = foreseen.refusal
    if not isinstance(refusal, Full):
        return refused_outlook(at, refusal, (), ()) if refusal else None
    near = [time for line in refusal.lines for time in line.nearest if time.resource_id is not None]
    return refused_outlook(at, refusal, await obstacles(ctx, at, refusal), await near_times(ctx, at, near))


async def _free(ctx: Context, at: AtSite, view: ItemView, moving: MovingView) -> list[Start]:
    """The starts at which all who serve are free for as long as the item takes, which gives up its own time."""
    assert view.service is not None
    item, on = view.item, moving.on.value
    listed = [on] if on else [choice.value for choice in moving.on.choices if choice.value]
    query = StartsQuery(
        service_id=view.service.id,
        window=day_span(date.fromisoformat(moving.day), at.zone),
        resource_ids=tuple(map(int, listed)),
        site_id=at.site.id,
        units=max(1, item.units),
        lengths=(item.ends_at - item.starts_at,),
        without=(item.starts_at,) if on in ("", str(item.resource_id)) else (),
        besides=() if view.may_take_others(ctx.principal) else item.also_resource_ids,
    )
    try:
        return await list_starts(as_if_free(ctx, [view]), query)
    except NotFound:
        return []


async def _with_sessions(ctx: Context, at: AtSite, view: ItemView, moving: MovingView) -> MovingView:
    """The form for a seat: other sessions of its service to come."""
    assert view.session is not None
    query = SessionQuery(
        service_ids=(view.session.service_id or 0,),
        without_ids=(view.session.id,),
        starts_after=max(ctx.now, view.session.starts_at - 30 * DAY),
        with_archived=False,
        limit=_MOST_SESSIONS,
    )
    sessions = (await list_sessions(ctx, query)).rows
    taken = await seats_taken(ctx, [session.id for session in sessions])
    return other_sessions(at, moving, sessions, taken, view.item.units)
