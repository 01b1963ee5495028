"""The account that the vendor's examples are of, with their ids."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from kalends.actions.accounts.keys import create_key
from kalends.actions.catalog.sites import add_site
from kalends.actions.context import Context
from kalends.engine.accounts.account import Account, Policy
from kalends.engine.accounts.principal import system
from kalends.engine.catalog.site import SitePatch
from kalends.store.accounts.accounts import add_account
from kalends.store.db import Db
from tests.dialects.locaboo.venue import Venue, worked

TREES: Mapping[tuple[int, str], Mapping[int, str]] = {
    (5721, "test audit"): {8795: "The only child"},
    (48, "Stefan Test"): {49: "Kleine Halle", 50: "Große Halle"},
    (51, "Matthias Dome"): {52: "Basketball Field", 53: "Eishockey Field"},
    (47, "Sandkasten"): {},
}


class Vendor(msgspec.Struct, frozen=True):
    """The account, and what answers for it behind the door."""

    ctx: Context
    site: int
    venue: Venue
    secret: str

    async def get(self, path: str, **params: Any) -> Any:
        """What a read answers that must work."""
        return worked(await self.venue.client.get(path, params={**params, "api_secret_key": self.secret}))

    async def write(self, statement: str, *values: Any) -> None:
        """Furnish the account by hand; the account is $1."""
        await self.ctx.db.execute(statement, self.ctx.account.id, *values)

    async def add(self, id_: int, title: str, *, kind: str = "space", under: int | None = None) -> None:
        """A resource of that id."""
        await self.write(
            """
            insert into resource (account_id, id, site_id, parent_id, path, kind, title, position, created_at,
                updated_at)
            select $1, $2::bigint, $3, $4::bigint, array_remove(array[$4, $2], null), $5, $6, count(*), $7, $7
            from resource where account_id = $1
            """,
            *(id_, self.site, under, kind, title, self.ctx.now),
        )

    async def add_trees(self) -> None:
        """The halls of the examples, with their parts."""
        for (whole, title), parts in TREES.items():
            await self.add(whole, title)
            for part, name in parts.items():
                await self.add(part, name, under=whole)

    async def add_field(self, id_: int, title: str, kind: str, *options: str) -> None:
        """A field of that id."""
        await self.write(
            "insert into custom_field (account_id, id, title, kind, options) values ($1, $2, $3, $4, $5)",
            *(id_, title, kind, options),
        )


async def open_vendor(venue: Venue, db: Db, now: datetime) -> Vendor:
    """An account with a site and nothing else."""
    slug = f"manager-{venue.world.account.slug}"
    account = Account(0, slug, "The Manager", "Europe/Berlin", "en", "EUR", "DE", Policy())
    ctx = Context(system("tests", "Tester"), await add_account(db, account, now), now, db)
    site = await add_site(ctx, SitePatch(name="Testhausen"))
    _, secret = await create_key(ctx, "locaboo")
    return Vendor(ctx, site.id, venue, secret)


def example(name: str, **dates: str) -> Any:
    """What the page shows, its JSON mended and dates such as `2018-11-01` replaced: `d2018_11_01="2027-03-04"`."""
    text = (Path(__file__).parent / "examples" / f"{name}.json").read_text()
    for was, now in dates.items():
        text = re.sub(was.removeprefix("d").replace("_", "-"), now, text)
    return msgspec.json.decode(text)
