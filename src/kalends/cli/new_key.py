"""A new key for a door, or a login where programs log in."""

from datetime import datetime

from kalends.actions.accounts.keys import create_key
from kalends.actions.context import Context
from kalends.cli.errors import CommandError
from kalends.web.door import Door, LoginTerms


async def new_key(ctx: Context, door: Door, terms: LoginTerms, expires_at: datetime | None = None) -> str:
    """What a program needs to use the door, as one word.

    Raises CommandError for a login that is to expire, and for a key that is to be sent otherwise than as it is.
    """
    if door.create_login is None and terms.hourly:
        raise CommandError(f"Programs show a key at the door {door.name!r}; --basic is for logins.")
    if door.create_login is None:
        return (await create_key(ctx, door.name, terms.name, terms.site_ids, terms.scopes, expires_at))[1]
    if expires_at is not None:
        raise CommandError(f"A login for the door {door.name!r} does not expire; end it with: kalends user disable")
    return await door.create_login(ctx, terms)
