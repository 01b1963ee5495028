"""An account as a file describes it: made, changed where it differs, left alone where it does not.

Everything is known by its natural key: the account by its slug, sites, calendars and services by name, resources by
their titles from the root down (`Hall / Left`), events by title and first day, keys by door and name. Nothing is ever
removed.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import UNSET

from kalends.actions.accounts.accounts import add_account, lock_account
from kalends.actions.accounts.keys import create_key, list_keys
from kalends.actions.accounts.settings import change_settings
from kalends.actions.catalog.sites import add_site, change_site, list_sites
from kalends.actions.context import Context
from kalends.engine.accounts.account import Account, AccountPatch, SettingsPatch
from kalends.engine.accounts.principal import system
from kalends.engine.catalog.site import Site, SitePatch
from kalends.engine.patch import patch_from
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description, Misdescribed
from kalends.provision.extras import apply_links, apply_prices, apply_values
from kalends.provision.occasions import apply_events
from kalends.provision.offer import apply_resources, apply_services
from kalends.provision.tables import DescribedSite
from kalends.provision.terms import apply_categories, apply_fields, apply_groups, apply_profile
from kalends.provision.times import apply_calendars, apply_openings, apply_site_exceptions
from kalends.store.db import Db, transaction

ACTOR = "apply"


async def apply(db: Db, now: datetime, said: Description) -> Applied:
    """Bring an account to what a description (docs/apply.md) says, in one transaction; again it changes nothing.

    Raises Misdescribed, also when a capacity would get smaller than what is booked.
    """
    async with transaction(db) as tx:
        applied = Applied()
        ctx = Context(system(ACTOR), await _account(tx, now, said, applied), now, tx)
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
    name = f"account {said.slug}"
    patch = SettingsPatch(account=msgspec.structs.replace(patch_from(AccountPatch, said), policy=said.policy))
    present = await lock_account(db, said.slug)
    with error_context(name):
        if present is None:
            account = await add_account(db, now, said.slug, patch)
        else:
            account = (await change_settings(Context(system(ACTOR), present, now, db), patch)).account
    applied.note(name, present, account)
    return account


async def _sites(ctx: Context, said: Description, calendars: Mapping[str, int], applied: Applied) -> dict[str, Site]:
    sites = {site.name: site for site in await list_sites(ctx)}
    for one in said.sites:
        present = sites.get(one.name)
        with error_context(f"site {one.name}"):
            patch = _site_patch(one, calendars)
            sites[one.name] = await (change_site(ctx, present.id, patch) if present else add_site(ctx, patch))
        applied.note(f"site {one.name}", present, sites[one.name])
    return sites


def _site_patch(said: DescribedSite, calendars: Mapping[str, int]) -> SitePatch:
    patch = patch_from(SitePatch, said)
    if said.holiday_calendar is UNSET:
        return patch
    if said.holiday_calendar not in calendars:
        raise Misdescribed(f"there is no holiday calendar `{said.holiday_calendar}`")
    return msgspec.structs.replace(patch, holiday_calendar_id=calendars[said.holiday_calendar])


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
