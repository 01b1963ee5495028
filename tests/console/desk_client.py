"""The console as forms use it, without a browser: pages are opened, and what their forms have is sent."""

import re
from html import unescape
from types import TracebackType

import httpx

from tests.console.conftest import EMAIL
from tests.world import World

_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


class Desk:
    """Somebody who is logged in; the last page is in `page`."""

    def __init__(self, address: str, account: str, password: str, email: str = EMAIL) -> None:
        self.client = httpx.AsyncClient(base_url=f"{address}/console", timeout=60, headers={"accept-language": "en-GB"})
        self.login = {"account": account, "email": email, "password": password}
        self.page = ""

    async def __aenter__(self) -> "Desk":
        answer = await self.client.post("/login", data=self.login)
        self.client.headers["cookie"] = "; ".join(
            cookie.partition(";")[0] for cookie in answer.headers.get_list("set-cookie")
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.client.aclose()

    async def open(self, path: str) -> int:
        """Open a page; answers its status."""
        answer = await self.client.get(path)
        self.page = unescape(answer.text)
        return answer.status_code

    async def send(self, path: str, **fields: object) -> int:
        """Send a form of the open page, with the hidden fields of the form that goes there; follows where it leads."""
        form = self.page.partition(f'action="/console{path}"')[2].partition("</form>")[0]
        sent = {**dict(_HIDDEN.findall(form)), **{name: str(value) for name, value in fields.items()}}
        answer = await self.client.post(path, data=sent)
        if answer.status_code != 303:
            self.page = unescape(answer.text)
            return answer.status_code
        return await self.open(answer.headers["location"].partition("/console")[2])


def desk(address: str, clinic: World, password: str) -> Desk:
    """The clinic's owner at a desk."""
    return Desk(address, clinic.account.slug, password)
