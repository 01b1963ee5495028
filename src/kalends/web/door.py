"""What the shell knows of a door, and what every door answers with."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import msgspec
from starlette.requests import Request
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

WebRequest: TypeAlias = Request

SLASHES = re.compile("//+")


class Answer(msgspec.Struct, frozen=True):
    """A finished response. It is an ASGI application itself, and sent as it is."""

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
    """The path with single slashes and none at its end, as clients in the field do not always send it."""
    return SLASHES.sub("/", path).rstrip("/") or "/"


class DoorRules(msgspec.Struct, frozen=True, kw_only=True):
    """What is special about a door. None is as the server's settings have it.

    `headers` are on every answer, in place of the shell's own of the same names. `key_limit` is in place of the
    operator's, where limits are on. `request_seconds`, `body_bytes`, `nesting` and `parameters` as in WebSettings.
    `cookies`: users are known by a cookie, so changes that other sites' pages send are refused.
    """

    headers: tuple[tuple[str, str], ...] = ()
    key_limit: str | None = None
    request_seconds: float | None = None
    body_bytes: int | None = None
    nesting: int | None = None
    parameters: int | None = None
    cookies: bool = False


class Door(msgspec.Struct, frozen=True):
    """A way in that speaks one language.

    `name` is what keys are made for. `base_path` is where the door stands on a host that it shares, such as
    `/name/api/v1`; on a host of its own the first segment may be left out, or all of it. `router` holds the paths below
    it. `key_of` finds the key in the request, wherever this door's clients put it.
    `answer(error, call)` gives any Refusal or Problem in this door's form; of the `web.call.Call` it sees language,
    operation, headers and time. `clean_path` gets the path below the base path, and gives it back in the
    spelling of `router`. `coverage` (Markdown) tells what of the language is spoken, `show_key` where `key_of` looks.
    `rules` are its own headers and bounds.
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
