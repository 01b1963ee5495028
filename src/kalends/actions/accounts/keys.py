"""API keys: create, list, change and revoke them; and authenticate the secret of a request."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.expected import check_expected
from kalends.actions.journal import add_journal_images
from kalends.engine.accounts.key import (
    KeyPatch,
    changed_key,
    check_granted,
    check_may_change,
    checked_key,
    normalized_origins,
)
from kalends.engine.accounts.principal import KEY_SCOPES, OWN_SCOPES, Principal, Scope
from kalends.engine.accounts.token import AccessToken, principal_of
from kalends.engine.patch import next_revision
from kalends.engine.query import Page, Query
from kalends.engine.refusals import Forbidden, NotFound, Retired, Unauthenticated
from kalends.store.accounts import keys, tokens
from kalends.store.accounts.accounts import load_account
from kalends.store.catalog.sites import find_sites
from kalends.store.db import Db

_RANDOM_BYTES = 32
_KIND = "key"
_RECORDED = ("door", "name", "scopes", "site_ids", "created_at", "expires_at", "revoked_at", "made_by_id", "origins")


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
    scopes: Collection[Scope] | None = None,
    expires_at: datetime | None = None,
    *,
    origins: Collection[str] | None = None,
) -> tuple[AccessToken, str]:
    """Create a key for one door; returns it and its secret, which can't be read again. `site_ids` None: all sites.

    `scopes` None: all that a key has unless some are named. With `origins` it is publishable, for pages of these. A key
    that makes a key grants no more than it has itself, and never to administer; the new key ends with it.

    Raises Invalid(name: invalid, too_long; scopes: blank, unknown, not_granted, not_for_publishable; site_ids:
    unknown, not_granted, not_for_administering; expires_at: past; origins: blank, invalid, too_many).
    """
    usual: Collection[Scope] = KEY_SCOPES if origins is None else OWN_SCOPES
    maker = ctx.principal
    key = AccessToken(
        account_id=ctx.account.id,
        kind="key",
        door=door,
        name=name,
        scopes=frozenset(usual if scopes is None else scopes),
        site_ids=site_ids,
        created_at=ctx.now,
        expires_at=expires_at,
        made_by_id=maker.id if maker.kind == "key" else None,
        origins=None if origins is None else normalized_origins(origins),
    )
    key = checked_key(key, ctx.now, await _sites(ctx))
    check_granted(maker, key)
    async with transaction(ctx) as tx:
        key, secret = await add_token(tx.db, key)
        await add_journal_images(tx, "add", _KIND, key.id, None, _image(key))
    return key, secret


@allow("administer")
async def list_keys(ctx: Context) -> list[AccessToken]:
    """List the account's keys, oldest first, including revoked and expired ones."""
    return await keys.list_keys(ctx.db, ctx.account.id)


@allow("administer")
async def query_keys(ctx: Context, query: Query) -> Page[AccessToken]:
    """One page of the account's keys, filtered and sorted, including revoked and expired ones.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    return Page(*await keys.query_keys(ctx.db, ctx.account.id, query))


@allow("administer")
async def get_key(ctx: Context, key_id: int) -> AccessToken:
    """Return one key of the account. Raises NotFound(key)."""
    return _check_found(await keys.find_key(ctx.db, ctx.account.id, key_id), key_id)


@allow("administer")
async def change_key(ctx: Context, key_id: int, patch: KeyPatch) -> AccessToken:
    """Change what a key may do, with effect from the next request. Keys don't change keys that administer.

    Raises NotFound(key), Outdated, Retired(key) if it is revoked or expired, Forbidden (by a key, of one that
    administers), Invalid(name: invalid, too_long; scopes: blank, unknown, not_granted, not_for_publishable; site_ids:
    unknown, not_granted, not_for_administering; expires_at: past; origins: blank, invalid, too_many, fixed).
    """
    async with transaction(ctx) as tx:
        present = _check_found(await keys.lock_key(tx.db, ctx.account.id, key_id), key_id)
        check_expected(ctx, present)
        check_may_change(ctx.principal, present)
        if not present.is_valid(ctx.now):
            raise Retired("key")
        changed = changed_key(present, patch, ctx.now, await _sites(tx))
        check_granted(ctx.principal, changed)
        return await _save(tx, present, changed, "change")


@allow("administer")
async def revoke_key(ctx: Context, key_id: int) -> AccessToken:
    """Revoke a key, and with it those that it made, with effect from the next request; no change if it is revoked.

    A key may revoke itself. Raises NotFound(key), Outdated, Forbidden (by another key, of one that administers).
    """
    async with transaction(ctx) as tx:
        present = _check_found(await keys.lock_key(tx.db, ctx.account.id, key_id), key_id)
        check_expected(ctx, present)
        check_may_change(ctx.principal, present, itself=True)
        if present.revoked_at is not None:
            return present
        return await _save(tx, present, msgspec.structs.replace(present, revoked_at=ctx.now), "revoke")


async def revoke_for_operator(db: Db, now: datetime, id_or_secret: str, operator: Principal) -> bool:
    """Revoke a key of any account by its id or its secret. A secret may also be that of a login session or a link.

    Returns whether there was a valid one.
    """
    key_id = int(id_or_secret) if id_or_secret.isdecimal() and len(id_or_secret) < 16 else None
    match = await keys.find_valid(db, key_id, digest(id_or_secret), now)
    if match is None:
        return False
    account_id, token_id, is_key = match
    account = await load_account(db, account_id)
    if is_key and account is not None:
        await revoke_key(Context(operator, account, now, db), token_id)
    else:
        await tokens.revoke_token(db, account_id, token_id, now)
    return True


async def is_origin_listed(db: Db, door: str, origin: str, now: datetime) -> bool:
    """Whether pages of an origin may use some valid publishable key for this door, of whatever account."""
    return await keys.is_origin_listed(db, door, origin, now)


async def add_token(db: Db, token: AccessToken, secret: str | None = None) -> tuple[AccessToken, str]:
    """Store the token under the digest of its secret, a new one of 256 bits unless it is given; returns it with its id,
    and the secret.

    Raises NotFound(item, booking, customer), Duplicate(secret) for a link with a secret that is one's already.
    """
    secret = secret or secrets.token_hex(_RANDOM_BYTES)
    return await tokens.add_token(db, token, digest(secret)), secret


def digest(secret: str) -> bytes:
    """The SHA-256 digest under which a secret is stored. A slow hash is not needed for 256 random bits."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


async def _sites(ctx: Context) -> list[int]:
    """The ids of the account's sites."""
    return [site.id for site in await find_sites(ctx.db, ctx.account.id)]


async def _save(ctx: Context, present: AccessToken, changed: AccessToken, verb: str) -> AccessToken:
    """Save a changed key, with a journal entry, in the transaction that has locked it."""
    image = next_revision(present, changed, ctx.now, ctx.actor)
    if image is not present:
        await keys.save_key(ctx.db, image)
        await add_journal_images(ctx, verb, _KIND, image.id, _image(present), _image(image))
    return image


def _image(key: AccessToken) -> dict[str, Any]:
    """A key as the journal has it, whose kind has other fields than other access tokens."""
    values = {name: getattr(key, name) for name in _RECORDED}
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in values.items()}


def _check_found(key: AccessToken | None, key_id: int) -> AccessToken:
    if key is None:
        raise NotFound("key", key_id)
    return key
