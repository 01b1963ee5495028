"""Custom fields that an account defines for its resources, services or bookings, their values, and filters on them.

Values are stored as text. Which are allowed depends on the kind of the field:

    text       any text
    numeric    a decimal number: `8`, `10.5`
    select     one of the field's options
    checkbox   `on` or `off`
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from operator import eq, ge, gt, le, lt
from typing import Generic, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.all_refusals import AllRefusals, check_found
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT, position_faults, raise_if_faults, text_faults
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault

T = TypeVar("T")

KINDS = ("text", "numeric", "select", "checkbox")
SUBJECTS = ("resource", "service", "booking")
COMPARISONS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {"lt": lt, "le": le, "eq": eq, "ge": ge, "gt": gt}
MOST_OPTIONS = 1000
FieldValue: TypeAlias = str | bool | int | float | Decimal | None
"""A value as sent; it is stored as text."""
_ON, _OFF = ("on", "true", "1", "yes"), ("off", "false", "0", "no", "")


class CustomField(msgspec.Struct, frozen=True):
    """A custom field. `options` are the values of a select; other kinds have none.

    `subject`: what has values in it: a resource, and bookings of it; a service, and seats in its sessions; or bookings,
    of which it is a question, see question.py. Those alone have what follows: `required`: it must be answered;
    `service_ids`: who books these is asked, None is whoever books; `asked_if_id`: only if the answer to that question
    is `asked_if_value`.
    """

    account_id: int
    id: int
    title: str
    kind: str = "text"
    options: tuple[str, ...] = ()
    position: int = 0
    active: bool = True
    subject: str = "resource"
    description: str = ""
    updated_at: datetime | None = None
    revision: int = 0
    required: bool = False
    service_ids: frozenset[int] | None = None
    asked_if_id: int | None = None
    asked_if_value: str = ""


class CustomFieldPatch(Patch, frozen=True, kw_only=True):
    """Changes to a custom field. A new one needs a `title`; its `subject` can be set only when it is created."""

    title: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    options: tuple[str, ...] | UnsetType = UNSET
    position: int | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    subject: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    required: bool | UnsetType = UNSET
    service_ids: frozenset[int] | UnsetType | None = UNSET
    asked_if_id: int | UnsetType | None = UNSET
    asked_if_value: str | UnsetType = UNSET


class Described(msgspec.Struct, Generic[T], frozen=True):
    """A resource or a service, and its values of custom fields by the field's id."""

    record: T
    values: Mapping[int, str]


class Condition(msgspec.Struct, frozen=True):
    """A filter on a custom field: its value `comparison` `value`, where `comparison` is a key of COMPARISONS."""

    field: CustomField
    comparison: str
    value: str


def changed_field(current: CustomField, patch: CustomFieldPatch) -> CustomField:
    """The field with the patch applied.

    Raises Invalid(title, options: blank, invalid, too_long; description, asked_if_value: invalid, too_long; kind,
    subject: unknown; position: out_of_range).
    """
    field = patched(current, patch)
    faults = text_faults("title", field.title, LONGEST_LINE, required=True)
    faults += text_faults("description", field.description, LONGEST_TEXT)
    faults += text_faults("asked_if_value", field.asked_if_value, LONGEST_TEXT)
    faults += [] if field.kind in KINDS else [Fault("kind", "unknown")]
    faults += [] if field.subject in SUBJECTS else [Fault("subject", "unknown")]
    faults += [Fault("options", reason) for reason in [_options_fault(field)] if reason]
    raise_if_faults(faults + position_faults("position", field.position))
    return field


def stored_values(fields: Iterable[CustomField], values: Mapping[int, FieldValue]) -> dict[int, str | None]:
    """The values, by field id, in the form in which they are stored; None and "" become None, which is no value.

    Raises NotFound(custom_field), Invalid(custom_field ID: not_a_number, not_included, invalid, too_long).
    """
    fields_by_id = {field.id: field for field in fields}
    refusals = AllRefusals()
    with refusals:
        check_found(("custom_field", values, fields_by_id))
    known = {field_id: value for field_id, value in values.items() if field_id in fields_by_id}
    reasons = {field_id: value_fault(fields_by_id[field_id], value) for field_id, value in known.items()}
    with refusals:
        raise_if_faults(Fault(f"custom_field {field_id}", reason) for field_id, reason in reasons.items() if reason)
    refusals.raise_any()
    return {field_id: _stored_value(fields_by_id[field_id], value) for field_id, value in values.items()}


def value_fault(field: CustomField, value: object) -> str | None:
    """Why the field can't have this value: not_a_number, not_included, invalid or too_long; None if it can."""
    text = _text(value)
    if text is None or "\0" in text:
        return "invalid"
    if len(text) > LONGEST_TEXT:
        return "too_long"
    if text == "":
        return None
    if field.kind == "numeric":
        return "not_a_number" if number(text) is None else None
    if field.kind == "checkbox":
        return None if text.lower() in (*_ON, *_OFF) else "invalid"
    return "not_included" if field.kind == "select" and text not in field.options else None


def number(text: str) -> Decimal | None:
    """The number that a text such as `10.5` is, None if it is not a finite number."""
    try:
        parsed = Decimal(text.strip()) if text.isascii() and "_" not in text else Decimal("nan")
    except InvalidOperation:
        return None
    return parsed if parsed.is_finite() else None


def meets(condition: Condition, value: str | None) -> bool:
    """Whether a stored value (None: no value) meets the condition.

    Numeric fields compare as numbers; all other kinds know only `eq`. A checkbox without a value is off.
    """
    if condition.field.kind == "checkbox":
        return condition.comparison == "eq" and _is_on(value or "") == _is_on(condition.value)
    if value is None:
        return False
    if condition.field.kind == "numeric":
        left, right = number(value), number(condition.value)
        return left is not None and right is not None and COMPARISONS[condition.comparison](left, right)
    return condition.comparison == "eq" and value == condition.value


def value_along(path: Sequence[int], values: Mapping[int, Mapping[int, str]], field_id: int) -> str | None:
    """The value of a field for the last resource of a path: its own, else that of its nearest ancestor, else None.

    `path` has resource ids from the root down; `values` has values by resource id and field id.
    """
    nearest_first = (values.get(resource_id, {}).get(field_id) for resource_id in reversed(path))
    return next((value for value in nearest_first if value is not None), None)


def _stored_value(field: CustomField, value: FieldValue) -> str | None:
    text = _text(value)
    if not text:
        return None
    if field.kind == "checkbox":
        return "on" if _is_on(text) else "off"
    return text.strip() if field.kind == "numeric" else text


def _text(value: object) -> str | None:
    if value is None:
        return ""
    return str(value) if isinstance(value, str | int | float | Decimal) else None


def _is_on(text: str) -> bool:
    return text.strip().lower() in _ON


def _options_fault(field: CustomField) -> str | None:
    """Why the kind of field does not allow these options: blank, invalid or too_long; None if it does."""
    if not field.options:
        return "blank" if field.kind == "select" else None
    if field.kind != "select" or len(set(field.options)) < len(field.options):
        return "invalid"
    if len(field.options) > MOST_OPTIONS or any(len(option) > LONGEST_LINE for option in field.options):
        return "too_long"
    return "blank" if any(not option.strip() for option in field.options) else None
