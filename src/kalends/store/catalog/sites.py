"""Sites."""

from kalends.engine.catalog.site import Site
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_COLUMNS = columns(Site)


async def find_sites(db: Db, account_id: int) -> list[Site]:
    """List the account's sites, oldest first."""
    return await fetch(db, Site, f"select {_COLUMNS} from site where account_id = $1 order by id", account_id)


async def lock_site(db: Db, account_id: int, site_id: int) -> Site | None:
    """Lock and return the site, or None; until the transaction ends nobody else changes it, but may book there."""
    statement = f"select {_COLUMNS} from site where account_id = $1 and id = $2 for no key update"
    return await fetch_one(db, Site, statement, account_id, site_id)
