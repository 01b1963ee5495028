"""The forms in which an invoice is taken back, as a whole or in part."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from kalends.console.values import Values
from kalends.console.views.forms import Choice, Field, Form, Group, once, own_name
from kalends.console.views.invoices import PATH
from kalends.console.views.times import Times
from kalends.engine.billing.correction import Credit
from kalends.engine.billing.invoice import Invoice

AMOUNT = "amount_"
"""Before the rate, in the names of fields with amounts."""


def cancellation_form(invoice: Invoice) -> Form:
    """The form to cancel an invoice or a credit note."""
    text = Field("text", "invoices.reason", kind="textarea", required=False, hint="invoices.reason_hint")
    path = f"{PATH}/{invoice.id}"
    return Form(f"{path}/cancel", (text,), "invoices.cancel", hidden=once(), back=path, danger=True)


def credit_form(invoice: Invoice, times: Times) -> Form:
    """The form to give back some rows of an invoice, or amounts by tax rate."""
    rows = tuple(
        Choice(
            str(row.position),
            own_name(f"{row.title}, {times.day(row.day)}: {times.money(row.total, invoice.currency)}"),
        )
        for row in invoice.rows
    )
    amounts = tuple(
        Field(
            f"{AMOUNT}{rate}",
            own_name(f"{times.numbers.number(rate)} %"),
            required=False,
            attributes={"inputmode": "decimal"},
        )
        for rate in rates_of(invoice)
    )
    title = Field("amounts_title", "invoices.amounts_title", required=False, hint="invoices.amounts_title_hint")
    fields = (
        Field("positions", "invoices.positions", kind="checks", choices=rows, required=False),
        Group("invoices.amounts", (title, *amounts), hint="invoices.amounts_hint"),
        Field("text", "invoices.reason", kind="textarea", required=False, hint="invoices.reason_hint"),
    )
    path = f"{PATH}/{invoice.id}"
    return Form(f"{path}/credit", fields, "invoices.credit", hidden=once(), back=path)


def rates_of(invoice: Invoice) -> Sequence[Decimal]:
    """The tax rates of the invoice, the lowest first."""
    return [each.rate for each in invoice.rate_sums]


def names_of(sent: Mapping[str, str]) -> Mapping[str, str]:
    """The form's name of the amounts, where one was sent: the first."""
    first = next((name for name, text in sent.items() if name.startswith(AMOUNT) and text.strip()), None)
    return {"amounts": first} if first else {}


def sent_credit(invoice: Invoice, sent: Mapping[str, str]) -> tuple[Credit, Values]:
    """What is to be given back, and what could not be read of it."""
    values = Values(sent)
    amounts = {rate: values.amount(f"{AMOUNT}{rate}") for rate in rates_of(invoice)}
    credit = Credit(
        positions=values.ids("positions") or (),
        amounts={rate: amount for rate, amount in amounts.items() if amount},
        amounts_title=values.text("amounts_title"),
    )
    return credit, values
