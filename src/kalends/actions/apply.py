"""An account as a file describes it: made, changed where it differs, left alone where it does not.

Everything is known by its natural key: the account by its slug, sites, calendars and services by name, resources by
their titles from the root down (`Hall / Left`), events by title and first day, keys by door and name. Nothing is ever
removed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from kalends.actions.applied import Applied, placed
from kalends.actions.apply_events import apply_events
from kalends.actions.apply_extras import apply_links, apply_prices, apply_values
from kalends.actions.apply_offer import apply_resources, apply_services
from kalends.actions.apply_terms import apply_categories, apply_fields, apply_groups, apply_profile
from kalends.actions.apply_times import apply_calendars, apply_openings, apply_site_exceptions
from kalends.actions.catalogue import new_site
from kalends.actions.context import Context
from kalends.actions.keys import create_key, list_keys
from kalends.actions.noting import note
from kalends.actions.settings import note_account
from kalends.engine.accounts.principal import system
from kalends.engine.catalogue import Site
from kalends.engine.described import SaidSite
from kalends.engine.description import Description, Misdescribed, known_zone, named, policy, read
from kalends.engine.policy import Account, Policy
from kalends.store import accounts, resources
from kalends.store.db import Db, transaction

WHO = "apply"
_OF_ACCOUNT = ("slug", "name", "time_zone", "locale", "currency", "country")
_NEW = Account(0, "", "", "UTC", "en", "EUR", "US", Policy())


async def apply(db: Db, now: datetime, description: Mapping[str, Any]) -> Applied:
    """Bring an account to what a description (docs/apply.md) says, in one transaction; again it changes nothing.

    Raises Misdescribed, also when a capacity would get smaller than what is booked.
    """
    said = read(description)
    async with transaction(db) as tx:
        applied = Applied()
        ctx = Context(system(WHO), await _account(tx, now, said, applied), now, tx)
        await apply_profile(ctx, said, applied)
        groups = await apply_groups(ctx, said, applied)
        fields = await apply_fields(ctx, said, applied)
        categories = await apply_categories(ctx, said, applied)
        calendars = await apply_calendars(ctx, said, applied)
        sites = await _sites(ctx, said, calendars, applied)
        offered = await apply_resources(ctx, said, sites, categories, applied)
        services = await apply_services(ctx, said, offered, applied)
        await apply_values(ctx, said, offered, fields, applied)
        await apply_links(ctx, said, offered, applied)
        await apply_prices(ctx, said, offered, services, groups, applied)
        await apply_site_exceptions(ctx, said, sites, services, applied)
        await apply_openings(ctx, said, offered, services, applied)
        await apply_events(ctx, said, applied)
        await _keys(ctx, said, sites, applied)
    return applied


async def _account(db: Db, now: datetime, said: Description, applied: Applied) -> Account:
    await accounts.lock_account(db, said.slug)
    present = await accounts.find_account(db, said.slug)
    fields = {name: value for name, value in named(said).items() if name in _OF_ACCOUNT}
    if "time_zone" in fields:
        known_zone(fields["time_zone"])
    before = present or msgspec.structs.replace(_NEW, name=said.slug)
    wanted = msgspec.structs.replace(before, **fields, policy=policy(said.policy, before.policy))
    applied.note(f"account {said.slug}", present, wanted)
    if present is None:
        return await accounts.add_account(db, wanted, now)
    if wanted != present:
        await accounts.save_account(db, wanted, now)
        await note_account(Context(system(WHO), wanted, now, db), before, wanted)
    return wanted


async def _sites(ctx: Context, said: Description, calendars: Mapping[str, int], applied: Applied) -> dict[str, Site]:
    sites = {site.name: site for site in await resources.find_sites(ctx.db, ctx.account.id)}
    for one in said.sites:
        with placed(f"site {one.name}"):
            fields = _site_fields(one, calendars)
            present = sites.get(one.name)
            wanted = msgspec.structs.replace(present, **fields) if present else new_site(ctx, fields)
        applied.note(f"site {one.name}", present, wanted)
        if present is None:
            wanted = await resources.add_site(ctx.db, wanted)
        elif wanted != present:
            await resources.save_site(ctx.db, wanted)
            await note(ctx, "change", present, wanted)
        sites[one.name] = wanted
    return sites


def _site_fields(said: SaidSite, calendars: Mapping[str, int]) -> dict[str, Any]:
    fields = named(said, "holiday_calendar", "exceptions")
    if "time_zone" in fields:
        known_zone(fields["time_zone"])
    if isinstance(said.holiday_calendar, str):
        if said.holiday_calendar not in calendars:
            raise Misdescribed(f"there is no holiday calendar `{said.holiday_calendar}`")
        fields["holiday_calendar_id"] = calendars[said.holiday_calendar]
    return fields


async def _keys(ctx: Context, said: Description, sites: Mapping[str, Site], applied: Applied) -> None:
    valid = {(key.door, key.name) for key in await list_keys(ctx) if key.revoked_at is None}
    for one in said.keys:
        title = f"key {one.door} {one.name}".strip()
        if (one.door, one.name) in valid:
            applied.leave(title)
            continue
        if strange := sorted(set(one.sites or ()) - sites.keys()):
            raise Misdescribed(f"{title}: there is no site `{strange[0]}`")
        limited = None if one.sites is None else frozenset(sites[name].id for name in one.sites)
        _, applied.keys[title] = await create_key(ctx, one.door, one.name, limited)
        applied.make(title)
        valid.add((one.door, one.name))
