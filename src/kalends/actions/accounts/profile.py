"""Who an account is to its customers."""

from datetime import datetime
from functools import partial

import msgspec

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.save import save_images
from kalends.engine.accounts.profile import Profile, ProfilePatch, changed_profile
from kalends.engine.refusals import NotFound
from kalends.store.accounts import profile as profiles


@allow("read")
async def get_profile(ctx: Context) -> Profile:
    """The account's profile; company and country are the account's name and country unless they are named.

    Raises NotFound(account).
    """
    found, _ = await _loaded(ctx)
    return _filled(ctx, found)


@allow("read")
async def get_profile_since(ctx: Context) -> tuple[Profile, datetime]:
    """The same, and since when there is the account. Raises NotFound(account)."""
    found, since = await _loaded(ctx)
    return _filled(ctx, found), since


@allow("manage", whole_account=True)
async def change_profile(ctx: Context, patch: ProfilePatch) -> Profile:
    """Change the profile. Raises Forbidden to a key that is limited to sites, NotFound(account), Invalid as
    engine.accounts.profile.changed_profile does."""
    async with transaction(ctx) as tx:
        present = await profiles.lock_profile(tx.db, ctx.account.id)
        if present is None:
            raise NotFound("account", ctx.account.id)
        wanted = changed_profile(present, patch)
        images = msgspec.structs.asdict(present), msgspec.structs.asdict(wanted)
        write = partial(profiles.save_profile, tx.db, ctx.account.id, wanted, ctx.now)
        await save_images(tx, "change", ("profile", ctx.account.id), *images, write)
    return _filled(ctx, wanted)


async def _loaded(ctx: Context) -> tuple[Profile, datetime]:
    found = await profiles.load_profile(ctx.db, ctx.account.id)
    if found is None:
        raise NotFound("account", ctx.account.id)
    return found


def _filled(ctx: Context, profile: Profile) -> Profile:
    account = ctx.account
    return msgspec.structs.replace(
        profile, company=profile.company or account.name, country=profile.country or account.country
    )
