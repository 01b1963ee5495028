"""Reading a request: its parameters, the ids in its path, and the faults of what can't be read."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UNSET

from kalends.actions.context import Context
from kalends.dialects.kit.codecs import WireContext
from kalends.dialects.kit.fields import Field, Line, read_fields, read_pass_through, unset_defaults
from kalends.dialects.kit.nested import nest
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.web.auth import ID_BOUND
from kalends.web.body import read_body, read_query
from kalends.web.door import WebRequest

_DIGITS = len(str(ID_BOUND))


async def parse_params(request: WebRequest) -> dict[str, Any]:
    """Query and body as one nested object; what the body says counts. Raises problems of reading them."""
    query = nest(read_query(request)) if request.scope["query_string"] else {}
    return query | await read_body(request, nest)


def parse_query(request: WebRequest) -> dict[str, Any]:
    """The query of a listing, nested; keys that come again are lists. Raises problems of reading it."""
    return nest(read_query(request), gather=True) if request.scope["query_string"] else {}


def parse_id(text: str, what: str) -> int:
    """The id in a path. Raises NotFound: what is no number below 2^53 is nobody's id."""
    if not text.isascii() or not text.isdecimal() or len(text) > _DIGITS or int(text) >= ID_BOUND:
        raise NotFound(what, text)
    return int(text)


class Reader:
    """Reads the parameters of one request, and the objects among them, and gathers their faults."""

    def __init__(self, ctx: Context, sent: Mapping[str, Any]) -> None:
        self.wire_context = WireContext(ctx.zone, ctx.now)
        self.sent = sent
        self.faults: list[Fault] = []

    def fields(self, table: Sequence[Line], sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The engine's fields of the table that were sent, or that an object among the parameters has."""
        return read_fields(table, self.sent if sent is None else sent, self.wire_context, self.faults)

    def kept(self, table: Sequence[Line], sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What is only kept, by the names of the wire."""
        return read_pass_through(table, self.sent if sent is None else sent, self.wire_context, self.faults)

    def details(self, door: str, table: Sequence[Line], sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The same as the engine's `details`; {} when there is nothing to keep."""
        kept = self.kept(table, sent)
        return {"details": {door: kept}} if kept else {}

    def changed_details(
        self, door: str, table: Sequence[Line], sent: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The same for a patch: what a response says of an object that keeps nothing is UNSET, which is not kept."""
        kept = unset_defaults(table, self.kept(table, sent))
        return {"details": {door: kept}} if kept else {}

    def new_details(self, door: str, table: Sequence[Line], sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The same for a new object: what a response says anyway is left out."""
        kept = unset_defaults(table, self.kept(table, sent))
        kept = {wire: value for wire, value in kept.items() if value is not UNSET}
        return {"details": {door: kept}} if kept else {}

    def required(self, line: Field) -> Any:
        """The value of a field that must be sent; None stands for one that is a fault."""
        found = self.fields((line,)).get(line.name)
        if found is None:
            self.blank(line.name)
        return found

    def blank(self, *names: str) -> None:
        """A fault of each of these that nothing is said of, unless it has a fault already."""
        known = {fault.field for fault in self.faults}
        self.faults += [Fault(name, "blank") for name in names if name not in known]

    def only(self, table: Sequence[Line]) -> dict[str, Any]:
        """The fields, when nothing else is to be read. Raises Invalid."""
        found = self.fields(table)
        self.done()
        return found

    def done(self) -> None:
        """Raises Invalid with all that could not be read."""
        if self.faults:
            raise Invalid(*self.faults)
