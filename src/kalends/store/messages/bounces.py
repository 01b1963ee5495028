"""Addresses that take no messages."""

from kalends.engine.messages.bounce import BouncedAddress
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_COLUMNS = columns(BouncedAddress)


async def list_bounced(db: Db, account_id: int) -> list[BouncedAddress]:
    """List the addresses, by address."""
    statement = f"select {_COLUMNS} from bounced_address where account_id = $1 order by address"
    return await fetch(db, BouncedAddress, statement, account_id)


async def find_bounced(db: Db, account_id: int, address: str) -> BouncedAddress | None:
    """Return the entry of an address, as `address_key` writes it; None if it takes messages."""
    statement = f"select {_COLUMNS} from bounced_address where account_id = $1 and address = $2"
    return await fetch_one(db, BouncedAddress, statement, account_id, address)


async def remove_bounced(db: Db, account_id: int, bounced_id: int) -> None:
    """Delete an entry."""
    await db.execute("delete from bounced_address where account_id = $1 and id = $2", account_id, bounced_id)
