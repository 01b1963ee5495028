"""Parses queries for advertised events."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.events import QUERY
from kalends.dialects.locaboo.parse.reader import filled


class EventQuery(msgspec.Struct, frozen=True):
    """The first and last day of the events; None is no bound."""

    first: date | None = None
    last: date | None = None


def parse_event_query(params: Mapping[str, Any], ctx: Context) -> EventQuery:
    """The query; the page does not say whether days may be missing [inferred]. Raises Invalid(first, last: invalid)."""
    return EventQuery(**Reader(ctx, filled(params)).only(QUERY))
