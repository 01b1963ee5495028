"""The account's profile: name, address and bank as its customers see them."""

from datetime import datetime
from functools import partial

import msgspec

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.expected import check_version
from kalends.actions.save import Subject, save_images
from kalends.engine.accounts.profile import Profile, ProfilePatch, changed_profile
from kalends.engine.refusals import NotFound
from kalends.engine.version import version_of
from kalends.store.accounts import profile as profiles


@allow("read", "practitioner")
async def get_profile(ctx: Context) -> Profile:
    """Return the account's profile. A blank company or country is filled with the account's name or country.

    Raises NotFound(account).
    """
    profile, _ = await _load(ctx)
    return _with_defaults(ctx, profile)


@allow("read")
async def get_profile_since(ctx: Context) -> tuple[Profile, datetime]:
    """Return the profile (see `get_profile`), and when the account was created. Raises NotFound(account)."""
    profile, created_at = await _load(ctx)
    return _with_defaults(ctx, profile), created_at


@allow("manage", whole_account=True)
async def change_profile(ctx: Context, patch: ProfilePatch) -> Profile:
    """Change the profile.

    Raises Forbidden to a key that is limited to sites, NotFound(account), Outdated, Invalid(any field: invalid,
    too_long).
    """
    async with transaction(ctx) as tx:
        present = await profiles.lock_profile(tx.db, ctx.account.id)
        if present is None:
            raise NotFound("account", ctx.account.id)
        check_version(tx, "profile", ctx.account.id, version_of(_with_defaults(ctx, present)))
        changed = changed_profile(present, patch)
        images = msgspec.structs.asdict(present), msgspec.structs.asdict(changed)
        write = partial(profiles.save_profile, tx.db, ctx.account.id, changed, ctx.now)
        await save_images(tx, "change", Subject("profile", ctx.account.id), *images, write)
    return _with_defaults(ctx, changed)


async def _load(ctx: Context) -> tuple[Profile, datetime]:
    profile_and_creation = await profiles.load_profile(ctx.db, ctx.account.id)
    if profile_and_creation is None:
        raise NotFound("account", ctx.account.id)
    return profile_and_creation


def _with_defaults(ctx: Context, profile: Profile) -> Profile:
    account = ctx.account
    return msgspec.structs.replace(
        profile, company=profile.company or account.name, country=profile.country or account.country
    )
