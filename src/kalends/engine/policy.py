"""What an account has decided once: how bookings are verified and confirmed, and which messages go out by default."""

from datetime import datetime
from typing import Any

import msgspec


class Policy(msgspec.Struct, frozen=True):
    """The account's rules. Lengths of time in minutes; `verification` is none, email or sms."""

    verification: str = "none"
    confirm_manually: bool = False
    hold_minutes: int = 20
    unique_contacts: bool = True
    notify_by_email: bool = False
    notify_by_sms: bool = False
    remind_by_sms: bool = False
    reminder_days_before: int = 1
    reminder_minute: int = 720  # of that day, wall time


class Account(msgspec.Struct, frozen=True):
    """A tenant."""

    id: int
    slug: str
    name: str
    time_zone: str
    locale: str
    currency: str
    country: str
    policy: Policy


class Settings(msgspec.Struct, frozen=True):
    """All that an account says of itself, with what doors keep for it under their names."""

    account: Account
    details: dict[str, Any]
    created_at: datetime
    updated_at: datetime
