"""Pages for people: drawn from templates in the language of the request, and allowed to load only what is Kalends' own.

Jinja is loaded when the first page is drawn, so that workers which draw none do without.
"""

import gzip
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from kalends.notices.texts import Catalogue, Message
from kalends.web.call import Call, header
from kalends.web.door import Answer
from kalends.web.static import StaticFiles

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors {}; base-uri 'none'"
)
HTML = "text/html; charset=utf-8"
_LEAST_COMPRESSED = 1000
"""Bytes of a page; less is not worth it."""
_SPEED = 4


class Pages(msgspec.Struct, frozen=True):
    """The pages of a door: `package` has their templates, `catalogues` are their texts by language, `static` their
    files."""

    package: str
    catalogues: Mapping[str, Catalogue]
    static: StaticFiles

    def answer(
        self,
        call: Call,
        template: str,
        language: str,
        status: int = 200,
        *,
        frame_origins: Sequence[str] = (),
        **values: Any,
    ) -> Answer:
        """The page that a template comes to, which pages of `frame_origins` may show in a frame. It gets the values,
        and besides

        `_(key, **arguments)`: a text in the language, where the key may also be a message,
        `path(path)`: the link to a path below the door, `file(name)`: that to a file,
        `fragment`: whether only the part of the page that differs between pages is to be drawn.
        """
        base = base_of(call)

        def text(key: str | Message, /, **arguments: Any) -> str:
            return self.catalogues[language].text(key if isinstance(key, Message) else Message(key, arguments))

        def link_to_file(name: str) -> str:
            return f"{base}/static/{self.static.names[name]}"

        html = import_module("kalends.web.templates").draw(
            self.package,
            template,
            {
                **values,
                "language": language,
                "fragment": wants_fragment(call),
                "_": text,
                "path": lambda path: base + path,
                "file": link_to_file,
            },
        )
        return _compressed(call, html.encode(), status, frame_origins)


def base_of(call: Call) -> str:
    """The path of the door as the browser sees it, without a slash at its end."""
    return quote(urlsplit(call.prefix).path)


def wants_fragment(call: Call) -> bool:
    """Whether a script of a page asks, which puts what it gets into the page that is open."""
    return bool(header(call.headers, b"x-fragment"))


def redirect(call: Call, path: str, *headers: tuple[str, str], **query: str) -> Answer:
    """Sends the browser to a path below the door, which it gets with GET. Empty parts of the query are left out.

    A script that asks for a fragment is told the path in `X-Location`, as it could not see where it was sent.
    """
    parameters = urlencode({name: value for name, value in query.items() if value})
    below = f"{quote(path, safe='/?&=%#')}{'?' if parameters else ''}{parameters}"
    if wants_fragment(call):
        return Answer(204, headers=(("x-location", base_of(call) + below), *headers))
    return Answer(303, media_type=HTML, headers=(("location", call.prefix + below), *headers))


def redirect_away(url: str, *headers: tuple[str, str]) -> Answer:
    """Sends the browser to an address of another server, which it gets with GET."""
    return Answer(303, media_type=HTML, headers=(("location", url), *headers))


def _compressed(call: Call, body: bytes, status: int, frame_origins: Sequence[str]) -> Answer:
    headers: tuple[tuple[str, str], ...] = (
        ("content-security-policy", POLICY.format(" ".join(frame_origins) or "'none'")),
        ("vary", "Accept-Encoding, Accept-Language, Cookie, X-Fragment"),
    )
    if len(body) >= _LEAST_COMPRESSED and "gzip" in header(call.headers, b"accept-encoding"):
        body = gzip.compress(body, _SPEED, mtime=0)
        headers += (("content-encoding", "gzip"),)
    return Answer(status, body, HTML, headers)
