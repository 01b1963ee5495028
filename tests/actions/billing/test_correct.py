"""Cancellations and credit notes."""

import asyncio
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from kalends.actions.billing.correct import cancel_invoice, credit_invoice, draft_credit
from kalends.actions.billing.invoices import (
    draw_invoice,
    find_invoice,
    find_invoice_by_file,
    get_invoice,
    list_invoices,
    pay_invoice,
)
from kalends.actions.catalog.prices import set_prices
from kalends.engine.billing.correction import Credit
from kalends.engine.billing.invoice import Invoice, InvoiceQuery
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.catalog.price import Price
from kalends.engine.refusals import Fault, Invalid, NotFound
from tests.acts import book_whole, issue_invoice, whole
from tests.desk import broken, mornings, told
from tests.world import World, at_sites, open_clinic


@pytest.fixture
async def clinic(crowd: asyncpg.Pool) -> World:
    """The hall costs 100 an hour, and a quarter of tax."""
    clinic = await open_clinic(crowd)
    await set_prices(clinic.ctx(), [Price(amount=Decimal(100), tax_rate=Decimal(25))], resource_id=clinic.hall)
    return clinic


async def issued(clinic: World) -> Invoice:
    """An invoice for three mornings of Kari's."""
    free = 30 * await clinic.db.fetchval("select count(*) from booking where account_id = $1", clinic.account.id)
    hall, times = (RequestedResource(clinic.hall),), mornings(free + 3)[free:]
    season = await book_whole(clinic.ctx(), whole(resources=hall, times=times, customer_id=clinic.kari))
    return await issue_invoice(clinic.ctx(), [season.booking.id])


async def credited(clinic: World, invoice: Invoice, *positions: int, **amounts: Any) -> Invoice:
    return await credit_invoice(clinic.ctx(), invoice.id, Credit(positions=positions, **amounts), "Too cold")


async def refused(asked: Any) -> tuple[Fault, ...]:
    with pytest.raises(Invalid) as no:
        await asked
    return no.value.faults


async def test_a_cancellation_takes_an_invoice_back(clinic: World) -> None:
    invoice = await issued(clinic)
    cancellation = await cancel_invoice(clinic.ctx(), invoice.id, "Closed")
    assert (cancellation.number_text, cancellation.file) == ("CANCEL-2027-0001", "Cancellation_2027-0001.pdf")
    assert (cancellation.net, cancellation.tax, cancellation.total) == (Decimal(-300), Decimal(-75), Decimal(-375))
    assert (cancellation.corrects, cancellation.text) == (invoice.link, "Closed")
    corrected = await get_invoice(clinic.ctx(), invoice.id)
    assert (corrected.corrections, corrected.is_cancelled) == ((cancellation.link,), True)
    assert await get_invoice(clinic.ctx(), cancellation.id) == cancellation
    assert await broken(clinic) == []


async def test_what_was_on_a_cancelled_invoice_can_be_invoiced_anew(clinic: World) -> None:
    invoice = await issued(clinic)
    booking_ids = {row.booking_id or 0 for row in invoice.rows}
    await cancel_invoice(clinic.ctx(), invoice.id)
    anew = await issue_invoice(clinic.ctx(), sorted(booking_ids))
    assert (anew.number_text, anew.total) == ("2027-0002", invoice.total)
    assert await broken(clinic) == []


async def test_each_kind_has_numbers_of_its_own_without_a_gap(clinic: World) -> None:
    first, second = await issued(clinic), await issued(clinic)
    papers = [await credited(clinic, first, 1), await credited(clinic, first, 2), await credited(clinic, second, 1)]
    papers += [await cancel_invoice(clinic.ctx(), papers[2].id), await cancel_invoice(clinic.ctx(), second.id)]
    assert [paper.number_text for paper in papers] == [
        "CREDIT-2027-0001",
        "CREDIT-2027-0002",
        "CREDIT-2027-0003",
        "CANCEL-2027-0001",
        "CANCEL-2027-0002",
    ]
    listed = await list_invoices(clinic.ctx(), InvoiceQuery())
    assert [invoice.id for invoice in listed.rows] == [
        paper.id for paper in (first, second, papers[3], papers[4], *papers[:3])
    ]
    assert await broken(clinic) == []


async def test_a_row_and_an_amount_are_credited(clinic: World) -> None:
    invoice = await issued(clinic)
    row = await credited(clinic, invoice, 2)
    assert (row.total, [credited_row.corrects_row_id for credited_row in row.rows]) == (
        Decimal(-125),
        [invoice.rows[1].id],
    )
    amount = await credited(clinic, invoice, amounts={Decimal(25): Decimal(40)}, amounts_title="Too cold")
    assert (amount.net, amount.tax, amount.rows[0].item_id) == (Decimal(-40), Decimal(-10), None)
    corrected = await get_invoice(clinic.ctx(), invoice.id)
    assert corrected.corrections == (row.link, amount.link)
    assert await refused(credited(clinic, invoice, 2)) == (Fault("positions", "credited"),)
    too_much = credited(clinic, invoice, 1, amounts={Decimal(25): Decimal("60.01")}, amounts_title="x")
    assert await refused(too_much) == (Fault("amounts", "out_of_range"),)
    assert await broken(clinic) == []


async def test_what_is_credited_stays_invoiced(clinic: World) -> None:
    invoice = await issued(clinic)
    await credited(clinic, invoice, 1, 2, 3)
    asked = issue_invoice(clinic.ctx(), [invoice.rows[0].booking_id or 0])
    assert await refused(asked) == (Fault("booking_ids", "invoiced"),)


async def test_a_credit_note_stands_in_the_way_of_a_cancellation_until_it_is_cancelled(clinic: World) -> None:
    invoice = await issued(clinic)
    credit = await credited(clinic, invoice, 1)
    assert await refused(cancel_invoice(clinic.ctx(), invoice.id)) == (Fault("kind", "credited"),)
    back = await cancel_invoice(clinic.ctx(), credit.id)
    assert (back.total, back.corrects) == (Decimal(125), credit.link)
    assert (await cancel_invoice(clinic.ctx(), invoice.id)).total == -375
    assert await broken(clinic) == []


async def test_what_is_cancelled_stays_so(clinic: World) -> None:
    invoice = await issued(clinic)
    cancellation = await cancel_invoice(clinic.ctx(), invoice.id)
    assert await refused(cancel_invoice(clinic.ctx(), invoice.id)) == (Fault("kind", "cancelled"),)
    assert await refused(cancel_invoice(clinic.ctx(), cancellation.id)) == (Fault("kind", "invalid"),)
    assert await refused(credited(clinic, invoice, 1)) == (Fault("kind", "cancelled"),)


async def test_it_is_cancelled_once_though_many_ask(clinic: World) -> None:
    invoice = await issued(clinic)
    asked = [cancel_invoice(clinic.ctx(), invoice.id) for _ in range(8)]
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(result) for result in results].count(Invoice) == 1
    assert await broken(clinic) == []


async def test_no_more_is_credited_than_there_is_though_many_ask(clinic: World) -> None:
    invoice = await issued(clinic)
    half = {"amounts": {Decimal(25): Decimal(150)}, "amounts_title": "Half"}
    results = await asyncio.gather(*(credited(clinic, invoice, **half) for _ in range(6)), return_exceptions=True)
    assert [type(result) for result in results].count(Invoice) == 2
    assert await broken(clinic) == []


async def test_a_draft_of_a_credit_note_is_not_kept(clinic: World) -> None:
    invoice = await issued(clinic)
    draft = await draft_credit(clinic.ctx(), invoice.id, Credit(positions=(1,)))
    assert (draft.number_text, draft.total) == ("", Decimal(-125))
    assert (await list_invoices(clinic.ctx(), InvoiceQuery())).total == 1
    assert (await draw_invoice(clinic.ctx(), draft)).startswith(b"%PDF-")


async def test_it_is_found_by_number_and_file(clinic: World) -> None:
    invoice = await issued(clinic)
    credit, cancelled = await credited(clinic, invoice, 1), await issued(clinic)
    cancellation = await cancel_invoice(clinic.ctx(), cancelled.id)
    for paper in (credit, cancellation):
        assert await find_invoice(clinic.ctx(), paper.number_text) == paper
        assert await find_invoice_by_file(clinic.ctx(), paper.file) == paper
    for number in ("CREDIT-2027-0002", "CREDIT-2027-1", "STORNO-2027-0001", "2027-0001x"):
        with pytest.raises(NotFound):
            await find_invoice(clinic.ctx(), number)


async def test_the_journal_tells_of_it(clinic: World) -> None:
    invoice = await issued(clinic)
    credit = await credited(clinic, invoice, 1)
    await cancel_invoice(clinic.ctx(), credit.id)
    assert [verb for verb, _, _ in await told(clinic, "invoice")] == ["issue", "credit", "cancel"]


async def test_a_credit_note_can_be_paid_out(clinic: World) -> None:
    credit = await credited(clinic, await issued(clinic), 1)
    paid = await pay_invoice(clinic.ctx(), credit.id, clinic.now, "transfer")
    assert paid == await get_invoice(clinic.ctx(), credit.id)


async def test_who_may_not_see_an_invoice_can_not_correct_it(clinic: World) -> None:
    invoice = await issued(clinic)
    credit = await credited(clinic, invoice, amounts={Decimal(25): Decimal(1)}, amounts_title="x")
    elsewhere = at_sites(clinic.ctx(), frozenset({987_654_321}))
    for asked in (
        cancel_invoice(elsewhere, invoice.id),
        credit_invoice(elsewhere, invoice.id, Credit(positions=(1,))),
        get_invoice(elsewhere, credit.id),
    ):
        with pytest.raises(NotFound):
            await asked
