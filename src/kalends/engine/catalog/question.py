"""Questions that services ask of whoever books them: custom fields of the subject `booking`.

A question may depend on another one, which does not depend on any itself:

    Do you have an allergy?   [Yes] [No]
    To what?                  asked if the answer is "Yes"

Answers are kept with the items of the booking, each under the title of its question as it was asked.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from kalends.engine.catalog.custom_field import Condition, CustomField, FieldValue, meets, stored_values, value_fault
from kalends.engine.limits import raise_if_faults
from kalends.engine.refusals import Fault


def checked_question(field: CustomField, others: Sequence[CustomField], service_ids: Collection[int]) -> CustomField:
    """The field, once what it says of other fields and of services is checked; `others` are the account's other
    questions, `service_ids` its services. Fields of other subjects say nothing of them.

    Raises Invalid(required, service_ids, asked_if_id: unsupported; service_ids, asked_if_id: unknown; asked_if_id:
    too_deep; asked_if_value: blank, invalid, not_a_number, not_included, too_long; options: in_use).
    """
    if field.subject != "booking":
        own = {"required": field.required, "service_ids": field.service_ids, "asked_if_id": field.asked_if_id}
        raise_if_faults(Fault(name, "unsupported") for name, value in own.items() if value)
        return field
    faults = [Fault("service_ids", "unknown")] if set(field.service_ids or ()) - set(service_ids) else []
    dependent = [other for other in others if other.asked_if_id == field.id]
    faults += _condition_faults(field, others, dependent)
    if any(value_fault(field, other.asked_if_value) for other in dependent):
        faults.append(Fault("options", "in_use"))
    raise_if_faults(faults)
    return msgspec.structs.replace(field, asked_if_value=_stored_answer(field, others))


def _condition_faults(
    field: CustomField, others: Sequence[CustomField], dependent: Sequence[CustomField]
) -> list[Fault]:
    if field.asked_if_id is None:
        return []
    other = next((each for each in others if each.id == field.asked_if_id), None)
    if other is None:
        return [Fault("asked_if_id", "unknown")]
    if other.asked_if_id is not None or dependent:
        return [Fault("asked_if_id", "too_deep")]
    reason = value_fault(other, field.asked_if_value) if field.asked_if_value else "blank"
    return [Fault("asked_if_value", reason)] if reason else []


def _stored_answer(field: CustomField, others: Sequence[CustomField]) -> str:
    """The answer after which a question is asked, as answers are stored; "" if it is always asked."""
    if field.asked_if_id is None:
        return ""
    other = next(each for each in others if each.id == field.asked_if_id)
    return stored_values([other], {other.id: field.asked_if_value})[other.id] or ""


def asked_by(questions: Iterable[CustomField], service_ids: Collection[int | None]) -> list[CustomField]:
    """Those of the questions that are asked of who books these services, in their order."""
    return [
        question
        for question in questions
        if question.active and (question.service_ids is None or not question.service_ids.isdisjoint(service_ids))
    ]


def answers_of(questions: Sequence[CustomField], sent: Mapping[int, FieldValue]) -> dict[int, str]:
    """The answers to these questions in the form in which they are stored, by the id of the question. Those to other
    questions, and to such as are not asked after the other answers, are left out.

    Raises Invalid(custom_field ID: blank, for a required one without an answer, or a checkbox that must be ticked;
    not_a_number, not_included, invalid, too_long).
    """
    asked = [question for question in questions if is_asked(question, questions, sent)]
    answers = stored_values(asked, {question.id: sent.get(question.id) for question in asked})
    raise_if_faults(
        Fault(f"custom_field {question.id}", "blank") for question in asked if _is_missing(question, answers)
    )
    return {field_id: answer for field_id, answer in answers.items() if answer is not None}


def is_asked(question: CustomField, questions: Iterable[CustomField], sent: Mapping[int, FieldValue]) -> bool:
    """Whether a question is asked after these answers to the others."""
    if question.asked_if_id is None:
        return True
    other = next((each for each in questions if each.id == question.asked_if_id), None)
    answer = sent.get(question.asked_if_id)
    wanted = question.asked_if_value
    return other is not None and meets(Condition(other, "eq", wanted), None if answer is None else str(answer))


def titled_answers(questions: Iterable[CustomField], answers: Mapping[int, str]) -> dict[str, str]:
    """The answers by the titles of their questions, as an item keeps them."""
    return {question.title: answers[question.id] for question in questions if question.id in answers}


def _is_missing(question: CustomField, answers: Mapping[int, str | None]) -> bool:
    answer = answers.get(question.id)
    return question.required and (answer is None or (question.kind == "checkbox" and answer != "on"))
