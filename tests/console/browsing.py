"""What a person does with the console in a browser, in few words, and what must be true of every page."""

import json
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Page, ViewportSize

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OUT_OF_REACH = """
    [...document.querySelectorAll("a:not(.skip), button, input, summary")]
        .filter((each) => each.checkVisibility())
        .filter((each) => each.getBoundingClientRect().left < 0 || each.getBoundingClientRect().right > innerWidth)
        .map((each) => each.innerText || each.name)
"""
PHONE: ViewportSize = {"width": 360, "height": 740}


class Visitor:
    """Somebody with a browser of their own: what it complained about is kept."""

    def __init__(self, context: BrowserContext, page: Page, base: str) -> None:
        self.context = context
        self.page = page
        self.base = base
        self.complaints: list[str] = []
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, kind: str, text: str) -> None:
        # A page that is answered with 4xx is one that the test has asked for.
        if kind in ("error", "warning") and "the server responded with a status of" not in text:
            self.complaints.append(text)

    async def open(self, path: str) -> int:
        """Open a path below the console; returns the status."""
        answer = await self.page.goto(self.base + path)
        assert answer is not None
        return answer.status

    @property
    def path(self) -> str:
        """The path below the console that is open, with its query."""
        url = urlsplit(self.page.url)
        return url.path.removeprefix(urlsplit(self.base).path) + (f"?{url.query}" if url.query else "")

    async def log_in(self, account: str, email: str, password: str) -> None:
        """Fill in the form and send it by the keyboard."""
        await self.page.fill("[name=account]", account)
        await self.page.fill("[name=email]", email)
        await self.page.fill("[name=password]", password)
        await self.page.press("[name=password]", "Enter")
        await self.page.wait_for_load_state()

    async def text(self, selector: str = "main") -> str:
        """What is to be read there."""
        await self.page.wait_for_load_state("domcontentloaded")
        return await self.page.inner_text(selector)

    async def focuses(self, pattern: str) -> None:
        """Wait until what has the focus has a name, or an id, or a text like this."""
        await self.page.wait_for_function(
            """(pattern) => {
                const { name, id, innerText } = document.activeElement;
                return new RegExp(`^(${pattern})$`, "s").test((name || id || innerText).trim());
            }""",
            arg=pattern,
        )

    async def check(self) -> None:
        """What must be true of every page: nobody is shut out, nothing is too wide for a phone, nothing was blocked."""
        self.expect_none(await self.violations() + await self.wrong_on_a_phone())

    async def check_words(self) -> None:
        """What of that depends on the words: all but the colours, where room is short."""
        self.expect_none(await self.wrong_on_a_phone(rules={"color-contrast": {"enabled": False}}))

    async def check_colours(self) -> None:
        """What of that depends on the colours."""
        self.expect_none(await self.violations(runOnly=["color-contrast"]))

    def expect_none(self, wrong: list[str]) -> None:
        """Nothing is wrong, and the browser has complained about nothing."""
        assert wrong + self.complaints == [], wrong + self.complaints

    async def wrong_on_a_phone(self, **options: Any) -> list[str]:
        """What is wrong on the narrow screen of a phone.

        What is out of reach at the left is looked for too, as a page can't be moved there.
        """
        size = self.page.viewport_size
        await self.page.set_viewport_size(PHONE)
        wrong = [f"on a phone: {found}" for found in await self.violations(**options)]
        if await self.page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wrong.append("it is wider than a phone")
        wrong += [f"out of reach: {text}" for text in await self.page.evaluate(OUT_OF_REACH)]
        if size is not None:
            await self.page.set_viewport_size(size)
        return wrong

    async def violations(self, **options: Any) -> list[str]:
        """What axe finds wrong, each with the first element that it is about; `options` are axe's."""
        if not await self.page.evaluate("typeof axe == 'object'"):
            await self.page.evaluate(AXE)
        sent = json.dumps({"runOnly": list(RULES), "resultTypes": ["violations"], **options})
        results: dict[str, Any] = await self.page.evaluate(f"axe.run({sent})")
        return [f"{found['id']}: {found['nodes'][0]['html']}" for found in results["violations"]]
