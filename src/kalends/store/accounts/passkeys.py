"""Passkeys of staff users."""

from datetime import datetime

from kalends.engine.accounts.account import Account
from kalends.engine.accounts.passkey import Passkey
from kalends.store.accounts.accounts import account_of
from kalends.store.constraints import conflicts
from kalends.store.db import Db
from kalends.store.rows import columns, fetch

_COLUMNS = columns(Passkey, "p")
_ACCOUNT_COLUMNS = columns(Account, "a")
_ACCOUNT_WIDTH = len(Account.__struct_fields__)


async def list_passkeys(db: Db, account_id: int, user_id: int) -> list[Passkey]:
    """The passkeys of a user, oldest first."""
    statement = f"select {_COLUMNS} from passkey p where p.account_id = $1 and p.user_id = $2 order by p.id"
    return await fetch(db, Passkey, statement, account_id, user_id)


async def lock_passkey(db: Db, credential_id: bytes) -> tuple[Account, Passkey] | None:
    """Lock the passkey with this name, of any account, so that it stays until the transaction ends; None if there is
    none, or its user is disabled. Of several the first counts: whoever takes the name of another's takes nothing."""
    row = await db.fetchrow(
        f"""
        select {_ACCOUNT_COLUMNS}, {_COLUMNS} from passkey p
        join account a on a.id = p.account_id
        join staff_user u on u.account_id = p.account_id and u.id = p.user_id
        where p.credential_id = $1 and u.disabled_at is null
        order by p.created_at, p.account_id, p.id limit 1 for no key update of p
        """,
        credential_id,
    )
    if row is None:
        return None
    values = dict(zip(Passkey.__struct_fields__, row[_ACCOUNT_WIDTH:], strict=True))
    return account_of(row), Passkey(**values)


async def add_passkey(db: Db, passkey: Passkey) -> int:
    """Insert a passkey; returns its id. Raises Duplicate(credential)."""
    with conflicts():
        passkey_id: int = await db.fetchval(
            """
            insert into passkey (account_id, user_id, credential_id, public_key, sign_count, name, created_at)
            values ($1, $2, $3, $4, $5, $6, $7) returning id
            """,
            passkey.account_id,
            passkey.user_id,
            passkey.credential_id,
            passkey.public_key,
            passkey.sign_count,
            passkey.name,
            passkey.created_at,
        )
    return passkey_id


async def note_use(db: Db, passkey: Passkey, sign_count: int, now: datetime) -> None:
    """Write down that it was used."""
    await db.execute(
        "update passkey set sign_count = $3, used_at = $4 where account_id = $1 and id = $2",
        passkey.account_id,
        passkey.id,
        sign_count,
        now,
    )


async def remove_passkeys(db: Db, account_id: int, user_id: int, passkey_id: int | None = None) -> int:
    """Delete one passkey of a user, or (None) all; returns how many there were."""
    status = await db.execute(
        "delete from passkey where account_id = $1 and user_id = $2 and ($3::bigint is null or id = $3)",
        account_id,
        user_id,
        passkey_id,
    )
    return int(status.rpartition(" ")[2])
