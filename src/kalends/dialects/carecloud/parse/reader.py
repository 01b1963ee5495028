"""Reads requests: objects in the body, the page, and the order of a list."""

from collections.abc import Mapping, Sequence
from typing import Any

from kalends.dialects.carecloud.fields.view import RenderContext
from kalends.dialects.kit import codecs, reader
from kalends.dialects.kit.codecs import Codec
from kalends.dialects.kit.fields import Field, Line
from kalends.dialects.kit.paging import parse_offset_page
from kalends.engine.query import OffsetPage, Sort
from kalends.engine.refusals import Fault

A_PAGE, MOST_ON_PAGE = 100, 1000
"""Source: CareCloud reference, Get all bookings, count; the upper bound is that of its arrays."""
_UPPER = codecs.choice("ASC", "DESC")
_DIRECTION = Field(
    "sort_direction",
    "sort_direction",
    Codec(lambda value, context: _UPPER.read(value.upper() if isinstance(value, str) else value, context)),
    "in",
)


class Reader(reader.Reader):
    """A reader whose values depend on the account's opaque ids; also for requests that nobody has a context for."""

    def __init__(self, context: RenderContext | None, sent: Mapping[str, Any]) -> None:
        self.wire_context: Any = context
        self.sent = sent
        self.faults: list[Fault] = []

    def object(self, wire: str, sent: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The required object of this name; {} and a fault if it is missing or no object."""
        value = (self.sent if sent is None else sent).get(wire)
        if isinstance(value, Mapping):
            return value
        self.faults.append(Fault(wire, "blank" if value in (None, "") else "invalid"))
        return {}

    def complete(self, table: Sequence[Line], sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The values of the table's fields, all of which must be there and not blank."""
        fields = self.fields(table, sent)
        names = (line.name for line in table if isinstance(line, Field))
        self.add_blank_faults(*(name for name in names if fields.get(name) in (None, "")))
        return fields

    def page(self) -> OffsetPage:
        """The page of `count`, from 1 to 1000, and `offset`."""
        return parse_offset_page(self.sent, self.faults, limit="count", usual=A_PAGE, least=1, most=MOST_ON_PAGE)

    def order(self, fields: Mapping[str, str]) -> tuple[Sort, ...]:
        """The order of `sort_field` and `sort_direction`; `fields` are the engine's by the properties on the wire."""
        sent = self.fields((Field("sort_field", "sort_field", codecs.choice(*fields), "in"), _DIRECTION))
        name = sent.get("sort_field")
        return (Sort(fields[name], sent.get("sort_direction") == "DESC"),) if name else ()
