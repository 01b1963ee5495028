"""What values a field can have, and how they are compared."""

import pytest

from kalends.engine.catalog.custom_field import (
    Condition,
    CustomField,
    FieldValue,
    meets,
    number,
    stored_values,
    value_fault,
)
from kalends.engine.refusals import Fault, Invalid, NotFound

PERSONS = CustomField(1, 1, "Persons", "numeric")
SEATS = CustomField(1, 2, "Seat Type", "select", ("A", "B"))
STAGE = CustomField(1, 3, "Stage", "checkbox")
REMARK = CustomField(1, 4, "Remark")
FIELDS = (PERSONS, SEATS, STAGE, REMARK)


@pytest.mark.parametrize(
    ("field", "sent", "stored"),
    [
        (PERSONS, "8", "8"),
        (PERSONS, 8, "8"),
        (PERSONS, " 10.5 ", "10.5"),
        (SEATS, "B", "B"),
        (STAGE, "True", "on"),
        (STAGE, "off", "off"),
        (STAGE, False, "off"),
        (REMARK, "below the roof ", "below the roof "),
        (REMARK, "", None),
        (SEATS, None, None),
    ],
)
def test_a_value_is_kept_in_the_form_of_its_kind(field: CustomField, sent: FieldValue, stored: str | None) -> None:
    assert stored_values(FIELDS, {field.id: sent}) == {field.id: stored}


@pytest.mark.parametrize(
    ("field", "sent", "reason"),
    [
        (PERSONS, "many", "not_a_number"),
        (PERSONS, "nan", "not_a_number"),
        (PERSONS, "1_000", "not_a_number"),
        (SEATS, "C", "not_included"),
        (STAGE, "perhaps", "invalid"),
        (REMARK, ["a"], "invalid"),
        (REMARK, "a\0", "invalid"),
        (REMARK, "x" * 65_536, "too_long"),
    ],
)
def test_a_value_that_does_not_fit_is_named(field: CustomField, sent: object, reason: str) -> None:
    assert value_fault(field, sent) == reason


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        stored_values(FIELDS, {1: "many", 2: "C", 4: "fine"})
    assert refused.value.faults == (Fault("custom_field 1", "not_a_number"), Fault("custom_field 2", "not_included"))


def test_an_unknown_field_is_not_found() -> None:
    with pytest.raises(NotFound):
        stored_values(FIELDS, {9: "8"})


@pytest.mark.parametrize(
    ("comparison", "met"),
    [("lt", ["9"]), ("le", ["9", "10", "10.0"]), ("eq", ["10", "10.0"]), ("ge", ["10", "10.0", "11"]), ("gt", ["11"])],
)
def test_numbers_are_compared_as_numbers(comparison: str, met: list[str]) -> None:
    condition = Condition(PERSONS, comparison, "10")
    assert [value for value in ("9", "10", "10.0", "11") if meets(condition, value)] == met
    assert not meets(condition, None)


def test_texts_and_options_can_only_be_equal() -> None:
    assert meets(Condition(SEATS, "eq", "A"), "A")
    assert not meets(Condition(SEATS, "eq", "A"), "B")
    assert not meets(Condition(REMARK, "ge", "A"), "B")
    assert not meets(Condition(PERSONS, "eq", "many"), "8")


def test_a_box_that_nobody_ticked_is_off() -> None:
    on, off = Condition(STAGE, "eq", "True"), Condition(STAGE, "eq", "0")
    assert (meets(on, "on"), meets(on, "off"), meets(on, None)) == (True, False, False)
    assert (meets(off, "on"), meets(off, "off"), meets(off, None)) == (False, True, True)


def test_what_is_a_number() -> None:
    assert all(number(text) is not None for text in ("8", "-1.5", " 2 ", "1e3"))
    assert all(number(text) is None for text in ("inf", "", "٣", "8 or 9"))
