"""Customers and their addresses."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.fields import read_pass_through
from kalends.dialects.kit.nested import listed
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields import customers as of_customers
from kalends.dialects.locaboo.fields.customers import NAME_KEY, shown_name
from kalends.dialects.locaboo.fields.view import DOOR
from kalends.dialects.locaboo.parse.reader import filled, unpacked
from kalends.engine.customers.customer import Customer, CustomerPatch, CustomerQuery, check_contacts
from kalends.engine.patch import changes
from kalends.engine.refusals import Fault, Invalid

ALL = 10**9
"""Customers, more than there are: the list has no pages unless somebody asks for them."""

_SOMEBODY = ("first_name", "last_name", "company", "email", "phone")


def parse_customer_query(params: Mapping[str, Any], ctx: Context) -> CustomerQuery:
    """Which customers are asked for. Raises Invalid."""
    asked = Reader(ctx, filled(params)).only(of_customers.QUERY)
    return CustomerQuery(**{"limit": ALL, **asked})


def parse_customer(params: Mapping[str, Any], ctx: Context) -> CustomerPatch:
    """A new customer. Raises Invalid with all faults."""
    reader = Reader(ctx, filled(params))
    patch = _patch(reader, ctx)
    sent = changes(patch)
    if not any(sent.get(name) for name in _SOMEBODY) and not {fault.field for fault in reader.faults} & {*_SOMEBODY}:
        reader.faults.append(Fault("first_name", "blank"))
    reader.done()
    return patch


def parse_customer_change(params: Mapping[str, Any], ctx: Context) -> tuple[int, CustomerPatch]:
    """Which customer, and what is to become of it; a field that was sent empty is emptied [inferred].

    Raises Invalid with all faults.
    """
    reader = Reader(ctx, params)
    customer_id, patch = reader.required(of_customers.WHOM), _patch(reader, ctx)
    reader.done()
    return customer_id, patch


def without_shown_name(patch: CustomerPatch, present: Customer) -> CustomerPatch:
    """The patch, but for a shown name that the customer has anyway: it is not kept until it is another one."""
    details = patch.details or {}
    if details.get(DOOR, {}).get(NAME_KEY) != shown_name(present):
        return patch
    kept = {name: value for name, value in details[DOOR].items() if name != NAME_KEY}
    return msgspec.structs.replace(patch, details={**details, DOOR: kept})


def parse_addresses(params: Mapping[str, Any], ctx: Context) -> tuple[int, list[dict[str, Any]]]:
    """Which customer, and its new addresses by the names of the wire. Raises Invalid with all faults."""
    reader = Reader(ctx, filled(params))
    customer_id = reader.required(of_customers.WHOM)
    sent = listed(unpacked(reader.sent.get("address")))
    if not sent:
        reader.faults.append(Fault("address", "blank"))
    found = [_address(reader, f"address[{at}]", each) for at, each in enumerate(sent)]
    reader.done()
    return customer_id, found


def _patch(reader: Reader, ctx: Context) -> CustomerPatch:
    fields = reader.fields(of_customers.CUSTOMER)
    fields |= reader.changed_details(DOOR, (*of_customers.CUSTOMER, *of_customers.SHOWN_NAME))
    patch = patch_of(CustomerPatch, fields)
    try:
        check_contacts(patch, ctx.account.country)
    except Invalid as unusable:
        reader.faults += unusable.faults
    return patch


def _address(reader: Reader, name: str, sent: Any) -> dict[str, Any]:
    faults: list[Fault] = []
    found = (
        read_pass_through(of_customers.ADDRESS, sent, reader.wire_context, faults) if isinstance(sent, Mapping) else {}
    )
    if not faults and not any(value is not None for value in found.values()):
        reader.faults.append(Fault(name, "blank" if sent in ({}, "", None) else "invalid"))
    reader.faults += (Fault(f"{name}[{fault.field}]", fault.reason) for fault in faults)
    return found
