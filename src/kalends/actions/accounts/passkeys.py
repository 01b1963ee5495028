"""Passkeys: staff users add and remove their own, and log in with them.

A browser signs a challenge, which is drawn at random and given to it twice: in the options, and in a ticket that only
this server can have made.
"""

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import msgspec

from kalends.actions.access import logged_in
from kalends.actions.accounts import login_attempts
from kalends.actions.accounts.keys import add_token, authenticate_secret
from kalends.actions.accounts.login_attempts import PER_ADDRESS
from kalends.actions.accounts.tickets import draw_ticket, open_ticket
from kalends.actions.accounts.users import get_own_user
from kalends.actions.context import Context, transaction
from kalends.actions.journal import add_journal_images
from kalends.engine.accounts.passkey import MOST_PASSKEYS, Passkey, RelyingParty, check_passkey_name
from kalends.engine.accounts.token import login_session
from kalends.engine.refusals import Fault, Invalid, NotFound, Unauthenticated
from kalends.store import db as store_db
from kalends.store.accounts import passkeys as store
from kalends.store.db import Db

_LONGEST_CREDENTIAL = 20_000
_LOGIN = "log in with a passkey"


class Asked(msgspec.Struct, frozen=True):
    """What a browser is asked: options as JSON, and the ticket that it brings back with what it has signed."""

    options: str
    ticket: str


class PasskeyAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """A login with a passkey: what the browser sent, the ticket, and the door. `address` is the client's, from
    web.limits.address; `lifetime` is how long the login session lasts at most."""

    rp: RelyingParty
    credential: str
    ticket: str
    door: str
    address: str
    lifetime: timedelta


async def ask_for_login(db: Db, now: datetime, rp: RelyingParty) -> Asked:
    """What a browser is asked so that somebody, who is not known yet, logs in."""
    challenge, ticket = await draw_ticket(db, now, _LOGIN)
    return Asked(_checks().options_to_log_in(rp, challenge), ticket)


async def log_in_with_passkey(db: Db, now: datetime, attempt: PasskeyAttempt) -> tuple[Context, str]:
    """Start a login session; returns its owner's context and its secret, which can't be read again.

    Raises TooManyAttempts, Unauthenticated (unknown passkey, not signed by it, a ticket that is over, a disabled user).
    """
    subjects = {f"login {attempt.address}": PER_ADDRESS}
    await login_attempts.count_attempt(db, now, subjects)
    challenge = await open_ticket(db, now, _LOGIN, attempt.ticket)
    credential = attempt.credential[:_LONGEST_CREDENTIAL]
    name = _checks().credential_id_of(credential)
    if challenge is None or name is None:
        raise Unauthenticated
    async with store_db.transaction(db) as tx:
        match = await store.lock_passkey(tx, name)
        count = _checks().checked_use(attempt.rp, challenge, credential, match[1]) if match else None
        if match is None or count is None:
            raise Unauthenticated
        await store.note_use(tx, match[1], count, now)
        session = login_session(match[1].account_id, match[1].user_id, attempt.door, now, attempt.lifetime)
        _, secret = await add_token(tx, session)
    await login_attempts.take_back_attempt(db, now, subjects)
    return await authenticate_secret(db, now, attempt.door, secret), secret


@logged_in
async def list_passkeys(ctx: Context) -> list[Passkey]:
    """The caller's own passkeys, oldest first. Raises NotFound(user) to a customer."""
    user = await get_own_user(ctx)
    return await store.list_passkeys(ctx.db, ctx.account.id, user.id)


@logged_in
async def ask_for_passkey(ctx: Context, rp: RelyingParty) -> Asked:
    """What a browser is asked to make a passkey for the caller. Raises NotFound(user) to a customer."""
    user, present = await get_own_user(ctx), await list_passkeys(ctx)
    challenge, ticket = await draw_ticket(ctx.db, ctx.now, _to_add(ctx))
    options = _checks().options_to_add(
        rp,
        challenge,
        account=ctx.account.name,
        user_handle=f"{ctx.account.id}.{user.id}".encode(),
        email=user.email,
        name=user.name,
        present=present,
    )
    return Asked(options, ticket)


@logged_in
async def add_passkey(ctx: Context, rp: RelyingParty, name: str, credential: str, ticket: str) -> None:
    """Keep the passkey that a browser has made for the caller.

    Raises NotFound(user) to a customer, Duplicate(credential), Invalid(name: blank, invalid, too_long; credential:
    invalid, too_many).
    """
    check_passkey_name(name)
    user, present = await get_own_user(ctx), await list_passkeys(ctx)
    if len(present) >= MOST_PASSKEYS:
        raise Invalid(Fault("credential", "too_many"))
    challenge = await open_ticket(ctx.db, ctx.now, _to_add(ctx), ticket)
    made = _checks().checked_new(rp, challenge, credential[:_LONGEST_CREDENTIAL]) if challenge else None
    if made is None:
        raise Invalid(Fault("credential", "invalid"))
    credential_id, public_key, sign_count = made
    passkey = Passkey(
        account_id=ctx.account.id,
        user_id=user.id,
        credential_id=credential_id,
        public_key=public_key,
        sign_count=sign_count,
        name=name,
        created_at=ctx.now,
    )
    async with transaction(ctx) as tx:
        await store.add_passkey(tx.db, passkey)
        await add_journal_images(tx, "add_passkey", "staff_user", user.id, {}, {})


@logged_in
async def remove_passkey(ctx: Context, passkey_id: int) -> None:
    """Forget a passkey of the caller; sessions that began with it go on. Raises NotFound(user, passkey)."""
    user = await get_own_user(ctx)
    async with transaction(ctx) as tx:
        if not await store.remove_passkeys(tx.db, ctx.account.id, user.id, passkey_id):
            raise NotFound("passkey", passkey_id)
        await add_journal_images(tx, "remove_passkey", "staff_user", user.id, {}, {})


def _to_add(ctx: Context) -> str:
    return f"add a passkey {ctx.account.id} {ctx.actor}"


def _checks() -> Any:
    return import_module("kalends.actions.accounts.passkey_checks")  # by its name; see there
