"""The questions that services ask of whoever books them, as fields of the form."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.question import answers_of
from kalends.engine.refusals import Invalid
from kalends.notices.texts import Message
from kalends.page.views.faults import Fault

PREFIX = "q-"
"""How the names of the fields begin, before the id of the question."""
_OF_FIELD = "custom_field "


class QuestionView(msgspec.Struct, frozen=True, kw_only=True):
    """A question: the name of its field, and what was answered. `after` is the field of the question on whose answer it
    depends, "" if it does not, `answer` that answer, and `only` says so."""

    field: str
    title: str
    about: str
    kind: str
    options: tuple[str, ...]
    required: bool
    value: str
    after: str
    answer: str
    only: Message | None


def question_views(questions: Sequence[CustomField], sent: Mapping[str, str]) -> tuple[QuestionView, ...]:
    """The questions as the form shows them; one that depends on another that is not asked here is left out."""
    others = {question.id: question for question in questions}
    return tuple(
        QuestionView(
            field=field_of(question.id),
            title=question.title,
            about=question.description,
            kind=question.kind,
            options=question.options,
            required=question.required,
            value=sent.get(field_of(question.id), ""),
            after=field_of(question.asked_if_id) if question.asked_if_id else "",
            answer=question.asked_if_value,
            only=_only(others[question.asked_if_id], question.asked_if_value) if question.asked_if_id else None,
        )
        for question in questions
        if question.asked_if_id is None or question.asked_if_id in others
    )


def sent_answers(questions: Sequence[CustomField], sent: Mapping[str, str]) -> dict[int, str]:
    """The answers in a form, by the ids of the questions; numbers may have a comma before their decimals."""
    texts = {question.id: sent.get(field_of(question.id), "").strip() for question in questions}
    numeric = {question.id for question in questions if question.kind == "numeric"}
    return {field_id: text.replace(",", ".") if field_id in numeric else text for field_id, text in texts.items()}


def answer_faults(questions: Sequence[CustomField], sent: Mapping[str, str]) -> tuple[Fault, ...]:
    """What is wrong with the answers in a form."""
    try:
        answers_of(questions, sent_answers(questions, sent))
    except Invalid as refusal:
        return faults_of_answers(refusal, questions)
    return ()


def faults_of_answers(refusal: Invalid, questions: Sequence[CustomField]) -> tuple[Fault, ...]:
    """What a refusal says of answers."""
    reasons = {fault.field: fault.reason for fault in refusal.faults}
    return tuple(
        Fault(field_of(question.id), _said(question, reasons[name]))
        for question in questions
        if (name := f"{_OF_FIELD}{question.id}") in reasons
    )


def _said(question: CustomField, reason: str) -> Message:
    title = {"question": question.title}
    if reason == "blank":
        return Message("fault.answer_unticked" if question.kind == "checkbox" else "fault.answer_blank", title)
    if reason == "too_long":
        return Message("fault.too_long", {"field": question.title})
    return Message("fault.answer_not_a_number" if reason == "not_a_number" else "fault.answer_invalid", title)


def _only(other: CustomField, answer: str) -> Message:
    if other.kind == "checkbox":
        return Message("question.if_ticked" if answer == "on" else "question.if_unticked", {"question": other.title})
    return Message("question.if_answer", {"question": other.title, "answer": answer})


def field_of(question_id: int) -> str:
    """The name of the field of a question."""
    return f"{PREFIX}{question_id}"
