"""The office issues invoices, notes payments, and takes invoices back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from kalends.actions.billing.invoices import get_invoice
from kalends.actions.billing.query import query_invoices
from kalends.engine.billing.invoice import Invoice
from kalends.engine.query import OffsetPage, Query
from tests.acts import issue_invoice, put_in_order
from tests.console.browsing import Visitor
from tests.console.office import office_of, rented
from tests.desk import DAY
from tests.world import World


async def issued(clinic: World) -> Invoice:
    return await issue_invoice(clinic.ctx(), [await rented(clinic)])


async def newest(clinic: World) -> Invoice:
    page = await query_invoices(clinic.ctx(), Query(OffsetPage(100)))
    return page.rows[-1]


async def test_a_booking_is_invoiced(clinic: World, marit: Visitor) -> None:
    booking_id = await rented(clinic)
    await put_in_order(clinic.ctx(), [booking_id])
    await marit.open("/invoices/new")
    await marit.check()
    await marit.page.fill("[name=booking]", str(booking_id))
    await marit.page.press("[name=booking]", "Enter")
    await marit.page.wait_for_url("**booking=*")
    assert "125.00" in await marit.text(".sums .total >> nth=1")
    await marit.check()
    await marit.page.fill("[name=text]", "Thank you.")
    await marit.page.click("text=Issue the invoice")
    await marit.page.wait_for_selector("h1:has-text('2027-0001')")
    await marit.check()
    invoice = await newest(clinic)
    assert (invoice.text, invoice.total, invoice.created_by[:5]) == ("Thank you.", Decimal(125), "user:")


async def test_a_customers_month_is_invoiced_with_a_discount(clinic: World, address: str) -> None:
    booking_ids = [await rented(clinic, after) for after in (timedelta(), DAY)]
    await put_in_order(clinic.ctx(), booking_ids)
    page = f"/invoices/new?customer={clinic.kari}"
    async with office_of(clinic, address) as office:
        assert "For Kari" in await office.open(page)
        page += "&first=2027-03-01&last=2027-03-31"
        assert "250.00" in await office.open(page)
        sent = {"payment_method": "card", "due_days": "7", "discount_kind": "percent", "discount_rate": "10"}
        path = await office.done("/invoices", page, **sent)
        assert "225.00" in await office.open(path)
    invoice = await newest(clinic)
    assert (len(invoice.rows), invoice.payment_method, invoice.discount) == (2, "card", Decimal(20))


async def test_what_is_missing_and_left_out_is_told(clinic: World, address: str) -> None:
    booking_id = await rented(clinic)
    async with office_of(clinic, address) as office:
        text = await office.open(f"/invoices/new?booking={booking_id}")
        assert "Your business has no address." in text
        assert "The customer has no address." in text
        assert "Open the customer's card" in text
        assert "Issue the invoice" not in text
        await issue_invoice(clinic.ctx(), [booking_id])
        text = await office.open(f"/invoices/new?booking={booking_id}")
        assert "it is on invoice 2027-0001 already" in text
        text = await office.open("/invoices/new?booking=999999", 422)
        assert "Number of the booking: is not" in text


async def test_an_invoice_that_is_another_by_now_is_shown_again(clinic: World, address: str) -> None:
    booking_id = await rented(clinic)
    await put_in_order(clinic.ctx(), [booking_id])
    async with office_of(clinic, address) as office:
        text = await office.refused("/invoices", booking=str(booking_id), seen="120.00", due_days="14")
        assert "125.00" in text
        text = await office.refused(
            "/invoices", booking=str(booking_id), seen="125.00", due_days="soon", discount_kind="x"
        )
        assert "Days to pay: is not a number" in text
    assert (await query_invoices(clinic.ctx(), Query(OffsetPage(1)))).rows == []


async def test_a_payment_is_noted_and_taken_back(clinic: World, address: str) -> None:
    invoice = await issued(clinic)
    page = f"/invoices/{invoice.id}"
    async with office_of(clinic, address) as office:
        assert "Open" in await office.open(page)
        await office.refused(f"{page}/pay", paid_on="soon", payment_method="gold")
        await office.done(f"{page}/pay", paid_on="2027-02-28", payment_method="cash")
        paid = await get_invoice(clinic.ctx(), invoice.id)
        assert (paid.payment_method, paid.paid_at and paid.paid_at.isoformat()) == ("cash", "2027-02-27T23:00:00+00:00")
        assert "28 Feb 2027" in await office.open("/invoices?standing=paid")
        await office.done(f"{page}/unpay")
        assert "There are no invoices here." in await office.open("/invoices?standing=paid")


async def test_an_invoice_is_cancelled(clinic: World, address: str) -> None:
    invoice = await issued(clinic)
    page = f"/invoices/{invoice.id}"
    async with office_of(clinic, address) as office:
        path = await office.done(f"{page}/cancel", f"{page}/cancel", text="A mistake.")
        text = await office.open(path)
        assert ["Cancellation CANCEL-2027-0001" in text, "A mistake." in text, "−125.00 NOK" in text] == [True] * 3
        assert "Cancelled" in await office.open(page)
        assert "cancelled already" in await office.refused(f"{page}/cancel", text="Once more")


async def test_a_part_is_credited(clinic: World, address: str) -> None:
    invoice = await issued(clinic)
    page = f"/invoices/{invoice.id}"
    async with office_of(clinic, address) as office:
        assert "Rows to credit: is missing" in await office.refused(f"{page}/credit", f"{page}/credit")
        sent = {"amount_25": "20,50", "amounts_title": "Goodwill"}
        fields = dict.fromkeys((f"amount_{rate.rate}" for rate in invoice.rate_sums), sent["amount_25"])
        path = await office.done(f"{page}/credit", f"{page}/credit", amounts_title="Goodwill", **fields)
        assert "Goodwill" in await office.open(path)
        assert "CREDIT-2027-0001" in await office.open(page)
    assert (await newest(clinic)).net == Decimal("-20.50")


async def test_the_list_finds_a_number(clinic: World, address: str) -> None:
    invoice = await issued(clinic)
    async with office_of(clinic, address) as office:
        answer = await office.client.get("/invoices?number=2027-0001")
        assert answer.headers["location"].endswith(f"/invoices/{invoice.id}")
        assert "There is no invoice 2027-0002." in await office.open("/invoices?number=2027-0002")
        assert "2027-0001" in await office.open(f"/invoices?customer={clinic.kari}")
        assert "2027-0001" not in await office.open(f"/invoices?customer={clinic.ola}")


async def test_the_pdf(clinic: World, address: str) -> None:
    invoice = await issued(clinic)
    async with office_of(clinic, address) as office:
        answer = await office.client.get(f"/invoices/{invoice.id}/pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["content-disposition"] == 'inline; filename="Invoice_2027-0001.pdf"'


async def test_all_that_is_wrong_with_a_credit_is_told_at_its_fields(clinic: World, address: str) -> None:
    invoice = await issue_invoice(clinic.ctx(), [await rented(clinic)])
    page = f"/invoices/{invoice.id}/credit"
    for amount in ("-5", "5000"):
        fields = {"amount_25.000": amount, "amounts_title": "Goodwill", "text": "x" * 100_000}
        async with office_of(clinic, address, name=f"owner{amount}") as office:
            told = await office.refused(page, page, **fields)
        assert [words in told for words in ("25 %: is out of range", "Reason: is too long")] == [True, True]


@pytest.mark.parametrize("path", ["/invoices/new", "/invoices/{}/cancel", "/invoices/{}/credit"])
async def test_who_reads_only_sees_invoices_without_buttons(clinic: World, address: str, path: str) -> None:
    invoice = await issued(clinic)
    async with office_of(clinic, address, "readonly") as office:
        assert "Cancel all of it" not in await office.open(f"/invoices/{invoice.id}")
        await office.open(path.format(invoice.id), 403)
