"""Invoices, cancellations and credit notes: the list of them, and what one says."""

from collections.abc import Iterator, Sequence

import msgspec

from kalends.actions.access import may
from kalends.actions.billing.invoices import pay_invoice
from kalends.actions.context import Context
from kalends.console.views.forms import Choice, Field, Form
from kalends.console.views.tables import Cell, Row, Table, Tone, page_of
from kalends.console.views.times import Times
from kalends.engine.billing.invoice import PAYMENT_METHODS, STANDINGS, Invoice, InvoiceLink
from kalends.engine.query import Filter, Query, Sort
from kalends.notices.invoice_rows import heads, row_cells, sums
from kalends.notices.texts import Message

PATH = "/invoices"
_TONES: dict[str, Tone] = {"open": "waiting", "paid": "good", "closed": "done", "credit": "waiting"}
LISTS = (("", "invoices.all"), *((standing, f"standing.{standing}") for standing in STANDINGS))


class Line(msgspec.Struct, frozen=True):
    """A row of an invoice: cells of lines, as on paper."""

    cells: tuple[tuple[str, ...], ...]


class Linked(msgspec.Struct, frozen=True):
    """Another invoice that one has to do with."""

    title: Message
    path: str
    day: str
    total: str


class InvoiceView(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice as its page shows it. `customer_path` is "" if the customer is not there any more.

    `may_correct`: whether the user may cancel it; `may_credit`: or credit a part of it.
    """

    title: Message
    path: str
    state: Cell
    customer: str
    customer_path: str
    address: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    text: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    sums: tuple[tuple[str, str], ...]
    total: str
    corrects: Linked | None
    corrections: tuple[Linked, ...]
    payable: bool
    paid: bool
    may_correct: bool
    may_credit: bool


def invoices_query(page: int, standing: str, customer_id: int | None) -> Query:
    """The invoices of one page of the list, the newest first."""
    filters = [] if customer_id is None else [Filter("customer_id", "equal", customer_id)]
    if standing in STANDINGS:
        filters.append(Filter("standing", "equal", STANDINGS.index(standing) + 1))
    return Query(page_of(page), tuple(filters), (Sort("id", descending=True),))


def invoices_table(invoices: Sequence[Invoice], times: Times) -> Table:
    """The list."""
    columns = (
        "invoices.number",
        "invoices.issued",
        "invoices.customer",
        "invoices.due",
        "invoices.state",
        "invoices.total",
    )
    return Table("invoices.title", columns, tuple(_row(invoice, times) for invoice in invoices), "invoices.empty")


def invoice_view(invoice: Invoice, ctx: Context, times: Times) -> InvoiceView:
    """One invoice."""
    party, may_change = invoice.customer, may(ctx, pay_invoice)
    lines = [
        f"{party.street} {party.house_number}".strip(),
        f"{party.postcode} {party.city}".strip(),
        f"{party.first_name} {party.last_name}".strip() if party.company else "",
    ]
    return InvoiceView(
        title=title_of(invoice),
        path=f"{PATH}/{invoice.id}",
        state=state_of(invoice, times),
        customer=party.name,
        customer_path=f"/customers/{invoice.customer_id}" if invoice.customer_id else "",
        address=tuple(line for line in lines if line),
        facts=tuple(_facts(invoice, times)),
        text=invoice.text,
        heads=tuple(heads(invoice, times.numbers)),
        lines=tuple(
            Line(tuple(tuple(cell) for cell in row_cells(row, invoice.currency, times.numbers))) for row in invoice.rows
        ),
        sums=tuple((name, amount) for name, amount in sums(invoice, times.numbers)),
        total=times.money(invoice.total, invoice.currency),
        corrects=_linked(invoice.corrects, invoice.currency, times) if invoice.corrects else None,
        corrections=tuple(_linked(link, invoice.currency, times) for link in invoice.corrections),
        payable=may_change and invoice.standing in ("open", "credit"),
        paid=may_change and invoice.standing == "paid",
        may_correct=may_change and invoice.standing != "closed" and not invoice.corrections,
        may_credit=may_change and invoice.standing != "closed" and invoice.kind == "invoice",
    )


def title_of(invoice: Invoice) -> Message:
    """`Invoice 2027-0001`."""
    return Message(f"paper.{invoice.kind}", {"number": invoice.number_text})


def state_of(invoice: Invoice, times: Times) -> Cell:
    """Whether it is paid."""
    return Cell(Message(f"standing.{invoice.standing}"), times.day(invoice.paid_at), _TONES[invoice.standing])


def payment_form(invoice: Invoice, ctx: Context) -> Form:
    """The form in which somebody notes that it was paid, today unless they say otherwise."""
    methods = tuple(Choice(method, f"paid.{method}") for method in PAYMENT_METHODS)
    fields = (
        Field("paid_on", "invoices.paid_on", kind="date", value=ctx.today.isoformat()),
        Field("payment_method", "invoices.method", kind="select", value=invoice.payment_method, choices=methods),
    )
    return Form(f"{PATH}/{invoice.id}/pay", fields, "invoices.pay")


def _row(invoice: Invoice, times: Times) -> Row:
    open_days = times.day(invoice.due_on) if invoice.standing == "open" else ""
    cells = (
        Cell(invoice.number_text, "" if invoice.kind == "invoice" else Message(f"papers.{invoice.kind}")),
        Cell(times.day(invoice.issued_at)),
        Cell(invoice.customer.name),
        Cell(open_days),
        state_of(invoice, times),
        Cell(times.money(invoice.total, invoice.currency), number=True),
    )
    return Row(cells, f"{PATH}/{invoice.id}")


def _facts(invoice: Invoice, times: Times) -> Iterator[tuple[str, str]]:
    yield "invoices.issued", times.day(invoice.issued_at)
    if invoice.standing == "open":
        yield "invoices.due", times.day(invoice.due_on)
    if invoice.reference:
        yield "invoices.reference", invoice.reference
    if invoice.customer.vat_id:
        yield "invoices.vat_id", invoice.customer.vat_id


def _linked(link: InvoiceLink, currency: str, times: Times) -> Linked:
    title = Message(f"paper.{link.number.kind}", {"number": link.number.text})
    return Linked(title, f"{PATH}/{link.id}", times.day(link.issued_at), times.money(link.total, currency))
