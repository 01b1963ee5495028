"""Forms: their fields as a template gets them, and what was wrong with what was sent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from kalends.notices.texts import Message
from kalends.web.idempotency import FORM_FIELD, new_form_key

Kind = Literal[
    "text",
    "email",
    "password",
    "tel",
    "url",
    "search",
    "number",
    "date",
    "time",
    "datetime-local",
    "color",
    "textarea",
    "select",
    "radios",
    "checkbox",
    "checks",
]
Words: TypeAlias = str | Message
"""The key of a text, or a message."""
YES = "yes"
"""What a checkbox that is ticked sends, and the value of a field that is ticked."""
BETWEEN = ","
"""What stands between the values of a field that has many."""


class Complaint(msgspec.Struct, frozen=True):
    """What is wrong with what was sent: with fields, by their names, and with the whole."""

    fields: Mapping[str, Message] = {}
    whole: Message | None = None


class Choice(msgspec.Struct, frozen=True):
    """One of the values that a field can have; `below` is how deep it is within others, from 0 on."""

    value: str
    label: Words
    below: int = 0


class Field(msgspec.Struct, frozen=True):
    """One field. `hint` is "" if there is none; `autocomplete` as in HTML.

    `value` is as a browser sends it: a date as YYYY-MM-DD, a time as HH:MM, a checkbox as YES or "", the `choices` of
    `checks` that are ticked with BETWEEN between them. `attributes` are those of HTML besides, such as min and max.
    `fault` is what is wrong with it, in words; "" if nothing is.
    """

    name: str
    label: Words
    autocomplete: str = "off"
    kind: Kind = "text"
    value: str = ""
    hint: Words = ""
    fault: str = ""
    required: bool = True
    choices: tuple[Choice, ...] = ()
    attributes: Mapping[str, str] = {}

    @property
    def chosen(self) -> Sequence[str]:
        """The values that are chosen."""
        return self.value.split(BETWEEN) if self.kind == "checks" else [self.value]


class Group(msgspec.Struct, frozen=True):
    """Fields that belong together, under a heading. `beside`: next to each other, as far as there is room."""

    legend: Words
    fields: tuple[Field, ...]
    hint: Words = ""
    beside: bool = False


class Form(msgspec.Struct, frozen=True):
    """A form that is sent to a path below the console. `problem` is what is wrong with it as a whole, in words.

    `back` is the path to which one goes without sending it, "" if there is none. `id` stands before the ids of its
    fields, where a page has several forms. `danger`: what it does is hard to take back. `second` is a second button,
    which sends the form with YES in the field of this name.
    """

    path: str
    fields: tuple[Field | Group, ...]
    submit: Words
    problem: str = ""
    hidden: Mapping[str, str] = {}
    back: str = ""
    id: str = ""
    danger: bool = False
    second: tuple[str, Words] | None = None

    @property
    def faults(self) -> Sequence[Field]:
        """The fields with which something is wrong."""
        return [field for field in _flat(self.fields) if field.fault]

    @property
    def refused(self) -> bool:
        """Whether anything was wrong with what was sent."""
        return bool(self.problem or self.faults)

    def with_complaint(self, complaint: Complaint | None, say: Callable[[Message], str]) -> "Form":
        """The form with what is wrong; `say` puts it into words. What is wrong with fields that it does not have is
        said of the whole."""
        if complaint is None:
            return self
        faults = {name: say(message) for name, message in complaint.fields.items()}
        names = {field.name for field in _flat(self.fields)}
        others = [f"{name}: {fault}" for name, fault in faults.items() if name not in names]
        problems = [say(complaint.whole), *others] if complaint.whole else others
        fields = tuple(_with_faults(part, faults) for part in self.fields)
        return msgspec.structs.replace(self, fields=fields, problem="; ".join(problems))

    def with_values(self, values: Mapping[str, str]) -> "Form":
        """The form with these values, as they were sent, in its fields; others stay as they are, and so do passwords,
        which are not sent back."""
        return msgspec.structs.replace(self, fields=tuple(_with_values(part, values) for part in self.fields))


def once() -> dict[str, str]:
    """The hidden field by which a form has one effect, however often it is sent; see `idempotent_form`."""
    return {FORM_FIELD: new_form_key()}


def ticked(value: bool | None) -> str:
    """The value of a checkbox."""
    return YES if value else ""


def own_name(name: str) -> Message:
    """What somebody has named, as a label: the same in all languages."""
    return Message("own_name", {"name": name})


def _flat(parts: Sequence[Field | Group]) -> Iterator[Field]:
    for part in parts:
        yield from (part.fields if isinstance(part, Group) else (part,))


def _with_faults(part: Field | Group, faults: Mapping[str, str]) -> Field | Group:
    if isinstance(part, Group):
        return msgspec.structs.replace(part, fields=tuple(_with_faults(field, faults) for field in part.fields))
    return msgspec.structs.replace(part, fault=faults.get(part.name, ""))


def _with_values(part: Field | Group, values: Mapping[str, str]) -> Field | Group:
    if isinstance(part, Group):
        return msgspec.structs.replace(part, fields=tuple(_with_values(field, values) for field in part.fields))
    if part.kind == "password":
        return part
    return msgspec.structs.replace(part, value=values.get(part.name, part.value))
