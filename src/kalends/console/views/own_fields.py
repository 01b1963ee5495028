"""Custom fields, which an account adds to its resources, services and bookings: the list, the form, what it says."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET

from kalends.console.values import Values
from kalends.console.views.forms import Choice, Field, Group
from kalends.console.views.records import Fields, choosable, named
from kalends.console.views.tables import Cell, Row, Table
from kalends.engine.catalog.custom_field import KINDS, SUBJECTS, CustomField, CustomFieldPatch
from kalends.engine.catalog.service import Service
from kalends.notices.texts import Message

PATH = "/custom-fields"
QUESTION = ("required", "service_ids", "asked_if_id", "asked_if_value")
FIELDS = ("title", "description", "subject", "kind", "options", "position", "active", *QUESTION)


def own_fields_table(fields: Sequence[CustomField]) -> Table:
    """Custom fields, those of resources first."""
    rows = tuple(_row(field) for field in sorted(fields, key=lambda field: (field.subject, field.position, field.id)))
    columns = ("custom.title", "custom.subject", "custom.kind", "services.state")
    return Table("custom.list", columns, rows, "custom.none")


def own_field_fields(
    field: CustomField | None, services: Sequence[Service], questions: Sequence[CustomField]
) -> tuple[Field | Group, ...]:
    """The fields of the form, of a custom field or of a new one, which alone says what it is of; `questions` are those
    on which a question can depend."""
    values = {"kind": "text", "subject": "resource", "active": True, "position": 0} if field is None else {}
    fields = Fields("custom", field, {**values, "options": "\n".join(field.options) if field else ""})
    subjects = [Choice(subject, f"field_of.{subject}") for subject in SUBJECTS]
    kinds = [Choice(kind, f"field_kind.{kind}") for kind in KINDS]
    return (
        fields.line("title", required=True),
        fields.text("description", hint="custom.description_hint"),
        *((fields.radios("subject", subjects),) if field is None else ()),
        fields.radios("kind", kinds),
        fields.text("options", hint="custom.options_hint"),
        *_question_fields(field, fields, services, questions),
        fields.tick("active", hint="custom.active_hint"),
        fields.number("position", required=True, hint="records.position_hint"),
    )


def sent_own_field(values: Values, field: CustomField | None) -> CustomFieldPatch:
    """What the form says; options are lines, and those of other kinds than select are left out."""
    kind = values.choice("kind", {kind: kind for kind in KINDS}) or UNSET
    options = tuple(line.strip() for line in values.text("options").splitlines() if line.strip())
    return CustomFieldPatch(
        title=values.text("title"),
        description=values.text("description"),
        subject=values.choice("subject", {each: each for each in SUBJECTS}) if field is None else UNSET,
        kind=kind,
        options=options if kind == "select" else (),
        position=values.number("position", 0),
        active=values.flag("active"),
        **_sent_question(values, field),
    )


def _question_fields(
    field: CustomField | None, fields: Fields, services: Sequence[Service], questions: Sequence[CustomField]
) -> tuple[Group, ...]:
    """What questions alone have; nothing for a field that is of something else."""
    if field is not None and field.subject != "booking":
        return ()
    depends_on = [field.asked_if_id] if field and field.asked_if_id else []
    firsts = [each for each in choosable(questions, depends_on) if each.asked_if_id is None]
    others = [each for each in firsts if field is None or each.id != field.id]
    services = choosable(services, (field.service_ids if field else None) or ())
    asked = (
        fields.tick("required", hint="custom.required_hint"),
        *((fields.checks("service_ids", named(services), hint="custom.service_ids_hint"),) if services else ()),
    )
    condition = (
        fields.select("asked_if_id", [Choice("", "custom.always"), *named(others)]),
        fields.line("asked_if_value", hint="custom.asked_if_value_hint"),
    )
    return (
        Group("custom.question", asked, "" if field else "custom.question_hint"),
        *((Group("custom.asked_if", condition, beside=True),) if others else ()),
    )


def _sent_question(values: Values, field: CustomField | None) -> dict[str, Any]:
    """What the form says of a question; nothing of a field of something else."""
    subject = values.text("subject") if field is None else field.subject
    if subject != "booking":
        return {}
    asked_if_id = values.id("asked_if_id") if "asked_if_id" in values.sent else None
    return {
        "required": values.flag("required"),
        "service_ids": (frozenset(values.ids("service_ids")) if "service_ids" in values.sent else None) or None,
        "asked_if_id": asked_if_id,
        "asked_if_value": values.text("asked_if_value") if asked_if_id else "",
    }


def _row(field: CustomField) -> Row:
    state = Cell() if field.active else Cell(Message("records.archived"), tone="done")
    options = ", ".join(field.options)
    cells = (
        Cell(field.title, field.description),
        Cell(Message(f"field_of.{field.subject}")),
        Cell(Message(f"field_kind.{field.kind}"), options),
        state,
    )
    return Row(cells, f"{PATH}/{field.id}")
