"""Custom fields, which an account adds to its resources and services: the list of them, the form, what it says."""

from collections.abc import Sequence

from msgspec import UNSET

from kalends.console.values import Values
from kalends.console.views.forms import Choice, Field
from kalends.console.views.records import Fields
from kalends.console.views.tables import Cell, Row, Table
from kalends.engine.catalog.custom_field import KINDS, SUBJECTS, CustomField, CustomFieldPatch
from kalends.notices.texts import Message

PATH = "/custom-fields"
FIELDS = ("title", "description", "subject", "kind", "options", "position", "active")


def own_fields_table(fields: Sequence[CustomField]) -> Table:
    """Custom fields, those of resources first."""
    rows = tuple(_row(field) for field in sorted(fields, key=lambda field: (field.subject, field.position, field.id)))
    columns = ("custom.title", "custom.subject", "custom.kind", "services.state")
    return Table("custom.list", columns, rows, "custom.none")


def own_field_fields(field: CustomField | None) -> tuple[Field, ...]:
    """The fields of the form, of a custom field or of a new one, which alone says what it is of."""
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
    )


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
