"""When customers are reminded of their bookings."""

from datetime import datetime

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.bookings.booking import Item
from kalends.engine.time.clock import DAY, instant, wall, zone


def reminder_at(account: Account, start: datetime, now: datetime) -> datetime | None:
    """When to remind of a booking by the account's policy; None if that is past.

    Source: MakePlans reference, add_reminder_sms ("at 12PM the day before the appointment").
    """
    local = zone(account.time_zone)
    day, _ = wall(start, local)
    at = instant(day - account.policy.reminder_days_before * DAY, account.policy.reminder_minute, local)
    return at if at > now else None


def with_reminder(account: Account, was: Item, item: Item, now: datetime, *, anew: bool = False) -> Item:
    """The changed item with its reminder.

    If its start has changed and its reminder was at the time that the policy sets, the reminder moves along. `anew`
    sets it by the policy in any case.
    """
    moved = was.starts_at != item.starts_at and was.reminder_at is not None and was.reminded_at is None
    if anew or (moved and was.reminder_at == reminder_at(account, was.starts_at, was.created_at)):
        return msgspec.structs.replace(item, reminder_at=reminder_at(account, item.starts_at, now))
    return item
