"""Forms: their fields as a template gets them, and what was wrong with what was sent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from kalends.notices.texts import Message

Kind = Literal["text", "email", "password"]


class Complaint(msgspec.Struct, frozen=True):
    """What is wrong with what was sent: with fields, by their names, and with the whole."""

    fields: Mapping[str, Message] = {}
    whole: Message | None = None


class Field(msgspec.Struct, frozen=True):
    """One field. `label` and `hint` are keys of texts, the latter "" if there is none; `autocomplete` as in HTML.

    `fault` is what is wrong with it, in words; "" if nothing is.
    """

    name: str
    label: str
    autocomplete: str
    kind: Kind = "text"
    value: str = ""
    hint: str = ""
    fault: str = ""


class Form(msgspec.Struct, frozen=True):
    """A form that is sent to a path below the console. `problem` is what is wrong with it as a whole, in words."""

    path: str
    fields: tuple[Field, ...]
    submit: str
    problem: str = ""
    hidden: Mapping[str, str] = {}

    @property
    def faults(self) -> Sequence[Field]:
        """The fields with which something is wrong."""
        return [field for field in self.fields if field.fault]

    @property
    def refused(self) -> bool:
        """Whether anything was wrong with what was sent."""
        return bool(self.problem or self.faults)

    def with_complaint(self, complaint: Complaint | None, say: Callable[[Message], str]) -> "Form":
        """The form with what is wrong; `say` puts it into words."""
        if complaint is None:
            return self
        faults = {name: say(message) for name, message in complaint.fields.items()}
        fields = tuple(msgspec.structs.replace(field, fault=faults.get(field.name, "")) for field in self.fields)
        problem = say(complaint.whole) if complaint.whole else ""
        return msgspec.structs.replace(self, fields=fields, problem=problem)
