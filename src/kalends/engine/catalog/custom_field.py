"""What an account wants to know of its resources beside what everybody does: fields of its own, and their values.

Values are texts, and what they mean is the matter of the field's kind:

    text       anything
    numeric    a decimal number: `8`, `10.5`
    select     one of the field's options
    checkbox   `on` or `off`
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from operator import eq, ge, gt, le, lt
from typing import TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT, position_faults, refuse, text_faults
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault, Invalid, NotFound

KINDS = ("text", "numeric", "select", "checkbox")
COMPARISONS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {"lt": lt, "le": le, "eq": eq, "ge": ge, "gt": gt}
_MOST_OPTIONS = 1000
FieldValue: TypeAlias = str | bool | int | float | Decimal | None
"""A value as it may be given; it is kept as a text."""
_ON, _OFF = ("on", "true", "1", "yes"), ("off", "false", "0", "no", "")


class CustomField(msgspec.Struct, frozen=True):
    """One field; `options` are those of a select, and none of the other kinds has any."""

    account_id: int
    id: int
    title: str
    kind: str = "text"
    options: tuple[str, ...] = ()
    position: int = 0
    active: bool = True


class CustomFieldPatch(Patch, frozen=True, kw_only=True):
    """Fields of a custom field. A new one needs a `title`."""

    title: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    options: tuple[str, ...] | UnsetType = UNSET
    position: int | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class Condition(msgspec.Struct, frozen=True):
    """That a field's value compares so with a text; `comparison` is one of COMPARISONS, the value standing left."""

    field: CustomField
    comparison: str
    value: str


def changed_field(present: CustomField, patch: CustomFieldPatch) -> CustomField:
    """The field with the patch applied.

    Raises Invalid(title: blank, invalid or too_long; kind: unknown; options: blank, invalid or too_long; position:
    out_of_range).
    """
    field = patched(present, patch)
    faults = text_faults("title", field.title, LONGEST_LINE, required=True)
    faults += [] if field.kind in KINDS else [Fault("kind", "unknown")]
    faults += [Fault("options", why) for why in [_why_options_unfit(field)] if why]
    refuse(faults + position_faults("position", field.position))
    return field


def kept_values(fields: Iterable[CustomField], given: Mapping[int, FieldValue]) -> dict[int, str | None]:
    """The values, by id of their field, as they are to be kept; None where there is to be none: "" and None are none.

    Raises NotFound(custom_field), and Invalid(custom_field ID: not_a_number, not_included, invalid or too_long) with
    all faults.
    """
    known = {field.id: field for field in fields}
    if unknown := [field_id for field_id in given if field_id not in known]:
        raise NotFound("custom_field", unknown[0])
    reasons = {field_id: why_unfit(known[field_id], value) for field_id, value in given.items()}
    if any(reasons.values()):
        raise Invalid(*(Fault(f"custom_field {field_id}", why) for field_id, why in reasons.items() if why))
    return {field_id: _kept(known[field_id], value) for field_id, value in given.items()}


def why_unfit(field: CustomField, value: object) -> str | None:
    """The reason code of a value that the field can't have, None of one that it can."""
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
    """The number that a text is, None when it is none."""
    try:
        found = Decimal(text.strip()) if text.isascii() and "_" not in text else Decimal("nan")
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def meets(condition: Condition, value: str | None) -> bool:
    """Whether a value, None is no value, is as the condition says.

    Numbers compare as numbers; of everything else only `eq` can be true, and a checkbox without a value is off.
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
    """The value of a field that counts for the last resource of a path: its own, or that of the nearest whole.

    `values` are those of resources, by their id and that of the field.
    """
    found = (values.get(resource_id, {}).get(field_id) for resource_id in reversed(path))
    return next((value for value in found if value is not None), None)


def _kept(field: CustomField, value: FieldValue) -> str | None:
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


def _why_options_unfit(field: CustomField) -> str | None:
    """The reason code of options that are not as the kind of field has them."""
    if not field.options:
        return "blank" if field.kind == "select" else None
    if field.kind != "select" or len(set(field.options)) < len(field.options):
        return "invalid"
    if len(field.options) > _MOST_OPTIONS or any(len(option) > LONGEST_LINE for option in field.options):
        return "too_long"
    return "blank" if any(not option.strip() for option in field.options) else None
