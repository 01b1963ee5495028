"""When customers are reminded of their bookings."""

from datetime import datetime

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.bookings.booking import Item
from kalends.engine.time.clock import DAY, instant, wall, zone


class ReminderRule(msgspec.Struct, frozen=True):
    """So many days before a booking, at so many minutes past midnight, on the wall of `time_zone`."""

    days_before: int
    minute: int
    time_zone: str


def reminder_rule(account: Account, time_zone: str | None = None) -> ReminderRule:
    """The account's rule at a site in this time zone; None is the account's."""
    policy = account.policy
    return ReminderRule(policy.reminder_days_before, policy.reminder_minute, time_zone or account.time_zone)


def reminder_at(rule: ReminderRule, start: datetime, now: datetime) -> datetime | None:
    """When to remind of a booking by the rule; None if that is past: what is booked so late is not reminded of.

    Source: MakePlans reference, add_reminder_sms ("at 12PM the day before the appointment").
    """
    local = zone(rule.time_zone)
    day, _ = wall(start, local)
    at = instant(day - rule.days_before * DAY, rule.minute, local)
    return at if at > now else None


def is_by_rule(item: Item, rule: ReminderRule) -> bool:
    """Whether the item's reminder is at the time that the rule sets, and not at one that somebody chose."""
    return item.reminder_at is not None and item.reminder_at == reminder_at(rule, item.starts_at, item.created_at)


def with_reminder(
    was: Item,
    item: Item,
    now: datetime,
    *,
    rule: ReminderRule,
    old_rule: ReminderRule,
    anew: bool = False,
) -> Item:
    """The changed item with its reminder.

    If its start has changed, or the rule (`old_rule` is the one before, or for where it was), and its reminder was at
    the time that the rule set, the reminder moves along; if it was sent, it is sent again at the new time. `anew` sets
    it by the rule in any case.
    """
    moved = was.starts_at != item.starts_at or rule != old_rule
    if anew or (moved and is_by_rule(was, old_rule)):
        at = reminder_at(rule, item.starts_at, now)
        return msgspec.structs.replace(item, reminder_at=at, reminded_at=None if at else item.reminded_at)
    return item


def without_late_reminder(item: Item, now: datetime) -> Item:
    """The item without a reminder whose time has passed before it was confirmed: it has just been told."""
    late = item.reminder_at is not None and item.reminder_at <= now and item.reminded_at is None
    return msgspec.structs.replace(item, reminder_at=None) if late else item
