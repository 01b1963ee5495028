"""The worker's side of reminders: those that are due are asked for, and they follow the rule when it changes."""

from datetime import datetime

from kalends.actions.context import Context
from kalends.actions.worker_context import worker_context
from kalends.engine.bookings.change_set import change_set
from kalends.engine.bookings.item_changes import revised
from kalends.engine.bookings.reminders import reminder_rule, with_reminder
from kalends.engine.messages.reminder import plan_reminder
from kalends.engine.refusals import Stale
from kalends.store.bookings import reminders
from kalends.store.bookings.items import find_item, find_views
from kalends.store.bookings.reminders import DueReminder, RuleChange
from kalends.store.commit import commit
from kalends.store.db import Db, transaction

MOST = 50
MOST_FOLLOWING = 100


async def list_due(db: Db, now: datetime, after: DueReminder | None = None) -> list[DueReminder]:
    """Items of all accounts of which their customers are to be reminded now, at most 50, the longest due first, those
    behind `after`."""
    return await reminders.list_due(db, now, MOST, after)


async def remind(db: Db, now: datetime, due: DueReminder) -> bool:
    """Note that the customer of an item is reminded, and ask for the message, in one transaction.

    Returns False if there was nothing to do, or if somebody changes the item at the moment: it is found again then.
    Raises NotFound(account).
    """
    ctx = await worker_context(db, now, due.account_id)
    view = await find_item(db, ctx.account.id, due.id)
    change = view and plan_reminder(ctx.account, view, ctx.author)
    if not change:
        return False
    try:
        await commit(db, ctx.account.id, change)
    except Stale:
        return False
    return True


async def follow_rule(db: Db, now: datetime, most: int = MOST_FOLLOWING) -> bool:
    """Move the reminders of up to `most` items to where a changed rule sets them; those that somebody chose stay.

    Returns whether to go on at once; not if an item is changed at the moment. Raises NotFound(account).
    """
    for listed in await reminders.list_rule_changes(db, MOST):
        try:
            async with transaction(db) as tx:
                rule_change = await reminders.lock_rule_change(tx, listed)
                if rule_change is not None:
                    await _follow(await worker_context(tx, now, listed.account_id), rule_change, most)
                    return True
        except Stale:
            return False
    return False


async def _follow(ctx: Context, rule_change: RuleChange, most: int) -> None:
    followed = await reminders.find_to_follow(ctx.db, rule_change, most)
    items = []
    for view in await find_views(ctx.db, ctx.account.id, [item_id for _, item_id in followed]):
        rule = reminder_rule(ctx.account, view.time_zone)
        item = revised(view.item, ctx.author, {})
        moved = with_reminder(view.item, item, ctx.now, rule=rule, old_rule=rule_change.rule)
        if moved.reminder_at not in (None, item.reminder_at):  # where the new time has passed, better late than never
            items.append(moved)
    if items:
        await commit(ctx.db, ctx.account.id, change_set(ctx.author, "remind", items=tuple(items)))
    await reminders.save_position(ctx.db, rule_change, followed, last=len(followed) < most)
