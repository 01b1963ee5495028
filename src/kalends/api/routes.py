"""The door: the operations of all groups, and their router."""

from kalends.api.handlers import (
    account,
    availability,
    blocks,
    booking_page,
    booking_statuses,
    cases,
    changes,
    conflicts,
    custom_fields,
    customer_history,
    customer_logins,
    customers,
    exceptions,
    extra_openings,
    extras,
    guest_links,
    holds,
    holiday_calendars,
    identity_provider,
    invoices,
    keys,
    occasions,
    opening_hours,
    prices,
    profile,
    provider_openings,
    quotes,
    resources,
    series,
    services,
    sites,
    time_zones,
    titled,
    undo,
    users,
    waiting_messages,
)
from kalends.api.operations import Operation
from kalends.api.problems import answer
from kalends.api.reference import reference
from kalends.api.schemas.customer_export import export_file
from kalends.api.serving import endpoint
from kalends.api.tables import bookings, feeds, items, messages, sessions, webhooks
from kalends.web.auth import bearer
from kalends.web.door import Door, DoorRules, WebRequest
from kalends.web.routing import build_router

DOOR = "api"
GROUPS: tuple[tuple[Operation, ...], ...] = (
    account.OPERATIONS,
    profile.OPERATIONS,
    booking_page.OPERATIONS,
    identity_provider.OPERATIONS,
    time_zones.OPERATIONS,
    sites.OPERATIONS,
    quotes.OPERATIONS,
    bookings.OPERATIONS,
    booking_statuses.OPERATIONS,
    items.OPERATIONS,
    undo.OPERATIONS,
    waiting_messages.OPERATIONS,
    guest_links.OPERATIONS,
    conflicts.OPERATIONS,
    customers.OPERATIONS,
    customer_history.OPERATIONS,
    customer_logins.OPERATIONS,
    cases.OPERATIONS,
    invoices.OPERATIONS,
    occasions.OPERATIONS,
    users.OPERATIONS,
    holds.OPERATIONS,
    availability.OPERATIONS,
    sessions.OPERATIONS,
    blocks.OPERATIONS,
    series.OPERATIONS,
    resources.OPERATIONS,
    opening_hours.OPERATIONS,
    exceptions.OPERATIONS,
    extra_openings.OPERATIONS,
    holiday_calendars.OPERATIONS,
    services.OPERATIONS,
    provider_openings.OPERATIONS,
    extras.OPERATIONS,
    prices.OPERATIONS,
    custom_fields.OPERATIONS,
    titled.OPERATIONS,
    changes.OPERATIONS,
    messages.OPERATIONS,
    webhooks.OPERATIONS,
    feeds.OPERATIONS,
    keys.OPERATIONS,
)
OPERATIONS = tuple(operation for group in GROUPS for operation in group)


async def key_of(request: WebRequest) -> str | None:
    """The key of a request: `Authorization: Bearer KEY`."""
    return bearer(request)


door = Door(
    name=DOOR,
    base_path="/api/v1",
    router=build_router([*map(endpoint, OPERATIONS), *reference(OPERATIONS)]),
    key_of=key_of,
    answer=answer,
    coverage="Kalends' own API. Below the base address, `/docs` is its documentation, `/openapi.json` the document.",
    show_key="Authorization: Bearer KEY",
    document="/openapi.json",
    documentation="/docs",
    write_export=export_file,
    rules=DoorRules(rate_headers=True, cors=True),
)
