"""Sites."""

from kalends.engine.catalog.site import Site
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_SITE = columns(Site)


async def find_sites(db: Db, account_id: int) -> list[Site]:
    """The account's sites, the oldest first."""
    return await fetch(db, Site, f"select {_SITE} from site where account_id = $1 order by id", account_id)


async def lock_site(db: Db, account_id: int, site_id: int) -> Site | None:
    """In a transaction: the site, which nobody else changes until the end, or None. Bookings go on meanwhile."""
    statement = f"select {_SITE} from site where account_id = $1 and id = $2 for no key update"
    return await fetch_one(db, Site, statement, account_id, site_id)
