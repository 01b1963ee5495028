"""Lists, page by page. A page ends with a cursor, which says after which row the next page begins.

A cursor has the values by which the list is sorted, of its last row, so that rows that are added or removed meanwhile
shift nothing. It is signed, and holds for the same filters only. Nothing is counted unless `count=true` asks for it.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.operations import Answered, Received
from kalends.engine.query import CursorPage, Filter, Page, Query, Sort
from kalends.engine.refusals import Fault, Invalid
from kalends.web.call import call_of
from kalends.web.links import same_request

T = TypeVar("T")
R = TypeVar("R", bound=msgspec.Struct)

USUAL, MOST = 25, 100
MOST_COUNTED = 10_000
_SIGNATURE_BYTES = 12
_NOT_FILTERS = frozenset(("limit", "cursor", "count", "expand"))


Cursor: TypeAlias = Annotated[
    str,
    Meta(
        description="Where the page begins: `next` of the page before, with the same filters.",
        max_length=2000,
        examples=["QW1hemluZw"],
    ),
]


class Paging(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of every list."""

    limit: Annotated[int, Meta(ge=1, le=MOST, description="The most that one page has.", examples=[25])] = USUAL
    cursor: Cursor | UnsetType = UNSET


class Listing(Paging, frozen=True, kw_only=True):
    """Parameters of lists that can be counted."""

    count: Annotated[
        bool, Meta(description=f"Whether `total` is to be counted, up to {MOST_COUNTED}.", examples=[False])
    ] = False


class List(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a list."""

    data: list[T]
    next: Annotated[str | None, Meta(description="The cursor of the next page; null on the last.", examples=[None])]
    total: Annotated[
        int | UnsetType,
        Meta(description=f"How many there are, at most {MOST_COUNTED}; only with `count=true`.", examples=[1]),
    ] = UNSET


def page_of(request: Received[Any, Any], *, filters: Sequence[Filter] = (), order: Sequence[Sort] = ()) -> Query:
    """The query for the page that is asked for, sorted by `order` and then by id. One row more than the page has is
    asked for, which tells whether there is a next page. Raises Invalid(?cursor: invalid)."""
    params: Listing = request.params
    page = CursorPage(params.limit + 1, read_cursor(request))
    return Query(page, tuple(filters), tuple(order), MOST_COUNTED if params.count else 0)


def answered_list(
    request: Received[Any, Any],
    query: Query,
    page: Page[R],
    show: Callable[[R], Any],
    record_of: Callable[[R], Any] = lambda row: row,
) -> Answered:
    """The page as an answer, with a link to the next one. `show` makes what is answered of one row.

    The record of a row, which is the row itself unless `record_of` tells it, has the fields by which the query sorts,
    and an `id`.
    """
    limit, names = request.params.limit, [*(sort.field for sort in query.order), "id"]
    rows, cursor = page.rows[:limit], None
    if len(page.rows) > limit:
        cursor = write_cursor(request, [getattr(record_of(rows[-1]), name) for name in names])
    total = page.total if request.params.count else UNSET
    return answered_rows(request, [show(row) for row in rows], cursor, total)


def answered_sorted(
    request: Received[Any, Any], rows: Sequence[T], position: Callable[[T], tuple[Any, ...]], show: Callable[[T], Any]
) -> Answered:
    """The page as an answer, of rows that are all known and sorted by their position, which no two have in common.

    Raises Invalid(?cursor: invalid).
    """
    limit, after = request.params.limit, read_cursor(request)
    left = [row for row in rows if after is None or position(row) > after]
    cursor = write_cursor(request, position(left[limit - 1])) if len(left) > limit else None
    total = min(len(rows), MOST_COUNTED) if request.params.count else UNSET
    return answered_rows(request, [show(row) for row in left[:limit]], cursor, total)


def answered_rows(
    request: Received[Any, Any], rows: list[Any], cursor: str | None = None, total: int | UnsetType = UNSET
) -> Answered:
    """These rows as an answer; `cursor` leads to the next page."""
    links = () if cursor is None else (("Link", f'<{_next_url(request, cursor)}>; rel="next"'),)
    return Answered(value=List(data=rows, next=cursor, total=total), headers=links)


def write_cursor(request: Received[Any, Any], values: Sequence[Any]) -> str:
    """A cursor behind the row that has these values: texts, numbers, dates, moments and None."""
    position = msgspec.json.encode([_written(value) for value in values])
    return base64.urlsafe_b64encode(_signature(request, position) + position).decode().rstrip("=")


def read_cursor(request: Received[Any, Any]) -> tuple[Any, ...] | None:
    """The values of the cursor that was sent; None without one. Raises Invalid(?cursor: invalid)."""
    text = request.params.cursor
    if text is UNSET:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        signature, position = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if hmac.compare_digest(signature, _signature(request, position)):
            return tuple(map(_read, msgspec.json.decode(position, type=list[Any])))
    except (ValueError, binascii.Error):
        pass
    raise Invalid(Fault("?cursor", "invalid"))


def _signature(request: Received[Any, Any], position: bytes) -> bytes:
    """Of a position in the list that is asked for: its path and filters, whatever the size of the page."""
    sent = msgspec.structs.asdict(request.params)
    filters = {name: value for name, value in sent.items() if name not in _NOT_FILTERS and value is not UNSET}
    asked = msgspec.json.encode((call_of(request.request).operation, filters), order="sorted")
    message = len(asked).to_bytes(8, "big") + asked + position
    return hmac.digest(request.secret, b"cursor" + message, hashlib.sha256)[:_SIGNATURE_BYTES]


def _written(value: Any) -> Any:
    tag = _TAGS.get(type(value))
    return {tag: str(value)} if tag else value


def _read(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(tag, text)] = value.items()
    return _READERS[tag](text)


_TAGS: Mapping[type, str] = {datetime: "t", date: "d", Decimal: "n"}
_READERS: Mapping[str, Callable[[str], Any]] = {"t": datetime.fromisoformat, "d": date.fromisoformat, "n": Decimal}


def _next_url(request: Received[Any, Any], cursor: str) -> str:
    """The address of the next page: the request again, with another cursor."""
    return same_request(request.request, {"cursor": cursor})
