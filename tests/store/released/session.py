"""A session of the product that asks most of its statements: what people do at a desk, from bookings to invoices."""

from datetime import timedelta
from decimal import Decimal

from kalends.actions.accounts.forget import forget_counts
from kalends.actions.accounts.keys import create_key
from kalends.actions.billing.correct import cancel_invoice, credit_invoice
from kalends.actions.billing.invoices import list_invoices
from kalends.actions.billing.issue import draft_invoice
from kalends.actions.bookings import series
from kalends.actions.bookings.change_state import change_booking_state, change_item_state, set_status
from kalends.actions.bookings.find import find_by_external_id, list_bookings, list_items
from kalends.actions.bookings.lapse import lapse_holds
from kalends.actions.bookings.sessions import list_sessions, remove_session
from kalends.actions.bookings.slots import slots
from kalends.actions.catalog.prices import set_prices
from kalends.actions.catalog.resources import add_resource, change_resource
from kalends.actions.catalog.services import change_service
from kalends.actions.changes import changes
from kalends.actions.check import audit
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import change_customer, remove_customer
from kalends.actions.customers.find import list_customers
from kalends.actions.customers.merge import merge_customers
from kalends.engine.availability.openings import Opening
from kalends.engine.billing.correction import Credit
from kalends.engine.billing.invoice import InvoiceQuery
from kalends.engine.billing.selection import InvoiceSelection
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.bookings.queries import BookingQuery, ItemQuery, SessionQuery
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.customers.customer import CustomerPatch, CustomerQuery
from kalends.engine.time.recurrence import Recurrence
from kalends.engine.time.span import Span
from tests.acts import (
    Series,
    add_session,
    book_whole,
    change,
    change_booking,
    change_session,
    issue_invoice,
    start_series,
    whole,
)
from tests.desk import DAY, HOUR, SOON, made, make_occurrences, mornings, seat, visit
from tests.world import World


async def work_through(clinic: World) -> None:
    """All of it; who calls listens to what is asked."""
    await _book(clinic)
    await _book_days(clinic)
    await _plan(clinic)
    await _keep_catalogue(clinic)
    await _read(clinic)


async def _book(clinic: World) -> None:
    ctx = clinic.ctx()
    item = await made(clinic, visit(clinic, external_id="a-1", customer_id=None, customer={"first_name": "Liv"}))
    await change(ctx, item.id, {"starts_at": SOON + HOUR, "customer_id": clinic.ola})
    await set_status(ctx, item.id, "checked_in")
    await change_item_state(ctx, item.id, "cancel")
    await made(clinic, visit(clinic, resource_id=None, starts_at=SOON + 2 * HOUR, public=True))
    held = await made(clinic, visit(clinic, starts_at=SOON + 4 * HOUR, initiate=True))
    await lapse_holds(clinic.db, clinic.now + DAY)
    assert held.id > item.id
    twin = await add_customer(ctx, CustomerPatch(first_name="Kari", last_name="N."))
    await made(clinic, visit(clinic, customer_id=twin.id, starts_at=SOON + 5 * HOUR))
    await merge_customers(ctx, clinic.kari, twin.id, CustomerPatch(notes="Twice here"))
    await change_customer(ctx, clinic.kari, CustomerPatch(city="Oslo"))
    await remove_customer(ctx, (await add_customer(ctx, CustomerPatch(first_name="Per"))).id)
    uid = await start_series(ctx, Series(visit(clinic, starts_at=SOON + DAY), Recurrence(rrule="FREQ=DAILY;COUNT=2")))
    booking_id = await clinic.db.fetchval("select max(booking_id) from occurrence")
    await make_occurrences(ctx, booking_id)
    await series.outcomes(ctx, uid)
    await change_booking_state(ctx, uid, "cancel")


async def _book_days(clinic: World) -> None:
    ctx = clinic.ctx()
    spans = mornings(2, timedelta(days=30))
    ordered = await book_whole(
        ctx, whole(resources=(RequestedResource(clinic.hall),), times=spans, customer_id=clinic.ola)
    )
    await change_booking(ctx, ordered.booking.id, {"times": mornings(3, timedelta(days=40)), "title": "Fair"})
    await set_prices(ctx, [Price(per="hour", amount=Decimal(900))], resource_id=clinic.hall)
    invoice = await issue_invoice(ctx, [ordered.booking.id])
    credit = await credit_invoice(ctx, invoice.id, Credit(positions=(1,)))
    await cancel_invoice(ctx, credit.id)
    await cancel_invoice(ctx, invoice.id)
    march = InvoiceSelection(customer_id=clinic.ola, first=SOON.date(), until=(SOON + 60 * DAY).date())
    await draft_invoice(ctx, march)
    await list_invoices(ctx, InvoiceQuery())
    await list_bookings(ctx, BookingQuery())


async def _plan(clinic: World) -> None:
    ctx = clinic.ctx()
    times = {"starts_at": SOON + 60 * DAY, "ends_at": SOON + 60 * DAY + HOUR}
    yoga = await add_session(ctx, {"service_id": clinic.yoga, "resource_id": clinic.left, "capacity": 3, **times})
    await made(clinic, seat(clinic, yoga.id))
    await change_session(ctx, yoga.id, {"starts_at": SOON + 61 * DAY})
    await remove_session(ctx, yoga.id)
    await list_sessions(ctx, SessionQuery(with_deleted=True))


async def _keep_catalogue(clinic: World) -> None:
    ctx = clinic.ctx()
    await add_resource(ctx, ResourcePatch(title="Chairs", kind="inventory", capacity=9), [Opening(1, 480, 960)])
    await change_resource(ctx, clinic.sauna, ResourcePatch(capacity=7))
    await change_service(ctx, clinic.massage, ServicePatch(description="With oil"))
    await create_key(ctx, "makeplans")


async def _read(clinic: World) -> None:
    ctx = clinic.ctx()
    for listing in ("all", "upcoming"):
        await list_items(ctx, ItemQuery(listing=listing))
    await list_items(ctx, ItemQuery(resource_ids=(clinic.ada,), customer_ids=(clinic.kari,), updated_after=clinic.now))
    await find_by_external_id(ctx, "a-1")
    await list_customers(ctx, CustomerQuery())
    await slots(ctx, clinic.massage, Span(clinic.now, clinic.now + 7 * DAY), [clinic.ada, clinic.bo])
    await changes(ctx)
    await forget_counts(clinic.db, clinic.now)
    assert [finding async for finding in audit(clinic.db, clinic.now)] == []
