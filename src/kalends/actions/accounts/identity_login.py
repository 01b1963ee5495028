"""Staff log in by the identity provider of their account (OpenID Connect, authorization code with PKCE).

The browser goes to the provider with a `state` and comes back with it and a code, for which the provider tells this
server who logged in. Users are not made: one with the verified e-mail address must be there.

What speaks to the provider is loaded by its name, as what it imports costs each web worker memory.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import msgspec

from kalends.actions.accounts import login_attempts
from kalends.actions.accounts.keys import add_token, authenticate_secret
from kalends.actions.accounts.login_attempts import PER_ADDRESS, PER_ADDRESS_BEGUN
from kalends.actions.accounts.tickets import draw_ticket, open_ticket, secret_of
from kalends.actions.context import Context
from kalends.engine.accounts.account import Account
from kalends.engine.accounts.identity_provider import (
    Handshake,
    Identity,
    IdentityFailed,
    IdentityProvider,
    accepts,
)
from kalends.engine.accounts.token import login_session
from kalends.engine.accounts.user import StaffUser
from kalends.engine.refusals import NotFound, Unauthenticated
from kalends.store import db as store_db
from kalends.store.accounts import identity_providers, rate_limits, users
from kalends.store.db import Db


class IdentityAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that comes back from the provider of an account: the parameters that it brings, and the ticket with
    which it left. `returns_to` is the address it came to, without parameters. `address` is the client's, from
    web.limits.address; `lifetime` is how long the login session lasts at most."""

    account_id: int
    sent: Mapping[str, str]
    ticket: str
    returns_to: str
    door: str
    address: str
    lifetime: timedelta
    private_urls: bool


async def find_button(db: Db, slug: str) -> str | None:
    """The name on the button of an account's identity provider; None if it has none."""
    match = await identity_providers.find_provider(db, slug)
    if match is None or not match[1].active:
        return None
    return match[1].name or match[1].issuer.partition("://")[2].partition("/")[0]


async def begin_login(
    db: Db, now: datetime, slug: str, *, below: str, address: str, private_urls: bool
) -> tuple[str, str]:
    """Where a browser goes to log in at the provider of an account, and the ticket that it keeps meanwhile.

    It comes back to the account's id below `below`. `address` is the client's, from web.limits.address.

    Raises TooManyAttempts, NotFound(account), if it has no provider, IdentityFailed.
    """
    await login_attempts.count_attempt(db, now, {f"provider {address}": PER_ADDRESS_BEGUN})
    match = await identity_providers.find_provider(db, slug)
    if match is None or not match[1].active:
        raise NotFound("account", slug)
    account, provider = match
    challenge, ticket = await draw_ticket(db, now, _purpose(account.id))
    handshake = await _handshake(db, challenge)
    returns_to = f"{below}/{account.id}"
    return await _openid().login_url(provider, handshake, returns_to, private=private_urls), ticket


async def finish_login(db: Db, now: datetime, attempt: IdentityAttempt) -> tuple[Context, str]:
    """Start a login session; returns its owner's context and its secret, which can't be read again.

    `db` must be the pool, so that no connection is held while the provider is asked.

    Raises TooManyAttempts, Unauthenticated (a state of another browser, that is over, or was used), IdentityFailed.
    """
    subjects = {f"login {attempt.address}": PER_ADDRESS}
    await login_attempts.count_attempt(db, now, subjects)
    handshake = await _own_handshake(db, now, attempt)
    match = await identity_providers.find_provider(db, attempt.account_id)
    if match is None or not match[1].active:
        raise Unauthenticated
    account, provider = match
    identity = await _openid().identity_of(
        provider, handshake, attempt.sent, attempt.returns_to, now, private=attempt.private_urls
    )
    user = await _user_of(db, account, provider, identity)
    async with store_db.transaction(db) as tx:
        session = login_session(account.id, user.id, attempt.door, now, attempt.lifetime)
        _, secret = await add_token(tx, session)
    await login_attempts.take_back_attempt(db, now, subjects)
    return await authenticate_secret(db, now, attempt.door, secret), secret


async def _own_handshake(db: Db, now: datetime, attempt: IdentityAttempt) -> Handshake:
    """What the login is told by, if this browser began it, and it was not finished already."""
    challenge = await open_ticket(db, now, _purpose(attempt.account_id), attempt.ticket)
    handshake = await _handshake(db, challenge) if challenge else None
    if handshake is None or not hmac.compare_digest(handshake.state.encode(), attempt.sent.get("state", "").encode()):
        raise Unauthenticated
    ends_at = datetime.fromtimestamp(int(attempt.ticket.split("_")[1], 16), now.tzinfo)
    if await rate_limits.count_hit(db, f"state {handshake.state}", ends_at) > 1:
        raise Unauthenticated
    return handshake


async def _user_of(db: Db, account: Account, provider: IdentityProvider, identity: Identity) -> StaffUser:
    """The user who has the address. A disabled one is told no more than somebody who is not there."""
    if not identity.is_verified:
        raise IdentityFailed("unverified", identity.email)
    if not accepts(provider, identity.email):
        raise IdentityFailed("other_domain", identity.email)
    user = await users.find_user_by_email(db, account.id, identity.email)
    if user is None or user.disabled_at is not None:
        raise IdentityFailed("no_user", identity.email)
    return user


async def _handshake(db: Db, challenge: bytes) -> Handshake:
    state, nonce, verifier = [await secret_of(db, challenge, name) for name in Handshake.__struct_fields__]
    return Handshake(state, nonce, verifier)


def _purpose(account_id: int) -> str:
    return f"log in by a provider {account_id}"


def _openid() -> Any:
    return import_module("kalends.delivery.openid")
