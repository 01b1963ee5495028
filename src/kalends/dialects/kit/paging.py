"""Pages by number: which rows they are, and how a response tells of the other pages."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

LAST = 10**9
"""No page beyond this one is looked for; its offset is still a number that PostgreSQL takes."""
LONGEST_LINKS = 3000
"""Characters of a Link header."""
_NEEDED = ("next", "previous", "last", "first")


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


def links(paging: Paging, url: Callable[[int], str], names: Iterable[tuple[str, str]]) -> str:
    """A Link header (RFC 8288) of the pages there are. `names` pairs the vendor's names of relations with ours, which
    are first, previous, next and last.

    Each link repeats the query. Clients and proxies refuse headers of more than 4 to 8 kB, so links that do not fit
    into LONGEST_LINKS are left out: the next page is the last to go.
    """
    pages = dict(_related(paging))
    every = [(kind, f'<{url(pages[kind])}>; rel="{name}"') for name, kind in names if kind in pages]
    fitting, left = set(), LONGEST_LINKS
    for _, link in sorted(every, key=lambda one: _NEEDED.index(one[0])):
        left -= len(link) + 2
        if left >= 0:
            fitting.add(link)
    return ", ".join(link for _, link in every if link in fitting)


def without_page(query: str) -> str:
    """The query string of the same request, to which `page=N` can be added."""
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "page"]
    return f"{urlencode(kept)}&" if kept else ""


def _related(paging: Paging) -> Iterator[tuple[str, int]]:
    yield "first", 1
    if paging.page > 1:
        yield "previous", min(paging.page - 1, paging.pages)
    if paging.page < paging.pages:
        yield "next", paging.page + 1
    yield "last", paging.pages
