"""Reads requests: times in the zone of the facility that is named, required fields, objects in lists, and lastSync."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.context import Context
from kalends.dialects.bookio.fields.view import RenderContext
from kalends.dialects.kit import codecs, reader
from kalends.dialects.kit.codecs import WireContext
from kalends.dialects.kit.fields import Field, Line, read_fields
from kalends.dialects.kit.paging import parse_offset_page
from kalends.engine.query import OffsetPage
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import day_span

A_PAGE = MOST_ON_PAGE = 100
_LATEST_SYNC = 32_503_680_000_000
"""The year 3000, in milliseconds."""
_LAST_SYNC: tuple[Line, ...] = (Field("lastSync", "since", codecs.number(0, _LATEST_SYNC), "in"),)
_FACILITY: tuple[Line, ...] = (Field("facilityId", "site_id", codecs.identifier, "in"),)


class Reader(reader.Reader):
    """A reader whose times are in the zone of the facility that the request names, or in the zone that is given.

    Raises NotFound(site) for a facility that the token does not see.
    """

    def __init__(
        self, ctx: Context, sent: Mapping[str, Any], context: RenderContext, zone: ZoneInfo | None = None
    ) -> None:
        super().__init__(ctx, sent)
        site_id = read_fields(_FACILITY, sent, self.wire_context, []).get("site_id")
        if site_id is not None:
            context.site(site_id)
        self.wire_context = WireContext(zone or context.zone_of(site_id), ctx.now)

    def complete(self, table: Sequence[Line], *optional: str) -> dict[str, Any]:
        """The values of the table's fields, all of which must be there and not blank, but for the optional ones."""
        fields = {
            name: value.strip() if isinstance(value, str) else value for name, value in self.fields(table).items()
        }
        names = [line.name for line in table if isinstance(line, Field) and line.to != "out"]
        self.add_blank_faults(*(name for name in names if name not in optional and fields.get(name) in (None, "")))
        return fields

    def objects(self, wire: str, table: Sequence[Line]) -> Iterator[tuple[Mapping[str, Any], dict[str, Any]]]:
        """The objects of a required list, as sent and by the engine's names; faults are named `services[0].name`."""
        sent = self.sent.get(wire)
        if not isinstance(sent, list) or not all(isinstance(element, Mapping) for element in sent):
            self.faults.append(Fault(wire, "blank" if sent is None else "invalid"))
            return
        wires = {line.name: line.wire for line in table if isinstance(line, Field)}
        for index, element in enumerate(sent):
            faults: list[Fault] = []
            fields = read_fields(table, element, self.wire_context, faults)
            self.faults += [Fault(f"{wire}[{index}].{wires[fault.field]}", fault.reason) for fault in faults]
            yield element, fields

    def page(self) -> OffsetPage:
        """The page of `offset` and `limit`, from 0 to 100."""
        return parse_offset_page(self.sent, self.faults, limit="limit", usual=A_PAGE, least=0, most=MOST_ON_PAGE)

    def since(self) -> datetime | None:
        """The time of `lastSync`, in milliseconds since 1970."""
        milliseconds = self.fields(_LAST_SYNC).get("since")
        return None if milliseconds is None else datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)

    def window(self, first: date | None, last: date | None) -> "Window":
        """From the start of the first day to the end of the last; None is no bound."""
        if first is not None and last is not None and last < first:
            self.faults.append(Fault("last", "before_start"))
        zone = self.wire_context.zone
        return Window(day_span(first, zone).start if first else None, day_span(last, zone).end if last else None)


class Window(msgspec.Struct, frozen=True):
    """The time between two moments; None is no bound."""

    first: datetime | None
    last: datetime | None


def list_name(kind: str, filters: Mapping[str, Any]) -> str:
    """The name of a list with these filters; "" for reservations without any."""
    named = {name: value for name, value in sorted(filters.items()) if value is not None}
    text = msgspec.json.encode(named).decode() if named else ""
    return text if kind == "reservations" else f"{kind} {text}"
