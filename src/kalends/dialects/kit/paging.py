"""Pages of lists: reads which page a request asks for, and writes links to the other pages, in headers or bodies."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Unreadable
from kalends.engine.query import OffsetPage
from kalends.engine.refusals import Fault
from kalends.web.door import WebRequest
from kalends.web.links import same_request

LAST = 10**9
"""The last page, and the largest offset, that can be asked for: PostgreSQL's bigint holds the offset of such a page."""
MOST_HEADER_BYTES = 3000
"""Of a Link header: proxies and clients in the field accept 4 to 8 kB for all headers together."""


class Paging(msgspec.Struct, frozen=True):
    """A page, counted from 1, of `size` rows; `total` counts the rows of all pages."""

    page: int
    size: int
    total: int = 0

    @property
    def offset(self) -> int:
        """The number of rows before the page."""
        return (self.page - 1) * self.size

    @property
    def pages(self) -> int:
        """The number of pages; an empty list has one."""
        return max(1, -(-self.total // self.size))


def parse_page(value: Any, size: int) -> Paging:
    """The page of a number or its text; the first for anything else, and for None."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    page = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(LAST)) else 1
    return Paging(min(max(page, 1), LAST), size)


def parse_sized_page(params: Mapping[str, Any], faults: list[Fault], *, usual: int, most: int) -> Paging:
    """The page of `page`, and of `per_page` from 1 to `most`, else `usual`.

    Adds faults(page, per_page: not_a_number, invalid, not_positive, out_of_range).
    """
    page = _number(params, "page", faults, 1, LAST)
    size = _number(params, "per_page", faults, 1, most)
    return Paging(page or 1, size or usual)


def parse_offset_page(
    params: Mapping[str, Any], faults: list[Fault], *, limit: str, usual: int, least: int, most: int
) -> OffsetPage:
    """The page of `offset`, and of a limit from `least` to `most`, else `usual`.

    `limit` is the vendor's name of the limit, such as `count`.
    Adds faults(offset, limit: not_a_number, invalid, not_positive, out_of_range).
    """
    size = _number(params, limit, faults, least, most)
    return OffsetPage(usual if size is None else size, _number(params, "offset", faults, 0, LAST) or 0)


def links(paging: Paging, url: Callable[[int], str], names: Iterable[tuple[str, str]]) -> str:
    """A Link header (RFC 8288) with links to the other pages. `url` returns the URL of a page.

    `names` are pairs of the vendor's name of a relation and ours: first, previous, next or last. If not all links fit
    into MOST_HEADER_BYTES, the less important are left out.
    """
    bytes_left = MOST_HEADER_BYTES
    pages = dict(_related(paging))
    related = [(name, relation) for name, relation in names if relation in pages]
    shown: dict[str, str] = {}
    for name, relation in sorted(related, key=lambda pair: _IMPORTANCE.index(pair[1])):
        link = f'<{url(pages[relation])}>; rel="{name}"'
        if (bytes_left := bytes_left - len(link) - 2) < 0:
            break
        shown[name] = link
    return ", ".join(shown[name] for name, _ in related if name in shown)


def page_links(request: WebRequest, paging: Paging) -> dict[str, str]:
    """Links for a body: `self`, and `next` and `previous` if there are such pages."""
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
        number: int | None = codecs.number(least, most).read(params.get(name, ""), None)
    except Unreadable as unreadable:
        faults.append(Fault(name, unreadable.reason))
        return None
    return number
