"""The demo's clinic: patients, a group that meets every week, and when its people are there."""

from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from kalends.actions.availability.extra_openings import add_extra_openings
from kalends.actions.bookings.add_sessions import repeat_session
from kalends.actions.bookings.book import book
from kalends.actions.bookings.cancel import cancel_item
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.resource_blocks import add_resource_blocks
from kalends.actions.context import Context
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.cases import add_case
from kalends.cli.demo.dates import at, between
from kalends.engine.bookings.block import ResourceBlockRequest
from kalends.engine.bookings.cancellation import Cancellation
from kalends.engine.bookings.patch import ItemPatch, SessionPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.customers.case import CasePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.time.repeat_rule import RepeatRule

PATIENTS = (
    CustomerPatch(
        first_name="Astrid",
        last_name="Solberg",
        date_of_birth=date(1962, 4, 12),
        email="astrid@example.org",
        phone="911 22 334",
        street="Nygårdsgaten 21",
        postcode="5015",
        city="Bergen",
        country="NO",
        notes="Sits all day. Likes to be called in the afternoon.",
    ),
    CustomerPatch(first_name="Emil", last_name="Haugen", date_of_birth=date(1990, 11, 3), email="emil@example.org"),
    CustomerPatch(first_name="Nora", last_name="Dahl", date_of_birth=date(2008, 6, 21), phone="922 33 445"),
)
GROUP, WEEKLY = "Back school", RepeatRule("week", 1, 5)
ATTENDED = {"Astrid": 3, "Sofia": 2, "Emil": 1, "Nora": 1}
"""How many of the first meetings each comes to."""
CASE = CasePatch(name="Lower back pain", notes="Referred by Dr Lie.")
SICK = Cancellation(reason="Has a cold.", details={"cliniko": {"cancellation_reason": 30}})


async def add_clinic(ctx: Context, ids: Mapping[str, int]) -> dict[str, int]:
    """Add patients and a weekly group; `ids` are those of resources, services and customers by name.

    One attendee comes for a case, one has cancelled, one is archived. Returns how many of each thing were added.
    """
    added = {str(patient.first_name): (await add_customer(ctx, patient)).id for patient in PATIENTS}
    patients = {**ids, **added}
    group = SessionPatch(service_id=ids[GROUP], resource_id=ids["Amira"], starts_at=at(ctx, 11, 10))
    meetings = await repeat_session(ctx, group, WEEKLY)
    seats = {
        name: [await _attend(ctx, meeting.id, patients[name]) for meeting in meetings[:count]]
        for name, count in ATTENDED.items()
    }
    case = await add_case(ctx, replace(CASE, customer_id=patients["Astrid"]))
    for item_id in seats["Astrid"]:
        await change_item(ctx, item_id, ItemPatch(case_id=case.id))
    await cancel_item(ctx, seats["Emil"][0], SICK)
    await change_item_state(ctx, seats["Nora"][0], "remove")
    await _be_there(ctx, ids)
    return {
        "customers": len(PATIENTS),
        "case": 1,
        "sessions": len(meetings),
        "bookings": sum(map(len, seats.values())),
        "blocked times": 1,
    }


async def _attend(ctx: Context, session_id: int, customer_id: int) -> int:
    line = RequestedLine(session_id=session_id)
    return (await book(ctx, BookingRequest(lines=(line,), customer_id=customer_id))).items[0].item.id


async def _be_there(ctx: Context, ids: Mapping[str, int]) -> None:
    """Ingrid works on one Saturday, and Amira takes a break on another."""
    await add_extra_openings(ctx, ids["Ingrid"], between(ctx, 12, 9, 12))
    lunch = between(ctx, 12, 12, 13)
    await add_resource_blocks(
        ctx,
        ResourceBlockRequest(
            resource_id=ids["Amira"], starts_at=lunch.start, ends_at=lunch.end, notes="Lunch with the team"
        ),
    )
