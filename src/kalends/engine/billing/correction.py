"""Corrections of invoices that are issued: cancellations, which take all of it back, and credit notes over some rows or
amounts. All their amounts are negative (those of a cancelled credit note are positive again)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from kalends.engine.billing.invoice import Invoice, InvoiceRow
from kalends.engine.billing.tax import RateSum, Taxable, rate_sums, tax_on
from kalends.engine.limits import AMOUNT_BOUND
from kalends.engine.money import rounded
from kalends.engine.refusals import Fault, Invalid


class Credit(msgspec.Struct, frozen=True, kw_only=True):
    """What is given back of an invoice: rows by their positions, or amounts by tax rate, which are gross where the
    invoice's prices include tax. `amounts_title` is what stands on the row of an amount."""

    positions: tuple[int, ...] = ()
    amounts: Mapping[Decimal, Decimal] = {}
    amounts_title: str = ""


def cancelled_rows(invoice: Invoice) -> list[InvoiceRow]:
    """The rows of the cancellation of an invoice or credit note.

    Raises Invalid(kind: invalid for a cancellation, cancelled for what is cancelled, credited for what has a credit
    note that is not cancelled).
    """
    if invoice.kind == "cancellation":
        raise Invalid(Fault("kind", "invalid"))
    _check_standing(invoice)
    if any(link.number.kind == "credit_note" for link in invoice.corrections):
        raise Invalid(Fault("kind", "credited"))
    return [_taken_back(row, position) for position, row in enumerate(invoice.rows, 1)]


def credited_rows(invoice: Invoice, credit: Credit, credited: Sequence[InvoiceRow]) -> list[InvoiceRow]:
    """The rows of a credit note; `credited` are the rows of the invoice's credit notes that are not cancelled.

    Raises Invalid(kind: invalid for what is no invoice, cancelled; positions: blank for a credit of nothing, unknown,
    credited; amounts: unknown for a rate that is not on the invoice, out_of_range for one of zero or less, or more than
    is left of the rate; amounts_title: blank).
    """
    if invoice.kind != "invoice":
        raise Invalid(Fault("kind", "invalid"))
    _check_standing(invoice)
    if faults := _credit_faults(invoice, credit, credited):
        raise Invalid(*faults)
    rows = [_taken_back(row, 0) for row in invoice.rows if row.position in credit.positions]
    for rate, amount in sorted(credit.amounts.items()):
        rows.append(_amount_row(invoice, credit.amounts_title, Taxable(amount, rate), [*credited, *rows]))
    _check_left(invoice, [*credited, *rows])
    return [msgspec.structs.replace(row, position=position) for position, row in enumerate(rows, 1)]


def _check_standing(invoice: Invoice) -> None:
    if invoice.is_cancelled:
        raise Invalid(Fault("kind", "cancelled"))


def _credit_faults(invoice: Invoice, credit: Credit, credited: Sequence[InvoiceRow]) -> list[Fault]:
    given, taken = set(credit.positions), {row.corrects_row_id for row in credited}
    rates = {row.tax_rate for row in invoice.rows}
    faults = [] if given or credit.amounts else [Fault("positions", "blank")]
    faults += [] if given <= {row.position for row in invoice.rows} else [Fault("positions", "unknown")]
    if any(row.position in given and row.id in taken for row in invoice.rows):
        faults.append(Fault("positions", "credited"))
    for rate, amount in credit.amounts.items():
        faults += [] if rate in rates else [Fault("amounts", "unknown")]
        fits = amount.is_finite() and 0 < amount < AMOUNT_BOUND and amount == rounded(amount, invoice.currency)
        faults += [] if fits else [Fault("amounts", "out_of_range")]
    return faults + ([Fault("amounts_title", "blank")] if credit.amounts and not credit.amounts_title.strip() else [])


def _check_left(invoice: Invoice, credited: Sequence[InvoiceRow]) -> None:
    """More than was invoiced at a rate can't be credited. Raises Invalid(amounts: out_of_range)."""
    for rate in {row.tax_rate for row in credited}:
        left = _left(invoice, rate, credited)
        if left.net < 0 or left.tax < 0:
            raise Invalid(Fault("amounts", "out_of_range"))


def _left(invoice: Invoice, rate: Decimal, credited: Sequence[InvoiceRow]) -> RateSum:
    """What of a rate is not credited yet."""
    rows = (row for row in (*invoice.rows, *credited) if row.tax_rate == rate)
    return next(iter(rate_sums((row.tax_rate, row.net, row.tax) for row in rows)))


def _taken_back(row: InvoiceRow, position: int) -> InvoiceRow:
    negative = {name: -getattr(row, name) for name in ("units", "price", "discount", "tax", "total")}
    return msgspec.structs.replace(row, position=position, corrects_row_id=row.id, **negative)


def _amount_row(invoice: Invoice, title: str, credit: Taxable, credited: Sequence[InvoiceRow]) -> InvoiceRow:
    """The row that credits an amount; the last of a rate takes what is left of its tax, whatever was rounded before."""
    amount, included, left = credit.amount, invoice.prices_include_tax, _left(invoice, credit.rate, credited)
    is_last = amount == (left.net + left.tax if included else left.net)
    tax = min(left.tax, tax_on(amount, credit.rate, invoice.currency, included=included))
    tax = left.tax if is_last else tax
    return InvoiceRow(
        account_id=invoice.account_id,
        id=0,
        invoice_id=0,
        position=0,
        booking_id=None,
        item_id=None,
        resource_id=None,
        service_id=None,
        title=title,
        day=max(row.day for row in invoice.rows),
        recurs=False,
        per=None,
        rate=amount,
        units=Decimal(-1),
        price=-amount,
        discount=Decimal(),
        tax_rate=credit.rate,
        exemption=next((row.exemption for row in invoice.rows if row.tax_rate == credit.rate), ""),
        tax=-tax,
        total=-amount if included else -(amount + tax),
    )
