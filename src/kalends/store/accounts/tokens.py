"""Access tokens, found by the digest of their secret: keys, login sessions, links of guests."""

from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.accounts.token import AccessToken, TokenOwner
from kalends.store.accounts.accounts import account_of
from kalends.store.conflicts import conflicts
from kalends.store.db import Db
from kalends.store.rows import columns

_ACCOUNT = columns(Account, "a")
_TOKEN = columns(AccessToken, "t")
_FIELDS = AccessToken.__struct_fields__
_WIDTH = len(Account.__struct_fields__)
_FIND = f"""
    select {_ACCOUNT}, {_TOKEN},
        coalesce(u.name, nullif(btrim(c.first_name || ' ' || c.last_name), ''), c.company, t.name) as owner_name,
        u.role, coalesce(u.site_ids, t.site_ids) as owner_sites
    from access_token t
    join account a on a.id = t.account_id
    left join staff_user u on u.account_id = t.account_id and u.id = t.user_id
    left join customer c on c.account_id = t.account_id and c.id = t.customer_id
    where t.digest = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > $2)
        and u.disabled_at is null and c.deleted_at is null"""
_ADD = f"""
    insert into access_token (digest, {", ".join(name for name in _FIELDS if name != "id")})
    values ($1, {", ".join(f"${nr}" for nr in range(2, len(_FIELDS) + 1))}) returning id"""


async def find_token(db: Db, digest: bytes, now: datetime) -> tuple[AccessToken, TokenOwner, Account] | None:
    """The token with this SHA-256 digest, its owner and account, in one select: every request asks.

    None when there is none, it is revoked or past `expires_at`, or its user is disabled or its customer deleted.
    """
    row = await db.fetchrow(_FIND, digest, now)
    if row is None:
        return None
    *of_token, name, role, site_ids = row[_WIDTH:]
    return _token(of_token), TokenOwner(name, role, _set(site_ids)), account_of(row)


async def list_keys(db: Db, account_id: int) -> list[AccessToken]:
    """All keys of an account, the oldest first, also those that are revoked or expired."""
    statement = f"select {_TOKEN} from access_token t where account_id = $1 and kind = 'key' order by id"
    return [_token(row) for row in await db.fetch(statement, account_id)]


async def add_token(db: Db, token: AccessToken, digest: bytes) -> AccessToken:
    """Keep a new token; its id is drawn here. Raises NotFound (item, booking or customer)."""
    values = [_value(getattr(token, name)) for name in _FIELDS if name != "id"]
    with conflicts():
        token_id = await db.fetchval(_ADD, digest, *values)
    return msgspec.structs.replace(token, id=token_id)


async def revoke_key(db: Db, key_id: int | None, digest: bytes, now: datetime) -> bool:
    """Revoke the key with this id, or the token with this digest. Answers whether there was a valid one."""
    row = await db.fetchrow(
        """
        update access_token set revoked_at = $3
        where (digest = $2 or (id = $1 and kind = 'key'))
            and revoked_at is null and (expires_at is null or expires_at > $3)
        returning id
        """,
        key_id,
        digest,
        now,
    )
    return row is not None


async def revoke_token(db: Db, account_id: int, token_id: int, now: datetime) -> None:
    """Revoke one token."""
    await db.execute(
        "update access_token set revoked_at = $3 where account_id = $1 and id = $2 and revoked_at is null",
        account_id,
        token_id,
        now,
    )


async def revoke_sessions(db: Db, account_id: int, user_id: int | None, customer_id: int | None, now: datetime) -> None:
    """End all login sessions of this staff user or this customer."""
    await db.execute(
        """
        update access_token set revoked_at = $4
        where account_id = $1 and (user_id = $2 or customer_id = $3) and revoked_at is null
        """,
        account_id,
        user_id,
        customer_id,
        now,
    )


async def forget_sessions(db: Db, before: datetime) -> None:
    """Delete login sessions and links that ended before. Keys stay: the journal names them."""
    await db.execute(
        "delete from access_token where kind <> 'key' and least(revoked_at, expires_at) < $1",
        before,
    )


def _token(row: Any) -> AccessToken:
    fields = dict(zip(_FIELDS, row, strict=True))
    return AccessToken(**{**fields, "scopes": frozenset(fields["scopes"]), "site_ids": _set(fields["site_ids"])})


def _set(site_ids: list[int] | None) -> frozenset[int] | None:
    return None if site_ids is None else frozenset(site_ids)


def _value(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value
