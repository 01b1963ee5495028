from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.billing.correction import Credit, cancelled_rows, credited_rows
from kalends.engine.billing.discount import Discount
from kalends.engine.billing.invoice import Invoice, InvoiceLink, InvoiceRow, Number
from kalends.engine.refusals import Fault, Invalid
from tests.engine.billing.lines import NOON, invoice_of, line


def corrected(invoice: Invoice, kind: str) -> Invoice:
    link = InvoiceLink(8, Number(kind, 2027, 1), NOON, Decimal(-1))
    return msgspec.structs.replace(invoice, corrections=(link,))


def refused(invoice: Invoice, credited: list[InvoiceRow] | None = None, **given: Any) -> tuple[Fault, ...]:
    with pytest.raises(Invalid) as no:
        credited_rows(invoice, Credit(**given), credited or [])
    return no.value.faults


def amounts(**rates: str) -> dict[Decimal, Decimal]:
    return {Decimal(rate.removeprefix("at")): Decimal(amount) for rate, amount in rates.items()}


def test_a_cancellation_takes_every_row_back() -> None:
    invoice = invoice_of(line("60"), line("40", 7), discount=Discount("percent", Decimal(10)))
    rows = cancelled_rows(invoice)
    assert [row.corrects_row_id for row in rows] == [101, 102]
    for name in ("units", "price", "discount", "net", "tax", "total"):
        assert [getattr(row, name) for row in rows] == [-getattr(row, name) for row in invoice.rows]


@pytest.mark.parametrize(
    ("kind", "correction", "reason"),
    [
        ("cancellation", None, "invalid"),
        ("invoice", "cancellation", "cancelled"),
        ("invoice", "credit_note", "credited"),
    ],
)
def test_what_can_not_be_cancelled(kind: str, correction: str | None, reason: str) -> None:
    invoice = invoice_of(line("60"), kind=kind)
    with pytest.raises(Invalid) as no:
        cancelled_rows(corrected(invoice, correction) if correction else invoice)
    assert no.value.faults == (Fault("kind", reason),)


def test_rows_are_credited_as_they_were_charged() -> None:
    invoice = invoice_of(line("60"), line("40"), line("5", 7))
    rows = credited_rows(invoice, Credit(positions=(3, 1)), [])
    assert [(row.position, row.corrects_row_id, row.total) for row in rows] == [
        (1, 101, Decimal("-71.40")),
        (2, 103, Decimal("-5.35")),
    ]


def test_an_amount_is_credited_at_a_rate() -> None:
    (row,) = credited_rows(
        invoice_of(line("60")), Credit(amounts=amounts(at19="10"), amounts_title="Heating failed"), []
    )
    assert (row.title, row.net, row.tax, row.item_id) == ("Heating failed", Decimal(-10), Decimal("-1.90"), None)
    gross = invoice_of(line("119"), included=True)
    (row,) = credited_rows(gross, Credit(amounts=amounts(at19="11.90"), amounts_title="Heating failed"), [])
    assert (row.net, row.tax, row.total) == (Decimal(-10), Decimal("-1.90"), Decimal("-11.90"))


def test_what_can_not_be_credited() -> None:
    invoice = invoice_of(line("60"), line("40"))
    first = credited_rows(invoice, Credit(positions=(1,)), [])
    assert refused(invoice) == (Fault("positions", "blank"),)
    assert refused(invoice, positions=(3,), amounts=amounts(at7="-1")) == (
        Fault("positions", "unknown"),
        Fault("amounts", "unknown"),
        Fault("amounts", "out_of_range"),
        Fault("amounts_title", "blank"),
    )
    assert refused(invoice, first, positions=(1,)) == (Fault("positions", "credited"),)
    for too_much in ("40.01", "0", "NaN", "0.001"):
        given = {"amounts": amounts(at19=too_much), "amounts_title": "Too much"}
        assert refused(invoice, first, **given) == (Fault("amounts", "out_of_range"),)
    assert refused(corrected(invoice, "cancellation"), positions=(1,)) == (Fault("kind", "cancelled"),)
    assert refused(invoice_of(line("1"), kind="credit_note"), positions=(1,)) == (Fault("kind", "invalid"),)


@given(st.lists(st.decimals("0.01", 50, places=2), min_size=1, max_size=8), st.booleans())
def test_all_of_an_invoice_can_be_credited_in_parts(parts: list[Decimal], included: bool) -> None:
    invoice = invoice_of(line(sum(parts, Decimal())), included=included)
    rows: list[InvoiceRow] = []
    for part in parts:
        rows += credited_rows(invoice, Credit(amounts={Decimal(19): part}, amounts_title="Part"), rows)
    assert sum(row.total for row in rows) == -invoice.total
    assert sum(row.tax for row in rows) == -invoice.tax
