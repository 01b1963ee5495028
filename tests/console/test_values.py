"""What is typed into forms, and what is read from it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import UNSET

from kalends.console.complaints import complaint_of, joined
from kalends.console.values import Values
from kalends.console.views.forms import Choice, Complaint, Field, Form, Group
from kalends.engine.all_refusals import Several
from kalends.engine.refusals import Duplicate, Fault, Invalid, NotFound, Unauthenticated
from kalends.notices.texts import Message

READERS: dict[str, Callable[[Values], Any]] = {
    "number": lambda values: values.number("field"),
    "amount": lambda values: values.amount("field"),
    "day": lambda values: values.day("field"),
    "minute": lambda values: values.minute("field"),
    "choice": lambda values: values.choice("field", {"": None, "person": 1}),
    "id": lambda values: values.id("field"),
    "ids": lambda values: values.ids("field"),
    "text": lambda values: values.text("field"),
}


@pytest.mark.parametrize(
    ("reader", "typed", "read"),
    [
        ("number", " 12 ", 12),
        ("number", "-3", -3),
        ("number", "", None),
        ("amount", "1 200,50", Decimal("1200.50")),
        ("day", "2027-03-01", date(2027, 3, 1)),
        ("minute", "08:30", 510),
        ("minute", "24:00", 1440),
        ("choice", "person", 1),
        ("choice", "", None),
        ("id", "7", 7),
        ("ids", "7,9,7", (7, 9)),
        ("ids", "", ()),
        ("text", " one\r\ntwo ", "one\ntwo"),
    ],
)
def test_what_is_typed_is_read(reader: str, typed: str, read: Any) -> None:
    values = Values({"field": typed})
    assert READERS[reader](values) == read
    assert values.faults == {}


@pytest.mark.parametrize(
    ("reader", "typed", "reason"),
    [
        ("number", "1.5", "not_a_number"),
        ("number", "9" * 19, "not_a_number"),
        ("amount", "NaN", "not_a_number"),
        ("amount", "twelve", "not_a_number"),
        ("day", "1 March", "not_a_date"),
        ("day", "2027-02-30", "not_a_date"),
        ("minute", "25:00", "not_a_time"),
        ("choice", "planet", "not_included"),
        ("id", "seven", "unknown"),
        ("ids", "7,x", "unknown"),
    ],
)
def test_what_can_not_be_read_is_kept_as_a_fault(reader: str, typed: str, reason: str) -> None:
    values = Values({"field": typed})
    assert READERS[reader](values) is UNSET
    assert values.faults == {"field": Message(f"fault.{reason}")}


def test_a_refusal_is_told_at_the_fields_of_the_form() -> None:
    refusal = Several([Invalid(Fault("title", "blank")), Duplicate("email"), NotFound("resource", 7)])
    complaint = complaint_of(refusal, {"resource": "parent_id"})
    assert complaint is not None
    assert {name: fault.key for name, fault in complaint.fields.items()} == {
        "title": "fault.blank",
        "email": "fault.duplicate",
        "parent_id": "fault.unknown",
    }
    assert complaint_of(Several([Invalid(Fault("title", "blank")), Unauthenticated()]), {}) is None


def test_of_two_complaints_about_a_field_the_first_stays() -> None:
    first, second = Complaint({"a": Message("fault.blank")}), Complaint({"a": Message("x"), "b": Message("y")})
    assert joined(first, second).fields == {"a": Message("fault.blank"), "b": Message("y")}


def test_what_is_wrong_is_said_at_its_field_and_the_rest_of_the_whole() -> None:
    choices = (Choice("1", "kind.person"), Choice("2", "kind.space"))
    fields = (Field("title", "x"), Group("y", (Field("ids", "z", kind="checks", choices=choices),)))
    form = Form("/somewhere", fields, "submit").with_values({"title": "Hall", "ids": "1,2", "other": "?"})
    wrong = Complaint({"ids": Message("bad"), "gone": Message("odd")}, Message("no"))
    told = form.with_complaint(wrong, lambda message: message.key)
    assert [(field.name, field.fault, field.chosen) for field in told.faults] == [("ids", "bad", ["1", "2"])]
    assert told.problem == "no; gone: odd"
