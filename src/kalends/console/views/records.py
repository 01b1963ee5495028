"""What an account sets up, such as services: fields that are named after the kind of record, and parts of its page."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from kalends.console.views.forms import BETWEEN, Choice, Field, Group, Kind, Words, own_name, ticked
from kalends.console.views.tables import Table
from kalends.engine.limits import LONGEST_LINE

T = TypeVar("T", bound=Any)


class Section(msgspec.Struct, frozen=True):
    """A part of a record's page below its form: a table of what belongs to it. `add` is the path of the form to add to
    it and `new` the text of the link, "" if nothing can be added; `hint` the key of a text."""

    table: Table
    add: str = ""
    new: str = ""
    hint: str = ""


class Page(msgspec.Struct, frozen=True):
    """A link to another page about a record."""

    text: Words
    path: str


class Fields:
    """Fields of one kind of record: their labels are `PREFIX.NAME`, their values those of a record, by name."""

    def __init__(self, prefix: str, record: object | None, values: Mapping[str, Any] | None = None) -> None:
        self.prefix = prefix
        self.record = record
        self.values = values or {}

    def line(
        self, name: str, kind: Kind = "text", *, required: bool = False, hint: str = "", **attributes: str
    ) -> Field:
        """A field of one line."""
        if kind in ("text", "email", "tel", "url"):
            attributes = {"maxlength": str(LONGEST_LINE), **attributes}
        return self._field(name, kind, required=required, hint=hint, attributes=attributes)

    def number(self, name: str, *, required: bool = False, hint: str = "", least: int = 0, **attributes: str) -> Field:
        """A whole number, or a decimal one if `least` is below 0, which no number is."""
        attributes = {"min": str(least), "inputmode": "numeric", **attributes}
        return self._field(name, "number", required=required, hint=hint, attributes=attributes)

    def amount(self, name: str, *, required: bool = False, hint: str = "", **attributes: str) -> Field:
        """A decimal number."""
        attributes = {"inputmode": "decimal", **attributes}
        return self._field(name, "text", required=required, hint=hint, attributes=attributes)

    def text(self, name: str, *, hint: str = "") -> Field:
        """Several lines."""
        return self._field(name, "textarea", hint=hint)

    def tick(self, name: str, *, hint: str = "") -> Field:
        """A checkbox."""
        return self._field(name, "checkbox", hint=hint)

    def select(self, name: str, choices: Sequence[Choice], *, required: bool = False, hint: str = "") -> Field:
        """One of these."""
        return self._field(name, "select", required=required, hint=hint, choices=tuple(choices))

    def checks(self, name: str, choices: Sequence[Choice], *, hint: str = "") -> Field:
        """Some of these."""
        return self._field(name, "checks", hint=hint, choices=tuple(choices))

    def radios(self, name: str, choices: Sequence[Choice]) -> Field:
        """Exactly one of these."""
        return self._field(name, "radios", required=True, choices=tuple(choices))

    def _field(self, name: str, kind: Kind, **options: Any) -> Field:
        value = self.values[name] if name in self.values else getattr(self.record, name, None)
        return Field(name, f"{self.prefix}.{name}", kind=kind, value=shown(value), **{"required": False, **options})


def shown(value: Any) -> str:
    """A value as a field has it."""
    if value is None or isinstance(value, bool):
        return ticked(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | frozenset):
        return BETWEEN.join(map(str, value))
    return str(value)


def choosable(records: Sequence[T], chosen: Collection[int]) -> list[T]:
    """The records in use, and those that are chosen already: what is archived is not lost when something else is
    changed."""
    return [each for each in records if each.active or each.id in chosen]


def named(records: Sequence[Any], *, below: Mapping[int, int] | None = None) -> list[Choice]:
    """Records with an id and a title as choices; `below` is how deep each is within others."""
    depth = below or {}
    return [Choice(str(each.id), own_name(each.title), depth.get(each.id, 0)) for each in records]


def flat(parts: Sequence[Field | Group]) -> Iterator[Field]:
    """All fields, also those of groups."""
    for part in parts:
        yield from part.fields if isinstance(part, Group) else (part,)
