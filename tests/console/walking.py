"""Somebody who opens screens, follows every link and sends every form, as a browser without scripts would."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from starlette.routing import Match, Route

from kalends.actions.access import RULES, Rule
from kalends.actions.context import Context
from kalends.console.routes import door
from kalends.console.views import menu
from kalends.engine.accounts.principal import Principal, Scope
from kalends.store import db
from kalends.store.connections import PooledConnection, Transaction
from kalends.web.config import WebSettings
from kalends.web.routing import Path
from tests.console.conftest import served

PREFIX = "/console"
NOT_FOLLOWED = {
    "GET": ("/live", "/login", "/login/provider", "/login/provider/{account_id:int}", "/static/{name:str}"),
    "POST": (
        *("/login", "/login/passkey", "/login/passkey/options", "/logout", "/logout/everywhere"),
        *("/account/passkeys/options", "/account/passkeys/{passkey_id:int}/remove"),
    ),
}
"""Routes that are no screens, or for people who are not logged in, or that end the walk."""
MOST_ALIKE = 1
"""How many pages of one route and with a query of one kind are followed: there is always a next day."""
FILLED = {
    "from_minute": "10:00",
    "to_minute": "11:00",
    "confirm": "yes",
    "name": "Nora",
    "first_day": "2027-03-10",
    "opens": "10:00",
    "closes": "11:00",
    "start": "2027-03-10T10:00",
}
"""What is put into fields that are empty, where a form would not come so far as to be allowed or not."""


class Form:
    """A form of a page that changes something, with what its fields hold as they are drawn."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.fields: list[tuple[str, str]] = []


class Page(HTMLParser):
    """The links and the POST forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._form = Form(given.get("action", "")) if given.get("method") == "post" else None
            self.forms += [self._form] if self._form else []
        elif self._form:
            self._field(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        named = {name for name, _ in form.fields}
        if tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and (self._select not in named or "selected" in given):
            form.fields = [each for each in form.fields if each[0] != self._select]
            form.fields.append((self._select, given.get("value", "")))
        elif tag in ("input", "textarea", "button") and given.get("name"):
            is_off = given.get("type") in ("checkbox", "radio") and "checked" not in given
            if not is_off and not (tag == "button" and given["name"] in named):
                form.fields.append((given["name"], given.get("value") or FILLED.get(given["name"], "")))


class Walk:
    """What a client comes to see: the routes that were opened or sent to, of the latter those at which it was `asked`
    whether the client may change something; and the links and forms that lead nowhere, with the pages they are on."""

    def __init__(self, client: httpx.AsyncClient, asked: list[Scope]) -> None:
        self.client = client
        self.opened: set[str] = set()
        self.sent: set[str] = set()
        self.checked: set[str] = set()
        self.dead: list[str] = []
        self._asked = asked
        self._alike: Counter[Any] = Counter()
        self._done: set[str | tuple[str, str]] = set()

    async def open(self, path: str, offered_at: str = "") -> None:
        """Open a page, and all that it leads to."""
        route = route_of("GET", path)
        kind = (route, *sorted(name for name, _ in parse_qsl(urlsplit(path).query)))
        if (
            not route
            or route in NOT_FOLLOWED["GET"]
            or path in self._done
            or (offered_at and self._alike[kind] >= MOST_ALIKE)
        ):
            return
        self._done.add(path)
        self._alike[kind] += 1
        answer = await self.client.get(path)
        self.opened.add(route)
        if answer.status_code >= 400:
            self.dead += [f"{offered_at}: {path} {answer.status_code}"] if offered_at else []
            return
        page = Page(answer.text if answer.headers.get("content-type", "").startswith("text/html") else "")
        for form in page.forms:
            await self.send(form, path)
        for link in [answer.headers.get("location", ""), *page.links]:
            await self.open(below(link), path)

    async def send(self, form: Form, offered_at: str) -> None:
        """Send a form as it is."""
        path = below(form.path)
        route = route_of("POST", path)
        if not route or route in NOT_FOLLOWED["POST"] or (route, offered_at) in self._done:
            return
        self._done.add((route, offered_at))
        self._asked.clear()
        answer = await self.client.post(path, data=dict(form.fields))
        self.sent.add(route)
        if set(self._asked) - {"read"}:
            self.checked.add(route)
        if answer.status_code in (403, 404, 405) or answer.status_code >= 500:
            self.dead.append(f"{offered_at}: sends {path} {answer.status_code}")


def below(url: str) -> str:
    """The path below the console of a link on one of its pages, with its query; "" if it leads elsewhere."""
    parts = urlsplit(url)
    if not parts.path.startswith(f"{PREFIX}/"):
        return ""
    path = parts.path.removeprefix(PREFIX)
    return f"{path}?{parts.query}" if parts.query else path


def routes_with(method: str) -> set[str]:
    """The templates of all routes with this method."""
    return {route.path for route in _routes(method)}


def route_of(method: str, path: str) -> str:
    """The template of the route that answers a path; "" if none does."""
    scope = {"type": "http", "method": method, "path": urlsplit(path).path, "root_path": ""}
    return next((route.path for route in _routes(method) if route.matches(scope)[0] is Match.FULL), "")


def _routes(method: str) -> list[Route]:
    routes = [route for route in door.router.routes if isinstance(route, Route)]
    return [route for route in routes if isinstance(route.app, Path) and method in route.app.by_method]


class Unchanging(PooledConnection):
    """A connection on which every statement is in a transaction; see `unchanging`."""


@asynccontextmanager
async def unchanging(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[str, list[Scope]]]:
    """All doors, served so that whatever they write is taken back at the end of its transaction; the URL, and the
    scopes that callers were asked for so far, but by the menu, which asks for everything on each page."""
    end, allows, asked = Transaction.__aexit__, Rule.allows, list[Scope]()

    async def roll_back(transaction: Any, kind: Any, *rest: object) -> None:
        is_last = not transaction._is_savepoint and type(transaction._transaction._connection) is Unchanging
        await end(transaction, kind or (Exception if is_last else None), *rest)

    def note_and_allow(rule: Rule, principal: Principal) -> bool:
        asked.append(rule.scope)
        return allows(rule, principal)

    def allow_in_menu(ctx: Context, action: object) -> bool:
        rule = RULES[action]
        return rule is not None and allows(rule, ctx.principal)

    monkeypatch.setattr(menu, "may", allow_in_menu)
    monkeypatch.setattr(db, "PlainConnection", Unchanging)
    monkeypatch.setattr(Transaction, "__aexit__", roll_back)
    monkeypatch.setattr(Rule, "allows", note_and_allow)
    async with served(database_url, WebSettings()) as url:
        yield url, asked
