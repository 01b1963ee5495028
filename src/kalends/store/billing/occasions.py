"""Events, and the documents about them."""

from collections.abc import Collection
from datetime import datetime

from kalends.engine.billing.document import Document
from kalends.engine.billing.occasion import Occasion
from kalends.store.bookings.items import AT_SITES
from kalends.store.constraints import conflicts
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_EVENT = columns(Occasion)
_DOCUMENTS = f"""
    select {columns(Document)}, array(
        select b.booking_id from document_booking b
        where b.account_id = d.account_id and b.document_id = d.id order by b.booking_id)
    from document d
    """
# Whoever may see some sites only sees the documents of which everything booked is there.
_AT_SITES = f"""
    and ({{0}}::bigint[] is null or not exists (
        select from document_booking b join item i on i.account_id = $1 and i.booking_id = b.booking_id
        where b.account_id = $1 and b.document_id = d.id and i.state <> 'deleted' and not {AT_SITES}))"""


async def list_occasions(
    db: Db, account_id: int, starts_before: datetime | None = None, ends_after: datetime | None = None
) -> list[Occasion]:
    """The active events that start before one instant and end after the other, the earliest first; None is no bound."""
    return await fetch(
        db,
        Occasion,
        f"""
        select {_EVENT} from occasion
        where account_id = $1 and active and ($2::timestamptz is null or starts_at < $2)
            and ($3::timestamptz is null or ends_at > $3)
        order by starts_at, id
        """,
        account_id,
        starts_before,
        ends_after,
    )


async def find_occasions(db: Db, account_id: int, title: str) -> list[Occasion]:
    """The events of that title, active or not, the oldest first."""
    statement = f"select {_EVENT} from occasion where account_id = $1 and title = $2 order by id"
    return await fetch(db, Occasion, statement, account_id, title)


async def find_occasion(db: Db, account_id: int, event_id: int) -> Occasion | None:
    """One event, active or not."""
    statement = f"select {_EVENT} from occasion where account_id = $1 and id = $2"
    return await fetch_one(db, Occasion, statement, account_id, event_id)


async def lock_occasion(db: Db, account_id: int, event_id: int) -> Occasion | None:
    """In a transaction: the event, which nobody else changes until the end, or None."""
    statement = f"select {_EVENT} from occasion where account_id = $1 and id = $2 for no key update"
    return await fetch_one(db, Occasion, statement, account_id, event_id)


async def find_documents(
    db: Db, account_id: int, event_id: int, site_ids: Collection[int] | None = None
) -> list[Document]:
    """The documents about an event, over bookings at these sites or (None) any, the oldest first."""
    where = f"where account_id = $1 and occasion_id = $2 {_AT_SITES.format('$3')}"
    return await fetch(db, Document, f"{_DOCUMENTS} {where} order by day, id", account_id, event_id, site_ids)


async def lock_document(
    db: Db, account_id: int, document_id: int, site_ids: Collection[int] | None = None
) -> Document | None:
    """In a transaction: the document, over bookings at these sites or (None) any, which nobody else changes until the
    end; or None."""
    where = f"where account_id = $1 and id = $2 {_AT_SITES.format('$3')}"
    return await fetch_one(db, Document, f"{_DOCUMENTS} {where} for no key update", account_id, document_id, site_ids)


async def find_numbers(db: Db, account_id: int, kind: str) -> list[str]:
    """The numbers of all documents of a kind."""
    rows = await db.fetch("select number from document where account_id = $1 and kind = $2", account_id, kind)
    return [row["number"] for row in rows]


async def add_document_bookings(db: Db, document: Document) -> None:
    """Write which bookings a new document is about. Raises NotFound(booking)."""
    with conflicts():
        await db.execute(
            """
            insert into document_booking (account_id, document_id, booking_id)
            select $1, $2, booking_id from unnest($3::bigint[]) booking_id
            """,
            document.account_id,
            document.id,
            document.booking_ids,
        )
