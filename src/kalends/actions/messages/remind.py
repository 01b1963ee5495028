"""The worker's side of reminders: items that are due are noted as reminded of, and the message is asked for."""

from datetime import datetime

from kalends.actions.context import Context
from kalends.engine.accounts.principal import system
from kalends.engine.messages.reminder import plan_reminder
from kalends.engine.refusals import NotFound, Stale
from kalends.store.accounts.accounts import load_account
from kalends.store.bookings import reminders
from kalends.store.bookings.items import find_item
from kalends.store.bookings.reminders import DueReminder
from kalends.store.commit import commit
from kalends.store.db import Db

ACTOR = "kalends"
MOST = 50


async def list_due(db: Db, now: datetime) -> list[DueReminder]:
    """Items of all accounts of which their customers are to be reminded now, at most 50, the longest due first."""
    return await reminders.list_due(db, now, MOST)


async def remind(db: Db, now: datetime, due: DueReminder) -> bool:
    """Note that the customer of an item is reminded, and ask for the message, in one transaction.

    Returns False if there was nothing to do, or if somebody changes the item at the moment: it is found again then.
    Raises NotFound(account).
    """
    account = await load_account(db, due.account_id)
    if account is None:
        raise NotFound("account", due.account_id)
    ctx = Context(system(ACTOR), account, now, db)
    view = await find_item(db, account.id, due.id)
    change = view and plan_reminder(account, view, ctx.author)
    if not change:
        return False
    try:
        await commit(db, account.id, change)
    except Stale:
        return False
    return True
