"""Pages of lists: how requests ask for them, and how responses tell of the other pages, in headers or in the body."""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Unreadable
from kalends.dialects.kit.links import same_request
from kalends.engine.query import CursorPage, OffsetPage
from kalends.engine.refusals import Fault
from kalends.web.door import WebRequest

LAST = 10**9
"""No page beyond this one is looked for; its offset is still a number that PostgreSQL takes."""
MOST_HEADER_BYTES = 3000
"""Of a Link header: proxies and clients in the field take 4 to 8 kB for all headers together."""


class Paging(msgspec.Struct, frozen=True):
    """A page, counted from 1, of so many rows; `total` is how many rows there are on all pages."""

    page: int
    size: int
    total: int = 0

    @property
    def offset(self) -> int:
        """How many rows come before the page."""
        return (self.page - 1) * self.size

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list still has one."""
        return max(1, -(-self.total // self.size))


def parse_page(value: Any, size: int) -> Paging:
    """The page asked for: a number or its text. Anything else, and nothing at all, means the first."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    page = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(LAST)) else 1
    return Paging(min(max(page, 1), LAST), size)


def parse_sized_page(params: Mapping[str, Any], faults: list[Fault], *, usual: int, most: int) -> Paging:
    """`page` and `per_page` (1 to `most`); what can't be read becomes a fault of that field."""
    page = _number(params, "page", faults, 1, LAST)
    size = _number(params, "per_page", faults, 1, most)
    return Paging(page or 1, size or usual)


def parse_offset_page(
    params: Mapping[str, Any], faults: list[Fault], *, limit: str, usual: int, least: int, most: int
) -> OffsetPage:
    """`offset` and a limit under the vendor's name (`limit`, `count`), `least` to `most`; faults as above."""
    size = _number(params, limit, faults, least, most)
    return OffsetPage(usual if size is None else size, _number(params, "offset", faults, 0, LAST) or 0)


def write_cursor(values: Sequence[Any]) -> str:
    """The text of a cursor: what the last row of a page had in the fields of the order, and its id."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def parse_cursor(text: Any, types: Sequence[type], limit: int, faults: list[Fault]) -> CursorPage:
    """The page after a cursor, of rows ordered by values of these types; without one the first. A fault of `cursor`."""
    if text in (None, ""):
        return CursorPage(limit)
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        sent = msgspec.json.decode(raw, type=list[Any])
        after = tuple(msgspec.convert(value, kind | None) for value, kind in zip(sent, types, strict=True))
    except (TypeError, ValueError, binascii.Error, msgspec.MsgspecError):
        faults.append(Fault("cursor", "invalid"))
        return CursorPage(limit)
    return CursorPage(limit, after)


def links(paging: Paging, url: Callable[[int], str], names: Iterable[tuple[str, str]]) -> str:
    """A Link header (RFC 8288) of the pages there are. `names` pairs the vendor's names of relations with ours, which
    are first, previous, next and last. Of long links there are as few as fit, the next page first."""
    room = MOST_HEADER_BYTES
    pages = dict(_related(paging))
    shown: dict[str, str] = {}
    wanted = [(name, kind) for name, kind in names if kind in pages]
    for name, kind in sorted(wanted, key=lambda pair: _IMPORTANCE.index(pair[1])):
        link = f'<{url(pages[kind])}>; rel="{name}"'
        if (room := room - len(link) - 2) < 0:
            break
        shown[name] = link
    return ", ".join(shown[name] for name, _ in wanted if name in shown)


def page_links(request: WebRequest, paging: Paging) -> dict[str, str]:
    """For a body: links to this page and to the next and previous one, where there are such."""
    related = dict(_related(paging))
    pages = {"self": paging.page} | {name: related[name] for name in ("next", "previous") if name in related}
    return {name: same_request(request, {"page": page, "per_page": paging.size}) for name, page in pages.items()}


_IMPORTANCE = ("next", "previous", "last", "first")


def _related(paging: Paging) -> Iterator[tuple[str, int]]:
    yield "first", 1
    if paging.page > 1:
        yield "previous", min(paging.page - 1, paging.pages)
    if paging.page < paging.pages:
        yield "next", paging.page + 1
    yield "last", paging.pages


def _number(params: Mapping[str, Any], name: str, faults: list[Fault], least: int, most: int) -> int | None:
    try:
        found: int | None = codecs.number(least, most).read(params.get(name, ""), None)
    except Unreadable as unreadable:
        faults.append(Fault(name, unreadable.reason))
        return None
    return found
