"""What an account says of itself, and the rules that it books by."""

import msgspec

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.journal import note_images
from kalends.actions.save import save
from kalends.engine.accounts.account import Account, Settings, SettingsPatch, changed_settings
from kalends.engine.catalog.site import SitePatch, changed_site
from kalends.engine.patch import next_image
from kalends.engine.refusals import NotFound
from kalends.store.accounts import accounts
from kalends.store.catalog import sites

_OF_ACCOUNT = ("name", "time_zone", "locale", "currency", "country")


@allow("read")
async def get_settings(ctx: Context) -> Settings:
    """The account, its policy, and what doors keep for it. Raises NotFound(account)."""
    return _known(ctx, await accounts.load_settings(ctx.db, ctx.account.id))


@allow("manage", whole_account=True)
async def change_settings(ctx: Context, patch: SettingsPatch) -> Settings:
    """Change the account, its policy, and what doors keep for it. Sites in the account's time zone stay with it.

    Raises Forbidden to a key that is limited to sites, NotFound(account), Invalid as `check_account` does.
    """
    async with transaction(ctx) as tx:
        present = _known(tx, await accounts.lock_settings(tx.db, ctx.account.id))
        saved = await _save(tx, present, changed_settings(present, patch))
        await _take_sites_along(tx, present.account, saved.account)
        return saved


async def _save(ctx: Context, present: Settings, wanted: Settings) -> Settings:
    image = next_image(present, wanted, ctx.now, ctx.actor)
    if image is not present:
        await accounts.save_account(ctx.db, image.account, ctx.now, image.details)
        await note_images(ctx, "change", "account", image.account.id, _image(present), _image(image))
    return image


def _known(ctx: Context, found: Settings | None) -> Settings:
    if found is None:
        raise NotFound("account", ctx.account.id)
    return found


async def _take_sites_along(ctx: Context, before: Account, after: Account) -> None:
    if after.time_zone == before.time_zone:
        return
    for site in await sites.find_sites(ctx.db, ctx.account.id):
        if site.time_zone == before.time_zone:
            await save(ctx, site, changed_site(site, SitePatch(time_zone=after.time_zone)))


def _image(settings: Settings) -> dict[str, object]:
    """The settings as the journal has them: without a level for the account, its policy or the details."""
    account = msgspec.structs.asdict(settings.account)
    return {
        **{name: account[name] for name in _OF_ACCOUNT},
        **msgspec.structs.asdict(settings.account.policy),
        **settings.details,
    }
