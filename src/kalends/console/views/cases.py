"""Cases: what a customer is treated or served for over several bookings. The form of one, and what it says."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.console.values import Values
from kalends.console.views.customers import path_of
from kalends.console.views.forms import Choice, Field, Form, Group, Words, once, own_name
from kalends.console.views.records import Fields
from kalends.console.views.tables import Text
from kalends.console.views.times import Times
from kalends.console.views.visits import what, when
from kalends.engine.bookings.views import ItemView
from kalends.engine.customers.case import CasePatch, CustomerCase
from kalends.engine.version import version_of
from kalends.notices.texts import Message

FIELDS = ("name", "notes", "issued_on", "expires_on", "closed")
MANY = ("items",)


class CaseLink(msgspec.Struct, frozen=True):
    """A case on the card of its customer; `path` is "" for who may not change it."""

    name: str
    hint: Text
    path: str


def case_link(case: CustomerCase, times: Times, *, may_change: bool) -> CaseLink:
    """The case with how it stands."""
    if case.closed:
        hint: Text = Message("customers.case_closed")
    else:
        hint = Message("cases.until", {"day": times.day(case.expires_on)}) if case.expires_on else ""
    return CaseLink(case.name, hint, f"/cases/{case.id}" if may_change else "")


def new_case_form(customer_id: int, items: Sequence[ItemView], times: Times) -> Form:
    """The form to add one; `items` are those of the customer that can be part of it."""
    path = path_of(customer_id, "cases")
    return Form(path, _fields(None, items, (), times), "form.add", hidden=once(), back=path_of(customer_id))


def case_form(case: CustomerCase, items: Sequence[ItemView], part_ids: Collection[int], times: Times) -> Form:
    """The form to change one, of which the items of these ids are part."""
    fields, hidden = _fields(case, items, part_ids, times), {"version": version_of(case)}
    return Form(f"/cases/{case.id}", fields, "form.save", hidden=hidden, back=path_of(case.customer_id))


def sent_case(values: Values, customer_id: int | UnsetType = UNSET) -> CasePatch:
    """What the form says of the case itself; of a new one it is said whose it is."""
    return CasePatch(
        customer_id=customer_id,
        name=values.text("name"),
        notes=values.text("notes"),
        issued_on=values.day("issued_on"),
        expires_on=values.day("expires_on"),
        closed=values.flag("closed"),
    )


def sent_items(values: Values, shown_ids: Collection[int], part_ids: Collection[int]) -> tuple[int, ...]:
    """The ids of all items that are to be part of it: those that are ticked, and those that were not shown."""
    chosen: Any = values.ids("items")
    kept = [item_id for item_id in part_ids if item_id not in shown_ids]
    return (*kept, *(() if chosen is UNSET else chosen))


def _fields(
    case: CustomerCase | None, items: Sequence[ItemView], part_ids: Collection[int], times: Times
) -> tuple[Field | Group, ...]:
    fields = Fields("cases", case, {"items": tuple(part_ids)})
    choices = [Choice(str(view.item.id), _item(view, times)) for view in items]
    return (
        fields.line("name", required=True),
        fields.text("notes", hint="cases.notes_hint"),
        Group("cases.open", (fields.line("issued_on", "date"), fields.line("expires_on", "date")), beside=True),
        *((fields.checks("items", choices),) if choices else ()),
        fields.tick("closed", hint="cases.closed_hint"),
    )


def _item(view: ItemView, times: Times) -> Words:
    cell = when(view, times)
    return own_name(f"{cell.text}, {cell.hint} {what(view)}")
