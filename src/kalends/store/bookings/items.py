"""Reads items with the records they refer to, one by one or as lists."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from types import GenericAlias
from typing import Any

import asyncpg
import msgspec

from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.states import ACTIVE
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.customers.customer import Customer
from kalends.store.db import Db
from kalends.store.rows import columns

_WIDTH = len(Item.__struct_fields__)
_EXTRAS = Item.__struct_fields__.index("extras")
_ALSO = Item.__struct_fields__.index("also_resource_ids")
_SELECT = f"""
    select {columns(Item, "i")}, b.uid::text, siblings.count, b.recurrence is not null
    from item i
    join booking b on b.account_id = i.account_id and b.id = i.booking_id
    cross join lateral (
        select count(*) from item s where s.account_id = i.account_id and s.booking_id = i.booking_id) siblings
    where i.account_id = $1"""
_NAMED = f"""
    with named as materialized (
        select distinct booking_id from item where account_id = $1 and id = any ($2)
    ), siblings as materialized (
        select n.booking_id, count(*) as count from named n
        join item s on s.account_id = $1 and s.booking_id = n.booking_id group by n.booking_id
    )
    select {columns(Item, "i")}, b.uid::text, siblings.count, b.recurrence is not null
    from item i
    join siblings on siblings.booking_id = i.booking_id
    join booking b on b.account_id = $1 and b.id = i.booking_id
    where i.account_id = $1 and i.id = any ($2) order by i.starts_at, i.id"""
_COUNT = "select count(*) from item i where i.account_id = $1"
# The records that items refer to, in one round trip.
_KINDS: tuple[type[msgspec.Struct], ...] = (Customer, Resource, Service, GroupSession)
_TIME_ZONES = msgspec.json.Decoder(dict[int, str])
_DECODERS = [msgspec.json.Decoder(GenericAlias(list, (kind,))) for kind in _KINDS]
SITE_TIME_ZONES = """(select json_object_agg(t.id, t.time_zone)::text from site t
            where t.account_id = $1 and t.time_zone <> (select a.time_zone from account a where a.id = $1))"""
"""The time zones of the sites of account $1 that are in another one than the account, by the id of the site."""
_RELATED = f"""
    select (select json_agg(c)::text from customer c where c.account_id = $1 and c.id = any ($2)),
        (select json_agg(r)::text from resource r where r.account_id = $1 and r.id = any ($3)),
        (select json_agg(s)::text from service s where s.account_id = $1 and s.id = any ($4)),
        (select json_agg(e)::text from group_session e where e.account_id = $1 and e.id = any ($5)),
        {SITE_TIME_ZONES}"""
_CHRONOLOGICAL = " order by i.starts_at, i.id"
_NEWEST_FIRST = " order by i.starts_at desc, i.id desc"
_LATEST_CHANGE_FIRST = " order by i.updated_at desc, i.id desc"

AT_SITE = """(i.resource_id in (select id from resource where account_id = $1 and site_id = {0})
    or (i.resource_id is null and i.site_id = {0}))"""
"""As engine.bookings.views.ItemView.site_id has it; unlike AT_SITES without what is at no site."""
IS_OF_EMAIL = "i.customer_id in (select id from customer where account_id = $1 and lower(email) = lower({}))"
NEEDS_SYNC = """((i.revision > coalesce(s.confirmed_revision, -1) and exists (
        select from journal j
        where j.account_id = $1 and j.kind = 'item' and j.subject_id = i.id
            and j.revision > coalesce(s.confirmed_revision, -1) and j.actor <> {0}::text and j.verb <> 'remind')
    ) or (i.customer_id is not null and exists (
        select from journal j
        where j.account_id = $1 and j.kind = 'customer' and j.subject_id = i.customer_id and j.revision > 0
            and j.actor <> {0}::text and case when s.confirmed_customer_id = i.customer_id
                then j.revision > s.confirmed_customer_revision else j.at > i.created_at end
            and j.after ?| '{{first_name,last_name,company,email,phone,phone_e164}}'::text[])))"""
"""Whether others than this actor changed an item, or its customer's name or addresses, after what was confirmed. That
somebody was reminded is no change.

`s` is the sync_state of the actor's key, {0} the actor.
"""
_UNSYNCED = f"""exists (
    select from (values (1)) one
    left join sync_state s on s.account_id = $1 and s.token_id = {{1}} and s.item_id = i.id where {NEEDS_SYNC})"""
_TAKES_ALSO = "i.also_resource_ids <> '{{}}' and i.also_resource_ids && {0}"
TAKES = f"(i.resource_id = any ({{0}}) or {_TAKES_ALSO})"
"""Whether an item takes one of these resources."""
TAKES_PLACE_WITH = f"""(i.resource_id = any ({{0}}) or {_TAKES_ALSO} or i.session_id in (
    select id from group_session where account_id = $1 and also_resource_ids && {{0}}))"""
"""As engine.bookings.views.ItemView.resource_ids has it; a seat has the first of the resources of its session."""
# (field of ItemQuery, clause, conversion of the value to an argument). For a single id the clause uses `=`: the generic
# plan for `= any` would read everybody's items of those days instead of using the index on the id.
_CLAUSES: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("ids", "i.id = any ({})", list),
    ("kinds", "i.kind = any ({})", list),
    ("site_id", AT_SITE, int),
    ("with_resource", "(i.resource_id is not null) = {}", bool),
    ("service_ids", "i.service_id = any ({})", list),
    ("session_ids", "i.session_id = any ({})", list),
    ("resource_ids", "i.resource_id = any ({})", list),
    ("also_resource_ids", _TAKES_ALSO, list),
    ("with_resource_ids", TAKES_PLACE_WITH, list),
    ("customer_ids", "i.customer_id = any ({})", list),
    ("of_customer_id", "(i.customer_id = {0} or i.booked_by_customer_id = {0})", int),
    ("customer_email", IS_OF_EMAIL, str),
    ("external_id", "i.external_id = {}", str),
    ("starts_after", "i.starts_at >= {}", lambda at: at),
    ("starts_before", "i.starts_at < {}", lambda at: at),
    ("ends_after", "i.ends_at > {}", lambda at: at),
    # The second condition follows from the first, and lets it use the index on starts_at.
    ("ends_before", "i.ends_at <= {0} and i.starts_at < {0}", lambda at: at),
    ("updated_after", "i.updated_at > {}", lambda at: at),
    ("uid", "i.booking_id = (select id from booking where account_id = $1 and uid = {}::text::uuid)", str),
    ("statuses", "i.status = any ({})", list),
    ("without_status", "i.status is distinct from {}", str),
)
_BY_ID = {"service_ids", "session_ids", "resource_ids", "customer_ids"}
IN_STATES = """(case when i.expires_at <= {0} and is_active(i.state) then 'verification_expired' = any ({1})
    else i.state = any ({1}) end)"""
"""State by engine.bookings.states.state_at: a hold past its end counts as expired, whatever state is stored.

Each case has a comparison of its own, because the planner expects almost no rows of one comparison with the whole case.
"""
RESOURCE_AT_SITES = "{1} in (select id from resource where account_id = $1 and site_id = any ({0}))"
"""Whether the resource {1} (not null) is at one of the sites {0}."""
AT_SITES = f"""(case when i.resource_id is null then i.site_id is null or i.site_id = any ({{0}})
    else {RESOURCE_AT_SITES.format("{0}", "i.resource_id")} end)"""
"""Site by engine.bookings.views.ItemView.site_id; an item at no site is visible at all of them."""

_STATES_LISTED = {"visible": [*ACTIVE, "declined", "cancelled"], "unconfirmed": ["awaiting_confirmation"]}


async def find_item(db: Db, account_id: int, item_id: int) -> ItemView | None:
    """An item in any state, or None."""
    return await _fetch_view(db, f"{_SELECT} and i.id = $2", account_id, item_id)


_BEST_FIRST = "order by is_active(i.state) desc, i.state = 'deleted', i.id desc"


async def find_by_external_id(
    db: Db, account_id: int, external_id: str, site_ids: Collection[int] | None = None
) -> ItemView | None:
    """The newest item with an external id at these sites (None: any), an active one first and a deleted one last."""
    at_sites = f"and ($3::bigint[] is null or {AT_SITES.format('$3')})"
    statement = f"{_SELECT} and i.external_id = $2 {at_sites} {_BEST_FIRST} limit 1"
    return await _fetch_view(db, statement, account_id, external_id, site_ids)


async def find_views(db: Db, account_id: int, item_ids: Sequence[int]) -> list[ItemView]:
    """The items with these ids, in order of time. Fast for many items of one booking: its items are counted once."""
    return await _with_relations(db, account_id, await db.fetch(_NAMED, account_id, item_ids))


async def find_views_of(db: Db, account_id: int, booking_id: int) -> list[ItemView]:
    """The items of a booking in any state, in order of time."""
    statement = f"{_SELECT} and i.booking_id = $2 order by i.starts_at, i.id"
    return await _with_relations(db, account_id, await db.fetch(statement, account_id, booking_id))


async def list_items(
    db: Db, account_id: int, query: ItemQuery, now: datetime, site_ids: Collection[int] | None = None
) -> tuple[list[ItemView], int]:
    """A page of the items that match at these sites (None: any), and the number of all that match.

    Holds that end by `now` are not active.
    """
    where, values = _where(account_id, query, now, site_ids)
    page = f" limit ${len(values) + 1} offset ${len(values) + 2}"
    rows = await db.fetch(_SELECT + where + _order(query) + page, *values, query.limit, query.offset)
    views = await _with_relations(db, account_id, rows)
    if 0 < len(rows) < query.limit or (not rows and not query.offset):  # the last page tells the number
        return views, query.offset + len(rows)
    return views, await db.fetchval(_COUNT + where, *values)


def item_of(row: Sequence[Any] | asyncpg.Record) -> Item:
    """The item in the first columns of a row, which are those of `columns(Item)`."""
    values = list(row[:_WIDTH])
    values[_ALSO] = tuple(values[_ALSO])
    values[_EXTRAS] = tuple(Extra(**extra) for extra in values[_EXTRAS])
    return Item(*values)


def _where(account_id: int, query: ItemQuery, now: datetime, site_ids: Collection[int] | None) -> tuple[str, list[Any]]:
    clauses: list[str] = []
    values: list[Any] = [account_id]

    def add(clause: str, *arguments: Any) -> None:
        placeholders = (f"${len(values) + count}" for count, _ in enumerate(arguments, 1))
        clauses.append(" and " + clause.format(*placeholders))
        values.extend(arguments)

    for name, clause, convert in _CLAUSES:
        value = getattr(query, name)
        if value is None:
            continue
        if name in _BY_ID and len(value) == 1:
            add(clause.replace("= any ({})", "= {}"), value[0])
        else:
            add(clause, convert(value))
    if query.states is not None:
        add(IN_STATES, now, list(query.states))
    elif query.listing != "all":
        add("i.state = any ({})", _STATES_LISTED.get(query.listing, list(ACTIVE)))
        add("(i.expires_at is null or i.expires_at > {} or i.state in ('declined', 'cancelled'))", now)
    if query.unsynced_by is not None:
        add(_UNSYNCED, query.unsynced_by.actor, query.unsynced_by.token_id)
    if query.listing == "upcoming":
        add("i.starts_at >= {}", now)
    if query.listing == "no_status":
        clauses.append(" and i.status is null")
    if site_ids is not None:
        add(AT_SITES, site_ids)
    return "".join(clauses), values


def _order(query: ItemQuery) -> str:
    if query.latest_change_first:
        return _LATEST_CHANGE_FIRST
    return _NEWEST_FIRST if query.newest_first else _CHRONOLOGICAL


async def _fetch_view(db: Db, statement: str, *values: Any) -> ItemView | None:
    views = await _with_relations(db, values[0], await db.fetch(statement, *values))
    return views[0] if views else None


async def _with_relations(db: Db, account_id: int, rows: Sequence[Any]) -> list[ItemView]:
    items = [item_of(row) for row in rows]
    if not items:
        return []
    ids = (_ids(items, name) for name in ("customer_id", "resource_id", "service_id", "session_id"))
    related = await db.fetchrow(_RELATED, account_id, *ids)
    assert related is not None
    customers, resources, services, sessions = map(_by_id, _DECODERS, tuple(related)[: len(_KINDS)])
    views = [
        ItemView(
            item,
            row[_WIDTH],
            row[_WIDTH + 1],
            customers.get(item.customer_id),
            resources.get(item.resource_id),
            services.get(item.service_id),
            sessions.get(item.session_id),
            row[_WIDTH + 2],
        )
        for item, row in zip(items, rows, strict=True)
    ]
    time_zones = related[len(_KINDS)]
    return _with_time_zones(views, _TIME_ZONES.decode(time_zones)) if time_zones else views


def _with_time_zones(views: Sequence[ItemView], time_zones: Mapping[int, str]) -> list[ItemView]:
    return [msgspec.structs.replace(view, time_zone=time_zones.get(view.site_id or 0)) for view in views]


def _ids(items: Sequence[Item], name: str) -> list[int]:
    return list({getattr(item, name) for item in items} - {None})


def _by_id(decoder: msgspec.json.Decoder[Any], text: str | None) -> dict[int | None, Any]:
    return {record.id: record for record in decoder.decode(text or "[]")}
