"""What a place has at another site, and a walk through a door with a key that is limited to the first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import msgspec

from kalends.actions.accounts.keys import create_key
from kalends.actions.availability.hours import set_exception_days
from kalends.actions.billing.documents import add_document
from kalends.actions.billing.occasions import add_occasion
from kalends.actions.catalog.assignments import add_assignment
from kalends.actions.catalog.prices import set_prices
from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.services import add_service
from kalends.actions.catalog.sites import add_site
from kalends.actions.customers.add import add_customer
from kalends.actions.messages.webhooks import add_webhook
from kalends.engine.billing.document import DocumentPatch
from kalends.engine.billing.occasion import OccasionPatch
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.catalog.assignment import ServiceAssignmentPatch
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.messages.webhook import WebhookPatch
from kalends.engine.time.recurrence import Recurrence
from kalends.engine.time.span import Span
from tests.acts import add_sessions, book_item, book_whole, issue_invoice, request, whole, with_fields
from tests.desk import HOUR, shifted
from tests.dialects.place import OSLO
from tests.world import World

MARK = "Elsewhere"
"""Stands in every text of the other site."""

HIDDEN, UNKNOWN, TAKEN, FORBIDDEN, LEFT_OUT, SHARED = "hidden", "unknown", "taken", "forbidden", "left out", "shared"
"""Not found; what is named must exist; nothing is free; not permitted; worked without it; worked as for everybody."""

Ids = Mapping[str, Any]
Answers = Mapping[str, tuple[int, str]]
"""The status that a door has for each of them, and words that its answer must have."""


class Row(msgspec.Struct, frozen=True):
    """How a route answers about things of the other site, when this is sent."""

    route: str
    answer: str
    sent: Callable[[Ids], Mapping[str, Any]] = lambda _: {}


def rows(answer: str, *routes: str) -> list[Row]:
    """Routes that answer alike, with nothing sent."""
    return [Row(route, answer) for route in routes]


def names(routes: Iterable[Sequence[Any]]) -> list[str]:
    """A door's routes as `GET /bookings/{booking_id}`, one for each method."""
    found = []
    for methods, path, *_ in routes:
        every = [methods] if isinstance(methods, str) else methods
        found += [f"{method} {path.replace(':str', '').replace(':path', '')}" for method in every]
    return sorted(found)


async def limited_key(world: World, door: str) -> str:
    """A new key of the account for a door, good for the first site only."""
    return (await create_key(world.ctx(), door, site_ids=frozenset({world.site})))[1]


async def open_branch(world: World) -> Ids:
    """Furnish another site; answers the ids of all that is there, by the names that paths and fields have for them."""
    start = world.now + timedelta(days=3)
    day = start.astimezone(OSLO).date()
    offered = await _offer(world, day)
    hook = await add_webhook(
        world.ctx(), "makeplans", WebhookPatch(url="https://example.org/told", events=("booking.*",))
    )
    spare = await add_customer(world.ctx(), CustomerPatch(first_name="Siri"))
    return {
        **offered,
        **await _whole_booking(world, offered["resource_id"], start),
        **await _plan(world, offered["room_id"], start),
        "day": str(day),
        "exception_date": str(day),
        "external_id": MARK,
        "own": world.ada,
        "person_id": world.ola,
        "service_id": world.massage,
        "spare_id": spare.id,
        "web_hook_id": hook.id,
    }


async def _offer(world: World, day: date) -> Ids:
    ctx = world.ctx()
    site = await add_site(ctx, SitePatch(name=MARK))
    cleo, room, thing = [
        (await add_resource(ctx, ResourcePatch(title=f"{MARK} {kind}", site_id=site.id, kind=kind))).id
        for kind in ("person", "space", "inventory")
    ]
    serving = await add_assignment(ctx, ServiceAssignmentPatch(service_id=world.massage, resource_id=cleo))
    await add_assignment(ctx, ServiceAssignmentPatch(service_id=world.yoga, resource_id=room))
    care = await add_service(ctx, ServicePatch(title="Care"), [cleo])
    await set_prices(ctx, [Price(amount=Decimal(9))], resource_id=cleo)
    await set_exception_days(ctx, cleo, {day: [(0, 1440)]})
    places = {"site_id": site.id, "resource_id": cleo, "room_id": room, "thing_id": thing}
    return {**places, "provider_id": serving.id, "care_id": care.id}


async def _whole_booking(world: World, cleo: int, start: datetime) -> Ids:
    ctx = world.ctx()
    asked = request(service_id=world.massage, resource_id=cleo, customer_id=world.ola, starts_at=start)
    one = await book_item(ctx, with_fields(asked, title=MARK, notes=MARK, external_id=MARK))
    spans = tuple(Span(start + n * HOUR, start + (n + 1) * HOUR) for n in (2, 4))
    hers = [RequestedResource(cleo)]
    fair = whole(resources=hers, times=spans, title=MARK, customer_id=world.ola)
    first = await book_whole(ctx, fair)
    later = tuple(shifted(span, 8 * HOUR) for span in spans)
    await book_whole(
        ctx, whole(resources=hers, times=later, title=MARK, customer_id=world.ola, state="awaiting_confirmation")
    )
    invoice = await issue_invoice(ctx, [first.booking.id], text=MARK)
    event = await add_occasion(ctx, OccasionPatch(title="Fair", starts_at=start, ends_at=start + HOUR))
    await add_document(ctx, event.id, DocumentPatch(kind="offer", booking_ids=(first.booking.id,), number=MARK))
    papers = {"invoice_id": invoice.id, "file": invoice.file, "occasion_id": event.id}
    return {**papers, "item_id": one.item.id, "whole_id": first.booking.id, "collection_id": first.booking.uid}


async def _plan(world: World, room: int, start: datetime) -> Ids:
    planned = {"service_id": world.yoga, "resource_id": room, "title": MARK, "starts_at": start, "capacity": 9}
    classes = await add_sessions(world.ctx(), planned, Recurrence("FREQ=DAILY;COUNT=2"))
    await book_item(world.ctx(), request(session_id=classes[0].id, customer_id=world.ola, notes=MARK))
    return {"session_id": classes[0].id, "series": classes[0].series}


async def everything_at(world: World, site_id: int) -> list[Any]:
    """All that stands at a site or is booked there, and what the account says of itself."""
    found = await world.db.fetch(
        """
        with r as (select id from resource where account_id = $1 and site_id = $2)
        select to_jsonb(t) from item t where account_id = $1 and resource_id in (select id from r)
        union all select to_jsonb(t) from group_session t where account_id = $1 and resource_id in (select id from r)
        union all select to_jsonb(t) from resource t where account_id = $1 and id in (select id from r)
        union all select to_jsonb(t) from claim t where account_id = $1 and resource_id in (select id from r)
        union all select to_jsonb(t) from service_resource t where account_id = $1 and resource_id in (select id from r)
        union all select to_jsonb(t) from opening_exception t
            where account_id = $1 and resource_id in (select id from r)
        union all select to_jsonb(t) from service t where account_id = $1
        union all select to_jsonb(t) from webhook t where account_id = $1
        union all select to_jsonb(t) from invoice t where account_id = $1
        union all select to_jsonb(t) from account t where id = $1
        """,
        world.account.id,
        site_id,
    )
    return sorted((row[0] for row in found), key=repr)


async def walk(
    table: Iterable[Row], ids: Ids, answers: Answers, clients: tuple[httpx.AsyncClient, httpx.AsyncClient]
) -> list[str]:
    """Every row that is not answered as it says, with what was answered. `clients` show the limited and another key.

    What is read and not to be seen must be there for the other.
    """
    limited, full = clients
    wrong = []
    for row in table:
        method, _, path = row.route.partition(" ")
        asked: dict[str, Any] = {"params" if method == "GET" else "json": dict(row.sent(ids)) or None}
        response = await limited.request(method, path.format_map(ids), **asked)
        status, said = answers.get(row.answer, (200, ""))
        right = response.status_code == status and said in response.text and MARK not in response.text
        if method == "GET" and row.answer in (HIDDEN, LEFT_OUT, SHARED):
            other = await full.request(method, path.format_map(ids), **asked)
            seen = other.status_code == 200 and (row.answer == SHARED or other.content != response.content)
            right = right and seen
        if not right:
            wrong.append(f"{row.route} {row.answer}: {response.status_code} {response.text[:200]}")
    return wrong
