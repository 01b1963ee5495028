"""Events, and the documents about them."""

from collections.abc import Collection
from datetime import datetime

import asyncpg
import msgspec

from kalends.engine.event import Document, Occasion
from kalends.store.bookings.items import AT_SITES
from kalends.store.conflicts import conflicts
from kalends.store.db import Db, build, columns

_EVENT = columns(Occasion)
# Which bookings a document is about stands in rows of its own.
_DOCUMENT = ", ".join(name for name in Document.__struct_fields__ if name != "booking_ids")
_FOUND = f"""
    select {_DOCUMENT}, array(
        select b.booking_id from document_booking b
        where b.account_id = d.account_id and b.document_id = d.id order by b.booking_id)
    from document d
    """
# Whoever may see some sites only sees the documents of which everything booked is there.
_AT_SITES = f"""
    and ({{0}}::bigint[] is null or not exists (
        select from document_booking b join item i on i.account_id = $1 and i.booking_id = b.booking_id
        where b.account_id = $1 and b.document_id = d.id and i.state <> 'deleted' and not {AT_SITES}))"""


async def list_events(
    db: Db, account_id: int, starts_before: datetime | None = None, ends_after: datetime | None = None
) -> list[Occasion]:
    """The active events that overlap the time between, the earliest first; None is no bound."""
    rows = await db.fetch(
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
    return [build(Occasion, row) for row in rows]


async def find_events(db: Db, account_id: int, title: str) -> list[Occasion]:
    """The events of that title, active or not, the oldest first."""
    rows = await db.fetch(
        f"select {_EVENT} from occasion where account_id = $1 and title = $2 order by id", account_id, title
    )
    return [build(Occasion, row) for row in rows]


async def find_event(db: Db, account_id: int, event_id: int) -> Occasion | None:
    """One event, active or not."""
    row = await db.fetchrow(f"select {_EVENT} from occasion where account_id = $1 and id = $2", account_id, event_id)
    return None if row is None else build(Occasion, row)


async def lock_event(db: Db, account_id: int, event_id: int) -> Occasion | None:
    """In a transaction: the event, which nobody else changes until the end, or None."""
    row = await db.fetchrow(
        f"select {_EVENT} from occasion where account_id = $1 and id = $2 for no key update", account_id, event_id
    )
    return None if row is None else build(Occasion, row)


async def add_event(db: Db, event: Occasion) -> None:
    """Keep a new event."""
    statement = f"insert into occasion ({_EVENT}) select {_EVENT} from jsonb_populate_record(null::occasion, $1)"
    with conflicts():
        await db.execute(statement, event)


async def save_event(db: Db, event: Occasion) -> None:
    """Replace an event by its account and id."""
    statement = f"""
        update occasion set ({_EVENT}) = (select {_EVENT} from jsonb_populate_record(null::occasion, $1))
        where account_id = $2 and id = $3
        """
    with conflicts():
        await db.execute(statement, event, event.account_id, event.id)


async def find_documents(
    db: Db, account_id: int, event_id: int, site_ids: Collection[int] | None = None
) -> list[Document]:
    """The documents about an event, over bookings at these sites or (None) any, the oldest first."""
    where = f"where account_id = $1 and occasion_id = $2 {_AT_SITES.format('$3')}"
    rows = await db.fetch(f"{_FOUND} {where} order by day, id", account_id, event_id, site_ids)
    return [_document(row) for row in rows]


async def lock_document(
    db: Db, account_id: int, document_id: int, site_ids: Collection[int] | None = None
) -> Document | None:
    """In a transaction: the document, which nobody else changes until the end, or None; sites as above."""
    where = f"where account_id = $1 and id = $2 {_AT_SITES.format('$3')}"
    row = await db.fetchrow(f"{_FOUND} {where} for no key update", account_id, document_id, site_ids)
    return None if row is None else _document(row)


async def find_numbers(db: Db, account_id: int, kind: str) -> list[str]:
    """The numbers of all documents of a kind."""
    rows = await db.fetch("select number from document where account_id = $1 and kind = $2", account_id, kind)
    return [row["number"] for row in rows]


async def add_document(db: Db, document: Document) -> None:
    """Keep a new document. Raises Duplicate(number), NotFound(event, booking or invoice)."""
    statement = f"""
        with added as (
            insert into document ({_DOCUMENT}) select {_DOCUMENT} from jsonb_populate_record(null::document, $1)
            returning account_id, id
        )
        insert into document_booking (account_id, document_id, booking_id)
        select added.account_id, added.id, booking_id from added cross join unnest($2::bigint[]) booking_id
        """
    with conflicts():
        await db.execute(statement, document, document.booking_ids)


async def save_document(db: Db, document: Document) -> None:
    """Replace a document by its account and id; which bookings it is about stays."""
    statement = f"""
        update document set ({_DOCUMENT}) = (select {_DOCUMENT} from jsonb_populate_record(null::document, $1))
        where account_id = $2 and id = $3
        """
    with conflicts():
        await db.execute(statement, document, document.account_id, document.id)


def _document(row: asyncpg.Record) -> Document:
    document = build(Document, row)
    return msgspec.structs.replace(document, booking_ids=tuple(document.booking_ids))
