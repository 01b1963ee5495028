"""The demo's rentals of halls: to a club every week and to a company once, with documents and invoices."""

from collections.abc import Mapping

from msgspec.structs import replace

from kalends.actions.billing.documents import add_document, process_document
from kalends.actions.billing.invoices import pay_invoice
from kalends.actions.billing.issue import issue_invoice
from kalends.actions.billing.occasions import add_occasion, list_occasions
from kalends.actions.bookings.book import book
from kalends.actions.catalog.prices import list_groups
from kalends.actions.context import Context
from kalends.actions.customers.add import add_customer
from kalends.cli.demo.dates import between
from kalends.engine.billing.document import DocumentPatch
from kalends.engine.billing.occasion import OccasionPatch
from kalends.engine.billing.selection import InvoiceSelection
from kalends.engine.billing.terms import InvoiceTerms
from kalends.engine.bookings.layout import lines_at
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.bookings.request import BookingRequest, DateRange
from kalends.engine.catalog.extra import Extra
from kalends.engine.customers.customer import CustomerPatch

CLUB = CustomerPatch(
    company="Bryggen Judo Club",
    first_name="Nils",
    last_name="Lie",
    email="judo@bryggen.example",
    street="Bryggen 5",
    postcode="5003",
    city="Bergen",
    country="NO",
)
LAUNCH = OccasionPatch(
    title="Product launch",
    headline="Havn Design shows its new chairs",
    description="Take a seat. Something to drink is waiting for you.",
    entrance_minute=1050,
    beginning_minute=1080,
    ticket_price="0",
)
EVENINGS = 6


async def add_rentals(ctx: Context, ids: Mapping[str, int]) -> dict[str, int]:
    """Add the rentals; `ids` are those of resources, services and customers by name.

    Returns how many of each thing were added, and how many events the account has in all.
    """
    groups = {group.title: group.id for group in await list_groups(ctx)}
    club = await add_customer(ctx, replace(CLUB, group_id=groups["Clubs"]))
    await _rent_weekly(ctx, ids, club.id)
    await _rent_once(ctx, ids)
    return {"customers": 1, "bookings": 2, "events": len(await list_occasions(ctx)), "documents": 3, "invoices": 2}


async def _rent_weekly(ctx: Context, ids: Mapping[str, int], club_id: int) -> None:
    """One side of the hall on Tuesday evenings, paid for by the club."""
    extras = Extra(2, resource_id=ids["Projectors"]), Extra(1, service_id=ids["Cleaning"])
    evenings = [between(ctx, 8 + 7 * week, 18, 20) for week in range(EVENINGS)]
    request = BookingRequest(
        lines=lines_at([RequestedResource(ids["Great hall / Town side"], extras)], evenings, title="Judo"),
        title="Judo",
        comments="Mats are in the cupboard.",
        customer_id=club_id,
        repeats=DateRange(evenings[0].start.date(), evenings[-1].start.date()),
    )
    weekly = await book(ctx, request)
    selection = InvoiceSelection(booking_ids=(weekly.booking.id,))
    invoice = await issue_invoice(ctx, selection, InvoiceTerms(text="Tuesdays in the Town side."))
    await pay_invoice(ctx, invoice.id, ctx.now, "transfer")


async def _rent_once(ctx: Context, ids: Mapping[str, int]) -> None:
    """The whole hall for an event, with its documents and an invoice that is still to be paid."""
    evening = between(ctx, 11, 17, 21)
    extras = Extra(1, resource_id=ids["Projectors"]), Extra(1, service_id=ids["Technician"])
    title = str(LAUNCH.title)
    request = BookingRequest(
        lines=lines_at([RequestedResource(ids["Great hall"], extras)], [evening], title=title),
        title=title,
        customer_id=ids["Havn Design AS"],
    )
    booking_id = (await book(ctx, request)).booking.id
    event = await add_occasion(ctx, replace(LAUNCH, starts_at=evening.start, ends_at=evening.end))
    for kind in ("offer", "order_confirmation"):
        document = await add_document(ctx, event.id, DocumentPatch(kind=kind, booking_ids=(booking_id,)))
        await process_document(ctx, document.id)
    selection = InvoiceSelection(booking_ids=(booking_id,))
    invoice = await issue_invoice(ctx, selection, InvoiceTerms(due_days=30))
    billed = DocumentPatch(kind="invoice", booking_ids=(booking_id,), invoice_id=invoice.id)
    await add_document(ctx, event.id, billed)
