"""Devices: installations of apps, each with one valid token. A customer who logs in on a device uses that token."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from kalends.engine.accounts.principal import Scope
from kalends.store.db import Db


async def save_device(db: Db, account_id: int, door: str, name: str, details: Mapping[str, Any], now: datetime) -> int:
    """Insert a device, or replace its details; returns its id. Until the transaction ends nobody else saves it."""
    device_id: int = await db.fetchval(
        """
        insert into device (account_id, door, name, details, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
        on conflict (account_id, door, name) do update set details = excluded.details, updated_at = excluded.updated_at
        returning id
        """,
        account_id,
        door,
        name,
        details,
        now,
    )
    return device_id


async def merge_details(db: Db, account_id: int, device_id: int, details: Mapping[str, Any], now: datetime) -> None:
    """Replace some of the details of a device."""
    await db.execute(
        "update device set details = details || $3, updated_at = $4 where account_id = $1 and id = $2",
        account_id,
        device_id,
        details,
        now,
    )


async def revoke_tokens(db: Db, account_id: int, device_id: int, now: datetime) -> None:
    """Revoke the tokens of a device."""
    await db.execute(
        "update access_token set revoked_at = $3 where account_id = $1 and device_id = $2 and revoked_at is null",
        account_id,
        device_id,
        now,
    )


async def set_customer(
    db: Db, account_id: int, token_id: int, customer_id: int | None, scopes: Iterable[Scope]
) -> bool:
    """Make the valid token of a device that of a customer, or of nobody; returns whether it was valid still."""
    row = await db.fetchrow(
        """
        update access_token set kind = case when $3::bigint is null then 'guest' else 'customer' end,
            customer_id = $3, scopes = $4
        where account_id = $1 and id = $2 and device_id is not null and revoked_at is null returning id
        """,
        account_id,
        token_id,
        customer_id,
        sorted(scopes),
    )
    return row is not None
