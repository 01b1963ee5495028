"""Customers: list, add, show, change, delete and restore, block, merge, export and erase them."""

from functools import partial
from typing import Any

from kalends.actions.context import Context
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import (
    block_customer,
    change_customer,
    remove_customer,
    unblock_customer,
    undelete_customer,
)
from kalends.actions.customers.erase import erase_customer
from kalends.actions.customers.export import export_customer
from kalends.actions.customers.find import get_customer, query_customers
from kalends.actions.customers.merge import merge_customers
from kalends.api.expansions import OF_CUSTOMERS
from kalends.api.handlers import bookings
from kalends.api.lists import List, answered_list, page_of
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.bookings import Booking
from kalends.api.schemas.customer_bookings import ListCustomerBookings, bookings_of
from kalends.api.schemas.customer_export import CustomerExport, shown_export
from kalends.api.schemas.customers import (
    ORDERS,
    Customer,
    CustomerInput,
    CustomerPatch,
    CustomerPath,
    ListCustomers,
    Merge,
    customer_filters,
    customer_patch,
    shown_customer,
)
from kalends.engine.customers.customer import CustomerPatch as EnginePatch
from kalends.engine.refusals import Duplicate, InUse, NotFound, Stale


async def listing(ctx: Context, request: Received[ListCustomers, None]) -> Answered:
    query = page_of(request, filters=customer_filters(request.params), order=ORDERS[request.params.order])
    page = await query_customers(ctx, query, request.params.q or None)
    return answered_list(request, query, page, partial(shown_customer, tz=ctx.zone))


async def create(ctx: Context, request: Received[None, CustomerInput]) -> Answered:
    patch = customer_patch(request.body)
    customer = await add_customer(ctx, patch)
    shown = shown_customer(customer, ctx.zone)
    return answered(customer, shown, location=f"/customers/{shown.id}")


async def show(ctx: Context, request: Received[CustomerPath, Any]) -> Answered:
    customer = await get_customer(ctx, request.params.customer_id)
    return answered(customer, shown_customer(customer, ctx.zone))


async def change(ctx: Context, request: Received[CustomerPath, CustomerPatch]) -> Answered:
    patch = customer_patch(request.body)
    customer = await change_customer(ctx, request.params.customer_id, patch)
    return answered(customer, shown_customer(customer, ctx.zone))


async def remove(ctx: Context, request: Received[CustomerPath, None]) -> Answered:
    await remove_customer(ctx, request.params.customer_id)
    return Answered()


async def restore(ctx: Context, request: Received[CustomerPath, None]) -> Answered:
    customer = await undelete_customer(ctx, request.params.customer_id)
    return answered(customer, shown_customer(customer, ctx.zone))


async def block(ctx: Context, request: Received[CustomerPath, None]) -> Answered:
    customer = await block_customer(ctx, request.params.customer_id)
    return answered(customer, shown_customer(customer, ctx.zone))


async def unblock(ctx: Context, request: Received[CustomerPath, None]) -> Answered:
    customer = await unblock_customer(ctx, request.params.customer_id)
    return answered(customer, shown_customer(customer, ctx.zone))


async def bookings_of_one(ctx: Context, request: Received[ListCustomerBookings, None]) -> Answered:
    await get_customer(ctx, request.params.customer_id)
    return await bookings.listing(ctx, Received(bookings_of(request.params), None, request.request, request.secret))


async def merge(ctx: Context, request: Received[CustomerPath, Merge]) -> Answered:
    customer = await merge_customers(ctx, request.params.customer_id, request.body.double, EnginePatch())
    return answered(customer, shown_customer(customer, ctx.zone))


async def export(ctx: Context, request: Received[CustomerPath, None]) -> Answered:
    exported = await export_customer(ctx, request.params.customer_id)
    return Answered(value=shown_export(exported, ctx.zone))


async def erase(ctx: Context, request: Received[CustomerPath, None]) -> Answered:
    customer = await erase_customer(ctx, request.params.customer_id)
    return answered(customer, shown_customer(customer, ctx.zone))


_CUSTOMER = "/customers/{customer_id}"
_TRACKED = Tracked("customer", "customer_id", show)
_NAMES = {"group_id": "group", "merged_id": "double"}

OPERATIONS = (
    Operation(
        method="GET",
        path="/customers",
        handler=listing,
        id="list_customers",
        summary="List customers",
        tag="Customers",
        scope="read",
        params=ListCustomers,
        expansions=OF_CUSTOMERS,
        answers={200: List[Customer]},
    ),
    Operation(
        method="POST",
        path="/customers",
        handler=create,
        id="create_customer",
        summary="Add a customer",
        tag="Customers",
        scope="book",
        body=CustomerInput,
        answers={201: Customer},
        refusals=(Duplicate, NotFound),
        names=_NAMES,
        sample={"first_name": "Kari", "last_name": "Nordmann", "email": "kari@example.org", "phone": "+47 22 33 44 55"},
    ),
    Operation(
        method="GET",
        path=_CUSTOMER,
        handler=show,
        id="get_customer",
        summary="Show a customer",
        description="Also one that was deleted.",
        tag="Customers",
        scope="read",
        params=CustomerPath,
        expansions=OF_CUSTOMERS,
        answers={200: Customer},
        tracked=_TRACKED,
    ),
    Operation(
        method="PATCH",
        path=_CUSTOMER,
        handler=change,
        id="change_customer",
        summary="Change a customer",
        tag="Customers",
        scope="book",
        params=CustomerPath,
        body=CustomerPatch,
        expansions=OF_CUSTOMERS,
        answers={200: Customer},
        refusals=(Duplicate,),
        names=_NAMES,
        tracked=_TRACKED,
        sample={"phone": "+47 22 33 44 66"},
    ),
    Operation(
        method="DELETE",
        path=_CUSTOMER,
        handler=remove,
        id="delete_customer",
        summary="Delete a customer",
        description="It is hidden and can be restored; its bookings stay. To have nothing known of it, erase it.",
        tag="Customers",
        scope="book",
        params=CustomerPath,
        answers={204: None},
        tracked=_TRACKED,
    ),
    Operation(
        method="POST",
        path=f"{_CUSTOMER}/restore",
        handler=restore,
        id="restore_customer",
        summary="Restore a deleted customer",
        description="One that was merged comes back without its bookings; one that was erased does not come back.",
        tag="Customers",
        scope="book",
        params=CustomerPath,
        answers={200: Customer},
        refusals=(Duplicate,),
        tracked=_TRACKED,
    ),
    Operation(
        method="POST",
        path=f"{_CUSTOMER}/block",
        handler=block,
        id="block_customer",
        summary="Block a customer",
        description="The customer can't book by themselves any more; the staff still can for them.",
        tag="Customers",
        scope="book",
        params=CustomerPath,
        answers={200: Customer},
        tracked=_TRACKED,
    ),
    Operation(
        method="POST",
        path=f"{_CUSTOMER}/unblock",
        handler=unblock,
        id="unblock_customer",
        summary="Let a blocked customer book again",
        tag="Customers",
        scope="book",
        params=CustomerPath,
        answers={200: Customer},
        tracked=_TRACKED,
    ),
    Operation(
        method="POST",
        path=f"{_CUSTOMER}/merge",
        handler=merge,
        id="merge_customers",
        summary="Merge a double into a customer",
        description="What the double has booked, its cases and its dependants become the customer's. The double is "
        "deleted, and its own fields are not taken over.",
        tag="Customers",
        scope="book",
        params=CustomerPath,
        body=Merge,
        answers={200: Customer},
        refusals=(Stale,),
        names=_NAMES,
        tracked=_TRACKED,
    ),
    Operation(
        method="GET",
        path=f"{_CUSTOMER}/bookings",
        handler=bookings_of_one,
        id="list_customer_bookings",
        summary="List the bookings of a customer",
        description="Each with all its items, also those of others. `/bookings?customer=` has more filters.",
        tag="Customers",
        scope="read",
        params=ListCustomerBookings,
        answers={200: List[Booking]},
    ),
    Operation(
        method="GET",
        path=f"{_CUSTOMER}/export",
        handler=export,
        id="export_customer",
        summary="Export all that is known of a customer",
        description="With all customers who were merged into this one. That it was exported is written down.",
        tag="Customers",
        scope="manage",
        params=CustomerPath,
        answers={200: CustomerExport},
    ),
    Operation(
        method="POST",
        path=f"{_CUSTOMER}/erase",
        handler=erase,
        id="erase_customer",
        summary="Erase a customer for good",
        description="Names, contacts, notes, texts of bookings and messages, and what the journal has of them, are "
        "gone for good, also of all customers who were merged into this one. What was booked stays, without them. "
        "Invoices stay, as the law asks. Who has something booked from now on can't be erased: cancel it first.",
        tag="Customers",
        scope="manage",
        params=CustomerPath,
        answers={200: Customer},
        refusals=(InUse, Stale),
        tracked=_TRACKED,
    ),
)
