import asyncio
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import msgspec
import pytest
from pypdf import PdfReader

from kalends.actions.accounts.profile import change_profile
from kalends.actions.billing.invoices import (
    draw_invoice,
    find_invoice_by_file,
    get_invoice,
    list_invoices,
    pay_invoice,
)
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.prices import set_prices
from kalends.actions.context import Context, transaction
from kalends.actions.customers.change import change_customer
from kalends.engine.accounts.profile import ProfilePatch
from kalends.engine.billing.discount import Discount
from kalends.engine.billing.invoice import Invoice, InvoiceQuery
from kalends.engine.catalog.price import Price
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Fault, Invalid, NotFound
from tests.acts import book_item, issue_invoice
from tests.desk import HOUR, SOON, hour_of, told
from tests.world import World, open_clinic

RATE = Price(per="hour", amount=Decimal(100), tax_rate=Decimal(25))
TEN_PERCENT = Discount("percent", Decimal(10))


@pytest.fixture
async def clinic(crowd: asyncpg.Pool) -> World:
    """The hall and its parts cost 100 an hour."""
    clinic = await open_clinic(crowd)
    await set_prices(clinic.ctx(), [RATE], resource_id=clinic.hall)
    return clinic


async def booked(clinic: World, hour: int = 0, customer_id: int | None = None, resource_id: int | None = None) -> int:
    """Kari's hour in the left part of the hall, so many hours ahead; answers the booking's id."""
    wished = hour_of(resource_id or clinic.left, SOON + hour * HOUR, customer_id=customer_id or clinic.kari)
    return (await book_item(clinic.ctx(), wished)).item.booking_id


async def refused(ctx: Context, ids: list[int], **given: Any) -> tuple[Fault, ...]:
    with pytest.raises(Invalid) as no:
        await issue_invoice(ctx, ids, **given)
    return no.value.faults


async def test_an_invoice_for_two_bookings(clinic: World) -> None:
    ids = [await booked(clinic, 24), await booked(clinic)]
    invoice = await issue_invoice(clinic.ctx(), ids, discount=TEN_PERCENT, text="Thanks", due_days=10)
    assert (invoice.number_text, invoice.file) == ("2027-0001", "Invoice_2027-0001.pdf")
    assert [invoice.discount, invoice.net, invoice.tax, invoice.total] == [20, 180, 45, 225]
    assert (invoice.issued_at, invoice.due_on, invoice.currency) == (clinic.now, date(2027, 3, 11), "NOK")
    assert [(row.title, row.day.day) for row in invoice.rows] == [("Hall / Left", 1), ("Hall / Left", 2)]
    assert [[row.price, row.discount, row.tax, row.total] for row in invoice.rows] == [
        [100, 10, Decimal("22.50"), Decimal("112.50")]
    ] * 2
    assert await get_invoice(clinic.ctx(), invoice.id) == invoice


async def test_who_it_is_from_and_to_stays_as_it_was(clinic: World) -> None:
    kept = {"one": {"house_number": None}, "other": {"house_number": "5a"}}
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(street="Storgata", city="Oslo", details=kept))
    await change_profile(clinic.ctx(), ProfilePatch(iban="NO93 8601 1117 947"))
    invoice = await issue_invoice(clinic.ctx(), [await booked(clinic)])
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(last_name="Hansen", street="Nygata"))
    await change_profile(clinic.ctx(), ProfilePatch(iban=""))
    found = await get_invoice(clinic.ctx(), invoice.id)
    assert (found.customer.last_name, found.customer.street, found.customer.house_number) == (
        "Nordmann",
        "Storgata",
        "5a",
    )
    assert (found.issuer.company, found.issuer.iban) == ("Clinic", "NO93 8601 1117 947")


async def test_the_year_is_that_of_the_wall(clinic: World) -> None:
    midnight = datetime(2027, 12, 31, 23, tzinfo=UTC)
    last = await issue_invoice(clinic.ctx(midnight - timedelta(seconds=1)), [await booked(clinic)])
    first = await issue_invoice(clinic.ctx(midnight), [await booked(clinic, 1)])
    second = await issue_invoice(clinic.ctx(midnight), [await booked(clinic, 2)])
    assert [one.number_text for one in (last, first, second)] == ["2027-0001", "2028-0001", "2028-0002"]


async def test_an_item_is_invoiced_once(clinic: World) -> None:
    first, second = await booked(clinic), await booked(clinic, 1)
    await issue_invoice(clinic.ctx(), [first, first])
    assert await refused(clinic.ctx(), [first]) == (Fault("booking_ids", "invoiced"),)
    both = await issue_invoice(clinic.ctx(), [second, first])
    assert (both.number, [row.booking_id for row in both.rows]) == (2, [second])


async def test_what_can_not_be_invoiced(clinic: World) -> None:
    kari, ola = await booked(clinic), await booked(clinic, 1, clinic.ola)
    nobody = (await book_item(clinic.ctx(), hour_of(clinic.right))).item.booking_id
    free = await booked(clinic, resource_id=clinic.sauna)
    for ids, fault in (
        ([], Fault("booking_ids", "blank")),
        ([kari, ola], Fault("booking_ids", "several_customers")),
        ([nobody], Fault("customer_id", "blank")),
        ([free], Fault("booking_ids", "nothing_to_invoice")),
    ):
        assert await refused(clinic.ctx(), ids) == (fault,)
    with pytest.raises(NotFound):
        await issue_invoice(clinic.ctx(), [kari, 999_999_999])


async def test_all_that_is_wrong_is_said_at_once(clinic: World) -> None:
    wrong = {"text": "x" * 10_001, "due_days": -1, "payment_method": "shells"}
    faults = await refused(clinic.ctx(), [], **wrong)
    assert [fault.field for fault in faults] == ["booking_ids", "text", "due_days", "payment_method"]


async def test_a_discount_that_is_too_much_draws_no_number(clinic: World) -> None:
    booking = await booked(clinic)
    too_much = Discount("amount", Decimal("100.01"))
    assert await refused(clinic.ctx(), [booking], discount=too_much) == (Fault("discount_rate", "out_of_range"),)
    assert (await issue_invoice(clinic.ctx(), [booking])).number == 1


async def test_a_sum_that_can_not_be_kept(clinic: World) -> None:
    await set_prices(clinic.ctx(), [Price(amount=Decimal(10**10 - 1), tax_rate=Decimal(25))], resource_id=clinic.left)
    assert await refused(clinic.ctx(), [await booked(clinic)]) == (Fault("booking_ids", "out_of_range"),)


async def test_what_was_cancelled_is_not_invoiced(clinic: World) -> None:
    entry = await book_item(clinic.ctx(), hour_of(clinic.left, customer_id=clinic.kari))
    await change_item_state(clinic.ctx(), entry.item.id, "cancel")
    assert await refused(clinic.ctx(), [entry.item.booking_id]) == (Fault("booking_ids", "nothing_to_invoice"),)


async def test_paid_and_not_after_all(clinic: World) -> None:
    invoice = await issue_invoice(clinic.ctx(), [await booked(clinic)])
    paid = await pay_invoice(clinic.ctx(), invoice.id, clinic.now, "cash")
    assert (paid.paid_at, paid.payment_method, paid.revision) == (clinic.now, "cash", 1)
    assert await pay_invoice(clinic.ctx(), invoice.id, clinic.now) == paid
    open_again = await pay_invoice(clinic.ctx(), invoice.id, None)
    assert open_again == await get_invoice(clinic.ctx(), invoice.id)
    with pytest.raises(Invalid):
        await pay_invoice(clinic.ctx(), invoice.id, None, "shells")


async def test_the_journal_tells_of_it(clinic: World) -> None:
    invoice = await issue_invoice(clinic.ctx(), [await booked(clinic)])
    await pay_invoice(clinic.ctx(), invoice.id, clinic.now)
    issued, paid = await told(clinic, "invoice")
    assert (issued[0], issued[1], issued[2]["total"]) == ("issue", None, "125.00")
    assert paid[1:] == ({"paid_at": None}, {"paid_at": "2027-03-01T09:00:00Z"})


@pytest.mark.parametrize(
    "statement",
    [
        "update invoice set total = 0 where account_id = $1",
        "update invoice set number = 7 where account_id = $1",
        "delete from invoice where account_id = $1",
        "update invoice_row set title = 'x' where account_id = $1",
        "delete from invoice_row where account_id = $1",
    ],
)
async def test_the_database_keeps_it_final(clinic: World, statement: str) -> None:
    invoice = await issue_invoice(clinic.ctx(), [await booked(clinic)])
    with pytest.raises(asyncpg.RestrictViolationError):
        await clinic.db.execute(statement, clinic.account.id)
    assert await get_invoice(clinic.ctx(), invoice.id) == invoice


async def test_others_do_not_find_it(clinic: World) -> None:
    invoice = await issue_invoice(clinic.ctx(), [await booked(clinic)])
    neighbour = await open_clinic(clinic.db)
    assert (await list_invoices(neighbour.ctx(), InvoiceQuery())).rows == []
    for asked in (
        get_invoice(neighbour.ctx(), invoice.id),
        find_invoice_by_file(neighbour.ctx(), invoice.file),
        pay_invoice(neighbour.ctx(), invoice.id, None),
        issue_invoice(neighbour.ctx(), [invoice.rows[0].booking_id or 0]),
    ):
        with pytest.raises(NotFound):
            await asked


@pytest.mark.parametrize(
    "file",
    [
        "Invoice_2027-001.pdf",
        "Invoice_2027-00001.pdf",
        "Invoice_2027-0002.pdf",
        "2027-0001.pdf",
        "Invoice_9999-999999999.pdf",
        "../x",
    ],
)
async def test_a_file_has_one_name(clinic: World, file: str) -> None:
    invoice = await issue_invoice(clinic.ctx(), [await booked(clinic)])
    assert await find_invoice_by_file(clinic.ctx(), "Invoice_2027-0001.pdf") == invoice
    with pytest.raises(NotFound):
        await find_invoice_by_file(clinic.ctx(), file)


async def test_a_list_by_when_they_were_issued(clinic: World) -> None:
    days = [clinic.now + timedelta(days=day) for day in range(3)]
    made = [await issue_invoice(clinic.ctx(day), [await booked(clinic, hour)]) for hour, day in enumerate(days)]
    whole = await list_invoices(clinic.ctx(), InvoiceQuery())
    assert (whole.rows, whole.total) == (made, 3)
    page = await list_invoices(clinic.ctx(), InvoiceQuery(issued_from=days[1], limit=1, offset=1))
    assert (page.rows, page.total) == ([made[2]], 2)
    until = await list_invoices(clinic.ctx(), InvoiceQuery(issued_until=days[1], customer_id=clinic.kari))
    assert (until.rows, until.total) == ([made[0]], 1)


async def test_it_is_drawn_in_the_accounts_language(clinic: World) -> None:
    invoice = await issue_invoice(clinic.ctx(), [await booked(clinic)])
    german = msgspec.structs.replace(clinic.account, locale="de")
    drawn = await draw_invoice(msgspec.structs.replace(clinic.ctx(), account=german), invoice)
    assert "Rechnung 2027-0001" in PdfReader(io.BytesIO(drawn)).pages[0].extract_text()


async def test_numbers_have_no_gap_though_many_ask_and_some_fail(clinic: World) -> None:
    bookings = [await booked(clinic, hour) for hour in range(24)]

    async def ask(turn: int) -> Invoice | None:
        try:
            async with transaction(clinic.ctx()) as tx:
                invoice = await issue_invoice(tx, [bookings[turn]])
                if turn % 3 == 0:
                    raise ConnectionAbortedError
                return invoice
        except ConnectionAbortedError:
            return None

    made = [invoice for invoice in await asyncio.gather(*map(ask, range(24))) if invoice]
    assert sorted(invoice.number for invoice in made) == list(range(1, 17))


async def test_one_booking_is_invoiced_once_though_many_ask(clinic: World) -> None:
    booking = await booked(clinic)
    asked = [issue_invoice(clinic.ctx(), [booking]) for _ in range(8)]
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(result) for result in results].count(Invoice) == 1
    assert {type(result) for result in results} == {Invoice, Invalid}
