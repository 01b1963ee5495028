"""Sites."""

from collections.abc import Collection

from kalends.engine.catalog.site import Site
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_COLUMNS = columns(Site)


async def find_sites(db: Db, account_id: int) -> list[Site]:
    """List the account's sites, oldest first."""
    return await fetch(db, Site, f"select {_COLUMNS} from site where account_id = $1 order by id", account_id)


async def find_zones(
    db: Db, account_id: int, resource_ids: Collection[int], site_ids: Collection[int] | None = None
) -> dict[int, str]:
    """The time zone names where these resources stand, by resource, of those at these sites (None is any)."""
    statement = """
        select r.id, s.time_zone from resource r join site s on s.account_id = r.account_id and s.id = r.site_id
        where r.account_id = $1 and r.id = any ($2) and ($3::bigint[] is null or s.id = any ($3))"""
    return {row[0]: row[1] for row in await db.fetch(statement, account_id, list(resource_ids), site_ids)}


async def lock_sites(db: Db, account_id: int, site_ids: Collection[int]) -> None:
    """In a transaction: these sites, in the order of their ids, which nobody else changes, blocks or adds resources to
    until the end. Bookings go on meanwhile."""
    await db.execute(
        "select from site where account_id = $1 and id = any ($2) order by id for no key update",
        account_id,
        list(site_ids),
    )


async def lock_site(db: Db, account_id: int, site_id: int) -> Site | None:
    """Lock and return the site, or None; until the transaction ends nobody else changes it, but may book there."""
    statement = f"select {_COLUMNS} from site where account_id = $1 and id = $2 for no key update"
    return await fetch_one(db, Site, statement, account_id, site_id)
