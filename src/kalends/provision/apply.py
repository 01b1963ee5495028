"""Create or update an account from a description, which is read from a TOML file.

Entries are matched by natural key: the account by slug; sites, holiday calendars and services by name or title;
resources by their titles from the root down (`Hall / Left`); sessions of a service by start and resource; statuses of
bookings by name; events by title and first day; templates of messages by what they are for; keys by door and name.
Nothing is ever removed.
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
from kalends.provision.description import Description, InvalidDescription
from kalends.provision.message_templates import apply_templates
from kalends.provision.occasions import apply_events
from kalends.provision.profile_and_fields import (
    apply_booking_page,
    apply_categories,
    apply_fields,
    apply_groups,
    apply_profile,
)
from kalends.provision.questions import apply_questions
from kalends.provision.resources import apply_resources
from kalends.provision.services import apply_services
from kalends.provision.sessions import apply_sessions
from kalends.provision.statuses import apply_statuses
from kalends.provision.tables import DescribedSite
from kalends.provision.times import apply_calendars, apply_openings, apply_site_exceptions
from kalends.provision.values_and_prices import apply_links, apply_prices, apply_values
from kalends.store.db import Db, transaction

ACTOR = "apply"
NEEDED_TO_CREATE = ("time_zone", "currency", "country")


async def apply(db: Db, now: datetime, description: Description, *, create: bool = True) -> Applied:
    """Create or update an account from a description, in one transaction. Running it again changes nothing.

    docs/apply.md documents the file. Raises InvalidDescription, also if a resource would become inactive or too small
    while it is booked from now on, if the account does not exist and `create` is false, or if a new account lacks its
    time zone, currency or country; Duplicate(name, title, slug) if another request adds the same entry meanwhile.
    """
    async with transaction(db) as tx:
        applied = Applied()
        account = await lock_account(tx, description.slug)
        if account is None:
            _check_new(description, create=create)
        ctx = Context(system(ACTOR), await _apply_account(tx, now, description, account, applied), now, tx)
        await apply_profile(ctx, description, applied)
        await apply_booking_page(ctx, description, applied)
        groups = await apply_groups(ctx, description, applied)
        fields = await apply_fields(ctx, description, applied)
        categories = await apply_categories(ctx, description, applied)
        calendars = await apply_calendars(ctx, description, applied)
        sites = await _apply_sites(ctx, description, calendars, applied)
        resources = await apply_resources(ctx, description, sites, categories, applied)
        services = await apply_services(ctx, description, resources, applied)
        await apply_questions(ctx, description, services, applied)
        await apply_values(ctx, description, resources, services, fields, applied)
        await apply_links(ctx, description, resources, applied)
        await apply_prices(ctx, description, resources, services, groups, applied)
        await apply_site_exceptions(ctx, description, sites, services, applied)
        await apply_openings(ctx, description, resources, services, applied)
        await apply_statuses(ctx, description, applied, is_new=account is None)
        await apply_sessions(ctx, description, resources, services, applied)
        await apply_events(ctx, description, applied)
        await apply_templates(ctx, description, services, applied)
        await _apply_keys(ctx, description, sites, applied)
    return applied


def _check_new(description: Description, *, create: bool) -> None:
    """A misspelt slug must not become a second account, nor one in a time zone or currency that nobody chose."""
    if not create:
        raise InvalidDescription(f"there is no account `{description.slug}`; to create it, add --create")
    if missing := [name for name in NEEDED_TO_CREATE if getattr(description, name) is UNSET]:
        raise InvalidDescription(f"a new account needs {', '.join(missing)}")


async def _apply_account(
    db: Db, now: datetime, description: Description, present: Account | None, applied: Applied
) -> Account:
    name = f"account {description.slug}"
    account_patch = msgspec.structs.replace(patch_from(AccountPatch, description), policy=description.policy)
    with error_context(name):
        if present is None:
            account = await add_account(db, now, description.slug, account_patch)
        else:
            patch = SettingsPatch(account=account_patch)
            account = (await change_settings(Context(system(ACTOR), present, now, db), patch)).account
    applied.note(name, present, account)
    return account


async def _apply_sites(
    ctx: Context, description: Description, calendars: Mapping[str, int], applied: Applied
) -> dict[str, Site]:
    """Apply the described sites; returns all sites of the account by name."""
    sites = {site.name: site for site in await list_sites(ctx)}
    for described in description.sites:
        present = sites.get(described.name)
        with error_context(f"site {described.name}"):
            patch = _site_patch(described, calendars)
            sites[described.name] = await (change_site(ctx, present.id, patch) if present else add_site(ctx, patch))
        applied.note(f"site {described.name}", present, sites[described.name])
    return sites


def _site_patch(described: DescribedSite, calendars: Mapping[str, int]) -> SitePatch:
    patch = patch_from(SitePatch, described)
    if described.holiday_calendar is UNSET:
        return patch
    if described.holiday_calendar not in calendars:
        raise InvalidDescription(f"there is no holiday calendar `{described.holiday_calendar}`")
    return msgspec.structs.replace(patch, holiday_calendar_id=calendars[described.holiday_calendar])


async def _apply_keys(ctx: Context, description: Description, sites: Mapping[str, Site], applied: Applied) -> None:
    """Create the described keys that do not exist yet; a revoked key counts as none."""
    existing = {(key.door, key.name) for key in await list_keys(ctx) if key.revoked_at is None}
    for described in description.keys:
        entry = f"key {described.door} {described.name}".strip()
        if (described.door, described.name) in existing:
            applied.leave(entry)
            continue
        if unknown := sorted(set(described.sites or ()) - sites.keys()):
            raise InvalidDescription(f"{entry}: there is no site `{unknown[0]}`")
        site_ids = None if described.sites is None else frozenset(sites[name].id for name in described.sites)
        _, applied.keys[entry] = await create_key(ctx, described.door, described.name, site_ids)
        applied.make(entry)
        existing.add((described.door, described.name))
