"""Invoices through the API."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from kalends.actions.catalog.prices import set_prices
from kalends.engine.catalog.price import Price
from tests.acts import issue_invoice
from tests.api.conftest import Connect
from tests.desk import HOUR, SOON, hour_of, made
from tests.world import World, open_clinic


@pytest.fixture
async def booking(clinic: World) -> str:
    """Kari's hour in the left part of the hall, which costs 100 and 25 % tax, ready to be invoiced."""
    await set_prices(
        clinic.ctx(), [Price(per="hour", amount=Decimal(100), tax_rate=Decimal(25))], resource_id=clinic.hall
    )
    item = await made(clinic, hour_of(clinic.left, customer_id=clinic.kari))
    other = await made(clinic, hour_of(clinic.right, SOON + HOUR, customer_id=clinic.kari))
    await issue_invoice(clinic.ctx(), [other.booking_id])
    return f"bkg_{item.booking_id}"


async def issued(api: httpx.AsyncClient, booking: str, **terms: Any) -> dict[str, Any]:
    answer = await api.post("/invoices", json={"bookings": [booking], **terms})
    assert answer.status_code == 201, answer.text
    invoice: dict[str, Any] = answer.json()
    return invoice


async def test_an_invoice_is_previewed_issued_and_shown(api: httpx.AsyncClient, booking: str) -> None:
    terms = {"discount": {"kind": "percent", "rate": "10"}, "text": "Thank you.", "due_days": 7}
    preview = (await api.post("/invoices/preview", json={"bookings": [booking], **terms})).json()
    assert (preview["invoice"]["id"], preview["invoice"]["number"], preview["missing"]) == (None, "", [])
    invoice = await issued(api, booking, **terms)
    assert (invoice["number"], invoice["standing"], invoice["due_on"]) == ("2027-0002", "open", "2027-03-08")
    assert invoice["total"] == preview["invoice"]["total"] == {"amount": "112.50", "currency": "NOK"}
    assert (invoice["discount"], invoice["discounted"]["amount"]) == ({"kind": "percent", "rate": "10"}, "10.00")
    (row,) = invoice["rows"]
    assert (row["units"], row["tax_rate"], row["rate"]["amount"], row["booking"]) == ("1", "25", "100.00", booking)
    assert (row["from"], row["to"]) == ("2027-03-01T11:00:00+01:00", "2027-03-01T12:00:00+01:00")
    assert (await api.get(f"/invoices/{invoice['id']}")).json() == invoice


async def test_what_can_not_be_invoiced(api: httpx.AsyncClient, clinic: World, booking: str) -> None:
    await issued(api, booking)
    again = await api.post("/invoices", json={"bookings": [booking]})
    assert [(fault["pointer"], fault["code"]) for fault in again.json()["errors"]] == [("/bookings", "invoiced")]
    left = (await api.post("/invoices/preview", json={"bookings": [booking]})).json()["left_out"]
    assert [(each["reason"], each["number"]) for each in left] == [("invoiced", "2027-0002")]
    wrong = {"customer": f"cus_{clinic.kari}", "due_days": -1, "payment_method": "shells", "items": ["bkg_1"]}
    faults = (await api.post("/invoices", json=wrong)).json()["errors"]
    assert {fault["pointer"] for fault in faults} == {"/due_days", "/payment_method", "/items/0"}
    period = (await api.post("/invoices", json={"customer": f"cus_{clinic.kari}"})).json()["errors"]
    assert {(fault["pointer"], fault["code"]) for fault in period} == {("/first_day", "blank"), ("/until_day", "blank")}
    discount = {"bookings": [booking], "discount": {"kind": "percent", "rate": "101"}}
    assert (await api.post("/invoices", json=discount)).json()["errors"][0]["pointer"] == "/discount/rate"
    unknown = (await api.post("/invoices", json={"bookings": ["bkg_999999"]})).json()["errors"]
    assert [(fault["pointer"], fault["code"]) for fault in unknown] == [("/bookings/0", "unknown")]


async def test_an_invoice_is_paid_and_not_after_all(api: httpx.AsyncClient, booking: str) -> None:
    path = f"/invoices/{(await issued(api, booking))['id']}"
    tag = (await api.get(path)).headers["etag"]
    paid = await api.post(f"{path}/pay", json={"payment_method": "cash"}, headers={"if-match": tag})
    assert (paid.json()["standing"], paid.json()["payment_method"]) == ("paid", "cash")
    assert paid.json()["paid_at"].startswith("2027-03-01T10:00:00")
    assert (await api.post(f"{path}/pay", json={}, headers={"if-match": tag})).status_code == 412
    at = await api.post(f"{path}/pay", json={"paid_at": "2027-02-28T12:00"})
    assert at.json()["paid_at"] == "2027-02-28T12:00:00+01:00"
    assert (await api.post(f"{path}/pay", json={"paid_at": None})).json()["standing"] == "open"


async def test_an_invoice_is_taken_back(api: httpx.AsyncClient, booking: str) -> None:
    invoice = await issued(api, booking)
    path = f"/invoices/{invoice['id']}"
    credit = {"amounts": [{"tax_rate": "25", "amount": "20"}], "amounts_title": "Sorry"}
    draft = (await api.post(f"{path}/credit-notes/preview", json=credit)).json()
    assert (draft["id"], draft["total"]["amount"], (await api.get(path)).json()) == (None, "-25.00", invoice)
    noted = await api.post(f"{path}/credit-notes", json=credit)
    note = noted.json()
    assert (noted.status_code, note["number"], note["total"]["amount"]) == (201, "CREDIT-2027-0001", "-25.00")
    assert (note["corrects"]["number"], noted.headers["location"][-len(note["id"]) :]) == ("2027-0002", note["id"])
    assert (await api.post(f"{path}/cancel", json={})).json()["errors"][0]["code"] == "credited"
    assert (await api.post(f"/invoices/{note['id']}/cancel", json={})).status_code == 201
    cancelled = await api.post(f"{path}/cancel", json={"text": "Mistake"})
    assert (cancelled.json()["kind"], cancelled.json()["total"]["amount"]) == ("cancellation", "-125.00")
    closed = (await api.get(path)).json()
    assert (closed["standing"], [each["kind"] for each in closed["corrections"]]) == ("closed", ["cancellation"])
    assert (await issued(api, booking))["number"] == "2027-0003"


async def test_faults_of_a_credit_note_have_pointers(api: httpx.AsyncClient, booking: str) -> None:
    path = f"/invoices/{(await issued(api, booking))['id']}/credit-notes"
    twice = {"amounts": [{"tax_rate": "25", "amount": "1"}, {"tax_rate": "25.0", "amount": "1"}]}
    assert (await api.post(path, json=twice)).json()["errors"][0]["pointer"] == "/amounts/1/tax_rate"
    assert (await api.post(path, json={})).json()["errors"][0]["pointer"] == "/positions"
    assert (await api.post(path, json={"positions": [7]})).json()["errors"][0]["code"] == "unknown"


async def test_invoices_are_listed(api: httpx.AsyncClient, clinic: World, booking: str) -> None:
    invoice = await issued(api, booking)
    await api.post(f"/invoices/{invoice['id']}/pay", json={})
    for query, numbers in (
        ("", ["2027-0001", "2027-0002"]),
        ("standing=open", ["2027-0001"]),
        ("standing=paid", ["2027-0002"]),
        (f"customer=cus_{clinic.kari}", ["2027-0001", "2027-0002"]),
        (f"customer=cus_{clinic.ola}", []),
        ("issued_from=2027-03-01T10:00&issued_to=2027-03-02T00:00", ["2027-0001", "2027-0002"]),
        ("issued_to=2027-03-01T10:00", []),
    ):
        listed = (await api.get(f"/invoices?{query}")).json()["data"]
        assert [each["number"] for each in listed] == numbers
    assert (await api.get("/invoices?issued_from=2027-03-28T02:30")).json()["title"] == "A time that does not exist"


async def test_an_invoice_is_drawn(api: httpx.AsyncClient, booking: str) -> None:
    drawn = await api.get(f"/invoices/{(await issued(api, booking))['id']}/pdf")
    assert (drawn.headers["content-type"], drawn.content[:5]) == ("application/pdf", b"%PDF-")
    assert drawn.headers["content-disposition"] == 'inline; filename="Invoice_2027-0002.pdf"'


async def test_invoices_of_others_are_not_there(
    api: httpx.AsyncClient, clinic: World, connect: Connect, booking: str
) -> None:
    path = f"/invoices/{(await issued(api, booking))['id']}"
    other = await connect(await open_clinic(clinic.db))
    calls = [other.get(path), other.get(f"{path}/pdf"), other.post(f"{path}/pay", json={})]
    calls += [other.post(f"{path}/cancel", json={}), other.post(f"{path}/credit-notes", json={"positions": [1]})]
    assert [(await call).status_code for call in calls] == [404] * len(calls)
    refused = await other.post("/invoices", json={"bookings": [booking]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/bookings/0")
    reads = await connect(clinic, scopes=("read",))
    assert (await reads.post(f"{path}/pay", json={})).status_code == 403
    assert (await reads.post("/invoices/preview", json={"bookings": [booking]})).status_code == 200
