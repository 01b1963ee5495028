"""Which events are asked for."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.events import QUERY
from kalends.dialects.locaboo.parse.reader import filled


class EventQuery(msgspec.Struct, frozen=True):
    """The days that events are to be on, both included; None is no bound."""

    first: date | None = None
    last: date | None = None


def parse_event_query(params: Mapping[str, Any], ctx: Context) -> EventQuery:
    """The days asked for; the page does not say that they may be missing. Raises Invalid."""
    return EventQuery(**Reader(ctx, filled(params)).only(QUERY))
