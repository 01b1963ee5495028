"""Cases of customers: find, add, change and archive them."""

import msgspec

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save
from kalends.engine.customers import case as case_rules
from kalends.engine.customers.case import CasePatch, CustomerCase
from kalends.engine.query import Filter, OffsetPage, Page, Query
from kalends.engine.refusals import NotFound
from kalends.store.customers import cases
from kalends.store.customers.customers import lock_customers
from kalends.store.ids import next_ids


@allow("read")
async def query_cases(ctx: Context, query: Query) -> Page[CustomerCase]:
    """Return one page of cases, filtered and sorted by the fields of `store.customers.cases`; archived ones too.

    Raises Invalid(field: unsupported, invalid; cursor: invalid).
    """
    rows, total = await cases.query_cases(ctx.db, ctx.account.id, query)
    return Page(rows, total)


@allow("read")
async def get_case(ctx: Context, case_id: int) -> CustomerCase:
    """Return one case, archived or not. Raises NotFound(case)."""
    page = await query_cases(ctx, Query(OffsetPage(1), (Filter("id", "equal", case_id),)))
    if not page.rows:
        raise NotFound("case", case_id)
    return page.rows[0]


@allow("book")
async def add_case(ctx: Context, patch: CasePatch) -> CustomerCase:
    """Add a case of a customer.

    Raises Invalid(customer_id: blank; name: blank, too_long; notes: too_long), NotFound(customer, also when deleted).
    """
    async with transaction(ctx) as tx:
        (case_id,) = await next_ids(tx.db, "customer_case")
        case = case_rules.new_case(patch, ctx.account.id, case_id, ctx.now)
        # Locked, so that the customer is not merged into another meanwhile.
        customer = (await lock_customers(tx.db, ctx.account.id, [case.customer_id])).get(case.customer_id)
        if customer is None or customer.deleted_at is not None:
            raise NotFound("customer", case.customer_id)
        await add(tx, case)
    return case


@allow("book")
async def change_case(ctx: Context, case_id: int, patch: CasePatch) -> CustomerCase:
    """Change a case.

    Raises NotFound(case, also when archived), Invalid(customer_id: fixed; name: blank, too_long; notes: too_long).
    """
    async with transaction(ctx) as tx:
        present = await _lock(tx, case_id)
        if present.archived_at is not None:
            raise NotFound("case", case_id)
        return await save(tx, present, case_rules.changed_case(present, patch))


@allow("book")
async def archive_case(ctx: Context, case_id: int) -> CustomerCase:
    """Hide a case; its items stay. No change if it is archived already. Raises NotFound(case)."""
    async with transaction(ctx) as tx:
        present = await _lock(tx, case_id)
        archived = msgspec.structs.replace(present, archived_at=present.archived_at or ctx.now)
        return await save(tx, present, archived, "archive")


@internal
async def move_cases(ctx: Context, from_id: int, to_id: int) -> None:
    """Move all cases of a customer to another, in the transaction that moves their items."""
    for case in await cases.lock_cases_of(ctx.db, ctx.account.id, from_id):
        await save(ctx, case, msgspec.structs.replace(case, customer_id=to_id), "merge")


async def _lock(ctx: Context, case_id: int) -> CustomerCase:
    case = await cases.lock_case(ctx.db, ctx.account.id, case_id)
    if case is None:
        raise NotFound("case", case_id)
    return case
