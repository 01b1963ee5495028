"""To whom a customer belongs: the form to choose."""

from collections.abc import Sequence

from kalends.console.views.customers import customer_name, path_of
from kalends.console.views.forms import Choice, Field, Form, Words, own_name
from kalends.engine.customers.customer import Customer

_NOBODY = ""


def parent_form(customer: Customer, parent: Customer | None, found: Sequence[Customer]) -> Form:
    """Nobody, the present one, and those who were found."""
    others = {each.id: each for each in (*([parent] if parent else []), *found) if each.id != customer.id}
    choices = (
        Choice(_NOBODY, "customers.belongs_to_nobody"),
        *(Choice(str(each.id), _who(each)) for each in others.values()),
    )
    value = str(customer.parent_id or _NOBODY)
    field = Field("parent_id", "customers.parent", kind="radios", value=value, choices=choices)
    path = path_of(customer.id, "parent")
    hidden = {"version": str(customer.revision)}
    return Form(path, (field,), "form.save", hidden=hidden, back=path_of(customer.id))


def _who(customer: Customer) -> Words:
    """The name, with what tells people of one name apart."""
    name = customer_name(customer)
    if not isinstance(name, str):
        return name
    born = customer.date_of_birth.isoformat() if customer.date_of_birth else ""
    return own_name(", ".join(part for part in (name, born, customer.phone or customer.email or "") if part))
