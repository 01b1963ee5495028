"""Field tables: one line for each field of a vendor's object, shared by requests, responses and errors.

A line holds the name on the wire, the engine's name, and the codec between the two. Tables are compiled once, so that
responses are written by position, without lookups by name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeAlias

import msgspec

from kalends.dialects.kit.codecs import Codec, Unreadable
from kalends.engine.refusals import Fault

Row: TypeAlias = Any
Rendered: TypeAlias = msgspec.Struct


class Field(msgspec.Struct, frozen=True):
    """One field: of requests (`to="in"`), of responses (`out`) or of `both`. `also` are other names in requests.

    `source` is the dotted path from the row to the value for responses, if it is not the engine's name.
    """

    wire: str
    name: str
    codec: Codec
    to: str = "both"
    also: tuple[str, ...] = ()
    source: str | None = None


class Computed(msgspec.Struct, frozen=True):
    """A field of responses only, computed from the whole row by `maker(context)`, which is called once per response.

    See `from_row` and `constant` for what needs no context.
    """

    wire: str
    maker: Callable[[Any], Callable[[Row], Any]]


class PassThrough(msgspec.Struct, frozen=True):
    """A field that the engine does not use: stored in `details` under the door's name, and returned in responses.

    Responses show `default` if it was never sent; UNSET leaves the field out.
    """

    wire: str
    codec: Codec
    default: Any = None


Line: TypeAlias = Field | Computed | PassThrough


def from_row(compute: Callable[[Row], Any]) -> Callable[[Any], Callable[[Row], Any]]:
    """The maker of a Computed field that depends on the row alone."""
    return lambda context: compute


def constant(value: Any) -> Callable[[Any], Callable[[Row], Any]]:
    """The maker of a Computed field that is always the same."""
    return lambda context: lambda row: value


def read_fields(table: Iterable[Line], sent: Mapping[str, Any], context: Any, faults: list[Fault]) -> dict[str, Any]:
    """The values of all fields of the table that were sent, by the engine's names; unknown fields are ignored.

    Faults of unreadable values, with the engine's field names, are added to `faults`.
    """
    values: dict[str, Any] = {}
    for line in table:
        if isinstance(line, Field) and line.to != "out":
            for wire in (line.wire, *line.also):
                if wire in sent:
                    _read(line.name, line.codec, sent[wire], context, values, faults)
                    break
    return values


def read_pass_through(
    table: Iterable[Line], sent: Mapping[str, Any], context: Any, faults: list[Fault]
) -> dict[str, Any]:
    """The values of all PassThrough fields of the table that were sent, by their names on the wire."""
    values: dict[str, Any] = {}
    for line in table:
        if isinstance(line, PassThrough) and line.wire in sent:
            _read(line.wire, line.codec, sent[line.wire], context, values, faults)
    return values


def unset_defaults(table: Iterable[Line], values: Mapping[str, Any]) -> dict[str, Any]:
    """The PassThrough values, with UNSET for those equal to their default.

    Clients that send back what they read thus change nothing.
    """
    defaults = {line.wire: line.default for line in table if isinstance(line, PassThrough)}
    return {wire: msgspec.UNSET if value == defaults[wire] else value for wire, value in values.items()}


def wire_names(table: Iterable[Line]) -> dict[str, str]:
    """The names on the wire, by the engine's names."""
    return {line.name: line.wire for line in table if isinstance(line, Field)}


def renderer(
    name: str, table: Sequence[Line], source: str = "", door: str = "", *, omit_null: bool = False
) -> Callable[[Any], Callable[[Row], Rendered]]:
    """Compile a table of at least two fields into `bind(context) -> render(row)`; it returns what msgspec encodes.

    `source` is the path from the row to the engine's object (`item` for `row.item`). `door` is the name under which
    its `details` hold PassThrough values; only tables with such fields need `details`.
    With `omit_null`, fields that are null are left out.
    Responses have the order Field, Computed, PassThrough: most objects have no PassThrough values, and for those the
    defaults of the struct are the fastest way to write them.
    """
    fields = [line for line in table if isinstance(line, Field) and line.to != "in"]
    computed = [line for line in table if isinstance(line, Computed)]
    pass_through = [line for line in table if isinstance(line, PassThrough)]
    response = _response_struct(name, [*fields, *computed], pass_through, omit_null)
    prefix = f"{source}." if source else ""
    pick = attrgetter(
        *(line.source or prefix + line.name for line in fields), *([f"{prefix}details"] if pass_through else [])
    )
    null_if_blank = [index for index, line in enumerate(fields) if line.codec.blank_is_null]
    writers = [(index, line.codec.writer) for index, line in enumerate(fields) if line.codec.writer]

    def bind(context: Any) -> Callable[[Row], Rendered]:
        bound_writers = [(index, writer(context)) for index, writer in writers]
        bound_makers = [line.maker(context) for line in computed]
        bound_pass_through = [(line, _bound_writer(line, context)) for line in pass_through]

        def render(row: Row) -> Rendered:
            values = list(pick(row))
            details = values.pop() if pass_through else None
            for index in null_if_blank:
                if values[index] == "":
                    values[index] = None
            for index, write in bound_writers:
                if (value := values[index]) is not None:
                    values[index] = write(value)
            for compute in bound_makers:
                values.append(compute(row))
            if details and (stored := details.get(door)):
                values += [_stored_value(line, stored, write) for line, write in bound_pass_through]
            if omit_null:
                values = [msgspec.UNSET if value is None else value for value in values]
            return response(*values)

        return render

    return bind


def _response_struct(
    name: str, required: Iterable[Field | Computed], optional: Iterable[PassThrough], omit_null: bool
) -> type[msgspec.Struct]:
    defaults = {line.wire: msgspec.UNSET if omit_null and line.default is None else line.default for line in optional}
    return msgspec.defstruct(
        name, [*((line.wire, Any) for line in required), *((wire, Any, value) for wire, value in defaults.items())]
    )


def _bound_writer(line: PassThrough, context: Any) -> Callable[[Any], Any] | None:
    return line.codec.writer(context) if line.codec.writer else None


def _stored_value(line: PassThrough, stored: Mapping[str, Any], write: Callable[[Any], Any] | None) -> Any:
    value = stored.get(line.wire)
    if value is None:
        return None if line.wire in stored else line.default
    return write(value) if write else value


def once_per_id(bind: Callable[[Any], Callable[[Row], Any]]) -> Callable[[Any], Callable[[Row], Any]]:
    """Wrap a binder so that within one response each object, by its id, is rendered only once."""

    def bind_once(context: Any) -> Callable[[Row], Any]:
        render, rendered_by_id = bind(context), dict[int, Any]()

        def render_once(row: Row) -> Any:
            rendered = rendered_by_id.get(row.id)
            if rendered is None:
                rendered = rendered_by_id[row.id] = render(row)
            return rendered

        return render_once

    return bind_once


def _read(name: str, codec: Codec, value: Any, context: Any, values: dict[str, Any], faults: list[Fault]) -> None:
    try:
        values[name] = None if value is None and not codec.takes_null else codec.read(value, context)
    except Unreadable as unreadable:
        faults.append(Fault(name, unreadable.reason))
