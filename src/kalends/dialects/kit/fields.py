"""Field tables: one line for each field of a vendor's object, shared by requests, responses and errors.

A line says what the wire calls it, what the engine calls it, and the codec between the two. Tables are compiled once:
a response is then written by position, without looking anything up by name.
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
    """One field. `to` says which way it goes: `in`, `out` or `both`; `also` are other names that requests may use.

    `source` is where a response finds the value, as a dotted path from the row, when not under the engine's name.
    """

    wire: str
    name: str
    codec: Codec
    to: str = "both"
    also: tuple[str, ...] = ()
    source: str | None = None


class Computed(msgspec.Struct, frozen=True):
    """A field of responses only, made from the whole row: `maker(context)` is bound once per response."""

    wire: str
    maker: Callable[[Any], Callable[[Row], Any]]


class PassThrough(msgspec.Struct, frozen=True):
    """A field that the engine has no use for: kept in `details` under the door's name, and given back.

    `default` stands in a response for what was never sent; UNSET leaves the field out.
    """

    wire: str
    codec: Codec
    default: Any = None


Line: TypeAlias = Field | Computed | PassThrough


def read_fields(
    table: Iterable[Line], sent: Mapping[str, Any], wire_context: Any, faults: list[Fault]
) -> dict[str, Any]:
    """The engine's values of all fields that were sent, by the engine's names; unknown fields are passed over.

    What can't be read is added to `faults`, so that a request hears of all its faults at once.
    """
    found: dict[str, Any] = {}
    for field in table:
        if isinstance(field, Field) and field.to != "out":
            for wire in (field.wire, *field.also):
                if wire in sent:
                    _read(field.name, field.codec, sent[wire], (wire_context, found, faults))
                    break
    return found


def read_pass_through(
    table: Iterable[Line], sent: Mapping[str, Any], wire_context: Any, faults: list[Fault]
) -> dict[str, Any]:
    """What was sent of the fields that are only kept, by the names of the wire."""
    found: dict[str, Any] = {}
    for field in table:
        if isinstance(field, PassThrough) and field.wire in sent:
            _read(field.wire, field.codec, sent[field.wire], (wire_context, found, faults))
    return found


def unset_defaults(table: Iterable[Line], kept: Mapping[str, Any]) -> dict[str, Any]:
    """What was kept, UNSET where it is what responses say anyway: who sends back what was read changes nothing."""
    defaults = {line.wire: line.default for line in table if isinstance(line, PassThrough)}
    return {wire: msgspec.UNSET if value == defaults[wire] else value for wire, value in kept.items()}


def wire_names(table: Iterable[Line]) -> dict[str, str]:
    """What the wire calls the engine's fields."""
    return {field.name: field.wire for field in table if isinstance(field, Field)}


def renderer(
    name: str, table: Sequence[Line], source: str = "", door: str = ""
) -> Callable[[Any], Callable[[Row], Rendered]]:
    """Compile a table into `bind(context) -> render(row)`; what `render` gives is for msgspec's encoder.

    `source` is the path from the row to the engine's object (`item` for `row.item`), `door` the name under which its
    `details` keep what is PassThrough; a table that keeps nothing needs no `details`. There are two fields at least.
    Responses have the fields first, then what is made, then what is kept: most objects keep nothing, and then the
    struct's own defaults are the quickest way to say so.
    """
    fields = [line for line in table if isinstance(line, Field) and line.to != "in"]
    made = [line for line in table if isinstance(line, Computed)]
    kept = [line for line in table if isinstance(line, PassThrough)]
    wires = [*(field.wire for field in fields), *(line.wire for line in made)]
    shape = msgspec.defstruct(
        name, [*((wire, Any) for wire in wires), *((line.wire, Any, line.default) for line in kept)]
    )
    prefix = f"{source}." if source else ""
    pick = attrgetter(
        *(field.source or prefix + field.name for field in fields), *([f"{prefix}details"] if kept else [])
    )
    blanks = [at for at, field in enumerate(fields) if field.codec.blank_is_null]
    writers = [(at, field.codec.writer) for at, field in enumerate(fields) if field.codec.writer]

    def bind(wire_context: Any) -> Callable[[Row], Rendered]:
        written = [(at, writer(wire_context)) for at, writer in writers]
        makers = [line.maker(wire_context) for line in made]
        keepers = [(line, line.codec.writer(wire_context) if line.codec.writer else None) for line in kept]

        def render(row: Row) -> Rendered:
            values = list(pick(row))
            details = values.pop() if kept else None
            for at in blanks:
                if values[at] == "":
                    values[at] = None
            for at, write in written:
                if (value := values[at]) is not None:
                    values[at] = write(value)
            for make in makers:
                values.append(make(row))
            if details and (own := details.get(door)):
                values += [_given_back(line, own, write) for line, write in keepers]
            return shape(*values)

        return render

    return bind


def _given_back(line: PassThrough, own: Mapping[str, Any], write: Callable[[Any], Any] | None) -> Any:
    value = own.get(line.wire)
    if value is None:
        return None if line.wire in own else line.default
    return write(value) if write else value


def once(bind: Callable[[Any], Callable[[Row], Any]]) -> Callable[[Any], Callable[[Row], Any]]:
    """The same writer, but an object that comes again in one response (the same id) is written only once."""

    def bind_once(wire_context: Any) -> Callable[[Row], Any]:
        write, known = bind(wire_context), dict[int, Any]()

        def show(row: Row) -> Any:
            shown = known.get(row.id)
            if shown is None:
                shown = known[row.id] = write(row)
            return shown

        return show

    return bind_once


def _read(name: str, codec: Codec, value: Any, into: tuple[Any, dict[str, Any], list[Fault]]) -> None:
    wire_context, found, faults = into
    try:
        found[name] = None if value is None and not codec.takes_null else codec.read(value, wire_context)
    except Unreadable as fault:
        faults.append(Fault(name, fault.reason))
