"""Bookings: listed, shown, saved and added. Parse, act, render."""

from collections.abc import Container, Mapping
from typing import Any

from kalends.actions.bookings import find
from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_booking import change_booking
from kalends.actions.catalog.assignments import list_assignments
from kalends.actions.catalog.custom_fields import list_fields
from kalends.actions.catalog.inventory import links
from kalends.actions.catalog.prices import list_groups, list_prices
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import list_services_of
from kalends.actions.context import Context
from kalends.actions.customers.find import list_customers
from kalends.dialects.kit.reader import parse_id, parse_params
from kalends.dialects.locaboo.fields.view import (
    DOOR,
    RenderContext,
    Shelf,
    by_id,
    inventory_shelf,
    render_context,
    service_shelf,
)
from kalends.dialects.locaboo.parse.booking_add import parse_add
from kalends.dialects.locaboo.parse.bookings import Saving, booking_patch, new_request, parse_list, parse_saving
from kalends.dialects.locaboo.render_bookings import render_added, render_booking, render_bookings, render_saved
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.customers.customer import CustomerQuery
from kalends.engine.refusals import Fault, Invalid
from kalends.web.door import Answer, WebRequest

_ALL = ("custom_fields", "groups", "inventory", "services", "prices")
# Parameter -> the part of the view without which it can't be answered.
_NEEDED = {
    "show_details": "custom_fields",
    "category_fields": "custom_fields",
    "inventory": "inventory",
    "services": "services",
}


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /booking_list"""
    params = await parse_params(request)
    view = await viewed(ctx, ["groups", *_needed(params)])
    query, details = parse_list(params, ctx, view)
    page = await find.list_bookings(ctx, query)
    return render_bookings(page, details, view)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /booking/{booking_id}"""
    booking_id = parse_id(request.path_params["booking_id"], "booking")
    booking = await find.get_booking(ctx, booking_id)
    return render_booking(booking, await viewed(ctx, _ALL))


async def save(request: WebRequest, ctx: Context) -> Answer:
    """GET or POST /booking_save"""
    saving = parse_saving(await parse_params(request), ctx)
    booking = await saved(ctx, saving)
    return render_saved(booking, saving.booking_id is None)


async def add(request: WebRequest, ctx: Context) -> Answer:
    """POST /booking_add"""
    params = await parse_params(request)
    wanted = parse_add(params, ctx, await viewed(ctx, _needed(params)))
    return render_added(await added(ctx, wanted))


async def saved(ctx: Context, saving: Saving) -> BookingWithItems:
    """A new booking, or one that is there with what was sent of it changed."""
    if saving.booking_id is None:
        return await book(ctx, new_request(saving, ctx))
    return await change_booking(ctx, saving.booking_id, booking_patch(saving, ctx))


async def added(ctx: Context, wanted: BookingRequest) -> BookingWithItems:
    """A new booking, of persons who are customers. Raises Invalid(persons: unknown), and what `book` raises."""
    persons = tuple(wanted.details[DOOR].get("persons") or ())
    if persons:
        known = {one.id for one in (await list_customers(ctx, CustomerQuery(ids=persons, limit=len(persons)))).rows}
        if unknown := [one for one in persons if one not in known]:
            raise Invalid(*(Fault(f"persons {one}", "unknown") for one in unknown))
    return await book(ctx, wanted)


async def viewed(ctx: Context, parts: Container[str] = ()) -> RenderContext:
    """The context of a request: the resources, those too that are out of use, and these parts of the view besides."""
    resources = by_id(await list_resources(ctx, with_inactive=True))
    return render_context(
        ctx,
        resources=resources,
        custom_fields=by_id(await list_fields(ctx, with_inactive=True)) if "custom_fields" in parts else {},
        groups=by_id(await list_groups(ctx)) if "groups" in parts else {},
        inventory=inventory_shelf(resources, await links(ctx)) if "inventory" in parts else Shelf(),
        services=await _services(ctx) if "services" in parts else Shelf(),
        prices=await list_prices(ctx) if "prices" in parts else (),
    )


def _needed(params: Mapping[str, Any]) -> list[str]:
    return [part for name, part in _NEEDED.items() if name in params]


async def _services(ctx: Context) -> Shelf:
    services = await list_services_of(ctx, ("product",), with_inactive=True)
    return service_shelf(services, await list_assignments(ctx))
