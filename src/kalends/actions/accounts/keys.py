"""Keys of programs: made, shown once, revoked at once; and the look-up that every request with a secret starts with."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.engine.accounts.principal import KEY_SCOPES, Scope
from kalends.engine.accounts.token import AccessToken, checked_key, principal_of
from kalends.engine.refusals import Forbidden, Unauthenticated
from kalends.store.accounts import tokens
from kalends.store.db import Db

_RANDOM_BYTES = 32


async def recognise(db: Db, now: datetime, door: str, secret: str) -> Context:
    """Who presents this secret, whether it is a key, a login session or a guest's link, as the context of a request.

    Raises Unauthenticated (unknown, expired, revoked; its user disabled, its customer deleted) and Forbidden (made for
    another door).
    """
    found = await tokens.find_token(db, digest(secret), now)
    if found is None:
        raise Unauthenticated
    token, owner, account = found
    if token.door != door:
        raise Forbidden
    return Context(principal_of(token, owner), account, now, db)


@allow("administer")
async def create_key(
    ctx: Context,
    door: str,
    name: str = "",
    site_ids: frozenset[int] | None = None,
    scopes: Collection[Scope] = KEY_SCOPES,
    expires_at: datetime | None = None,
) -> tuple[AccessToken, str]:
    """A new key of the account for one door, and its secret, which nobody can read again.

    Raises Invalid (scopes: blank or unknown; expires_at: past).
    """
    key = AccessToken(
        account_id=ctx.account.id,
        kind="key",
        door=door,
        name=name,
        scopes=frozenset(scopes),
        site_ids=site_ids,
        created_at=ctx.now,
        expires_at=expires_at,
    )
    return await keep_with_secret(ctx.db, checked_key(key))


@allow("administer")
async def list_keys(ctx: Context) -> list[AccessToken]:
    """The account's keys, the oldest first, also those that are revoked or expired."""
    return await tokens.list_keys(ctx.db, ctx.account.id)


async def revoke_key(db: Db, now: datetime, id_or_secret: str) -> bool:
    """Revoke a key, named by its id or by its secret; the next request with it is refused. Was there a valid one?

    For operators, who need not know whose it is; a secret may be that of a login session too.
    """
    key_id = int(id_or_secret) if id_or_secret.isdecimal() and len(id_or_secret) < 16 else None
    return await tokens.revoke_key(db, key_id, digest(id_or_secret), now)


async def keep_with_secret(db: Db, token: AccessToken) -> tuple[AccessToken, str]:
    """Draw a secret of 256 random bits and keep the token by its digest. Raises NotFound (item, booking, customer)."""
    secret = secrets.token_hex(_RANDOM_BYTES)
    return await tokens.add_token(db, token, digest(secret)), secret


def digest(secret: str) -> bytes:
    """What is stored of a secret: SHA-256. There is nothing to guess in 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()
