"""Bookings: listed, shown, saved and added. Parse, act, render."""

import msgspec

from kalends.actions import orders
from kalends.actions.catalogue import list_resources
from kalends.actions.context import Context
from kalends.actions.custom_fields import list_fields
from kalends.actions.customers import list_customers
from kalends.actions.inventory import links
from kalends.actions.prices import list_groups, list_prices
from kalends.actions.services import list_services_of, list_serving
from kalends.dialects.locaboo.fields.bookings_view import View, inventory_shelf, service_shelf
from kalends.dialects.locaboo.parse.booking_add import parse_add
from kalends.dialects.locaboo.parse.bookings import Saving, new_fields, new_order, parse_list, parse_saving
from kalends.dialects.locaboo.parse.reader import DOOR, parse_id, parse_params
from kalends.dialects.locaboo.render_bookings import render_added, render_booking, render_bookings, render_saved
from kalends.engine.listing import CustomerQuery
from kalends.engine.order import Order, Ordered
from kalends.engine.refusals import Fault, Invalid
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /booking_list"""
    view = await viewed(ctx)
    query, details = parse_list(await parse_params(request), ctx, view)
    page = await orders.list_orders(ctx, query)
    return render_bookings(page, details, view)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /booking/{booking_id}"""
    booking_id = parse_id(request.path_params["booking_id"], "booking")
    ordered = await orders.get_order(ctx, booking_id)
    return render_booking(ordered, await viewed_with_extras(ctx))


async def save(request: WebRequest, ctx: Context) -> Answer:
    """GET or POST /booking_save"""
    saving = parse_saving(await parse_params(request), ctx)
    ordered = await saved(ctx, saving)
    return render_saved(ordered, saving.booking_id is None)


async def add(request: WebRequest, ctx: Context) -> Answer:
    """POST /booking_add"""
    order = parse_add(await parse_params(request), ctx, await viewed_with_extras(ctx))
    ordered = await added(ctx, order)
    return render_added(ordered)


async def saved(ctx: Context, saving: Saving) -> Ordered:
    """A new booking, or one that is there with what was sent of it changed."""
    if saving.booking_id is None:
        return await orders.place_order(ctx, new_order(saving, ctx))
    present = await orders.get_order(ctx, saving.booking_id)
    return await orders.change_order(ctx, saving.booking_id, new_fields(saving, present, ctx))


async def added(ctx: Context, order: Order) -> Ordered:
    """A new booking, of persons who are customers. Raises Invalid(persons: unknown), and what `place_order` raises."""
    persons = tuple(order.details[DOOR].get("persons") or ())
    if persons:
        known = {one.id for one in (await list_customers(ctx, CustomerQuery(ids=persons, limit=len(persons)))).rows}
        if unknown := [one for one in persons if one not in known]:
            raise Invalid(*(Fault(f"persons {one}", "unknown") for one in unknown))
    return await orders.place_order(ctx, order)


async def viewed(ctx: Context) -> View:
    """The frame of a request: resources, fields and groups."""
    return View(
        ctx.zone,
        ctx.now,
        resources={one.id: one for one in await list_resources(ctx, with_inactive=True)},
        custom_fields={one.id: one for one in await list_fields(ctx, with_inactive=True)},
        groups={one.id: one for one in await list_groups(ctx)},
    )


async def viewed_with_extras(ctx: Context) -> View:
    """The same with inventory, services and prices."""
    view = await viewed(ctx)
    services = await list_services_of(ctx, ("product",), with_inactive=True)
    return msgspec.structs.replace(
        view,
        inventory=inventory_shelf(view.resources, await links(ctx)),
        services=service_shelf(services, await list_serving(ctx)),
        prices=await list_prices(ctx),
    )
