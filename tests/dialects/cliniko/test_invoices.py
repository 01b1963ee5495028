"""Invoices, which other doors issue, as this one shows them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from kalends.actions.billing.correct import cancel_invoice
from kalends.actions.billing.invoices import pay_invoice
from kalends.actions.catalog.prices import set_prices
from kalends.engine.billing.invoice import Invoice
from kalends.engine.catalog.price import Price
from tests.acts import book_item, issue_invoice
from tests.desk import SOON, hour_of, seat, visit
from tests.dialects.cliniko.clinic import Clinic, errors

CLOSED, PAID, OPEN = "status:=30", "status:=20", "status:=10"


async def issue(clinic: Clinic, hour: int = 0) -> tuple[int, Invoice]:
    """Kari's massage with Ada and the invoice for it."""
    w = clinic.world
    view = await book_item(w.ctx(), visit(w, starts_at=SOON + timedelta(hours=hour)))
    return view.item.id, await issue_invoice(w.ctx(), [view.item.booking_id], text="Thanks")


@pytest.fixture(autouse=True)
async def prices(clinic: Clinic) -> None:
    rate = Price(per="booking", amount=Decimal(100), tax_rate=Decimal(25))
    await set_prices(clinic.world.ctx(), [rate], resource_id=clinic.world.ada)


async def test_an_invoice_says_what_it_is_about(clinic: Clinic) -> None:
    w = clinic.world
    item_id, invoice = await issue(clinic)
    shown = await clinic.get(f"/invoices/{invoice.id}")
    amounts = {name: shown[f"{name}_amount"] for name in ("net", "tax", "total", "discounted")}
    assert amounts == {"net": "100.00", "tax": "25.00", "total": "125.00", "discounted": "0.00"}
    assert (shown["number"], shown["status"], shown["status_description"]) == (20270001, 10, "Open")
    assert (shown["issue_date"], shown["notes"], shown["closed_at"]) == ("2027-03-01", "Thanks", None)
    assert shown["invoice_to"].startswith("Kari Nordmann\n")
    about = {name: shown[name]["links"]["self"].partition("/v1")[2] for name in ("appointment", "business", "patient")}
    assert about == {
        "appointment": f"/individual_appointments/{item_id}",
        "business": f"/businesses/{w.site}",
        "patient": f"/patients/{w.kari}",
    }


async def test_invoices_by_status_and_subject(clinic: Clinic) -> None:
    w = clinic.world
    (item_id, open_), (_, paid), (_, back) = [await issue(clinic, hour) for hour in range(3)]
    await pay_invoice(w.ctx(), paid.id, w.now)
    cancelled = await cancel_invoice(w.ctx(), back.id)
    assert await clinic.ids("/invoices") == [open_.id, paid.id, back.id, cancelled.id]
    for condition, found in (
        (OPEN, [open_.id]), (PAID, [paid.id]), (CLOSED, [back.id, cancelled.id]),
        ("status:>10", [paid.id, back.id, cancelled.id]), ("status:=10,20", [open_.id, paid.id]),
        ("number:=20270002", [paid.id]), ("issue_date:=2027-03-**", [open_.id, paid.id, back.id, cancelled.id]),
        (f"appointment_id:={item_id}", [open_.id]), (f"patient_id:={w.ola}", []), ("archived_at:?", []),
    ):  # fmt: skip
        assert await clinic.ids("/invoices", condition) == found, condition
    assert errors(await clinic.client.get("/invoices", params={"q[]": "status:=15"}), 400).keys() == {"status"}
    assert (await clinic.get(f"/invoices/{cancelled.id}"))["total_amount"] == "-125.00"
    assert (await clinic.get(f"/invoices/{paid.id}"))["closed_at"] is not None


async def test_invoices_below_other_records(clinic: Clinic) -> None:
    w = clinic.world
    item_id, invoice = await issue(clinic)
    await issue(clinic, 1)
    assert await clinic.ids(f"/attendees/{item_id}/invoices") == [invoice.id]
    assert await clinic.ids(f"/appointments/{item_id}/invoices") == [invoice.id]
    assert len(await clinic.ids(f"/patients/{w.kari}/invoices")) == 2
    assert len(await clinic.ids(f"/practitioners/{w.ada}/invoices", f"patient_id:={w.kari}")) == 2
    assert await clinic.ids(f"/patients/{w.ola}/invoices") == []
    for path in ("/attendees/999999/invoices", "/patients/999999/invoices", "/appointments/999999/invoices"):
        assert (await clinic.client.get(path)).status_code == 404


async def test_a_room_on_an_invoice_is_no_practitioner(clinic: Clinic) -> None:
    w = clinic.world
    await set_prices(w.ctx(), [Price(per="booking", amount=Decimal(10), tax_rate=Decimal(25))], resource_id=w.hall)
    item = (await book_item(w.ctx(), hour_of(w.hall, customer_id=w.kari))).item
    invoice = await issue_invoice(w.ctx(), [item.booking_id])
    shown = await clinic.get(f"/invoices/{invoice.id}")
    assert shown["practitioner"] == {"links": {}}
    assert shown["business"]["links"]["self"].endswith(f"/businesses/{w.site}")
    assert await clinic.ids("/invoices", "practitioner_id:!?") == [invoice.id]


async def test_an_invoice_for_a_seat_is_about_its_session(clinic: Clinic) -> None:
    w = clinic.world
    session_id = await w.class_with((w.ada,), starts_at=SOON)
    item = (await book_item(w.ctx(), seat(w, session_id))).item
    await set_prices(w.ctx(), [Price(per="booking", amount=Decimal(10), tax_rate=Decimal(25))], service_id=w.yoga)
    invoice = await issue_invoice(w.ctx(), [item.booking_id])
    shown = await clinic.get(f"/invoices/{invoice.id}")
    assert shown["appointment"]["links"]["self"].endswith(f"/group_appointments/{session_id}")
    assert await clinic.ids(f"/appointments/{session_id}/invoices") == [invoice.id]
    assert await clinic.ids(f"/attendees/{item.id}/invoices") == [invoice.id]
