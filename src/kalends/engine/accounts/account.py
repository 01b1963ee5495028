"""Accounts and their policy: how bookings are verified and confirmed, and which messages are sent by default."""

import re
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.countries import COUNTRIES, CURRENCIES
from kalends.engine.limits import raise_if_faults, range_faults, record_text_faults
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import MINUTES_A_DAY, zone_faults

LONGEST_KEPT = 600
"""Months; 0 is for ever."""
VERIFICATIONS = ("none", "email", "sms")
SLUG = r"^[a-z0-9][a-z0-9-]{0,62}\Z"
_PATTERNS = {
    "name": (re.compile(r".*\S.*", re.DOTALL), "blank"),
    "locale": (re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*"), "invalid"),
}
_CODES = {"currency": CURRENCIES, "country": COUNTRIES}
_BOUNDS = (
    ("hold_minutes", 1, 30 * MINUTES_A_DAY),
    ("reminder_days_before", 0, 365),
    ("reminder_minute", 0, MINUTES_A_DAY - 1),
    ("undo_seconds", 0, 300),
    ("keep_claims_months", 0, LONGEST_KEPT),
    ("keep_journal_months", 0, LONGEST_KEPT),
    ("keep_messages_months", 0, LONGEST_KEPT),
    ("keep_customers_months", 0, LONGEST_KEPT),
)


class Policy(msgspec.Struct, frozen=True):
    """An account's rules for bookings, messages and prices. `verification` is none, email or sms.

    With `prices_include_tax` all prices of the account are gross, else net. What a staff user does is told to
    customers `undo_seconds` later, so that it can be taken back. Things are kept for so many months, 0 is for ever: see
    engine/accounts/retention.py.
    """

    verification: str = "none"
    confirm_manually: bool = False
    hold_minutes: int = 20
    unique_contacts: bool = True
    notify_by_email: bool = False
    notify_by_sms: bool = False
    remind_by_email: bool = False
    notify_of_changes: bool = False  # Staff, by mail, of changes and cancellations too.
    remind_by_sms: bool = False
    reminder_days_before: int = 1
    reminder_minute: int = 720  # Minutes past midnight of that day, wall time.
    prices_include_tax: bool = False
    require_versions: bool = False  # Of the API's callers who change or cancel what they have read.
    undo_seconds: int = 30
    keep_claims_months: int = 3
    keep_journal_months: int = 0
    keep_messages_months: int = 0
    keep_customers_months: int = 0

    @property
    def reminds(self) -> bool:
        """Whether customers are reminded of their bookings unless a request says otherwise."""
        return self.remind_by_email or self.remind_by_sms


class PolicyPatch(Patch, frozen=True, kw_only=True):
    """Changes to a policy."""

    verification: str | UnsetType = UNSET
    confirm_manually: bool | UnsetType = UNSET
    hold_minutes: int | UnsetType = UNSET
    unique_contacts: bool | UnsetType = UNSET
    notify_by_email: bool | UnsetType = UNSET
    notify_by_sms: bool | UnsetType = UNSET
    remind_by_email: bool | UnsetType = UNSET
    notify_of_changes: bool | UnsetType = UNSET
    remind_by_sms: bool | UnsetType = UNSET
    reminder_days_before: int | UnsetType = UNSET
    reminder_minute: int | UnsetType = UNSET
    prices_include_tax: bool | UnsetType = UNSET
    require_versions: bool | UnsetType = UNSET
    undo_seconds: int | UnsetType = UNSET
    keep_claims_months: int | UnsetType = UNSET
    keep_journal_months: int | UnsetType = UNSET
    keep_messages_months: int | UnsetType = UNSET
    keep_customers_months: int | UnsetType = UNSET


class Account(msgspec.Struct, frozen=True):
    """A tenant. `country` is ISO 3166-1 alpha-2, `currency` ISO 4217. Nobody may use it after `closed_at`."""

    id: int
    slug: str
    name: str
    time_zone: str
    locale: str
    currency: str
    country: str
    policy: Policy
    closed_at: datetime | None = None


class AccountPatch(Patch, frozen=True, kw_only=True):
    """Changes to an account; its slug can't change."""

    name: str | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    locale: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    country: str | UnsetType = UNSET
    policy: PolicyPatch | UnsetType = UNSET


class SettingsPatch(Patch, frozen=True, kw_only=True):
    """Changes to an account's settings."""

    account: AccountPatch | UnsetType = UNSET
    details: dict[str, Any] | UnsetType = UNSET


class Settings(msgspec.Struct, frozen=True):
    """An account with the details that doors keep for it, by door."""

    account: Account
    details: dict[str, Any]
    created_at: datetime
    updated_at: datetime


def account_text_faults(name: str, text: str) -> list[Fault]:
    """What is wrong with the name, locale, currency or country of an account: blank, invalid."""
    if name in _CODES:
        return [] if text in _CODES[name] else [Fault(name, "invalid")]
    pattern, reason = _PATTERNS[name]
    return [] if pattern.fullmatch(text) else [Fault(name, reason)]


def new_account(slug: str, patch: AccountPatch) -> Account:
    """A new account, without an id. Defaults: the slug as name, UTC, `en`, EUR, US.

    Raises Invalid(slug: invalid; and as `changed_settings`).
    """
    blank = Account(0, slug, slug, "UTC", "en", "EUR", "US", Policy())
    account = patched(blank, patch)
    slug_faults = [] if re.match(SLUG, slug) else [Fault("slug", "invalid")]
    raise_if_faults(slug_faults + _account_faults(account, blank))
    return account


def changed_settings(current: Settings, patch: SettingsPatch) -> Settings:
    """The settings with the patch applied. A currency or country that has ceased to exist may stay.

    Raises Invalid(name: blank, invalid, too_long; locale, currency, country: invalid; time_zone: unknown;
    verification: not_included; hold_minutes, reminder_days_before, reminder_minute, undo_seconds, keep_*_months:
    out_of_range).
    """
    settings = patched(current, patch)
    raise_if_faults(_account_faults(settings.account, current.account))
    return settings


def _account_faults(account: Account, current: Account) -> list[Fault]:
    changed = [name for name in (*_PATTERNS, *_CODES) if getattr(account, name) != getattr(current, name)]
    faults = [fault for name in changed for fault in account_text_faults(name, getattr(account, name))]
    for name, minimum, maximum in _BOUNDS:
        faults += range_faults(name, getattr(account.policy, name), minimum, maximum)
    faults += record_text_faults(account, ("name",))
    faults += [] if account.policy.verification in VERIFICATIONS else [Fault("verification", "not_included")]
    return faults + zone_faults(account.time_zone)
