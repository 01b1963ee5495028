"""Merging a double into a customer: who may be one, what differs, and what is to be kept."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kalends.console.views.customers import TEXTS, customer_name, path_of
from kalends.console.views.forms import Choice, Field, Form, own_name
from kalends.console.views.tables import Cell, Row, Table
from kalends.console.views.times import Times
from kalends.engine.customers.customer import Customer, CustomerPatch

NAMES = (*TEXTS, "date_of_birth")
_OURS, _THEIRS, _BOTH = "ours", "theirs", "both"


def doubles_table(customer: Customer, doubles: Sequence[Customer]) -> Table:
    """Who may be the same as a customer, each with a link to compare them."""
    rows = tuple(
        Row(
            (Cell(customer_name(double), double.company), Cell(double.phone or ""), Cell(double.email or "")),
            path_of(customer.id, f"merge/{double.id}"),
        )
        for double in doubles
    )
    columns = ("customers.name", "customers.phone", "customers.email")
    return Table("customers.doubles", columns, rows, "customers.no_doubles")


def merge_form(customer: Customer, double: Customer, times: Times) -> Form:
    """The form that asks which of two values to keep, where they differ."""
    fields = tuple(_field(name, customer, double, times) for name in NAMES if _differs(name, customer, double))
    path = path_of(customer.id, f"merge/{double.id}")
    hidden = {"version": str(customer.revision)}
    return Form(path, fields, "customers.merge_now", hidden=hidden, back=path_of(customer.id), danger=True)


def kept_values(customer: Customer, double: Customer, sent: Mapping[str, str]) -> CustomerPatch:
    """What the customer takes over from the double; what it has not is taken over without asking."""
    patch: dict[str, Any] = {}
    for name in NAMES:
        ours, theirs = getattr(customer, name), getattr(double, name)
        if name == "notes" and sent[name] == _BOTH:
            patch[name] = f"{ours}\n{theirs}"
        elif theirs and (not ours or sent[name] == _THEIRS):
            patch[name] = theirs
    return CustomerPatch(**patch)


def _differs(name: str, customer: Customer, double: Customer) -> bool:
    ours, theirs = getattr(customer, name), getattr(double, name)
    return bool(ours and theirs and ours != theirs)


def _field(name: str, customer: Customer, double: Customer, times: Times) -> Field:
    ours, theirs = (_text(getattr(one, name), times) for one in (customer, double))
    choices = [Choice(_OURS, own_name(ours)), Choice(_THEIRS, own_name(theirs))]
    if name == "notes":
        choices = [Choice(_BOTH, "customers.both_notes"), *choices]
    return Field(name, f"customers.{name}", kind="radios", value=choices[0].value, choices=tuple(choices))


def _text(value: str | date, times: Times) -> str:
    return value if isinstance(value, str) else times.day(value)
