"""API keys: create, list and revoke them; and authenticate the secret of a request."""

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


async def authenticate_secret(db: Db, now: datetime, door: str, secret: str) -> Context:
    """Authenticate a request by the secret of a key, login session or guest link; returns its context.

    Raises Unauthenticated (unknown, expired or revoked; user disabled; customer deleted), Forbidden (the secret is for
    another door).
    """
    match = await tokens.find_token(db, digest(secret), now)
    if match is None:
        raise Unauthenticated
    token, owner, account = match
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
    """Create a key for one door; returns it and its secret, which can't be read again. `site_ids` None: all sites.

    Raises Invalid(scopes: blank, unknown; expires_at: past).
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
    return await add_token(ctx.db, checked_key(key))


@allow("administer")
async def list_keys(ctx: Context) -> list[AccessToken]:
    """List the account's keys, oldest first, including revoked and expired ones."""
    return await tokens.list_keys(ctx.db, ctx.account.id)


async def revoke_key(db: Db, now: datetime, id_or_secret: str) -> bool:
    """Revoke a key of any account by its id or its secret, with effect from the next request. For operators.

    A secret may also be that of a login session. Returns whether there was a valid key.
    """
    key_id = int(id_or_secret) if id_or_secret.isdecimal() and len(id_or_secret) < 16 else None
    return await tokens.revoke_key(db, key_id, digest(id_or_secret), now)


async def add_token(db: Db, token: AccessToken) -> tuple[AccessToken, str]:
    """Store the token under the digest of a new 256-bit secret; returns it with its id, and the secret.

    Raises NotFound(item, booking, customer).
    """
    secret = secrets.token_hex(_RANDOM_BYTES)
    return await tokens.add_token(db, token, digest(secret)), secret


def digest(secret: str) -> bytes:
    """The SHA-256 digest under which a secret is stored. A slow hash is not needed for 256 random bits."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()
