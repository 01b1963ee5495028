"""Who an account is to its customers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.noting import note_images
from kalends.engine.profile import Profile
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import profile as kept

_LONGEST = 2000


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
async def set_profile(ctx: Context, fields: Mapping[str, Any]) -> Profile:
    """Change some fields of the profile, named as in engine.profile.Profile; None is "".

    Raises Forbidden to a key that is limited to sites, Invalid(unknown, invalid or too_long), NotFound(account).
    """
    faults = [Fault(name, why) for name, value in fields.items() if (why := _why_unfit(name, value))]
    if faults:
        raise Invalid(*faults)
    async with transaction(ctx) as tx:
        present = await kept.lock_profile(tx.db, ctx.account.id)
        if present is None:
            raise NotFound("account", ctx.account.id)
        wanted = msgspec.structs.replace(present, **{name: value or "" for name, value in fields.items()})
        if wanted != present:
            await kept.save_profile(tx.db, ctx.account.id, wanted, ctx.now)
            before, after = msgspec.structs.asdict(present), msgspec.structs.asdict(wanted)
            await note_images(tx, "change", "profile", ctx.account.id, before, after)
    return _filled(ctx, wanted)


async def _loaded(ctx: Context) -> tuple[Profile, datetime]:
    found = await kept.load_profile(ctx.db, ctx.account.id)
    if found is None:
        raise NotFound("account", ctx.account.id)
    return found


def _filled(ctx: Context, profile: Profile) -> Profile:
    account = ctx.account
    return msgspec.structs.replace(
        profile, company=profile.company or account.name, country=profile.country or account.country
    )


def _why_unfit(name: str, value: Any) -> str | None:
    if name not in Profile.__struct_fields__:
        return "unknown"
    if value is None:
        return None
    if not isinstance(value, str) or "\0" in value:
        return "invalid"
    return "too_long" if len(value) > _LONGEST else None
