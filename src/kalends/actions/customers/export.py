"""Export all that is known of a person."""

import msgspec

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.actions.customers.find import get_customer
from kalends.actions.customers.history import record_reads
from kalends.engine.billing.invoice import Invoice, InvoiceQuery
from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.customers.case import CustomerCase
from kalends.engine.customers.customer import Customer
from kalends.engine.messages.message import OutboxMessage
from kalends.engine.messages.refusal import MessageRefusal
from kalends.engine.query import Filter, OffsetPage, Query
from kalends.store.accounts.users import find_credential
from kalends.store.billing.invoices import list_invoices
from kalends.store.bookings import of_customer
from kalends.store.customers.cases import query_cases
from kalends.store.customers.erasure import find_merged
from kalends.store.messages.outbox import list_messages_of
from kalends.store.messages.refusals import find_refusals

_MOST_CASES = 100_000


class CustomerExport(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of a person. `merged` are the customers who were merged into theirs, `items` those that are for
    them or were booked by them, in any state, in order of time; `messages` also those to the staff about their
    bookings; `login` is what they log in by, None if they have no password."""

    customer: Customer
    merged: tuple[Customer, ...]
    cases: tuple[CustomerCase, ...]
    bookings: tuple[Booking, ...]
    items: tuple[Item, ...]
    messages: tuple[OutboxMessage, ...]
    refusals: tuple[MessageRefusal, ...]
    invoices: tuple[Invoice, ...]
    login: str | None


@allow("manage", whole_account=True)
async def export_customer(ctx: Context, customer_id: int) -> CustomerExport:
    """All that is known of a customer and of those who were merged into them; that it was read is written down.

    Raises NotFound(customer). Source: Regulation (EU) 2016/679, articles 15 and 20.
    """
    customer = await get_customer(ctx, customer_id)
    merged = tuple(await find_merged(ctx.db, ctx.account.id, customer_id))
    await record_reads(ctx, (customer_id, *(other.id for other in merged)))
    return await _export(ctx, customer, merged)


async def _export(ctx: Context, customer: Customer, merged: tuple[Customer, ...]) -> CustomerExport:
    db, account_id, ids = ctx.db, ctx.account.id, (customer.id, *(other.id for other in merged))
    cases, _ = await query_cases(db, account_id, Query(OffsetPage(_MOST_CASES), (Filter("customer_id", "in", ids),)))
    items = await of_customer.items_naming(db, account_id, *ids)
    credential = await find_credential(db, account_id, None, customer.id)
    invoices = [
        invoice for each in ids for invoice in (await list_invoices(db, account_id, InvoiceQuery(customer_id=each)))[0]
    ]
    return CustomerExport(
        customer=customer,
        merged=merged,
        cases=tuple(cases),
        bookings=tuple(await of_customer.bookings_naming(db, account_id, *ids)),
        items=tuple(sorted(items, key=lambda item: (item.starts_at, item.id))),
        messages=tuple(await list_messages_of(db, account_id, ids, items)),
        refusals=tuple(await find_refusals(db, account_id, customer.id)),
        invoices=tuple(invoices),
        login=credential.login if credential else None,
    )
