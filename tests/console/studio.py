"""A studio with a full day, to see what a screen looks like: the demo's people, on the Monday of the tests."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.actions.bookings.add_sessions import add_session
from kalends.actions.bookings.change_state import set_status
from kalends.actions.bookings.resource_blocks import add_resource_blocks
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import list_services
from kalends.actions.context import Context
from kalends.actions.customers.find import list_customers
from kalends.cli.demo.dates import at, between
from kalends.cli.demo.load import OWNER, SLUG, fill
from kalends.engine.accounts.principal import system
from kalends.engine.bookings.block import ResourceBlockRequest
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.customers.customer import CustomerQuery
from kalends.engine.time.clock import DAY as A_DAY
from kalends.engine.time.clock import MINUTE
from kalends.engine.time.recurrence import Recurrence
from kalends.store.accounts.accounts import find_account
from kalends.store.db import Db
from tests.acts import Series, book_item, request, start_series
from tests.console.browsing import Visitor
from tests.desk import make_occurrences
from tests.world import NOW

# Each with the hour, the service, who does it, for whom, and what is known of it.
DAY: tuple[tuple[float, str, str, str, Mapping[str, Any]], ...] = (
    (8, "Physiotherapy", "Ingrid", "Kari Nordmann", {"status": "completed"}),
    (9, "Physiotherapy", "Ingrid", "Emil Haugen", {"status": "completed"}),
    (10, "Physiotherapy", "Ingrid", "Per Hansen", {"status": "checked_in", "notes": "Left knee."}),
    (11, "Physiotherapy", "Ingrid", "Lucía Martín", {"notes": "Left knee. Comes by bus, may be late."}),
    (13, "Physiotherapy", "Ingrid", "Ola Nordmann", {"state": "awaiting_confirmation"}),
    (14, "Massage", "Ingrid", "Sofia Berg", {}),
    (10, "Massage", "Jonas", "Astrid Solberg", {"status": "no_show"}),
    (13, "Massage", "Jonas", "Nora Dahl", {}),
    (18, "Sauna hour", "Sauna", "Kari Nordmann", {"units": 2}),
    (18, "Sauna hour", "Sauna", "Emil Haugen", {"units": 4}),
    (13, "Hall hire", "Great hall", "Havn Design AS", {}),
)
WAITING = (
    (34, "Physiotherapy", "Ingrid", "Lucía Martín", {"state": "awaiting_confirmation"}),
    (36, "Massage", "Jonas", "Nora Dahl", {"state": "awaiting_confirmation"}),
)
"""Requests for the day after: hours from the Monday on."""


class Studio(msgspec.Struct, frozen=True):
    """The studio's owner, and the ids of all that has a name: resources, services, customers, `booked` and `class`."""

    ctx: Context
    password: str
    ids: Mapping[str, int]
    site: int

    async def log_in(self, visitor: Visitor) -> Visitor:
        """The owner, logged in."""
        await visitor.open("/login")
        await visitor.log_in(SLUG, OWNER, self.password)
        return visitor


async def open_studio(db: Db) -> Studio:
    """The demo account with one full Monday; once in a database. The demo's own days are two and one weeks before."""
    report = await fill(db, NOW - 14 * A_DAY)
    account = await find_account(db, SLUG)
    assert account is not None
    ctx = Context(system("tests", "Tester"), account, NOW, db)
    resources = await list_resources(ctx)
    ids = {resource.title: resource.id for resource in resources}
    ids |= {service.title: service.id for service in await list_services(ctx)}
    ids |= {each.name or each.company: each.id for each in (await list_customers(ctx, CustomerQuery())).rows}
    ids["class"] = await _class(ctx, ids)
    ids["booked"] = await _fill_day(ctx, ids)
    site = next(resource.site_id for resource in resources if resource.title == "Ingrid")
    return Studio(ctx, report.password, ids, site)


async def _fill_day(ctx: Context, ids: Mapping[str, int]) -> int:
    """Answers the item of Lucía's physiotherapy on the Monday."""
    booked = {}
    for hour, service, resource, customer, more in (*DAY, *WAITING):
        fields = dict(more)
        status = fields.pop("status", None)
        starts_at = at(ctx, 0, 0) + hour * 60 * MINUTE
        asked = request(
            service_id=ids[service],
            resource_id=ids[resource],
            customer_id=ids[customer],
            starts_at=starts_at,
            **{"overlap_allowed": False, **fields},
        )
        booked[hour, customer] = (await book_item(ctx, asked)).item.id
        if status:
            await set_status(ctx, booked[hour, customer], status)
    lunch = between(ctx, 0, 12, 13)
    await add_resource_blocks(
        ctx,
        ResourceBlockRequest(resource_id=ids["Jonas"], starts_at=lunch.start, ends_at=lunch.end, notes="Lunch"),
    )
    judo = request(
        service_id=ids["Hall hire"],
        resource_id=ids["Town side"],
        customer_id=ids["Nils Lie"],
        starts_at=at(ctx, 0, 17),
        title="Judo",
    )
    uid = await start_series(ctx, Series(judo, Recurrence("FREQ=WEEKLY;COUNT=6")))
    await make_occurrences(ctx, await ctx.db.fetchval("select id from booking where uid = $1", uid))
    return booked[11, "Lucía Martín"]


async def _class(ctx: Context, ids: Mapping[str, int]) -> int:
    patch = SessionPatch(service_id=ids["Yoga"], resource_id=ids["Sea side"], starts_at=at(ctx, 0, 9), capacity=12)
    yoga = await add_session(ctx, patch)
    for name in ("Sofia Berg", "Kari Nordmann", "Astrid Solberg", "Emil Haugen"):
        await book_item(ctx, request(session_id=yoga.id, customer_id=ids[name]))
    return yoga.id
