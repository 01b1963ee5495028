"""Items whose customers are to be reminded, and changes of the rule that says when."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.bookings.reminders import ReminderRule
from kalends.engine.bookings.states import ACTIVE
from kalends.store.accounts.accounts import IS_OPEN
from kalends.store.db import Db
from kalends.store.rows import columns, fetch


class DueReminder(msgspec.Struct, frozen=True):
    """An item of which its customer is to be reminded now."""

    account_id: int
    id: int
    reminder_at: datetime


async def list_due(db: Db, now: datetime, most: int, after: DueReminder | None = None) -> list[DueReminder]:
    """List confirmed items with a reminder that is due and was not sent, the longest due first, those behind `after`.
    Locks nothing.
    """
    return await fetch(
        db,
        DueReminder,
        f"""
        select {columns(DueReminder)} from item
        where reminder_at <= $1 and reminder_at is not null and reminded_at is null and state = 'confirmed'
            and {IS_OPEN.format("item")}
            and ($3::timestamptz is null or (reminder_at, account_id, id) > ($3, $4::bigint, $5::bigint))
        order by reminder_at, account_id, id limit $2
        """,
        now,
        most,
        after and after.reminder_at,
        after and after.account_id,
        after and after.id,
    )


class RuleChange(msgspec.Struct, frozen=True):
    """A rule as it was before it changed, for the items at a site (None: at none) after a start and id."""

    account_id: int
    id: int
    site_id: int | None
    days_before: int
    minute: int
    time_zone: str
    after_start: datetime
    after_id: int

    @property
    def rule(self) -> ReminderRule:
        """The rule before the change."""
        return ReminderRule(self.days_before, self.minute, self.time_zone)


async def add_rule_changes(db: Db, before: Account, now: datetime, site_id: int | None = None) -> None:
    """Note that the rule of an account is going to change, or the time zone of one of its sites.

    To be called while the sites still have their old time zones.
    """
    await db.execute(
        """
        insert into reminder_rule_change (account_id, site_id, days_before, minute, time_zone, after_start)
        select $1::bigint, s.id, $2::integer, $3::integer, s.time_zone, $5::timestamptz from site s
        where s.account_id = $1 and ($6::bigint is null or s.id = $6)
        union all
        select $1, null, $2, $3, $4::text, $5 where $6::bigint is null
        """,
        before.id,
        before.policy.reminder_days_before,
        before.policy.reminder_minute,
        before.time_zone,
        now,
        site_id,
    )


async def list_rule_changes(db: Db, most: int) -> list[RuleChange]:
    """List changes that items have still to follow, the oldest first. Locks nothing."""
    statement = f"""
        select {columns(RuleChange)} from reminder_rule_change c where {IS_OPEN.format("c")}
        order by account_id, id limit $1"""
    return await fetch(db, RuleChange, statement, most)


async def lock_rule_change(db: Db, change: RuleChange) -> RuleChange | None:
    """In a transaction: lock a change, and return it as it is; None if another transaction has it, or it is gone."""
    statement = f"""
        select {columns(RuleChange)} from reminder_rule_change where account_id = $1 and id = $2
        for update skip locked"""
    rows = await fetch(db, RuleChange, statement, change.account_id, change.id)
    return rows[0] if rows else None


async def find_to_follow(db: Db, change: RuleChange, most: int) -> list[tuple[datetime, int]]:
    """Start and id of the next items that follow a change, in order of time: those with a reminder still to be sent."""
    rows = await db.fetch(
        """
        select i.starts_at, i.id from item i left join resource r on r.account_id = $1 and r.id = i.resource_id
        where i.account_id = $1 and (i.starts_at, i.id) > ($2, $3)
            and i.reminder_at is not null and i.reminded_at is null and i.state = any ($4)
            and case when i.resource_id is null then i.site_id else r.site_id end is not distinct from $5
        order by i.starts_at, i.id limit $6
        """,
        change.account_id,
        change.after_start,
        change.after_id,
        ["draft", *ACTIVE],
        change.site_id,
        most,
    )
    return [(row[0], row[1]) for row in rows]


async def save_position(db: Db, change: RuleChange, followed: Sequence[tuple[datetime, int]], *, last: bool) -> None:
    """In the transaction that has locked it: keep how far the items have followed; after the last the change goes."""
    if last:
        await db.execute(
            "delete from reminder_rule_change where account_id = $1 and id = $2", change.account_id, change.id
        )
        return
    await db.execute(
        "update reminder_rule_change set after_start = $3, after_id = $4 where account_id = $1 and id = $2",
        change.account_id,
        change.id,
        *followed[-1],
    )
