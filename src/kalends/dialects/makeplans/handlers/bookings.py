"""Bookings, one by one and listed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from kalends.actions.accounts.actors import actor_names
from kalends.actions.bookings import change_state, find
from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.sessions import get_session
from kalends.actions.bookings.verification import send_new_code
from kalends.actions.catalog import resources
from kalends.actions.context import Context
from kalends.actions.customers.find import get_customer
from kalends.dialects.kit.paths import SUFFIX
from kalends.dialects.kit.reader import parse_id, parse_params, parse_query
from kalends.dialects.makeplans.fields.view import RenderContext, render_context
from kalends.dialects.makeplans.parse.bookings import (
    parse_change,
    parse_item_query,
    parse_message_overrides,
    parse_request,
    parse_status,
    parse_verification,
)
from kalends.dialects.makeplans.parse.reader import parse_extended
from kalends.dialects.makeplans.render import paged, render_booking, render_bookings
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import NotFound
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest

Parsed = TypeVar("Parsed")


def listing(name: str) -> Handler:
    """The handler of one of the listings, such as `upcoming`."""

    async def list_bookings(request: WebRequest, ctx: Context) -> Answer:
        return await _list_page(request, ctx, name)

    return list_bookings


def listing_of_person(name: str) -> Handler:
    """The handler of one of the listings, of a person's bookings."""

    async def list_bookings(request: WebRequest, ctx: Context) -> Answer:
        person = await get_customer(ctx, parse_id(request.path_params["person_id"], "customer"))
        return await _list_page(request, ctx, name, {"customer_ids": (person.id,)})

    return list_bookings


def listing_of_event(name: str) -> Handler:
    """The handler of one of the listings, of an event's bookings."""

    async def list_bookings(request: WebRequest, ctx: Context) -> Answer:
        event = await get_session(ctx, parse_id(request.path_params["event_id"], "session"))
        return await _list_page(request, ctx, name, {"session_ids": (event.id,)})

    return list_bookings


async def _list_page(
    request: WebRequest, ctx: Context, name: str, related_to: Mapping[str, Any] | None = None
) -> Answer:
    params = parse_query(request)
    extended, (query, paging) = parse_extended(params, ctx), parse_item_query(params, ctx, name, related_to)
    page = await find.list_items(ctx, query)
    return paged(render_bookings(page.rows, await look_up(ctx, page.rows, extended)), request, paging, page)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /bookings/{booking_id}"""
    extended = parse_extended(parse_query(request), ctx)
    view = await find.get_item(ctx, id_of(request))
    return await _answer(ctx, view, extended)


async def show_by_external_id(request: WebRequest, ctx: Context) -> Answer:
    """GET /bookings/find_by/external_id/{external_id}"""
    extended = parse_extended(parse_query(request), ctx)
    view = await _find_by_external_id(ctx, request.path_params["external_id"].removeprefix("/"))
    return await _answer(ctx, view, extended)


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /bookings"""
    params = await parse_params(request)
    extended, booking_request = parse_extended(params, ctx), parse_request(params, ctx)
    booked = await book(ctx, booking_request)
    return await _answer(ctx, booked.items[0], extended)


def changing(
    parse: Callable[[Mapping[str, Any], Context], Parsed],
    change: Callable[[Context, int, Parsed], Awaitable[ItemView]],
) -> Handler:
    """The handler that changes one booking as its request says."""

    async def handle(request: WebRequest, ctx: Context) -> Answer:
        params = await parse_params(request)
        extended, parsed = parse_extended(params, ctx), parse(params, ctx)
        view = await change(ctx, id_of(request), parsed)
        return await _answer(ctx, view, extended)

    return handle


def advancing(verb: str) -> Handler:
    """The handler of a change of state, such as `confirm`."""

    return changing(
        parse_message_overrides,
        lambda ctx, item_id, messages: change_state.change_item_state(ctx, item_id, verb, messages=messages),
    )


update = changing(
    parse_change, lambda ctx, item_id, change: change_item(ctx, item_id, change.patch, messages=change.messages)
)
verify_code = changing(
    parse_verification,
    lambda ctx, item_id, sent: change_state.change_item_state(
        ctx, item_id, "verify", messages=sent.messages, code=sent.code
    ),
)
send_code = changing(parse_message_overrides, send_new_code)
set_status = changing(parse_status, change_state.set_status)


def id_of(request: WebRequest) -> int:
    """The id in the path. Raises NotFound(item)."""
    return parse_id(request.path_params["booking_id"], "item")


async def look_up(ctx: Context, views: Sequence[ItemView], extended: bool) -> RenderContext:
    """The context for these bookings: who made and changed them and, if extended, the openings of their resources."""
    resource_ids = {view.resource.id for view in views if view.resource} if extended else set()
    openings = await resources.list_openings(ctx, sorted(resource_ids)) if resource_ids else {}
    actors = await actor_names(ctx, {actor for view in views for actor in (view.item.created_by, view.item.updated_by)})
    return render_context(ctx, extended=extended, openings=openings, actors=actors)


async def _answer(ctx: Context, view: ItemView, extended: bool) -> Answer:
    return render_booking(view, await look_up(ctx, [view], extended))


async def _find_by_external_id(ctx: Context, external_id: str) -> ItemView:
    """The booking with this external id or, as some clients ask for JSON by a suffix, with the id without it."""
    try:
        return await find.find_by_external_id(ctx, external_id)
    except NotFound:
        if not external_id.endswith(SUFFIX):
            raise
    return await find.find_by_external_id(ctx, external_id.removesuffix(SUFFIX))
