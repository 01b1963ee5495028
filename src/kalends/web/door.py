"""What a door is to the shell, and the answer type that all doors use."""

import re
from collections.abc import Awaitable, Callable, Collection
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from starlette.requests import Request
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from kalends.actions.context import Context
from kalends.actions.customers.export import CustomerExport
from kalends.engine.accounts.principal import Scope as KeyScope

WebRequest: TypeAlias = Request

SLASHES = re.compile("//+")


class Answer(msgspec.Struct, frozen=True):
    """A complete response. It is an ASGI application, so the shell can run it like a router."""

    status: int
    body: bytes = b""
    media_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        if self.status not in {204, 304}:
            headers.append((b"content-type", self.media_type.encode("latin-1")))
            headers.append((b"content-length", str(len(self.body)).encode("latin-1")))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


def clean(path: str) -> str:
    """The path without doubled slashes and without one at its end, both of which clients send at times."""
    return SLASHES.sub("/", path).rstrip("/") or "/"


class DoorRules(msgspec.Struct, frozen=True, kw_only=True):
    """Settings that a door has of its own. None means as in the server's settings.

    `headers` are added to every answer, instead of the shell's headers of the same names.
    `key_limit` replaces the server's limit per key, if the server has one.
    `request_seconds`, `body_bytes`, `nesting` and `parameters` are as in WebSettings.
    `rate_headers`: answers say how much is left of the limits by which the request was counted.
    `cookies`: users of this door are known by a cookie, so changes that pages of other sites send are refused.
    `cors`: pages may use the door with publishable keys.
    """

    headers: tuple[tuple[str, str], ...] = ()
    key_limit: str | None = None
    request_seconds: float | None = None
    body_bytes: int | None = None
    nesting: int | None = None
    parameters: int | None = None
    rate_headers: bool = False
    cookies: bool = False
    cors: bool = False


class LoginTerms(msgspec.Struct, frozen=True):
    """What the login of a program may do: its name, its scopes, and its sites; None is all of them. `hourly`: it may
    send a password that changes every hour, for which something as good as the password is kept."""

    name: str
    scopes: Collection[KeyScope]
    site_ids: frozenset[int] | None = None
    hourly: bool = False


class Door(msgspec.Struct, frozen=True):
    """An HTTP API with its own wire format, or pages for people.

    `name` is the name of the door that a key is made for.
    `base_path` is the door's path on a host that it shares, such as `/name/api/v1`. On a host of its own, clients may
    leave out its first segment or all of it.
    `router` has the routes below the base path.
    `key_of` returns the key in a request, wherever this door's clients send it; None if there is none.
    `answer(error, call)` makes the door's answer to any Refusal or Problem. Of the `web.call.Call` it uses the
    language, operation, headers and time.
    `clean_path` turns the path below the base path, as sent, into the spelling of `router`.
    `coverage` describes in Markdown what the door can do, `show_key` says how to send a key.
    `write_export` writes all that is known of a customer as a file, with times in a zone, in the door's form; None for
    doors that hand out nothing.
    `document` and `documentation` are the paths, below the base path, of an OpenAPI document and of pages about it.
    `pages`: it is for people, `listed`: the front page leads to it, and calls it `title`, if that is set.
    `rules` are the door's own settings.
    `create_login` makes a login for a program and returns all that it needs, as text; None for doors where a program
    shows a key.
    """

    name: str
    base_path: str
    router: Router
    key_of: Callable[[WebRequest], Awaitable[str | None]]
    answer: Callable[[Exception, Any], Answer]
    clean_path: Callable[[str], str] = clean
    coverage: str = ""
    show_key: str = ""
    rules: DoorRules = DoorRules()
    create_login: Callable[[Context, LoginTerms], Awaitable[str]] | None = None
    write_export: Callable[[CustomerExport, ZoneInfo], bytes] | None = None
    document: str = ""
    documentation: str = ""
    pages: bool = False
    title: str = ""
    listed: bool = True
