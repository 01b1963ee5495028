"""Books on the page as a browser without scripts does: forms are read from the pages and sent."""

import re
from html import unescape
from typing import Any

import httpx
import msgspec

from tests.world import World

KARI = {"name": "Kari Moe", "email": "kari.moe@example.org"}
_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_START = re.compile(r'<button name="start" value="([^"]+)"')
_OWN = re.compile(r'data-own="[^"]*?(/h/[0-9a-f]+)')


class Booker(msgspec.Struct):
    """Somebody who looks for times, chooses one, and books it. `own` is the path of what they hold or have booked."""

    clinic: World
    client: httpx.AsyncClient
    own: str = ""

    async def look(self, service_id: int, **query: object) -> httpx.Response:
        """The page with the times of a service."""
        return await self.client.get(f"/{service_id}", params={key: str(value) for key, value in query.items()})

    async def choose(self, service_id: int, page: httpx.Response | None = None, nth: int = 0) -> httpx.Response:
        """Press the button of a time on a page, by default of the next free one."""
        page = page or await self.look(service_id)
        form = {**hidden(page), "start": starts(page)[nth]}
        return self.note(await self.client.post(f"/{service_id}", data=form))

    async def send(self, **fields: str) -> httpx.Response:
        """Send the form with the details; KARI's unless others are given."""
        return self.note(await self.client.post(self.own, data={**KARI, **fields}))

    async def post(self, below: str, **fields: str) -> httpx.Response:
        """Send another form of what is held or booked."""
        return await self.client.post(f"{self.own}/{below}", data=fields, follow_redirects=True)

    async def code(self) -> str:
        """The code that was sent last."""
        code: str = await self.clinic.db.fetchval(
            "select verification_code from item where account_id = $1 and verification_code is not null "
            "order by updated_at desc, id desc limit 1",
            self.clinic.account.id,
        )
        return code

    def note(self, page: httpx.Response) -> httpx.Response:
        """The same page; what it is about is noted."""
        if own := _OWN.search(page.text):
            self.own = own[1]
        return page


async def plan(studio: World, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of what is booked, in order of time."""
    rows = await studio.db.fetch(
        f"select {', '.join(columns)} from item where account_id = $1 and state = 'confirmed' order by starts_at, id",
        studio.account.id,
    )
    return [tuple(row) for row in rows]


def hidden(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of the form with the times."""
    form = page.text.partition('<form method="post"')[2].partition("</form>")[0]
    return {name: unescape(value) for name, value in _FIELD.findall(form)}


def starts(page: httpx.Response) -> list[str]:
    """What the buttons of the times send."""
    return [unescape(value) for value in _START.findall(page.text)]
