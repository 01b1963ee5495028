"""What an account has decided once: how bookings are verified and confirmed, and which messages go out by default."""

import re
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.limits import range_faults, refuse
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import zone

VERIFICATIONS = ("none", "email", "sms")
_PATTERNS = (
    ("name", re.compile(r".*\S.*", re.DOTALL), "blank"),
    ("locale", re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*"), "invalid"),
    ("currency", re.compile(r"[A-Z]{3}"), "invalid"),
    ("country", re.compile(r"[A-Z]{2}"), "invalid"),
)
_BOUNDS = (("hold_minutes", 1, 43_200), ("reminder_days_before", 0, 365), ("reminder_minute", 0, 1439))


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


class PolicyPatch(Patch, frozen=True, kw_only=True):
    """Rules of an account."""

    verification: str | UnsetType = UNSET
    confirm_manually: bool | UnsetType = UNSET
    hold_minutes: int | UnsetType = UNSET
    unique_contacts: bool | UnsetType = UNSET
    notify_by_email: bool | UnsetType = UNSET
    notify_by_sms: bool | UnsetType = UNSET
    remind_by_sms: bool | UnsetType = UNSET
    reminder_days_before: int | UnsetType = UNSET
    reminder_minute: int | UnsetType = UNSET


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


class AccountPatch(Patch, frozen=True, kw_only=True):
    """Fields of an account; its slug stays."""

    name: str | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    locale: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    country: str | UnsetType = UNSET
    policy: PolicyPatch | UnsetType = UNSET


class SettingsPatch(Patch, frozen=True, kw_only=True):
    """Fields of an account, and what doors keep for it."""

    account: AccountPatch | UnsetType = UNSET
    details: dict[str, Any] | UnsetType = UNSET


class Settings(msgspec.Struct, frozen=True):
    """All that an account says of itself, with what doors keep for it under their names."""

    account: Account
    details: dict[str, Any]
    created_at: datetime
    updated_at: datetime


def check_account(account: Account) -> None:
    """Raises Invalid(name: blank; locale, currency, country: invalid; time_zone: unknown; verification: not_included;
    hold_minutes, reminder_days_before, reminder_minute: out_of_range)."""
    faults = [Fault(name, why) for name, pattern, why in _PATTERNS if not pattern.fullmatch(getattr(account, name))]
    for name, least, most in _BOUNDS:
        faults += range_faults(name, getattr(account.policy, name), least, most)
    refuse(faults if account.policy.verification in VERIFICATIONS else [*faults, Fault("verification", "not_included")])
    zone(account.time_zone)


def changed_settings(present: Settings, patch: SettingsPatch) -> Settings:
    """The settings with the patch applied. Raises Invalid as `check_account` does."""
    settings = patched(present, patch)
    check_account(settings.account)
    return settings
