"""What an account says of itself, and the rules that it books by."""

from datetime import date

import msgspec

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.actions.hours import check_days
from kalends.actions.noting import note_images
from kalends.actions.save import save
from kalends.engine.clock import DAY
from kalends.engine.openings import HolidayCalendar, holidays_between
from kalends.engine.patch import next_image
from kalends.engine.policy import Account, Settings, SettingsPatch, changed_settings
from kalends.engine.refusals import NotFound
from kalends.engine.site import SitePatch, changed_site
from kalends.store import accounts, resources
from kalends.store.exceptions import find_calendars

_OF_ACCOUNT = ("name", "time_zone", "locale", "currency", "country")
_LONGEST_LOOK = 3660


@allow("read")
async def get_settings(ctx: Context) -> Settings:
    """The account, its policy, and what doors keep for it. Raises NotFound(account)."""
    return _known(ctx, await accounts.load_settings(ctx.db, ctx.account.id))


@allow("manage", whole_account=True)
async def change_settings(ctx: Context, patch: SettingsPatch) -> Settings:
    """Change the account, its policy, and what doors keep for it. Sites in the account's time zone stay with it.

    Raises Forbidden to a key that is limited to sites, NotFound(account), Invalid as engine.policy.check_account does.
    """
    async with transaction(ctx) as tx:
        present = _known(tx, await accounts.lock_settings(tx.db, ctx.account.id))
        saved = await save_settings(tx, present, changed_settings(present, patch))
        await _take_sites_along(tx, present.account, saved.account)
        return saved


@internal
async def save_settings(ctx: Context, present: Settings, wanted: Settings) -> Settings:
    """In the action's transaction, which has locked the account: the settings as they are kept from now on; if nothing
    differs, nothing is written."""
    image = next_image(present, wanted, ctx.now, ctx.actor)
    if image is not present:
        await accounts.save_account(ctx.db, image.account, ctx.now, image.details)
        await note_images(ctx, "change", "account", image.account.id, _image(present), _image(image))
    return image


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


async def _take_sites_along(ctx: Context, before: Account, after: Account) -> None:
    if after.time_zone == before.time_zone:
        return
    for site in await resources.find_sites(ctx.db, ctx.account.id):
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
