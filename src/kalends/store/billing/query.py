"""Invoices filtered and sorted by their fields, and what they are about."""

from collections.abc import Collection
from datetime import date, datetime

from kalends.engine.billing.invoice import STANDINGS, Invoice, InvoiceSubject
from kalends.engine.query import Query
from kalends.store.billing.invoices import INVOICE_AT_SITES, complete
from kalends.store.db import Db
from kalends.store.pages import fetch_page
from kalends.store.query import Column

# An invoice `t` and what the first of its items is about, as engine.billing.invoice.InvoiceSubject has it.
_FROM = """
    from invoice t join account a on a.id = t.account_id left join lateral (
        select i.id as item_id, i.session_id, case when r.kind = 'person' then r.id end as person_id,
            coalesce(r.site_id, i.site_id) as site_id
        from invoice_row w join item i on i.account_id = $1 and i.id = w.item_id
        left join resource r on r.account_id = $1 and r.id = coalesce(i.resource_id, w.resource_id)
        where w.account_id = $1 and w.invoice_id in (t.id, t.corrects_id)
        order by w.invoice_id = t.id desc, w.position limit 1
    ) about on true
    where t.account_id = $1"""
_CANCELLED = """exists (
    select from invoice c where c.account_id = $1 and c.corrects_id = t.id and c.kind = 'cancellation')"""
_STANDING = f"""(case when t.kind = 'cancellation' or {_CANCELLED} then 'closed' when t.paid_at is not null then 'paid'
    when t.kind = 'invoice' then 'open' else 'credit' end)"""
_ITEMS = "from invoice_row w where w.account_id = $1 and w.invoice_id in (t.id, t.corrects_id)"
_OF_ITEMS = f"from item i where i.account_id = $1 and i.id in (select w.item_id {_ITEMS})"
INVOICE_FIELDS = {
    "id": Column("t.id", int),
    "issued_at": Column("t.issued_at", datetime),
    "changed_at": Column(
        """greatest(t.updated_at, (
            select max(c.issued_at) from invoice c where c.account_id = $1 and c.corrects_id = t.id))""",
        datetime,
    ),
    "archived_at": Column("null::timestamptz", datetime),
    "issued_on": Column("(t.issued_at at time zone a.time_zone)::date", date),
    "digits": Column("(t.year::text || lpad(t.number::text, greatest(4, length(t.number::text)), '0'))::bigint", int),
    "standing": Column(f"array_position(array{list(STANDINGS)}, {_STANDING})", int),
    "customer_id": Column("t.customer_id", int),
    "occupancy_id": Column("coalesce(about.session_id, about.item_id)", int),
    "person_id": Column("about.person_id", int),
    "site_id": Column("about.site_id", int),
    "item_ids": Column(f"array(select w.item_id {_ITEMS})", int, many=True),
    "occupancy_ids": Column(f"array(select coalesce(i.session_id, i.id) {_OF_ITEMS})", int, many=True),
    "case_ids": Column(f"array(select i.case_id {_OF_ITEMS})", int, many=True),
}
"""`standing` is counted from 1, in the order of STANDINGS; `occupancy_id` is the session of the first item, else that
item, `occupancy_ids` those of all items; invoices are never archived."""


async def query_invoices(
    db: Db, account_id: int, query: Query, site_ids: Collection[int] | None = None
) -> tuple[list[Invoice], int]:
    """One page of the invoices about these sites (None: any) that match, and their number. Raises as `fetch_page`."""
    source = f"{_FROM} {INVOICE_AT_SITES.format('$2')}"
    invoices, total = await fetch_page(db, Invoice, INVOICE_FIELDS, query, source, account_id, site_ids)
    return await complete(db, account_id, invoices), total


async def find_subjects(db: Db, account_id: int, invoice_ids: Collection[int]) -> dict[int, InvoiceSubject]:
    """What these invoices are about, by their ids."""
    rows = await db.fetch(
        f"select t.id, about.item_id, about.session_id, about.person_id, about.site_id {_FROM} and t.id = any ($2)",
        account_id,
        list(invoice_ids),
    )
    return {row[0]: InvoiceSubject(*row[1:]) for row in rows}


async def find_standings(db: Db, account_id: int, item_ids: Collection[int]) -> dict[int, str]:
    """The standing of the newest invoice about each of these items that has one, by the item's id."""
    rows = await db.fetch(
        f"""
        select distinct on (w.item_id) w.item_id, {_STANDING} from invoice_row w
        join invoice t on t.account_id = $1 and t.id = w.invoice_id and t.kind = 'invoice'
        where w.account_id = $1 and w.item_id = any ($2) order by w.item_id, t.id desc
        """,
        account_id,
        list(item_ids),
    )
    return {row[0]: row[1] for row in rows}
