"""The terms of an invoice: what is said on it beside its rows, and how it is to be paid."""

import msgspec

from kalends.engine.billing.discount import Discount, discount_faults
from kalends.engine.billing.invoice import PAYMENT_METHODS
from kalends.engine.limits import LONGEST_LINE, range_faults, text_faults
from kalends.engine.refusals import Fault

LONGEST_INVOICE_TEXT = 10_000
"""Characters of the text above the rows."""
LATEST_DUE_DAYS = 3650
"""Days that there may be to pay."""


class InvoiceTerms(msgspec.Struct, frozen=True, kw_only=True):
    """`text` stands above the rows; `reference` is the customer's sign for this invoice, "" for that of all of the
    customer's. It is due `due_days` after the day of issue."""

    discount: Discount | None = None
    text: str = ""
    reference: str = ""
    due_days: int = 14
    payment_method: str = "invoice"


def terms_faults(terms: InvoiceTerms) -> list[Fault]:
    """What is wrong with the terms, whatever is invoiced: text, reference invalid or too_long; due_days out_of_range;
    payment_method unknown; discount_kind unknown; discount_rate out_of_range."""
    faults = text_faults("text", terms.text, LONGEST_INVOICE_TEXT)
    faults += text_faults("reference", terms.reference, LONGEST_LINE)
    faults += range_faults("due_days", terms.due_days, 0, LATEST_DUE_DAYS)
    faults += [] if terms.payment_method in PAYMENT_METHODS else [Fault("payment_method", "unknown")]
    return faults + discount_faults(terms.discount)
