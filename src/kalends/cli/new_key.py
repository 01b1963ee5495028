"""A new key for a door, or a login where programs log in."""

from collections.abc import Sequence
from datetime import datetime

from kalends.actions.accounts.keys import create_key
from kalends.actions.context import Context
from kalends.cli.errors import CommandError
from kalends.web.door import Door, LoginTerms


async def new_key(
    ctx: Context,
    door: Door,
    terms: LoginTerms,
    expires_at: datetime | None = None,
    origins: Sequence[str] | None = None,
) -> str:
    """What a program needs to use the door, as one word; with `origins` a publishable key for pages of these.

    Raises CommandError for a login that is to expire, for a key that is to be sent otherwise than as it is, and for a
    publishable key of a door that pages can't use.
    """
    if origins and not door.rules.cors:
        raise CommandError(f"Pages can't use the door {door.name!r}: its keys are not publishable.")
    if door.create_login is None and terms.hourly:
        raise CommandError(f"Programs show a key at the door {door.name!r}; --basic is for logins.")
    if door.create_login is None:
        key = await create_key(
            ctx, door.name, terms.name, terms.site_ids, terms.scopes, expires_at, origins=origins or None
        )
        return key[1]
    if expires_at is not None:
        raise CommandError(f"A login for the door {door.name!r} does not expire; end it with: kalends user disable")
    return await door.create_login(ctx, terms)
