"""Reads a request: its parameters and the ids in its path, and collects the faults of what can't be read."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UNSET

from kalends.actions.context import Context
from kalends.dialects.kit.codecs import WireContext
from kalends.dialects.kit.fields import Field, Line, read_fields, read_pass_through, unset_defaults
from kalends.dialects.kit.nested import nest
from kalends.engine.customers.customer import CustomerPatch, check_contacts
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.web.auth import ID_BOUND
from kalends.web.body import read_body, read_query
from kalends.web.door import WebRequest

_DIGITS = len(str(ID_BOUND))


async def parse_params(request: WebRequest) -> dict[str, Any]:
    """Query and body as one nested object; a name in both has the body's value.

    Raises Malformed, UnsupportedMedia, TooLarge, TooDeep, TooManyParameters.
    """
    query = nest(read_query(request)) if request.scope["query_string"] else {}
    return query | await read_body(request, nest)


def parse_query(request: WebRequest) -> dict[str, Any]:
    """The query as one nested object, with lists for repeated keys. Raises Malformed, TooDeep, TooManyParameters."""
    return nest(read_query(request), gather=True) if request.scope["query_string"] else {}


def parse_id(text: str, kind: str) -> int:
    """The id of a text in a path: decimal digits, below 2^53. Raises NotFound(kind)."""
    if not text.isascii() or not text.isdecimal() or len(text) > _DIGITS or int(text) >= ID_BOUND:
        raise NotFound(kind, text)
    return int(text)


class Reader:
    """Reads the parameters of one request, and objects nested in them, and collects all faults.

    Methods that take `sent` read that object, or without it the parameters of the request.
    """

    def __init__(self, ctx: Context, sent: Mapping[str, Any]) -> None:
        self.wire_context = WireContext(ctx.zone, ctx.now)
        self.sent = sent
        self.faults: list[Fault] = []

    def fields(self, table: Sequence[Line], sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The values of the table's fields that were sent, by the engine's names."""
        return read_fields(table, self.sent if sent is None else sent, self.wire_context, self.faults)

    def pass_through(self, table: Sequence[Line], sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The values of the table's PassThrough fields that were sent, by their names on the wire."""
        return read_pass_through(table, self.sent if sent is None else sent, self.wire_context, self.faults)

    def details(self, door: str, table: Sequence[Line], sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The PassThrough values as the engine's field `details`; {} if there are none."""
        values = self.pass_through(table, sent)
        return {"details": {door: values}} if values else {}

    def changed_details(
        self, door: str, table: Sequence[Line], sent: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """As `details`, for a patch: defaults are UNSET, so that the engine stores none of them."""
        values = unset_defaults(table, self.pass_through(table, sent))
        return {"details": {door: values}} if values else {}

    def new_details(self, door: str, table: Sequence[Line], sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """As `details`, for a new object: defaults are left out."""
        values = unset_defaults(table, self.pass_through(table, sent))
        values = {wire: value for wire, value in values.items() if value is not UNSET}
        return {"details": {door: values}} if values else {}

    def required(self, field: Field) -> Any:
        """The value of a required field; None, and a fault, if it is missing, blank or unreadable."""
        value = self.fields((field,)).get(field.name)
        if value is None:
            self.add_blank_faults(field.name)
        return value

    def add_blank_faults(self, *names: str) -> None:
        """Adds a fault `blank` for each of these engine fields that has no fault yet."""
        known = {fault.field for fault in self.faults}
        self.faults += [Fault(name, "blank") for name in names if name not in known]

    def check_contacts(self, patch: CustomerPatch, country: str) -> None:
        """Adds the faults of an email address, or of a phone number as it is dialled in this country."""
        try:
            check_contacts(patch, country)
        except Invalid as invalid:
            self.faults += invalid.faults

    def only(self, table: Sequence[Line]) -> dict[str, Any]:
        """The values of the table's fields, when nothing else is read. Raises Invalid with all faults so far."""
        values = self.fields(table)
        self.done()
        return values

    def done(self) -> None:
        """Raises Invalid with all faults, if there are any."""
        if self.faults:
            raise Invalid(*self.faults)
