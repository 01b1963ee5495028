"""The form that moves a booking without dragging: free times of a day, each one click, or any other time; alone or with
the other times of its booking. What it sends is answered by `move`."""

from datetime import date

from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.bookings.sessions import list_sessions, seats_taken
from kalends.actions.bookings.starts import list_starts
from kalends.actions.bookings.suggest import change_or_suggest
from kalends.actions.catalog.assignments import list_assignments
from kalends.actions.catalog.resources import list_resources
from kalends.actions.context import Context
from kalends.actions.messages.about_item import draw_notice
from kalends.console.at_site import AtSite, at_site
from kalends.console.fields import expecting, read_fields
from kalends.console.handlers.items import done
from kalends.console.item_records import item_at
from kalends.console.pages import draw
from kalends.console.values import Values
from kalends.console.views.closing import overrides
from kalends.console.views.moving import MovingView, moving_view, other_sessions
from kalends.console.views.new_booking import Offered
from kalends.engine.availability.starts import Start, StartsQuery
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import NotFound
from kalends.engine.time.clock import DAY, day_span
from kalends.web.door import Answer, WebRequest

_MOST_SESSIONS = 20


async def show(request: WebRequest, ctx: Context) -> Answer:
    """The form, with the free times of the day and resource that the query names, by default its own."""
    at = await at_site(request, ctx)
    view = await item_at(ctx, at, request.path_params["item_id"])
    moving = await load_moving(request, ctx, at, view)
    return draw(request, "moving.html", at.frame, moving=moving)


async def to_session(request: WebRequest, ctx: Context) -> Answer:
    """Move a seat to another session."""
    at, item_id = await at_site(request, ctx), request.path_params["item_id"]
    sent = await read_fields(request, "revision", "session", "tell")
    view = await item_at(ctx, at, item_id)
    session_id = Values(sent).id("session")
    if not isinstance(session_id, int):
        raise NotFound("session")
    messages = overrides(ctx, view, "change", sent["tell"])
    expected = expecting(ctx, "item", item_id, sent["revision"])
    await change_or_suggest(expected, item_id, ItemPatch(session_id=session_id), messages=messages)
    return done(request, "moved")


async def load_moving(request: WebRequest, ctx: Context, at: AtSite, view: ItemView) -> MovingView:
    """The form for an item."""
    day = _day(request.query_params.get("day", "")) or view.item.starts_at.astimezone(at.zone).date()
    asked = request.query_params.get("resource")
    resource_id = view.item.resource_id if asked is None else int(asked) if asked.isdecimal() else None
    resources = [each for each in await list_resources(ctx) if each.site_id == at.site.id and each.kind != "inventory"]
    serving = {(each.service_id, each.resource_id) for each in await list_assignments(ctx)}
    services = [view.service] if view.service else []
    moving = moving_view(
        ctx,
        at,
        view,
        (await get_whole_booking(ctx, view.item.booking_id)).items if view.item.kind != "block" else (view,),
        await _free(ctx, at, view, day, resource_id),
        await draw_notice(ctx, view.item.id, "change"),
        offered=Offered(services, resources, serving),
        day=day,
        resource_id=resource_id,
    )
    return await _with_sessions(ctx, at, view, moving) if view.session else moving


async def _free(ctx: Context, at: AtSite, view: ItemView, day: date, resource_id: int | None) -> list[Start]:
    if view.service is None or view.session is not None:
        return []
    query = StartsQuery(
        service_id=view.service.id,
        window=day_span(day, at.zone),
        resource_ids=(resource_id,) if resource_id else None,
        site_id=at.site.id,
        units=max(1, view.item.units),
    )
    try:
        return await list_starts(ctx, query)
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


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
