"""Lists, shows, saves and adds bookings."""

from collections.abc import Container, Mapping
from typing import Any

from kalends.actions.availability.closings import closings_of
from kalends.actions.bookings import find
from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_booking import change_booking
from kalends.actions.catalog.assignments import list_assignments
from kalends.actions.catalog.custom_fields import list_fields
from kalends.actions.catalog.inventory import list_inventory_links
from kalends.actions.catalog.prices import list_groups, list_prices
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import list_services_of
from kalends.actions.catalog.sites import zones_of
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
from kalends.dialects.locaboo.parse.bookings import (
    PLACE_AND_TIME,
    Saving,
    booking_patch,
    new_request,
    parse_list,
    parse_saving,
)
from kalends.dialects.locaboo.render_bookings import render_added, render_booking, render_bookings, render_saved
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.customers.customer import CustomerQuery
from kalends.engine.refusals import Fault, Invalid
from kalends.web.door import Answer, WebRequest

_ALL_PARTS = ("custom_fields", "groups", "inventory", "services", "prices")
# Parameter -> the part of RenderContext that it refers to.
_PART_OF_PARAMETER = {
    "show_details": "custom_fields",
    "category_fields": "custom_fields",
    "inventory": "inventory",
    "services": "services",
}


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /booking_list"""
    params = await parse_params(request)
    context = await load_context(ctx, ["groups", *_parts_needed(params)])
    query, with_details = parse_list(params, ctx, context)
    page = await find.list_bookings(ctx, query)
    return render_bookings(page, with_details, context)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /booking/{booking_id}"""
    booking_id = parse_id(request.path_params["booking_id"], "booking")
    booking = await find.get_booking(ctx, booking_id)
    return render_booking(booking, await load_context(ctx, _ALL_PARTS))


async def save(request: WebRequest, ctx: Context) -> Answer:
    """GET or POST /booking_save"""
    saving = parse_saving(await parse_params(request), ctx)
    booking = await save_booking(ctx, saving)
    closings = await closings_of(ctx, booking) if PLACE_AND_TIME & saving.sent.keys() else []
    return render_saved(booking, saving.booking_id is None, closings)


async def add(request: WebRequest, ctx: Context) -> Answer:
    """POST /booking_add"""
    params = await parse_params(request)
    booking_request = parse_add(params, ctx, await load_context(ctx, _parts_needed(params)))
    booking = await add_booking(ctx, booking_request)
    return render_added(booking, await closings_of(ctx, booking))


async def save_booking(ctx: Context, saving: Saving) -> BookingWithItems:
    """Add a booking, or change an existing one.

    Raises NotFound(booking or resource), Retired(resource), Forbidden, Unreachable, IllegalTransition, Stale, Full,
    TooManyOccurrences, Invalid(a parameter of booking_save).
    """
    if saving.booking_id is None:
        resource_id = saving.sent["resource_id"]
        zones = await zones_of(ctx, [resource_id])
        return await book(ctx, new_request(saving, ctx, zones.get(resource_id, ctx.zone)))
    return await change_booking(ctx, saving.booking_id, booking_patch(saving))


async def add_booking(ctx: Context, request: BookingRequest) -> BookingWithItems:
    """Add a booking whose persons are customers.

    Raises Invalid(persons ID: unknown; extras or another parameter of booking_add), NotFound(customer, resource or
    service), Retired(resource), NotServed, TooMany, Full, TooManyOccurrences.
    """
    if persons := tuple(request.details[DOOR].get("persons") or ()):
        page = await list_customers(ctx, CustomerQuery(ids=persons, limit=len(persons)))
        known = {customer.id for customer in page.rows}
        if unknown := [person for person in persons if person not in known]:
            raise Invalid(*(Fault(f"persons {person}", "unknown") for person in unknown))
    return await book(ctx, request)


async def load_context(ctx: Context, parts: Container[str] = ()) -> RenderContext:
    """The context of a request: all resources, including inactive ones, and these of its other parts."""
    resources = by_id(await list_resources(ctx, with_inactive=True))
    return render_context(
        ctx,
        resources=resources,
        zones=await zones_of(ctx, resources),
        custom_fields=by_id(await list_fields(ctx, with_inactive=True)) if "custom_fields" in parts else {},
        groups=by_id(await list_groups(ctx)) if "groups" in parts else {},
        inventory=inventory_shelf(resources, await list_inventory_links(ctx)) if "inventory" in parts else Shelf(),
        services=await _services(ctx) if "services" in parts else Shelf(),
        prices=await list_prices(ctx) if "prices" in parts else (),
    )


def _parts_needed(params: Mapping[str, Any]) -> list[str]:
    return [part for name, part in _PART_OF_PARAMETER.items() if name in params]


async def _services(ctx: Context) -> Shelf:
    services = await list_services_of(ctx, ("product",), with_inactive=True)
    return service_shelf(services, await list_assignments(ctx))
