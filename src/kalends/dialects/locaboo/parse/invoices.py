"""Which invoices are asked for."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.invoices import QUERY
from kalends.dialects.locaboo.parse.reader import filled
from kalends.engine.billing.invoice import InvoiceQuery
from kalends.engine.time.clock import day_span


def parse_invoice_query(params: Mapping[str, Any], ctx: Context) -> InvoiceQuery:
    """The invoices issued on the days named, both included; all without days. Raises Invalid."""
    asked = Reader(ctx, filled(params)).only(QUERY)
    first, last = asked.get("first"), asked.get("last")
    return InvoiceQuery(
        issued_from=first and day_span(first, ctx.zone).start,
        issued_until=last and day_span(last, ctx.zone).end,
        limit=asked.get("limit"),
        offset=asked.get("offset") or 0,
    )
