"""The account's settings: its name, time zone, locale and currency, its policy, and the details kept by doors."""

import msgspec

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.expected import check_version
from kalends.actions.journal import add_journal_images
from kalends.actions.save import save
from kalends.engine.accounts.account import Account, Settings, SettingsPatch, changed_settings
from kalends.engine.bookings.reminders import reminder_rule
from kalends.engine.catalog.site import SitePatch, changed_site
from kalends.engine.patch import next_revision
from kalends.engine.refusals import NotFound
from kalends.engine.version import version_of
from kalends.store.accounts import accounts
from kalends.store.bookings.reminders import add_rule_changes
from kalends.store.catalog import sites

_ACCOUNT_FIELDS = ("name", "time_zone", "locale", "currency", "country")


@allow("read", "practitioner")
async def get_settings(ctx: Context) -> Settings:
    """Return the account, its policy, and the details kept by doors. Raises NotFound(account)."""
    return _check_found(ctx, await accounts.load_settings(ctx.db, ctx.account.id))


@allow("manage", whole_account=True)
async def change_settings(ctx: Context, patch: SettingsPatch) -> Settings:
    """Change the account, its policy and the details kept by doors.

    If the account's time zone changes, the sites that had the same one get the new one too. Reminders follow a change
    of their rule or of the time zone by and by.

    Raises Forbidden to a key that is limited to sites, NotFound(account), Invalid(name: blank; locale, currency,
    country: invalid; time_zone: unknown; verification: not_included; hold_minutes, reminder_days_before,
    reminder_minute, undo_seconds, keep_*_months: out_of_range), Outdated.
    """
    async with transaction(ctx) as tx:
        present = _check_found(tx, await accounts.lock_settings(tx.db, ctx.account.id))
        check_version(tx, "account", ctx.account.id, version_of(present))
        changed = changed_settings(present, patch)
        if reminder_rule(changed.account) != reminder_rule(present.account):
            await add_rule_changes(tx.db, present.account, tx.now)
        saved = await _save(tx, present, changed)
        await _move_sites_to_time_zone(tx, present.account, saved.account)
        return saved


async def _save(ctx: Context, present: Settings, changed: Settings) -> Settings:
    image = next_revision(present, changed, ctx.now, ctx.actor)
    if image is not present:
        await accounts.save_account(ctx.db, image.account, ctx.now, image.details)
        await add_journal_images(ctx, "change", "account", image.account.id, _image(present), _image(image))
    return image


def _check_found(ctx: Context, settings: Settings | None) -> Settings:
    if settings is None:
        raise NotFound("account", ctx.account.id)
    return settings


async def _move_sites_to_time_zone(ctx: Context, before: Account, after: Account) -> None:
    if after.time_zone == before.time_zone:
        return
    for site in await sites.find_sites(ctx.db, ctx.account.id):
        if site.time_zone == before.time_zone:
            await save(ctx, site, changed_site(site, SitePatch(time_zone=after.time_zone), ctx.now))


def _image(settings: Settings) -> dict[str, object]:
    """The settings as the journal keeps them: account, policy and details in one flat dict."""
    account = msgspec.structs.asdict(settings.account)
    return {
        **{name: account[name] for name in _ACCOUNT_FIELDS},
        **msgspec.structs.asdict(settings.account.policy),
        **settings.details,
    }
