"""Questions that services ask: which are asked, and what counts as an answer."""

from typing import Any

import pytest

from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.question import answers_of, asked_by, checked_question, titled_answers
from kalends.engine.refusals import Fault, Invalid

MASSAGE, YOGA = 3, 4


def question(field_id: int, title: str, **fields: Any) -> CustomField:
    return CustomField(1, field_id, title, **{"subject": "booking", **fields})


ALLERGIC = question(1, "Allergic?", kind="select", options=("Yes", "No"), required=True)
TO_WHAT = question(2, "To what?", required=True, asked_if_id=1, asked_if_value="Yes")
SHOES = question(3, "Shoe size", kind="numeric", service_ids=frozenset({YOGA}))
TERMS = question(4, "I agree to the rules.", kind="checkbox", required=True)
OLD = question(5, "Old", active=False)
ALL = [ALLERGIC, TO_WHAT, SHOES, TERMS, OLD]


def test_a_service_asks_what_is_for_it_and_what_is_for_all() -> None:
    assert asked_by(ALL, {MASSAGE}) == [ALLERGIC, TO_WHAT, TERMS]
    assert asked_by(ALL, {MASSAGE, YOGA}) == [ALLERGIC, TO_WHAT, SHOES, TERMS]


def test_answers_are_stored_and_those_that_nobody_asked_for_are_not() -> None:
    sent = {1: "No", 2: "Cats", 3: " 38.5 ", 4: "on", 9: "x"}
    answers = answers_of(ALL, sent)
    assert answers == {1: "No", 3: "38.5", 4: "on"}
    assert titled_answers([ALLERGIC, SHOES], answers) == {"Allergic?": "No", "Shoe size": "38.5"}


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ({}, [(1, "blank"), (4, "blank")]),
        ({1: "Yes", 4: "off"}, [(2, "blank"), (4, "blank")]),
        ({1: "Perhaps", 3: "big", 4: "on"}, [(1, "not_included"), (3, "not_a_number")]),
    ],
)
def test_all_that_is_wrong_with_answers(sent: dict[int, str], faults: list[tuple[int, str]]) -> None:
    with pytest.raises(Invalid) as refused:
        answers_of(ALL, sent)
    assert refused.value.faults == tuple(Fault(f"custom_field {field_id}", reason) for field_id, reason in faults)


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        (question(9, "A", service_ids=frozenset({7})), ("service_ids", "unknown")),
        (question(9, "A", asked_if_id=7, asked_if_value="x"), ("asked_if_id", "unknown")),
        (question(9, "A", asked_if_id=2, asked_if_value="x"), ("asked_if_id", "too_deep")),
        (question(9, "A", asked_if_id=1, asked_if_value="Perhaps"), ("asked_if_value", "not_included")),
        (question(9, "A", asked_if_id=1), ("asked_if_value", "blank")),
        (question(1, "A", kind="select", options=("No",)), ("options", "in_use")),
        (question(1, "A", asked_if_id=4, asked_if_value="on"), ("asked_if_id", "too_deep")),
        (CustomField(1, 9, "A", required=True), ("required", "unsupported")),
    ],
)
def test_a_question_that_makes_no_sense(field: CustomField, fault: tuple[str, str]) -> None:
    others = [each for each in ALL if each.id != field.id]
    with pytest.raises(Invalid) as refused:
        checked_question(field, others, {MASSAGE, YOGA})
    assert Fault(*fault) in refused.value.faults


def test_the_answer_that_it_depends_on_is_kept_as_answers_are() -> None:
    after = checked_question(question(9, "Why not?", asked_if_id=4, asked_if_value="no"), ALL, ())
    assert after.asked_if_value == "off"
    assert checked_question(question(9, "A", asked_if_value="x"), ALL, ()).asked_if_value == ""
    assert answers_of([TERMS, after], {4: "on", 9: "x"}) == {4: "on"}
