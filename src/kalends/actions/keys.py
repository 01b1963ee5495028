"""Keys: made, shown once, recognised on every request, taken back at once."""

import hashlib
import secrets
from datetime import datetime

from kalends.actions.context import Context
from kalends.engine.refusals import Forbidden, Unauthenticated
from kalends.store import accounts
from kalends.store.accounts import KeyRow
from kalends.store.db import Db

RANDOM_BYTES = 32


async def recognise(db: Db, now: datetime, door: str, secret: str) -> tuple[Context, int]:
    """Whose key this is: what its requests act in, and the key's id.

    Raises Unauthenticated (no such key, or revoked) and Forbidden (a key of another door).
    """
    found = await accounts.find_key(db, digest(secret))
    if found is None:
        raise Unauthenticated
    key, account = found
    if key.door != door:
        raise Forbidden
    return Context(f"key:{key.id}", account, now, db, key.site_ids), key.id


async def create_key(
    ctx: Context, door: str, name: str = "", site_ids: frozenset[int] | None = None
) -> tuple[KeyRow, str]:
    """A new key of the account for one door, and its secret, which nobody can read again."""
    secret = secrets.token_hex(RANDOM_BYTES)
    key = KeyRow(ctx.account.id, 0, door, name, site_ids, ctx.now, None)
    return await accounts.add_key(ctx.db, key, digest(secret)), secret


async def list_keys(ctx: Context) -> list[KeyRow]:
    """The account's keys, the oldest first, the revoked ones too."""
    return await accounts.list_keys(ctx.db, ctx.account.id)


async def revoke_key(db: Db, now: datetime, id_or_secret: str) -> bool:
    """Take a key back, named by its id or by itself; the next request with it is refused. Was there a valid one?"""
    key_id = int(id_or_secret) if id_or_secret.isdecimal() and len(id_or_secret) < 16 else None
    return await accounts.revoke_key(db, key_id, digest(id_or_secret), now)


def digest(secret: str) -> bytes:
    """What is stored of a key. It has 256 random bits, so there is nothing to guess and no need of a slow hash."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()
