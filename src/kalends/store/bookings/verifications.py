"""The tries of verification codes. There is a row from the first try on."""

from datetime import datetime

from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.verification import Verification
from kalends.store.db import Db, is_in_transaction
from kalends.store.rows import columns, fetch_one

_COLUMNS = columns(Verification)


async def count_try(db: Db, item: Item) -> int:
    """Count a try of the code of an item's booking; returns how many the present code has had, with this one.

    It counts whatever comes of the try, so it must not run in a transaction, which a wrong code would roll back. Raises
    RuntimeError if it does.
    """
    if is_in_transaction(db):
        raise RuntimeError("a try of a code is counted outside of transactions")
    tries: int = await db.fetchval(
        """
        insert into verification (account_id, booking_id, tries, sent_at) values ($1, $2, 1, $3)
        on conflict (account_id, booking_id) do update set tries = verification.tries + 1 returning tries
        """,
        item.account_id,
        item.booking_id,
        item.created_at,
    )
    return tries


async def load_verification(db: Db, item: Item) -> Verification:
    """The verification of an item's booking, locked if there is a row: if not, that of a code nobody has tried yet."""
    statement = f"select {_COLUMNS} from verification where account_id = $1 and booking_id = $2 for update"
    stored = await fetch_one(db, Verification, statement, item.account_id, item.booking_id)
    return stored or Verification(item.account_id, item.booking_id, 0, 1, item.created_at)


async def save_verification(db: Db, verification: Verification) -> None:
    """Insert or update the verification of a booking."""
    await db.execute(
        """
        insert into verification (account_id, booking_id, tries, codes, sent_at) values ($1, $2, $3, $4, $5)
        on conflict (account_id, booking_id) do update set tries = $3, codes = $4, sent_at = $5
        """,
        verification.account_id,
        verification.booking_id,
        verification.tries,
        verification.codes,
        verification.sent_at,
    )


async def forget_verifications(db: Db, before: datetime) -> None:
    """Delete those of bookings that have nothing left to verify and whose last code was sent before a time."""
    await db.execute(
        """
        delete from verification v where sent_at < $1 and not exists (
            select from item i where i.account_id = v.account_id and i.booking_id = v.booking_id
                and i.state = 'awaiting_verification')
        """,
        before,
    )
