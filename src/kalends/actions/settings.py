"""What an account says of itself, and the rules that it books by."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.actions.hours import check_days
from kalends.actions.noting import note, note_images
from kalends.engine.clock import DAY, zone
from kalends.engine.details import merged
from kalends.engine.openings import HolidayCalendar, holidays_between
from kalends.engine.policy import Account, Policy, Settings
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import accounts, resources
from kalends.store.exceptions import find_calendars

_OF_ACCOUNT = ("name", "time_zone", "locale", "currency", "country")
_PATTERNS = (
    ("name", re.compile(r".*\S.*", re.DOTALL), "blank"),
    ("locale", re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*"), "invalid"),
    ("currency", re.compile(r"[A-Z]{3}"), "invalid"),
    ("country", re.compile(r"[A-Z]{2}"), "invalid"),
)
_BOUNDS = (("hold_minutes", 1, 43_200), ("reminder_days_before", 0, 365), ("reminder_minute", 0, 1439))
_LONGEST_LOOK = 3660


@allow("read")
async def get_settings(ctx: Context) -> Settings:
    """The account, its policy, and what doors keep for it. Raises NotFound(account)."""
    return _known(ctx, await accounts.load_settings(ctx.db, ctx.account.id))


@allow("manage", whole_account=True)
async def change_settings(ctx: Context, fields: Mapping[str, Any]) -> Settings:
    """Change some of name, time_zone, locale, currency, country and details, and of the fields of engine.policy.Policy.

    The sites that were in the account's time zone stay with it. Raises Forbidden to a key that is limited to sites,
    NotFound(account), Invalid.
    """
    async with transaction(ctx) as tx:
        present = _known(tx, await accounts.lock_settings(tx.db, ctx.account.id))
        policy = _policy(present.account.policy, fields)
        given = {name: fields[name] for name in _OF_ACCOUNT if fields.get(name) is not None}
        account = msgspec.structs.replace(present.account, **given, policy=policy)
        _check(account)
        details = merged(present.details, fields.get("details") or {})
        if (account, details) == (present.account, present.details):
            return present
        await accounts.save_account(tx.db, account, ctx.now, details)
        await _take_sites_along(tx, present.account, account)
        await note_account(tx, present.account, account, (present.details, details))
        return Settings(account, details, present.created_at, ctx.now)


@internal
async def note_account(
    ctx: Context, before: Account, after: Account, details: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})
) -> None:
    """In the action's transaction: tell what the account was and has become, with its details unless they stay."""
    images = _told(before, details[0]), _told(after, details[1])
    await note_images(ctx, "change", "account", after.id, *images)


@allow("read", "customer", "guest")
async def holidays(ctx: Context, first: date, last: date) -> list[tuple[date, str]]:
    """The public holidays from `first` to `last` that some site keeps, or of the account's country if none does.

    Raises Invalid(last: before_start, or out_of_range beyond ten years).
    """
    check_days(first, last, _LONGEST_LOOK)
    sites = await resources.find_sites(ctx.db, ctx.account.id)
    kept = {site.holiday_calendar_id for site in sites if ctx.sees(site.id)}
    calendars = [calendar for id_, calendar in (await find_calendars(ctx.db, ctx.account.id)).values() if id_ in kept]
    found: dict[date, str] = {}
    for calendar in calendars or [HolidayCalendar(ctx.account.country)]:
        found = holidays_between(calendar, first, last + DAY) | found
    return sorted(found.items())


def _known(ctx: Context, found: Settings | None) -> Settings:
    if found is None:
        raise NotFound("account", ctx.account.id)
    return found


def _policy(present: Policy, fields: Mapping[str, Any]) -> Policy:
    named = {name: fields[name] for name in Policy.__struct_fields__ if fields.get(name) is not None}
    faults = [
        Fault(name, "invalid") for name, value in named.items() if type(value) is not type(getattr(present, name))
    ]
    if not faults:
        bounds = [bound for bound in _BOUNDS if bound[0] in named]
        faults = [Fault(name, "out_of_range") for name, least, most in bounds if not least <= named[name] <= most]
    if named.get("verification", "none") not in ("none", "email", "sms"):
        faults.append(Fault("verification", "not_included"))
    if faults:
        raise Invalid(*faults)
    return msgspec.structs.replace(present, **named)


def _check(account: Account) -> None:
    faults = [Fault(name, why) for name, pattern, why in _PATTERNS if not pattern.fullmatch(getattr(account, name))]
    if faults:
        raise Invalid(*faults)
    zone(account.time_zone)


async def _take_sites_along(ctx: Context, before: Account, after: Account) -> None:
    if after.time_zone == before.time_zone:
        return
    for site in await resources.find_sites(ctx.db, ctx.account.id):
        if site.time_zone == before.time_zone:
            moved = msgspec.structs.replace(site, time_zone=after.time_zone)
            await resources.save_site(ctx.db, moved)
            await note(ctx, "change", site, moved)


def _told(account: Account, details: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: getattr(account, name) for name in _OF_ACCOUNT}, **msgspec.to_builtins(account.policy), **details}
