"""The account's booking page, and who looks at it."""

from datetime import datetime
from functools import partial

import msgspec

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.expected import check_version
from kalends.actions.save import Subject, save_images
from kalends.engine.accounts.booking_page import BookingPage, BookingPagePatch, changed_page
from kalends.engine.accounts.principal import visitor
from kalends.engine.refusals import NotFound
from kalends.engine.version import version_of
from kalends.store.accounts import booking_pages
from kalends.store.catalog.sites import find_sites
from kalends.store.db import Db


async def enter_page(db: Db, now: datetime, door: str, slug: str) -> tuple[Context, BookingPage]:
    """The context of anybody who looks at the booking page of the account with this slug, and the page. They see the
    sites that are public alone.

    Raises NotFound(account), also if its page is not active.
    """
    found = await booking_pages.find_page(db, slug)
    if found is None or not found[1].active:
        raise NotFound("account", slug)
    account, page = found
    sites = await find_sites(db, account.id)
    public = frozenset(site.id for site in sites if site.public)
    return Context(visitor(door, public if len(public) < len(sites) else None), account, now, db), page


async def find_only_page(db: Db) -> str | None:
    """The slug of the one account of this installation that has a booking page; None if none has, or several have."""
    slugs = await booking_pages.find_active(db, most=2)
    return slugs[0] if len(slugs) == 1 else None


@allow("read", "customer", "guest", "practitioner")
async def get_booking_page(ctx: Context) -> BookingPage:
    """Return the account's booking page. Raises NotFound(account)."""
    return _check_found(ctx, await booking_pages.load_page(ctx.db, ctx.account.id))


@allow("manage", whole_account=True)
async def change_booking_page(ctx: Context, patch: BookingPagePatch) -> BookingPage:
    """Change the booking page.

    Raises Forbidden to a key that is limited to sites, NotFound(account), Outdated, Invalid(colour: invalid; intro,
    cancellation_terms, consent, retention: invalid, too_long; imprint_url, privacy_url: invalid, too_long;
    frame_origins: invalid, too_many; change_hours, most_services, most_people, most_holds,
    most_bookings, most_of_contact: out_of_range).
    """
    async with transaction(ctx) as tx:
        present = _check_found(ctx, await booking_pages.lock_page(tx.db, ctx.account.id))
        check_version(tx, "booking_page", ctx.account.id, version_of(present))
        changed = changed_page(present, patch)
        images = msgspec.structs.asdict(present), msgspec.structs.asdict(changed)
        write = partial(booking_pages.save_page, tx.db, ctx.account.id, changed)
        await save_images(tx, "change", Subject("booking_page", ctx.account.id), *images, write)
    return changed


def _check_found(ctx: Context, page: BookingPage | None) -> BookingPage:
    if page is None:
        raise NotFound("account", ctx.account.id)
    return page
