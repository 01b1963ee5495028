"""Bookings, and what they are of, that one door makes and another one has no word for."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from kalends.actions.bookings.blocks import add_block
from kalends.actions.bookings.book import book
from kalends.actions.bookings.cancel import cancel_item
from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.bookings.resource_blocks import add_resource_blocks
from kalends.actions.bookings.sessions import remove_session
from kalends.actions.catalog.resources import add_resource, change_resource
from kalends.actions.catalog.services import add_service, change_service
from kalends.actions.catalog.sites import change_site
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import change_customer
from kalends.engine.bookings.block import BlockRequest, ResourceBlockRequest
from kalends.engine.bookings.cancellation import Cancellation
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.time.recurrence import Recurrence
from tests.acts import Series, add_session, add_sessions, book_whole, change_session, start_series, whole
from tests.desk import DAY, HOUR, MINUTE, SOON, hour_of, made, make_occurrences, mornings, new_york, seat, visit
from tests.world import World

Make: TypeAlias = Callable[[World], Awaitable[object]]
SECOND = timedelta(seconds=1)
LONG = "x" * 255


def booked(**fields: Any) -> Make:
    """An hour of Ada's for nobody, but for what is said."""
    return lambda world: made(world, hour_of(world.ada, **fields))


def visited(**fields: Any) -> Make:
    """Kari's massage, but for what is said."""
    return lambda world: made(world, visit(world, **fields))


def of(name: str, **fields: Any) -> Make:
    """An hour of one of the cast."""
    return lambda world: made(world, hour_of(getattr(world, name), **fields))


def for_customer(**fields: Any) -> Make:
    """A massage for somebody of whom no more than this is known."""

    async def make(world: World) -> None:
        customer = await add_customer(world.ctx(), CustomerPatch(**fields))
        await made(world, visit(world, customer_id=customer.id))
        await made(world, seat(world, await world.class_of(9), customer_id=customer.id))

    return make


def with_verb(*verbs: str) -> Make:
    """A massage that all of this has happened to, and a seat."""

    async def make(world: World) -> None:
        for item in (await made(world, visit(world)), await made(world, seat(world, await world.class_of(9)))):
            for verb in verbs:
                await change_item_state(world.ctx(), item.id, verb)

    return make


def in_state(state: str, **fields: Any) -> Make:
    """A massage and a seat that are made in this state."""

    async def make(world: World) -> None:
        await made(world, visit(world, state=state, **fields))
        await made(world, seat(world, await world.class_of(9), state=state, **fields))

    return make


def attended(status: str) -> Make:
    """A massage and a seat, and what is known of who came."""

    async def make(world: World) -> None:
        for item in (await made(world, visit(world)), await made(world, seat(world, await world.class_of(9)))):
            await set_status(world.ctx(), item.id, status)

    return make


def session(**fields: Any) -> Make:
    """A class, soon, with a seat for as long as there is one."""

    async def make(world: World) -> None:
        usual = {"service_id": world.yoga, "starts_at": SOON, "ends_at": SOON + HOUR, "capacity": 9}
        planned = await add_session(world.ctx(), {**usual, **fields})
        if planned.capacity:
            await made(world, seat(world, planned.id))

    return make


async def _expired(world: World) -> None:
    before = world.now - 2 * HOUR
    hold = {"state": "awaiting_confirmation", "initiate": True, "expires_at": before + HOUR}
    await made(world, visit(world, **hold), before)
    await made(world, seat(world, await world.class_of(9), **hold), before)


async def _several_items(world: World) -> None:
    resources = [RequestedResource(world.left), RequestedResource(world.right), RequestedResource(world.ada)]
    await book_whole(world.ctx(), whole(resources=resources, times=mornings(3), title="Fair", customer_id=world.kari))


async def _of_all_kinds(world: World) -> None:
    await change_service(world.ctx(), world.yoga, ServicePatch(most_units=2))
    classes = [await world.class_of(9, SOON + days * DAY) for days in (1, 2)]
    lines = [RequestedLine(session_id=each, units=2, customer_id=world.ola) for each in classes]
    hour = RequestedLine(resource_id=world.hall, starts_at=SOON, ends_at=SOON + HOUR)
    await book(world.ctx(), BookingRequest(lines=(hour, *lines), customer_id=world.kari, title="Camp"))


async def _with_companions(world: World) -> None:
    extras = (Extra(2, resource_id=world.projectors),)
    await made(world, visit(world, also_resource_ids=(world.left, world.sauna), extras=extras))


async def _recurring(world: World) -> None:
    """The first of three times is made, the others are still to come."""
    uid = await start_series(world.ctx(), Series(visit(world), Recurrence("FREQ=DAILY;COUNT=3")))
    booking_id = await world.db.fetchval("select id from booking where uid = $1", uid)
    await make_occurrences(world.ctx(), booking_id, 1)


async def _partly_cancelled(world: World) -> None:
    resources = [RequestedResource(world.left)]
    booking = await book_whole(world.ctx(), whole(resources=resources, times=mornings(3), customer_id=world.kari))
    await change_item_state(world.ctx(), booking.items[0].item.id, "cancel")
    await change_item_state(world.ctx(), booking.items[1].item.id, "remove")


async def _cancelled_with_a_reason(world: World) -> None:
    item = await made(world, visit(world))
    await cancel_item(world.ctx(), item.id, Cancellation(reason="y" * 500))


async def _blocks(world: World) -> None:
    ctx = world.ctx()
    await add_block(ctx, BlockRequest(site_id=world.site, starts_at=SOON, ends_at=SOON + 30 * DAY, notes=""))
    for resource_id in (world.ada, world.left, world.projectors):
        await add_resource_blocks(
            ctx, ResourceBlockRequest(resource_id=resource_id, site_id=world.site, starts_at=SOON, ends_at=SOON + HOUR)
        )


async def _ended_sessions(world: World) -> None:
    archived, removed = [await world.class_of(9, SOON + days * DAY) for days in (1, 2)]
    for each in (archived, removed):
        await made(world, seat(world, each))
    await change_session(world.ctx(), archived, {"archived_at": world.now})
    await remove_session(world.ctx(), removed)


async def _many_seats(world: World) -> None:
    await change_service(world.ctx(), world.yoga, ServicePatch(most_units=500))
    planned = await world.class_of(1000)
    await made(world, seat(world, planned, units=300, customer_id=None))
    await change_session(world.ctx(), planned, {"capacity": 300})


async def _series(world: World) -> None:
    fields = {"starts_at": SOON, "ends_at": SOON + HOUR, "capacity": 9}
    await add_sessions(world.ctx(), fields, Recurrence("FREQ=DAILY;COUNT=3"))


async def _gone(world: World) -> None:
    """What was booked stays when what it is of is out of use."""
    ctx = world.ctx()
    await made(world, visit(world, starts_at=world.now - 2 * HOUR))
    await made(world, seat(world, await world.class_of(9, world.now - 2 * HOUR)))
    await change_customer(ctx, world.kari, CustomerPatch(email=None, phone=None, last_name=None))
    await change_service(ctx, world.massage, ServicePatch(active=False))
    await change_service(ctx, world.yoga, ServicePatch(active=False))
    await change_site(ctx, world.site, SitePatch(active=False))
    for person in (world.ada, world.bo):
        await change_resource(ctx, person, ResourcePatch(active=False))


async def _far_away(world: World) -> None:
    await made(world, hour_of(await new_york(world), SOON, customer_id=world.kari))


async def _no_site_at_all(world: World) -> None:
    await add_session(world.ctx(), {"starts_at": SOON, "ends_at": SOON + HOUR, "capacity": 3})


ODD_SERVICES = (
    ServicePatch(title="Two days", duration=2880),
    ServicePatch(title="A minute", duration=1),
    ServicePatch(title=LONG),
    ServicePatch(title="Noticed", notice=61),
    ServicePatch(title="Bought", kind="product"),
)


async def _odd_services(world: World) -> None:
    room = await add_resource(world.ctx(), ResourcePatch(title=LONG, kind="space"))
    for turn, patch in enumerate(ODD_SERVICES):
        service = await add_service(world.ctx(), patch, [room.id])
        if service.kind != "product":
            start = SOON + 3 * turn * DAY
            await made(world, hour_of(room.id, start, service_id=service.id, ends_at=None))


POLICIES = {"awaiting verification": {"verification": "email"}}
"""Rules of the account that some of them need."""
ODD: dict[str, Make] = {
    "for nobody, of no service": booked(),
    "for nobody, of a service": visited(customer_id=None),
    "with seconds": booked(starts_at=SOON + 7 * SECOND, ends_at=SOON + HOUR + 41 * SECOND),
    "of a minute": booked(ends_at=SOON + MINUTE),
    "of a second": booked(ends_at=SOON + SECOND),
    "of microseconds": booked(ends_at=SOON + timedelta(microseconds=1)),
    "of many days": booked(ends_at=SOON + 400 * DAY),
    "until midnight": booked(ends_at=datetime.fromisoformat("2027-03-02T00:00:00+01:00")),
    "in the hour that is there twice": booked(
        starts_at=datetime.fromisoformat("2027-10-31T01:30:00+00:00"),
        ends_at=datetime.fromisoformat("2027-10-31T01:45:00+00:00"),
    ),
    "over the hour that is skipped": booked(
        starts_at=datetime.fromisoformat("2027-03-28T00:30:00+00:00"),
        ends_at=datetime.fromisoformat("2027-03-28T01:30:00+00:00"),
    ),
    "long ago": booked(
        starts_at=datetime.fromisoformat("1971-01-01T00:00:00+00:00"),
        ends_at=datetime.fromisoformat("1971-01-01T01:00:00+00:00"),
    ),
    "far ahead": booked(
        starts_at=datetime.fromisoformat("2199-01-01T00:00:00+00:00"),
        ends_at=datetime.fromisoformat("2199-01-01T01:00:00+00:00"),
    ),
    "several items": _several_items,
    "an hour and seats in one booking": _of_all_kinds,
    "with companions": _with_companions,
    "recurring": _recurring,
    "partly cancelled, partly removed": _partly_cancelled,
    "cancelled for a long reason": _cancelled_with_a_reason,
    "several units": of("sauna", units=4),
    "of a room": of("hall"),
    "of a part": of("left"),
    "of inventory": of("projectors", units=2),
    "long texts": visited(title=LONG, notes="y" * 65_535, external_id=LONG),
    "odd texts": visited(title='<b>"&\u2028\U0001f389', notes="a\tb\nc", external_id="a/b?c#d.json"),
    "paid and reminded": visited(paid_at=SOON, paid_amount=0, reminder_at=SOON),
    "for somebody with a first name": for_customer(first_name="Bo"),
    "for somebody with a last name": for_customer(last_name="Bo"),
    "for a company": for_customer(company="Acme"),
    "for an email": for_customer(email="a@b.example"),
    "for an email with an umlaut": for_customer(email="k\u00e4the@b\u00fccher.example"),
    "for a phone": for_customer(phone="4711"),
    "for a number": for_customer(national_id="01020312345"),
    "for long names": for_customer(first_name=LONG, last_name=LONG, company=LONG),
    "for an odd gender": for_customer(first_name="Bo", gender="other", country="NO", locale="xx"),
    "draft": in_state("draft"),
    "awaiting verification": visited(initiate=True),
    "awaiting confirmation": in_state("awaiting_confirmation"),
    "expired": _expired,
    "declined": with_verb("request_confirmation", "decline"),
    "cancelled": with_verb("cancel"),
    "removed": with_verb("remove"),
    "cancelled and removed": with_verb("cancel", "remove"),
    **{status: attended(status) for status in ("checked_in", "in_progress", "completed", "no_show")},
    "blocks": _blocks,
    "a class of one": session(capacity=1),
    "a class of none": session(capacity=0),
    "a class of many": session(capacity=100),
    "a class of no service": session(service_id=None),
    "a class of long texts": session(title=LONG, notes="y" * 65_535, external_id=LONG),
    "a class of several days": session(ends_at=SOON + 3 * DAY),
    "a class with seconds": session(starts_at=SOON + SECOND, ends_at=SOON + 90 * SECOND),
    "many seats for nobody": _many_seats,
    "ended classes": _ended_sessions,
    "a series of classes": _series,
    "what is out of use": _gone,
    "in another time zone": _far_away,
    "a class at no site": _no_site_at_all,
    "odd services": _odd_services,
}
