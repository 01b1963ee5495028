"""What ids in answers can be replaced by: one query for each relation."""

from collections.abc import Mapping

import msgspec

from kalends.actions.bookings.query import query_sessions
from kalends.actions.catalog.described import query_described_resources, query_described_services
from kalends.actions.catalog.query import query_sites
from kalends.actions.context import Context
from kalends.actions.customers.find import query_customers
from kalends.api.ids import read_id
from kalends.api.operations import Expansion
from kalends.api.schemas.customers import Customer, shown_customer
from kalends.api.schemas.resources import Resource, shown_resource
from kalends.api.schemas.services import Service, shown_service
from kalends.api.schemas.sessions import Session
from kalends.api.schemas.sites import Site, shown_site
from kalends.api.translate.sessions import shown_sessions
from kalends.engine.query import CursorPage, Filter, Query


async def _customers(ctx: Context, ids: list[str]) -> Mapping[str, msgspec.Struct]:
    page = await query_customers(ctx, _query("customer", ids))
    shown = [shown_customer(customer, ctx.zone) for customer in page.rows]
    return {customer.id: customer for customer in shown}


async def _sessions(ctx: Context, ids: list[str]) -> Mapping[str, msgspec.Struct]:
    page = await query_sessions(ctx, _query("session", ids))
    return {session.id: session for session in await shown_sessions(page.rows, ctx)}


async def _sites(ctx: Context, ids: list[str]) -> Mapping[str, msgspec.Struct]:
    page = await query_sites(ctx, _query("site", ids))
    return {site.id: site for site in map(shown_site, page.rows)}


async def _resources(ctx: Context, ids: list[str]) -> Mapping[str, msgspec.Struct]:
    page = await query_described_resources(ctx, _query("resource", ids))
    return {resource.id: resource for resource in (shown_resource(row, ctx.zone) for row in page.rows)}


async def _services(ctx: Context, ids: list[str]) -> Mapping[str, msgspec.Struct]:
    page = await query_described_services(ctx, _query("service", ids))
    return {service.id: service for service in (shown_service(row, ctx) for row in page.rows)}


def _query(kind: str, ids: list[str]) -> Query:
    numbers = [number for text in ids if (number := read_id(kind, text)) is not None]
    return Query(CursorPage(len(ids)), (Filter("id", "in", numbers),), count=0)


CUSTOMER, SESSION = Expansion(Customer, _customers), Expansion(Session, _sessions)
SITE, RESOURCE, SERVICE = Expansion(Site, _sites), Expansion(Resource, _resources), Expansion(Service, _services)

OF_RESOURCES = {"site": SITE, "parent": RESOURCE, "parent.site": SITE}
"""Relations of resources."""

OF_ITEMS = {
    "customer": CUSTOMER,
    "session": SESSION,
    "resource": RESOURCE,
    "service": SERVICE,
    "site": SITE,
}
"""Relations of items."""

OF_BOOKINGS = {"customer": CUSTOMER, **{f"items.{name}": each for name, each in OF_ITEMS.items()}}
"""Relations of bookings and of their items."""

OF_HOLDS = {f"items.{name}": each for name, each in OF_ITEMS.items() if name != "customer"}
"""Relations of the items of holds."""

OF_CUSTOMERS = {"parent": CUSTOMER, "merged_into": CUSTOMER}
"""Relations of customers."""

OF_INVOICES = {"customer": CUSTOMER}
"""Relations of invoices."""
