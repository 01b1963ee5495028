"""Sites, and the resources that stand there, as trees."""

from collections.abc import Collection, Sequence
from datetime import datetime

import asyncpg

from kalends.engine.catalogue import Resource, Site
from kalends.store.conflicts import conflicts
from kalends.store.db import Db, build, columns

_RESOURCE = columns(Resource)
_SITE = columns(Site)
# The database draws the ids of sites.
_NEW_SITE = ", ".join(name for name in Site.__struct_fields__ if name != "id")


async def find_sites(db: Db, account_id: int) -> list[Site]:
    """The account's sites, the oldest first."""
    rows = await db.fetch(f"select {_SITE} from site where account_id = $1 order by id", account_id)
    return [build(Site, row) for row in rows]


async def add_site(db: Db, site: Site) -> Site:
    """Keep a new site; answers it with its id (the one it came with is not looked at). Raises Duplicate(name)."""
    statement = f"""
        insert into site ({_NEW_SITE}) select {_NEW_SITE} from jsonb_populate_record(null::site, $1) returning {_SITE}
        """
    with conflicts():
        row = await db.fetchrow(statement, site)
    assert row is not None
    return build(Site, row)


async def save_site(db: Db, site: Site) -> None:
    """Replace a site by its account and id. Raises Duplicate(name)."""
    statement = f"""
        update site set ({_NEW_SITE}) = (select {_NEW_SITE} from jsonb_populate_record(null::site, $1))
        where account_id = $2 and id = $3
        """
    with conflicts():
        await db.execute(statement, site, site.account_id, site.id)


async def find_resources(
    db: Db,
    account_id: int,
    ids: Sequence[int] | None = None,
    site_ids: Collection[int] | None = None,
    with_inactive: bool = True,
) -> list[Resource]:
    """The account's resources with these ids, at these sites (None is any), as they are to be shown."""
    rows = await db.fetch(
        f"""
        select {_RESOURCE} from resource
        where account_id = $1 and ($2::bigint[] is null or id = any ($2))
            and ($3::bigint[] is null or site_id = any ($3)) and (active or $4)
        order by position, id
        """,
        account_id,
        ids,
        site_ids,
        with_inactive,
    )
    return [_resource(row) for row in rows]


async def lock_resource(db: Db, account_id: int, resource_id: int) -> Resource | None:
    """In a transaction: the resource, which nobody else changes until the end, or None. Bookings go on meanwhile."""
    row = await db.fetchrow(
        f"select {_RESOURCE} from resource where account_id = $1 and id = $2 for no key update", account_id, resource_id
    )
    return None if row is None else _resource(row)


async def claims_ahead(db: Db, resource: Resource, now: datetime) -> tuple[int, datetime | None]:
    """How many claims on a resource and its parts reach beyond `now`, and when the last of them ends, buffers
    included."""
    row = await db.fetchrow(
        """
        select count(*), max(upper(c.span)) from resource r
        cross join lateral claims_on($1, r.id, tstzrange($4, null)) c
        where r.account_id = $1 and r.root_id = $2 and r.path @> array[$3::bigint]
            and (c.expires_at is null or c.expires_at > $4)
        """,
        resource.account_id,
        resource.path[0],
        resource.id,
        now,
    )
    assert row is not None
    return row[0], row[1]


async def add_resource(db: Db, resource: Resource) -> None:
    """Keep a new resource. Raises NotFound(site or resource: the parent)."""
    statement = f"""
        insert into resource ({_RESOURCE}) select {_RESOURCE} from jsonb_populate_record(null::resource, $1)
        """
    with conflicts():
        await db.execute(statement, resource)


async def save_resource(db: Db, resource: Resource) -> None:
    """Replace a resource by its account and id; not for a new place in the tree."""
    statement = f"""
        update resource set ({_RESOURCE}) = (select {_RESOURCE} from jsonb_populate_record(null::resource, $1))
        where account_id = $2 and id = $3
        """
    with conflicts():
        await db.execute(statement, resource, resource.account_id, resource.id)


async def find_parts(db: Db, whole: Resource) -> list[Resource]:
    """All parts of a resource, however deep."""
    rows = await db.fetch(
        f"""
        select {_RESOURCE} from resource
        where account_id = $1 and root_id = $2 and path @> array[$3::bigint] and id <> $3 order by id
        """,
        whole.account_id,
        whole.path[0],
        whole.id,
    )
    return [_resource(row) for row in rows]


async def move_parts(db: Db, whole: Resource) -> None:
    """Have all parts of a resource, however deep, stand at its site."""
    await db.execute(
        """
        update resource set site_id = $3, updated_at = $4
        where account_id = $1 and root_id = $5 and path @> array[$2::bigint] and id <> $2
        """,
        whole.account_id,
        whole.id,
        whole.site_id,
        whole.updated_at,
        whole.path[0],
    )


def _resource(row: asyncpg.Record) -> Resource:
    values = dict(row)
    return Resource(**values | {"path": tuple(values["path"])})
