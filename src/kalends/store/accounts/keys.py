"""Keys, which are access tokens of programs."""

from datetime import datetime

from kalends.engine.accounts.token import AccessToken
from kalends.engine.query import Query
from kalends.store.accounts.tokens import TOKEN_COLUMNS, to_column, token_of
from kalends.store.db import Db
from kalends.store.pages import fetch_page
from kalends.store.query import Column

KEY_FIELDS = {
    "id": Column("t.id", int),
    "door": Column("t.door", str),
    "name": Column("t.name", str),
    "created_at": Column("t.created_at", datetime),
    "revoked_at": Column("t.revoked_at", datetime),
}
_OF_ACCOUNT = f"select {TOKEN_COLUMNS} from access_token t where account_id = $1 and kind = 'key'"
_CHANGED = ("name", "scopes", "site_ids", "expires_at", "origins", "revoked_at", "revision")


async def list_keys(db: Db, account_id: int) -> list[AccessToken]:
    """List all keys of an account, oldest first, including revoked and expired ones."""
    return [token_of(row) for row in await db.fetch(f"{_OF_ACCOUNT} order by id", account_id)]


async def query_keys(db: Db, account_id: int, query: Query) -> tuple[list[AccessToken], int]:
    """Return one page of the keys, including revoked and expired ones, and how many match in all.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    source = "from access_token t where t.account_id = $1 and t.kind = 'key'"
    return await fetch_page(db, AccessToken, KEY_FIELDS, query, source, account_id)


async def find_key(db: Db, account_id: int, key_id: int) -> AccessToken | None:
    """Return one key of an account, or None."""
    row = await db.fetchrow(f"{_OF_ACCOUNT} and id = $2", account_id, key_id)
    return None if row is None else token_of(row)


async def lock_key(db: Db, account_id: int, key_id: int) -> AccessToken | None:
    """Lock and return one key of an account, or None; until the transaction ends nobody else changes it."""
    row = await db.fetchrow(f"{_OF_ACCOUNT} and id = $2 for no key update", account_id, key_id)
    return None if row is None else token_of(row)


async def save_key(db: Db, key: AccessToken) -> None:
    """Write what can be changed of a key."""
    assignments = ", ".join(f"{name} = ${number}" for number, name in enumerate(_CHANGED, 3))
    await db.execute(
        f"update access_token set {assignments} where account_id = $1 and id = $2",
        key.account_id,
        key.id,
        *(to_column(getattr(key, name)) for name in _CHANGED),
    )


async def find_valid(db: Db, key_id: int | None, digest: bytes, now: datetime) -> tuple[int, int, bool] | None:
    """Find the valid key with this id, or token with this digest, of any account: account id, id, is it a key."""
    row = await db.fetchrow(
        """
        select account_id, id, kind = 'key' from access_token
        where (digest = $2 or (id = $1 and kind = 'key'))
            and revoked_at is null and (expires_at is null or expires_at > $3)
        """,
        key_id,
        digest,
        now,
    )
    return None if row is None else (row[0], row[1], row[2])


async def is_origin_listed(db: Db, door: str, origin: str, now: datetime) -> bool:
    """Return whether a valid publishable key of any account for this door lists the origin."""
    listed: bool = await db.fetchval(
        """
        select exists (
            select from access_token
            where origins @> array[$2] and door = $1 and kind = 'key'
                and revoked_at is null and (expires_at is null or expires_at > $3))
        """,
        door,
        origin,
        now,
    )
    return listed
