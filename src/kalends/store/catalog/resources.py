"""Resources and their parts."""

from collections.abc import Collection, Sequence
from datetime import datetime

from kalends.engine.catalog.resource import Resource
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_COLUMNS = columns(Resource)
IN_USE = """(r.active and not exists (
    select from site u where u.account_id = $1 and u.id = r.site_id and u.archived_at is not null))"""
"""A resource `r` that is active, at a site that is not archived."""


async def find_resources(
    db: Db,
    account_id: int,
    ids: Sequence[int] | None = None,
    site_ids: Collection[int] | None = None,
    with_inactive: bool = True,
) -> list[Resource]:
    """List resources with these ids and at these sites (None: any) in display order.

    Without inactive ones, those at archived sites are left out, too.
    """
    return await fetch(
        db,
        Resource,
        f"""
        select {columns(Resource, "r")} from resource r
        where r.account_id = $1 and ($2::bigint[] is null or r.id = any ($2))
            and ($3::bigint[] is null or r.site_id = any ($3)) and ($4 or {IN_USE})
        order by r.position, r.id
        """,
        account_id,
        ids,
        site_ids,
        with_inactive,
    )


async def lock_resource(db: Db, account_id: int, resource_id: int) -> Resource | None:
    """Lock and return the resource, or None; until the transaction ends nobody else changes it, but may book it."""
    statement = f"select {_COLUMNS} from resource where account_id = $1 and id = $2 for no key update"
    return await fetch_one(db, Resource, statement, account_id, resource_id)


async def claims_ahead(db: Db, resource: Resource, now: datetime) -> tuple[int, datetime | None]:
    """Count the claims on a resource and its parts that end after `now`, and say when the last of them ends.

    Blocks of the whole site don't count: they let go of a resource. Ends include buffers; the second value is None if
    there are no claims.
    """
    row = await db.fetchrow(
        """
        select count(*), max(upper(c.span)) from resource r
        cross join lateral claims_on($1, r.id, tstzrange($4, null)) c
        where r.account_id = $1 and r.root_id = $2 and r.path @> array[$3::bigint]
            and (c.expires_at is null or c.expires_at > $4) and not exists (
                select from item i
                where i.account_id = $1 and i.id = c.item_id and i.kind = 'block' and i.resource_id is null)
        """,
        resource.account_id,
        resource.path[0],
        resource.id,
        now,
    )
    assert row is not None
    return row[0], row[1]


async def lock_parts(db: Db, whole: Resource) -> list[Resource]:
    """Lock and list the parts of a resource at all levels below it: nobody else changes them until the transaction
    ends."""
    return await fetch(
        db,
        Resource,
        f"""
        select {_COLUMNS} from resource
        where account_id = $1 and root_id = $2 and path @> array[$3::bigint] and id <> $3
        order by id for no key update
        """,
        whole.account_id,
        whole.path[0],
        whole.id,
    )
