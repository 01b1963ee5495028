"""Access tokens (keys, login sessions, guest links), stored under the digest of their secret. See also `keys`."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.accounts.token import AccessToken, TokenOwner
from kalends.store.accounts.accounts import account_of
from kalends.store.constraints import conflicts
from kalends.store.db import Db
from kalends.store.rows import columns

_ACCOUNT_COLUMNS = columns(Account, "a")
TOKEN_COLUMNS = columns(AccessToken, "t")
"""What `token_of` reads."""
_FIELDS = AccessToken.__struct_fields__
_ACCOUNT_WIDTH = len(Account.__struct_fields__)
_FIND = f"""
    select {_ACCOUNT_COLUMNS}, {TOKEN_COLUMNS},
        coalesce(u.name, nullif(btrim(c.first_name || ' ' || c.last_name), ''), c.company, t.name) as owner_name,
        u.role, coalesce(u.site_ids, t.site_ids, case when t.kind = 'key' and t.origins is not null then array(
            select s.id from site s where s.account_id = t.account_id and s.public) end) as owner_sites,
        m.scopes as maker_scopes,
        case when u.role = 'practitioner' then array(
            select r.id from resource r where r.account_id = u.account_id and r.user_id = u.id) end as own_resources
    from access_token t
    join account a on a.id = t.account_id
    left join staff_user u on u.account_id = t.account_id and u.id = t.user_id
    left join customer c on c.account_id = t.account_id and c.id = t.customer_id
    left join access_token m on m.account_id = t.account_id and m.id = t.made_by_id
    where t.digest = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > $2)
        and u.disabled_at is null and c.deleted_at is null
        and m.revoked_at is null and (m.expires_at is null or m.expires_at > $2)"""
_ADD = f"""
    insert into access_token (digest, {", ".join(name for name in _FIELDS if name != "id")})
    values ($1, {", ".join(f"${number}" for number in range(2, len(_FIELDS) + 1))}) returning id"""


async def find_token(db: Db, digest: bytes, now: datetime) -> tuple[AccessToken, TokenOwner, Account] | None:
    """Return the valid token with this SHA-256 digest, its owner and its account, in one select (once per request).

    None if there is none, it or the key that made it is revoked or expired, its user is disabled, or its customer is
    deleted.
    """
    row = await db.fetchrow(_FIND, digest, now)
    if row is None:
        return None
    *token_values, name, role, site_ids, maker_scopes, resource_ids = row[_ACCOUNT_WIDTH:]
    owner = TokenOwner(name, role, *map(_set_or_none, (site_ids, maker_scopes, resource_ids)))
    return token_of(token_values), owner, account_of(row)


async def add_token(db: Db, token: AccessToken, digest: bytes) -> AccessToken:
    """Insert a token; returns it with its id. Raises NotFound(item, booking, customer), Duplicate(secret)."""
    values = [to_column(getattr(token, name)) for name in _FIELDS if name != "id"]
    with conflicts():
        token_id = await db.fetchval(_ADD, digest, *values)
    return msgspec.structs.replace(token, id=token_id)


async def revoke_token(db: Db, account_id: int, token_id: int, now: datetime) -> None:
    """Revoke one token of an account."""
    await db.execute(
        "update access_token set revoked_at = $3 where account_id = $1 and id = $2 and revoked_at is null",
        account_id,
        token_id,
        now,
    )


async def move_link(db: Db, account_id: int, token_id: int, booking_id: int, expires_at: datetime) -> None:
    """Let a guest's link lead to another booking, until a time."""
    await db.execute(
        """
        update access_token set (booking_id, expires_at) = ($3, $4)
        where account_id = $1 and id = $2 and kind = 'guest' and booking_id is not null
        """,
        account_id,
        token_id,
        booking_id,
        expires_at,
    )


async def delete_link(db: Db, account_id: int, digest: bytes) -> None:
    """Delete the guest's link whose secret has this digest."""
    await db.execute(
        "delete from access_token where account_id = $1 and digest = $2 and kind = 'guest'", account_id, digest
    )


async def reinstate_links(db: Db, account_id: int, item_id: int, booking_id: int, given_at: datetime) -> None:
    """Let the links to an item and its booking that ended when it was given away at a time lead to it again; one to the
    booking that ended wholly once nothing that was given away with the item is somebody else's any more."""
    await db.execute(
        """
        update access_token set given_away = given_away - $2::bigint::text, revoked_at = case
            when revoked_at = $4 and not exists (
                select from jsonb_each_text(given_away - $2::bigint::text) other where other.value::timestamptz = $4)
            then null else revoked_at end
        where account_id = $1 and kind = 'guest' and (
            (item_id = $2 and revoked_at = $4)
            or (booking_id = $3 and (given_away ->> $2::bigint::text)::timestamptz = $4))
        """,
        account_id,
        item_id,
        booking_id,
        given_at,
    )


async def rename_link(db: Db, account_id: int, token_id: int, name: str) -> None:
    """Give a guest's link another name."""
    await db.execute(
        "update access_token set name = $3 where account_id = $1 and id = $2 and kind = 'guest'",
        account_id,
        token_id,
        name,
    )


async def extend_session(db: Db, account_id: int, token_id: int, until: datetime, longest: timedelta) -> None:
    """Let a login session end later: at `until`, or `longest` after it was created if that is sooner."""
    await db.execute(
        """
        update access_token set expires_at = least($3, created_at + $4::interval)
        where account_id = $1 and id = $2 and revoked_at is null and kind in ('user', 'customer')
            and expires_at < least($3, created_at + $4::interval)
        """,
        account_id,
        token_id,
        until,
        longest,
    )


async def revoke_sessions(db: Db, account_id: int, user_id: int | None, customer_id: int | None, now: datetime) -> None:
    """Revoke all login sessions of a staff user or of a customer; name one of the two."""
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
    """Delete login sessions and guest links that ended before a time. Keys are kept, as the journal refers to them."""
    await db.execute(
        "delete from access_token where kind <> 'key' and least(revoked_at, expires_at) < $1",
        before,
    )


def token_of(row: Any) -> AccessToken:
    """The token of a row of TOKEN_COLUMNS."""
    fields = dict(zip(_FIELDS, row, strict=True))
    sets = {name: _set_or_none(fields[name]) for name in ("scopes", "site_ids")}
    origins = None if fields["origins"] is None else tuple(fields["origins"])
    return AccessToken(**{**fields, **sets, "origins": origins})


def to_column(value: object) -> object:
    """A field of a token as its column takes it."""
    return sorted(value) if isinstance(value, frozenset) else value


def _set_or_none(values: list[Any] | None) -> frozenset[Any] | None:
    return None if values is None else frozenset(values)
