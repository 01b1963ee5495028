"""Delete what accounts keep no more by their policy, and erase customers who have not been there for long."""

from datetime import datetime, timedelta

from kalends.actions.context import Context
from kalends.actions.customers.erase import erase_customer
from kalends.actions.worker_context import worker_context
from kalends.engine.accounts.account import Account
from kalends.engine.accounts.retention import kept
from kalends.engine.refusals import InUse
from kalends.store import retention
from kalends.store.db import Db

EVERY = timedelta(days=1)
MOST_CUSTOMERS = 100
"""Customers who are erased at a time, each in a transaction of its own."""
CUSTOMERS = "customers"


async def count_prunable(db: Db, account: Account, now: datetime) -> dict[str, int]:
    """How many of what the account keeps no more, by what it is called: customers to erase, and rows to delete."""
    since = kept(account.policy, now)
    counts = await retention.count_rows(db, account.id, since)
    if since.customers is not None:
        counts[CUSTOMERS] = await retention.count_unseen_customers(db, account.id, since.customers)
    return counts


async def prune(db: Db, account_id: int, now: datetime) -> dict[str, int]:
    """Delete a piece of what the account keeps no more, and erase some customers; returns how many of each, {} when
    there is no more to do. Raises NotFound(account)."""
    ctx = await worker_context(db, now, account_id)
    since = kept(ctx.account.policy, now)
    done = await retention.delete_piece(db, account_id, since)
    if since.customers is not None and (erased := await _erase_unseen(ctx, since.customers)):
        done[CUSTOMERS] = erased
    return done


async def prune_due(db: Db, now: datetime) -> bool:
    """Prune one account that was not looked after for a day; returns whether there was one. Nothing of closed ones."""
    account_id = await retention.take_account(db, now - EVERY, now)
    if account_id is None:
        return False
    while await prune(db, account_id, now):
        pass
    return True


async def _erase_unseen(ctx: Context, since: datetime) -> int:
    erased = 0
    for customer_id in await retention.find_unseen_customers(ctx.db, ctx.account.id, since, MOST_CUSTOMERS):
        try:
            await erase_customer(ctx, customer_id)
            erased += 1
        except InUse:
            continue
    return erased
