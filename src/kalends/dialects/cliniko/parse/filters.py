"""Parses `q`, `sort`, `order`, `page` and `per_page` of a list into a Query.

    q[]=last_name:~son&q[]=archived_at:*      FIELD:OPERATOR VALUE, all of which must hold
    sort=starts_at,created_at:desc            `order` is the direction of those that name none

Source: Cliniko reference, Filtering results, Ordering, Pagination.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.filters import ANY_VALUE, FilterField, FilterKind, Listing
from kalends.dialects.cliniko.fields.view import UTC
from kalends.dialects.kit.codecs import Unreadable, WireContext
from kalends.dialects.kit.nested import array_values
from kalends.dialects.kit.paging import Paging, parse_sized_page
from kalends.engine.query import Filter, OffsetPage, Operator, Query, Sort, numbered_page
from kalends.engine.refusals import Fault, Invalid

USUAL, MOST = 50, 100
"""Rows on a page."""
_SECOND = timedelta(seconds=1)
_DATE_PATTERN = re.compile(r"[0-9*]{4}-[0-9*]{2}-[0-9*]{2}", re.ASCII)
_DIRECTIONS = {"": False, "asc": False, "desc": True}


def parse_list(
    listing: Listing, params: Mapping[str, Any], ctx: Context, fixed: Sequence[Filter] = ()
) -> tuple[Query, Paging]:
    """The query of a list, with filters that the route fixes, and its page.

    Raises Invalid with all faults, by names on the wire: a field (unsupported: it can't be filtered or sorted by, or
    not with this operator; or its value can't be read), q (invalid), order (not_included), page, per_page.
    """
    faults: list[Fault] = []
    paging = parse_sized_page(params, faults, usual=USUAL, most=MOST)
    filters = _filters(listing, listing.filters, params, ctx, fixed, faults)
    order = tuple(_order(listing, params, faults))
    if faults:
        raise Invalid(*dict.fromkeys(faults))
    return Query(numbered_page(paging.page, paging.size), filters, order), paging


def parse_one(listing: Listing, params: Mapping[str, Any], ctx: Context, record_id: int) -> Query:
    """The query of one record. Of filters only those about hidden fields are allowed, which show hidden records.

    Raises Invalid as `parse_list`.
    """
    faults: list[Fault] = []
    allowed = [line for line in listing.filters if line.name in listing.hidden]
    filters = _filters(listing, allowed, params, ctx, (Filter("id", "equal", record_id),), faults)
    if faults:
        raise Invalid(*dict.fromkeys(faults))
    return Query(OffsetPage(1), filters)


def _filters(
    listing: Listing,
    allowed: Sequence[FilterField],
    params: Mapping[str, Any],
    ctx: Context,
    fixed: Sequence[Filter],
    faults: list[Fault],
) -> tuple[Filter, ...]:
    lines = {line.wire: line for line in allowed}
    filters, named = list(fixed), {condition.field for condition in fixed}
    for text in array_values(params.get("q")):
        if not isinstance(text, str) or ":" not in text:
            faults += [Fault("q", "invalid")] if text else []
            continue
        wire, _, condition = text.partition(":")
        line = lines.get(wire.strip())
        if line is None:
            faults.append(Fault(wire.strip(), "unsupported"))
            continue
        named.add(line.name)
        try:
            filters += _conditions(line, condition.strip(), WireContext(UTC, ctx.now))
        except Unreadable as unreadable:
            faults.append(Fault(line.wire, unreadable.reason))
    return *filters, *(Filter(name, "is_null") for name in listing.hidden if name not in named)


def _conditions(line: FilterField, text: str, context: WireContext) -> list[Filter]:
    """The conditions of one filter. Raises Unreadable."""
    kind = line.kind
    if kind.any_value and text == ANY_VALUE:
        return []
    sign = next((sign for sign in kind.operators if text.startswith(sign)), None)
    if sign is None:
        raise Unreadable("unsupported")
    operator, value = kind.operators[sign], text.removeprefix(sign).strip()
    if operator in ("is_null", "not_null"):
        if value:
            raise Unreadable("invalid")
        return [Filter(line.name, operator)]
    if operator == "equal" and kind.many and "," in value:
        return [Filter(line.name, "in", [_value(kind, part, context) for part in value.split(",")])]
    if operator == "equal" and kind.wildcards and "*" in value:
        if not _DATE_PATTERN.fullmatch(value):
            raise Unreadable("invalid")
        return [Filter(line.name, "matches_date", value)]
    read = _value(kind, value, context)
    return _in_second(line.name, operator, read) if kind.by_second else [Filter(line.name, operator, read)]


def _value(kind: FilterKind, text: str, context: WireContext) -> Any:
    value = kind.codec.read(text, context)
    if value is None:
        raise Unreadable("blank")
    return value


def _in_second(name: str, operator: Operator, at: datetime) -> list[Filter]:
    """The conditions of a time. The wire shows a time without its fraction, so `=` and `<=` mean all of that second.

    `>` does not skip the rest of the second: who asks again for what is newer than the newest, would never be told of
    a change later in the same second.
    """
    match operator:
        case "equal":
            return [Filter(name, "at_least", at), Filter(name, "less", at + _SECOND)]
        case "at_most":
            return [Filter(name, "less", at + _SECOND)]
        case _:
            return [Filter(name, operator, at)]


def _order(listing: Listing, params: Mapping[str, Any], faults: list[Fault]) -> Iterator[Sort]:
    usual = _direction(params.get("order") or "", "order", faults)
    sortable = {line.wire: line.name for line in listing.filters if line.kind.sortable}
    texts = array_values(params.get("sort"))
    if not all(isinstance(text, str) for text in texts):
        faults.append(Fault("sort", "invalid"))
        return
    parts = [part.strip() for text in texts for part in text.split(",")]
    if not any(parts) and "created_at" in sortable:
        parts = ["created_at"]
    for part in filter(None, parts):
        wire, _, direction = part.partition(":")
        if wire not in sortable:
            faults.append(Fault(wire, "unsupported"))
        else:
            yield Sort(sortable[wire], _direction(direction, "sort", faults) if direction else usual)


def _direction(text: Any, parameter: str, faults: list[Fault]) -> bool:
    """Whether a direction is descending."""
    descending = _DIRECTIONS.get(text.lower()) if isinstance(text, str) else None
    if descending is None:
        faults.append(Fault(parameter, "not_included"))
    return bool(descending)
