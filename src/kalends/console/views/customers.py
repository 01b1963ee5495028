"""Customers: the list of them, and the forms to add one and to change one."""

from collections.abc import Mapping, Sequence
from typing import Any

from kalends.console.values import Values
from kalends.console.views.forms import Choice, Field, Form, Group, once, own_name
from kalends.console.views.records import Fields, named
from kalends.console.views.tables import Cell, Row, Table, Text
from kalends.engine.customers.customer import Customer, CustomerGroup, CustomerPatch
from kalends.notices.countries import country_names
from kalends.notices.texts import LANGUAGES, Message

PATH = "/customers"
ANYWAY = "anyway"
"""The field that is ticked when somebody is added who looks like one who is there already."""
TEXTS = (
    *("first_name", "last_name", "preferred_first_name", "company", "email", "phone", "locale"),
    *("street", "postcode", "city", "state", "country", "gender", "national_id"),
    *("external_id", "number", "vat_id", "reference", "notes"),
)
_SHARED = ("last_name", "street", "postcode", "city", "state", "country", "locale")
"""What those who belong together mostly have in common."""
FIELDS = (*TEXTS, "date_of_birth", "group_id", ANYWAY)


def customers_table(customers: Sequence[Customer], empty: str = "customers.none_found") -> Table:
    """Customers, each with how to reach them. `empty` is the key of what is said where there are none."""
    rows = tuple(_row(customer) for customer in customers)
    columns = ("customers.name", "customers.phone", "customers.email", "customers.city", "customers.state_of")
    return Table("customers.title", columns, rows, empty)


def standing(customer: Customer) -> Cell:
    """What is special about a customer: erased, a double, removed or blocked."""
    if customer.erased_at:
        return Cell(Message("customers.erased"), tone="done")
    if customer.merged_into_id:
        return Cell(Message("customers.merged"), tone="done")
    if customer.deleted_at:
        return Cell(Message("customers.deleted"), tone="done")
    return Cell(Message("customers.blocked"), tone="wrong") if customer.blocked_at else Cell()


def customer_name(customer: Customer) -> Text:
    """What a customer is called on screen: by name, else by what else is known."""
    known = customer.name or customer.email or customer.phone or customer.national_id
    return known or Message("customers.nameless", {"id": customer.id})


def path_of(customer_id: int, verb: str = "") -> str:
    """The path of a customer's card, or of what is done with it."""
    return f"{PATH}/{customer_id}{verb and '/'}{verb}"


def new_customer_form(
    groups: Sequence[CustomerGroup], language: str, parent: Customer | None, *, asks: bool = False
) -> Form:
    """The form to add a customer, who may belong to another and then begins with the same name and address.

    `asks`: some look like the one who is to be added; is it somebody else?
    """
    fields = _fields({name: getattr(parent, name) or "" for name in _SHARED} if parent else {}, groups, language)
    if asks:
        fields = (Field(ANYWAY, "customers.anyway", kind="checkbox"), *fields)
    hidden = {**once(), **({"parent": str(parent.id)} if parent else {})}
    return Form(PATH, fields, "customers.add", hidden=hidden, back=path_of(parent.id) if parent else PATH)


def customer_form(customer: Customer, groups: Sequence[CustomerGroup], language: str) -> Form:
    """The form to change a customer."""
    values = {name: getattr(customer, name) or "" for name in TEXTS}
    values["date_of_birth"] = customer.date_of_birth.isoformat() if customer.date_of_birth else ""
    values["group_id"] = str(customer.group_id or "")
    path = path_of(customer.id)
    hidden = {"version": str(customer.revision)}
    return Form(path, _fields(values, groups, language), "form.save", hidden=hidden, back=path)


def sent_customer(sent: Mapping[str, str]) -> tuple[CustomerPatch, Values]:
    """What the form says of a customer, and what could not be read of it."""
    values = Values(sent)
    texts: dict[str, Any] = {name: values.text(name) for name in TEXTS}
    patch = CustomerPatch(**texts, date_of_birth=values.day("date_of_birth"), group_id=values.id("group_id"))
    return patch, values


def _fields(values: Mapping[str, str], groups: Sequence[CustomerGroup], language: str) -> tuple[Field | Group, ...]:
    """All fields. Browsers fill in nothing: it would be what staff know of themselves."""
    fields = Fields("customers", None, values)
    languages = (Choice("", "customers.as_usual"), *(Choice(each, f"language.{each}") for each in LANGUAGES))
    lands = (
        Choice("", "customers.not_said"),
        *(Choice(code, own_name(name)) for name, code in country_names(language)),
    )
    in_group = (fields.select("group_id", (Choice("", "customers.not_said"), *named(groups))),) if groups else ()
    usual = fields.select("locale", languages, hint="customers.locale_hint")
    place = (*map(fields.line, ("street", "postcode", "city", "state")), fields.select("country", lands))
    person = (fields.line("date_of_birth", "date"), *map(fields.line, ("gender", "national_id", "external_id")))
    billing = (*map(fields.line, ("number", "vat_id", "reference")), *in_group)
    names = (fields.line("first_name"), fields.line("last_name"))
    reach = (fields.line("phone", "tel"), fields.line("email", "email"), usual)
    return (
        Group("customers.who", names, "customers.who_hint", beside=True),
        fields.line("company"),
        fields.line("preferred_first_name"),
        Group("customers.reach", reach, beside=True),
        fields.text("notes", hint="customers.notes_hint"),
        Group("customers.address", place, beside=True),
        Group("customers.person", person, beside=True),
        Group("customers.billing", billing, beside=True),
    )


def _row(customer: Customer) -> Row:
    company = customer.company if customer.company != customer.name else ""
    cells = (
        Cell(customer_name(customer), company),
        Cell(customer.phone or ""),
        Cell(customer.email or ""),
        Cell(customer.city),
        standing(customer),
    )
    return Row(cells, path_of(customer.id))
