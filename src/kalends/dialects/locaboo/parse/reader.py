"""Reading the parameters of a call, wherever they stand, and gathering their faults."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.codecs import Frame
from kalends.dialects.kit.fields import Field, Line, read_fields, read_kept
from kalends.dialects.kit.nested import nest
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.web.body import read_body, read_query
from kalends.web.door import WebRequest

DOOR = "locaboo"
"""What keys are made for, and under what `details` keep what only this door knows."""

_DIGITS = 18


async def parse_params(request: WebRequest) -> dict[str, Any]:
    """Query and body as one nested object; what the body says counts. Raises problems of reading them.

    Clients send everything in the query even with POST. Source: vendors/locaboo.md, 5.2.
    """
    query = nest(read_query(request)) if request.scope["query_string"] else {}
    return query | await read_body(request, nest)


def parse_id(text: str, what: str) -> int:
    """The id in a path. Raises NotFound: what is no number is nobody's id."""
    if not text.isascii() or not text.isdecimal() or len(text) > _DIGITS:
        raise NotFound(what, text)
    return int(text)


def unpacked(value: Any) -> Any:
    """An array or object, of which some clients send the JSON as a text; any other text stays one."""
    if not isinstance(value, str) or value.lstrip()[:1] not in {"[", "{"}:
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return value


class Reader:
    """Reads the parameters of one call and gathers their faults.

    A parameter without a value is as if it was not sent, unless blanks are kept.
    """

    def __init__(self, ctx: Context, sent: Mapping[str, Any], *, keep_blank: bool = False) -> None:
        self.frame = Frame(ctx.zone, ctx.now)
        self.sent = {name: value for name, value in sent.items() if keep_blank or value not in (None, "")}
        self.faults: list[Fault] = []

    def fields(self, table: Sequence[Line]) -> dict[str, Any]:
        """The engine's fields of the table that were sent."""
        return read_fields(table, self.sent, self.frame, self.faults)

    def kept(self, table: Sequence[Line]) -> dict[str, Any]:
        """What is only kept, by the names of the wire."""
        return read_kept(table, self.sent, self.frame, self.faults)

    def required(self, line: Field) -> Any:
        """The value of a field that must be sent; None stands for one that is a fault."""
        found = self.fields((line,))
        if found.get(line.name) is None:
            self.blank(line.name)
        return found.get(line.name)

    def blank(self, *names: str) -> None:
        """A fault of each of these that nothing is said of, unless it has a fault already."""
        known = {fault.field for fault in self.faults}
        self.faults += [Fault(name, "blank") for name in names if name not in known]

    def done(self) -> None:
        """Raises Invalid with all that could not be read."""
        if self.faults:
            raise Invalid(*self.faults)
