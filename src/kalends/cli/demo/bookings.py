"""The demo's customers, group sessions and bookings, made by the same actions as everybody's."""

from collections.abc import Mapping
from datetime import date
from itertools import chain

from kalends.actions.bookings.add_sessions import add_session
from kalends.actions.bookings.blocks import add_block
from kalends.actions.bookings.book import book
from kalends.actions.bookings.series import start_series
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import list_services
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.actions.customers.add import add_customer
from kalends.cli.demo.booking import DemoBooking, make
from kalends.cli.demo.clinic import add_clinic
from kalends.cli.demo.dates import at, between
from kalends.cli.demo.festival import add_festival
from kalends.cli.demo.rentals import add_rentals
from kalends.cli.demo.today import add_today
from kalends.engine.bookings.block import BlockRequest
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.time.clock import DAY
from kalends.engine.time.recurrence import Recurrence

CUSTOMERS = (
    CustomerPatch(first_name="Kari", last_name="Nordmann", email="kari@example.org", phone="22 33 44 55"),
    CustomerPatch(first_name="Ola", last_name="Nordmann", email="ola@example.org", phone="99 88 77 66"),
    CustomerPatch(first_name="Sofia", last_name="Berg", email="sofia@example.org", date_of_birth=date(1988, 5, 17)),
    CustomerPatch(first_name="Per", last_name="Hansen", phone="+47 400 00 001", notes="Prefers mornings."),
    CustomerPatch(first_name="Lucía", last_name="Martín", email="lucia@example.org", locale="es", gender="female"),
    CustomerPatch(
        company="Havn Design AS",
        email="post@havn.example",
        external_id="CRM-1042",
        street="Kaigaten 3",
        postcode="5016",
        city="Bergen",
        vat_id="NO 888 888 888 MVA",
        reference="Chairs 27",
    ),
)


# From next Monday (7) on nothing is past, whatever day of the week it is; bookings of last week are over.
BOOKINGS = (
    DemoBooking(-7, 9, "Physiotherapy", "Ingrid", "Kari", verbs=("completed",)),
    DemoBooking(-6, 10, "Physiotherapy", "Ingrid", "Per", verbs=("no_show",)),
    DemoBooking(-5, 12, "Massage", "Jonas", "Sofia", {"external_id": "web-17"}, ("checked_in",)),
    DemoBooking(7, 9, "Physiotherapy", "Ingrid", "Kari", {"notes": "Left knee.", "remind": True}),
    DemoBooking(7, 10, "Physiotherapy", "Ingrid", "Ola", {"initiate": True, "expires_at": 14 * DAY}),
    DemoBooking(7, 10, "Massage", "Jonas", "Sofia"),
    DemoBooking(7, 11, "Massage", "Jonas", "Lucía", verbs=("cancel",)),
    DemoBooking(8, 11, "Massage", "Jonas", "Lucía", {"initiate": True}, ("decline",)),
    DemoBooking(8, 12, "Massage", "Jonas", "Ola", verbs=("remove",)),
    DemoBooking(8, 13, "Massage", None, "Ola", {"custom": {"oil": "lavender"}}),
    DemoBooking(8, 18, "Sauna hour", "Sauna", "Sofia", {"units": 4}),
    DemoBooking(8, 18, "Sauna hour", "Sauna", "Per", {"units": 2}),
    DemoBooking(9, 9, "Physiotherapy", "Amira", "Lucía"),
    DemoBooking(10, 17, "Hall hire", "Great hall / Town side", "Havn Design AS"),
    DemoBooking(11, 16, "Projector loan", "Projectors", "Havn Design AS", {"units": 2}),
    DemoBooking(10, 12, None, "Jonas", None, {"title": "Dentist", "length": 90}),
    DemoBooking(10, 12, "Massage", "Jonas", "Kari", {"overlap_allowed": True, "notes": "Squeezed in on purpose."}),
    DemoBooking(7, 9, "Infusion", None, "Ola", {"external_id": "5001"}),
    DemoBooking(7, 9, "Infusion", None, "Sofia", {"external_id": "5002"}),
    DemoBooking(7, 11, "Wound care", None, "Per", {"external_id": "5003"}),
)
SESSIONS = (
    ("Yoga", "Great hall / Sea side", (0, 2), 18, 12),
    ("Spinning", "Spinning room", (1, 3), 17, 10),
)
WEEKS = 3


async def add_demo_data(ctx: Context) -> dict[str, int]:
    """Add customers, sessions, bookings in many states, a series, rentals, a clinic, a festival, and what is on today.
    Returns how many."""
    services = {service.title: service.id for service in await list_services(ctx)}
    all_resources = await list_resources(ctx)
    titles = {resource.id: resource.title for resource in all_resources}
    resources = {" / ".join(titles[part] for part in resource.path): resource.id for resource in all_resources}
    customers = {
        person.first_name or person.company: person.id for person in [await add_customer(ctx, c) for c in CUSTOMERS]
    }
    ids = {**services, **resources, **customers}
    yoga = await _sessions(ctx, ids)
    for booking in BOOKINGS:
        await make(ctx, booking, ids)
    for name, units in (("Kari", 1), ("Sofia", 2), ("Ola", 1)):
        line = RequestedLine(session_id=yoga[0], units=units)
        await book(ctx, BookingRequest(lines=(line,), customer_id=customers[name]))
    weekly = Recurrence(rrule="FREQ=WEEKLY;COUNT=7")
    first = RequestedLine(
        starts_at=at(ctx, 8, 8), service_id=services["Physiotherapy"], resource_id=resources["Ingrid"]
    )
    await start_series(ctx, BookingRequest(lines=(first,), customer_id=customers["Per"]), weekly)
    made = {"customers": len(customers), "sessions": len(yoga), "bookings": len(BOOKINGS) + 3, "series": 1}
    await _close_for_training(ctx)
    made["blocked times"] = 1
    rentals, clinic, festival = await add_rentals(ctx, ids), await add_clinic(ctx, ids), await add_festival(ctx, ids)
    parts = made, rentals, clinic, festival, await add_today(ctx, ids)
    return {name: sum(part.get(name, 0) for part in parts) for name in dict.fromkeys(chain(*parts))}


async def _sessions(ctx: Context, ids: Mapping[str, int]) -> list[int]:
    made = []
    for title, room, days, hour, capacity in SESSIONS:
        for week in range(1, WEEKS + 1):
            for day in days:
                starts_at = at(ctx, 7 * week + day, hour)
                patch = SessionPatch(
                    service_id=ids[title], resource_id=ids[room], starts_at=starts_at, capacity=capacity
                )
                made.append((await add_session(ctx, patch)).id)
    return made


async def _close_for_training(ctx: Context) -> None:
    """Nothing can be booked at the Hill on one afternoon."""
    hill = next(site for site in await list_sites(ctx) if site.name == "Hill")
    afternoon = between(ctx, 9, 13, 15)
    await add_block(ctx, BlockRequest(hill.id, afternoon.start, afternoon.end, "First aid for all of us"))
