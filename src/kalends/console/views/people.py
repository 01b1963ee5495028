"""Who a booking can be for, as a form shows it."""

from collections.abc import Mapping

import msgspec

from kalends.console.views.forms import Field
from kalends.console.views.panel import customer_title
from kalends.engine.customers.customer import Customer


class Person(msgspec.Struct, frozen=True):
    """A customer to choose; `known` is what tells them from others."""

    value: str
    name: str
    known: str
    blocked: bool


def person_of(customer: Customer) -> Person:
    """A customer who can be chosen."""
    known = " · ".join(part for part in (customer.phone, customer.email) if part)
    return Person(str(customer.id), customer_title(customer), known, customer.blocked_at is not None)


def person_fields(sent: Mapping[str, str]) -> tuple[Field, ...]:
    """The field by which somebody is looked for, then those for somebody new."""
    return (
        Field("customer", "new.who", kind="search", value=sent["q"]),
        Field("name", "new.name", value=sent["name"]),
        Field("phone", "panel.phone", kind="tel", value=sent["phone"], required=False),
        Field("email", "account.email", kind="email", value=sent["email"], required=False),
    )
