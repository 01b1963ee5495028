"""What `kalends invoice` shows: invoices in lines, and what is left out and why."""

from collections.abc import Callable, Iterator, Sequence
from zoneinfo import ZoneInfo

from kalends.actions.billing.issue import InvoiceDraft
from kalends.engine.billing.invoice import Invoice, InvoiceLink, InvoiceRow
from kalends.engine.billing.selection import InvoiceSelection, LeftOut
from kalends.engine.money import rounded
from kalends.engine.time.clock import DAY, to_wall

_KINDS = {"invoice": "Invoice", "cancellation": "Cancellation", "credit_note": "Credit note"}
_STATES = {
    "draft": "it is a draft",
    "awaiting_verification": "it is not verified yet",
    "verification_expired": "it was not confirmed in time",
    "awaiting_payment": "it still awaits a payment, and is not agreed to",
    "awaiting_confirmation": "nobody has agreed to it yet",
    "declined": "it was declined",
    "cancelled": "it was cancelled",
    "block": "it is a blocked time",
    "free": "it costs nothing",
}


def lines_of(invoice: Invoice) -> Iterator[str]:
    """An invoice line by line: who it is for, its rows with the items they are about, its sums, what is linked."""
    party = invoice.customer
    address = ", ".join(filter(None, (f"{party.street} {party.house_number}".strip(), party.postcode, party.city)))
    yield f"{_KINDS[invoice.kind]} {invoice.number_text or '(draft)'} for {party.name} (customer {invoice.customer_id})"
    yield f"  {address or 'without an address'}"
    if invoice.corrects:
        yield f"  takes back {named(invoice.corrects)}"
    yield f"  Prices {'include tax' if invoice.prices_include_tax else 'are net'}."
    for row in invoice.rows:
        yield _row(row, invoice.currency)
    if invoice.discount:
        yield f"  Discount {-rounded(invoice.discount, invoice.currency)}"
    money = _money(invoice.currency)
    for rate_sum in invoice.rate_sums:
        yield f"  Net {money(rate_sum.net)}, tax {rate_sum.rate.normalize():f} % {money(rate_sum.tax)}"
    yield f"  Total {money(invoice.total)} {invoice.currency} with tax"
    for link in invoice.corrections:
        yield f"  taken back by {named(link)}: {money(link.total)}"


def left_out_lines(draft: InvoiceDraft) -> list[str]:
    """Each item that was selected and is not on the invoice, and why."""
    return [
        f"Item {left.item_id} of booking {left.booking_id} ({left.day}) is left out:"
        f" {_why(left, draft.invoice.currency)}."
        for left in draft.left_out
    ]


def nothing_to_invoice(selection: InvoiceSelection, draft: InvoiceDraft) -> str:
    """Why there is nothing to invoice: `There is nothing to invoice for booking 7: it was cancelled.`"""
    head = f"There is nothing to invoice for {_selected(selection)}"
    reasons = {_why(left, draft.invoice.currency) for left in draft.left_out}
    if not reasons:
        return f"{head}: nothing was booked."
    if len(reasons) == 1:
        return f"{head}: {reasons.pop()}."
    return in_one(f"{head}:", left_out_lines(draft))


def named(link: InvoiceLink) -> str:
    """`invoice 2027-0001`."""
    return f"{_KINDS[link.number.kind].lower()} {link.number.text}"


def in_one(title: str, lines: Sequence[str]) -> str:
    """A single line as it is; several as a list below a title."""
    return lines[0] if len(lines) == 1 else "\n".join([title, *(f"  - {line}" for line in lines)])


def _selected(selection: InvoiceSelection) -> str:
    if selection.item_ids:
        return _counted("item", selection.item_ids)
    if selection.customer_id is not None and selection.first and selection.until:
        return f"customer {selection.customer_id} from {selection.first} to {selection.until - DAY}"
    return _counted("booking", selection.booking_ids)


def _counted(noun: str, ids: Sequence[int]) -> str:
    return f"{noun}{'s' if len(ids) > 1 else ''} {', '.join(map(str, ids))}"


def _row(row: InvoiceRow, currency: str) -> str:
    money = _money(currency)
    what = f"{row.title} · {row.about}" if row.about else row.title
    what = f"{row.pieces} × {what}" if row.pieces > 1 else what
    about = f" [item {row.item_id} of booking {row.booking_id}]" if row.item_id else ""
    when = f"{row.day}"
    if row.starts_at and row.ends_at:
        zone = ZoneInfo(row.time_zone)
        when += f" {to_wall(row.starts_at, zone):%H:%M}-{to_wall(row.ends_at, zone):%H:%M}"
    return f"  {row.position}. {when}  {what}  {money(row.price)}, tax {row.tax_rate.normalize():f} %{about}"


def _why(left: LeftOut, currency: str) -> str:
    if left.number is None:
        return _STATES[left.reason]
    number, money = left.number.text, _money(currency)
    if left.reason == "invoiced":
        return f"it is on invoice {number} already"
    if left.reason == "changed" and left.invoiced is not None and left.price is not None:
        return (
            f"it is on invoice {number} with {money(left.invoiced)} and costs {money(left.price)} now:"
            f" cancel {number} and invoice it anew"
        )
    return f"{_STATES[left.reason]}, but is on invoice {number}: cancel or credit that invoice"


def _money(currency: str) -> Callable[..., object]:
    return lambda amount: rounded(amount, currency)
