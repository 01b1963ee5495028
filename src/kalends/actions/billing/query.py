"""Find invoices by any of their fields, and what they are about."""

from collections.abc import Sequence

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.engine.billing.invoice import Invoice, InvoiceSubject
from kalends.engine.query import Page, Query
from kalends.store.billing import query as store


@allow("read")
async def query_invoices(ctx: Context, query: Query) -> Page[Invoice]:
    """One page of invoices, cancellations and credit notes. Those about something where the caller may not look are
    left out.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    return Page(*await store.query_invoices(ctx.db, ctx.account.id, query, ctx.site_ids))


@allow("read")
async def subjects_of(ctx: Context, invoices: Sequence[Invoice]) -> dict[int, InvoiceSubject]:
    """What the first item on each of these invoices is about, by the invoice's id."""
    return await store.find_subjects(ctx.db, ctx.account.id, [invoice.id for invoice in invoices])


@allow("read")
async def standings_of(ctx: Context, item_ids: Sequence[int]) -> dict[int, str]:
    """The standing of the newest invoice about each of these items, by its id; items on no invoice are left out."""
    return await store.find_standings(ctx.db, ctx.account.id, item_ids)
