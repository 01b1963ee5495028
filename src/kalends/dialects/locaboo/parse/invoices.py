"""Parses queries for invoices."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.invoices import QUERY
from kalends.dialects.locaboo.parse.reader import filled
from kalends.engine.billing.invoice import InvoiceQuery
from kalends.engine.time.clock import day_span


def parse_invoice_query(params: Mapping[str, Any], ctx: Context) -> InvoiceQuery:
    """The query for invoices issued from the first to the last day, in the account's zone; without days, for all.

    Raises Invalid(first, last: invalid; limit, offset: not_a_number, invalid, not_positive, out_of_range).
    """
    sent = Reader(ctx, filled(params)).only(QUERY)
    first, last = sent.get("first"), sent.get("last")
    return InvoiceQuery(
        issued_from=first and day_span(first, ctx.zone).start,
        issued_until=last and day_span(last, ctx.zone).end,
        limit=sent.get("limit"),
        offset=sent.get("offset") or 0,
    )
