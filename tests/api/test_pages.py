"""Pages of a list: no row twice and none lost while others write."""

import asyncio

import httpx

from kalends.actions.catalog.sites import add_site, change_site
from kalends.engine.catalog.site import SitePatch
from tests.world import World


async def test_no_row_comes_twice_or_is_lost_while_ten_write(api: httpx.AsyncClient, clinic: World) -> None:
    there = {(await add_site(clinic.ctx(), SitePatch(name=f"Site {number:03}"))).id for number in range(60)}
    ends = asyncio.Event()

    async def write(number: int) -> None:
        """Adds sites, and changes some of those that are there, until the pages are read."""
        turn = 0
        while not ends.is_set():
            turn += 1
            await add_site(clinic.ctx(), SitePatch(name=f"New {number}-{turn}"))
            await change_site(clinic.ctx(), sorted(there)[number], SitePatch(city=f"{turn}"))

    async def read() -> list[int]:
        ids: list[int] = []
        url = "/sites?limit=3"
        while url and len(ids) < 90:
            page = (await api.get(url)).json()
            ids += [int(site["id"].removeprefix("site_")) for site in page["data"]]
            url = f"/sites?limit=3&cursor={page['next']}" if page["next"] else ""
        ends.set()
        return ids

    writing = [asyncio.create_task(write(number)) for number in range(10)]
    ids = await read()
    await asyncio.gather(*writing)
    assert len(ids) == len(set(ids))
    assert there <= set(ids)
    assert ids == sorted(ids)
