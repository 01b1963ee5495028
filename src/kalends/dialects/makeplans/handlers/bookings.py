"""Bookings, one by one and listed: parse, act, render."""

from collections.abc import Iterable, Mapping
from typing import Any

from kalends.actions.bookings import advance, find
from kalends.actions.bookings.book import book
from kalends.actions.bookings.change import change_item
from kalends.actions.bookings.sessions import get_session
from kalends.actions.catalog import resources
from kalends.actions.context import Context
from kalends.actions.customers.find import get_customer
from kalends.dialects.kit.paths import SUFFIX
from kalends.dialects.kit.reader import parse_id, parse_params, parse_query
from kalends.dialects.makeplans.fields.view import RenderContext, render_context
from kalends.dialects.makeplans.parse.bookings import (
    parse_change,
    parse_code,
    parse_item_query,
    parse_message_overrides,
    parse_request,
    parse_status,
)
from kalends.dialects.makeplans.parse.reader import parse_extended
from kalends.dialects.makeplans.render import paged, render_booking, render_bookings
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import NotFound
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest


def listing(name: str) -> Handler:
    """The handler of one of the listings."""

    async def list_bookings(request: WebRequest, ctx: Context) -> Answer:
        return await listed(request, ctx, name)

    return list_bookings


def listing_of_person(name: str) -> Handler:
    """The handler of one of the listings of a person's bookings."""

    async def list_bookings(request: WebRequest, ctx: Context) -> Answer:
        person = await get_customer(ctx, parse_id(request.path_params["person_id"], "customer"))
        return await listed(request, ctx, name, {"customer_ids": (person.id,)})

    return list_bookings


def listing_of_event(name: str) -> Handler:
    """The handler of one of the listings of an event's bookings."""

    async def list_bookings(request: WebRequest, ctx: Context) -> Answer:
        event = await get_session(ctx, parse_id(request.path_params["event_id"], "session"))
        return await listed(request, ctx, name, {"session_ids": (event.id,)})

    return list_bookings


async def listed(request: WebRequest, ctx: Context, name: str, of: Mapping[str, Any] | None = None) -> Answer:
    """One page of a listing, of all bookings or of those of somebody or something."""
    params = parse_query(request)
    extended = parse_extended(params, ctx)
    query, paging = parse_item_query(params, ctx, name, of)
    page = await find.list_items(ctx, query)
    answer = render_bookings(page.rows, await viewed(ctx, page.rows, extended))
    return paged(answer, request, paging, page)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /bookings/{booking_id}"""
    extended = parse_extended(parse_query(request), ctx)
    entry = await find.get_item(ctx, id_of(request))
    return await shown(ctx, entry, extended)


async def show_by_external_id(request: WebRequest, ctx: Context) -> Answer:
    """GET /bookings/find_by/external_id/{external_id}"""
    extended = parse_extended(parse_query(request), ctx)
    entry = await _find(ctx, request.path_params["external_id"].removeprefix("/"))
    return await shown(ctx, entry, extended)


async def _find(ctx: Context, external_id: str) -> ItemView:
    """As it was sent, or without the suffix by which some clients ask for JSON."""
    try:
        return await find.find_by_external_id(ctx, external_id)
    except NotFound:
        if not external_id.endswith(SUFFIX):
            raise
    return await find.find_by_external_id(ctx, external_id.removesuffix(SUFFIX))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /bookings"""
    params = await parse_params(request)
    extended, wanted = parse_extended(params, ctx), parse_request(params, ctx)
    booked = await book(ctx, wanted)
    return await shown(ctx, booked.items[0], extended)


async def update(request: WebRequest, ctx: Context) -> Answer:
    """PUT /bookings/{booking_id}"""
    params = await parse_params(request)
    extended, wanted = parse_extended(params, ctx), parse_change(params, ctx)
    entry = await change_item(ctx, id_of(request), wanted.patch, messages=wanted.messages)
    return await shown(ctx, entry, extended)


def advancing(verb: str) -> Handler:
    """The handler of a change of state."""

    async def handle(request: WebRequest, ctx: Context) -> Answer:
        params = await parse_params(request)
        extended, messages = parse_extended(params, ctx), parse_message_overrides(params, ctx)
        entry = await advance.advance_item(ctx, id_of(request), verb, messages=messages)
        return await shown(ctx, entry, extended)

    return handle


async def verify_code(request: WebRequest, ctx: Context) -> Answer:
    """PUT /bookings/{booking_id}/verify_code"""
    params = await parse_params(request)
    extended, messages = parse_extended(params, ctx), parse_message_overrides(params, ctx)
    code = parse_code(params)
    entry = await advance.advance_item(ctx, id_of(request), "verify", messages=messages, code=code)
    return await shown(ctx, entry, extended)


async def set_status(request: WebRequest, ctx: Context) -> Answer:
    """PUT /bookings/{booking_id}/status"""
    params = await parse_params(request)
    extended, status = parse_extended(params, ctx), parse_status(params, ctx)
    entry = await advance.set_status(ctx, id_of(request), status)
    return await shown(ctx, entry, extended)


def id_of(request: WebRequest) -> int:
    """The id in the path. Raises NotFound."""
    return parse_id(request.path_params["booking_id"], "item")


async def shown(ctx: Context, entry: ItemView, extended: bool) -> Answer:
    """One booking as the answer."""
    return render_booking(entry, await viewed(ctx, [entry], extended))


async def viewed(ctx: Context, entries: Iterable[ItemView], extended: bool) -> RenderContext:
    """The context for these bookings; what is shown in full needs the openings of its resources."""
    ids = {entry.resource.id for entry in entries if entry.resource} if extended else set()
    return render_context(ctx, extended=extended, openings=await resources.openings_of(ctx, sorted(ids)) if ids else {})
