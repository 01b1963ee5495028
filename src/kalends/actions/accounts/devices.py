"""Devices: installations of an app, whose token lets them see what is public, and customers log in on them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from kalends.actions.access import on_device
from kalends.actions.accounts.keys import add_token
from kalends.actions.accounts.login_attempts import PER_ADDRESS_DEVICES, count_attempt
from kalends.actions.accounts.logins import LoginAttempt, verify_login
from kalends.actions.context import Context, transaction
from kalends.engine.accounts.principal import OWN_SCOPES, PUBLIC_SCOPES
from kalends.engine.accounts.token import AccessToken
from kalends.engine.refusals import Unauthenticated
from kalends.store import db as store_db
from kalends.store.accounts import devices, users
from kalends.store.db import Db


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """A device that asks for a token of an account at a door. `name` is the id that it gave itself, `details` is what
    it tells of itself; `address` is the client's, from web.limits.address."""

    account_id: int
    door: str
    name: str
    details: Mapping[str, Any]
    address: str


async def register_device(db: Db, now: datetime, device: Registration) -> str:
    """Start a new token for the device and end its former one; returns the secret of the new one.

    It never expires. Anybody may do this, so it is counted for the address. Raises TooManyAttempts.
    """
    await count_attempt(db, now, {f"device {device.address}": PER_ADDRESS_DEVICES})
    async with store_db.transaction(db) as tx:
        device_id = await devices.save_device(tx, device.account_id, device.door, device.name, device.details, now)
        await devices.revoke_tokens(tx, device.account_id, device_id, now)
        token = AccessToken(
            account_id=device.account_id,
            kind="guest",
            door=device.door,
            scopes=frozenset(PUBLIC_SCOPES),
            device_id=device_id,
            created_at=now,
        )
        _, secret = await add_token(tx, token)
    return secret


@on_device
async def change_device(ctx: Context, details: Mapping[str, Any]) -> None:
    """Replace some of the details of the caller's device."""
    await devices.merge_details(ctx.db, ctx.account.id, ctx.principal.device_id or 0, details, ctx.now)


@on_device
async def log_in_on_device(ctx: Context, attempt: LoginAttempt) -> int:
    """Log a customer in on the caller's device, instead of whoever is logged in there; returns the customer's id.

    `ctx.db` must be the pool, as in `log_in`. Raises TooManyAttempts, Unauthenticated.
    """
    _, credential = await verify_login(ctx.db, ctx.now, attempt)
    async with transaction(ctx) as tx:
        unchanged = await users.share_credential(tx.db, credential)
        token_id = ctx.principal.token_id or 0
        if not unchanged or not await devices.set_customer(
            tx.db, ctx.account.id, token_id, credential.customer_id, OWN_SCOPES
        ):
            raise Unauthenticated
    return credential.customer_id or 0


@on_device
async def log_out_on_device(ctx: Context) -> None:
    """Log the customer out who is logged in on the caller's device; its token stays valid."""
    await devices.set_customer(ctx.db, ctx.account.id, ctx.principal.token_id or 0, None, PUBLIC_SCOPES)
