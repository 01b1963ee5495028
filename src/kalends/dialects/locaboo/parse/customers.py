"""Parses requests about customers and their addresses."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.fields import read_pass_through
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields import customers as of_customers
from kalends.dialects.locaboo.fields.customers import NAME_KEY, shown_name
from kalends.dialects.locaboo.fields.json_text import array_values
from kalends.dialects.locaboo.fields.view import DOOR
from kalends.dialects.locaboo.parse.reader import filled
from kalends.engine.customers.customer import Customer, CustomerPatch, CustomerQuery
from kalends.engine.patch import changes
from kalends.engine.refusals import Fault

MOST_CUSTOMERS = 10**9
"""The limit of a list without `limit`: the vendor's list has no pages."""

_NAMING_FIELDS = ("first_name", "last_name", "company", "email", "phone")


def parse_customer_query(params: Mapping[str, Any], ctx: Context) -> CustomerQuery:
    """The query of customer_list.

    Raises Invalid(search, email: invalid, too_long; limit, offset: not_a_number, invalid, not_positive, out_of_range).
    """
    sent = Reader(ctx, filled(params)).only(of_customers.QUERY)
    return CustomerQuery(**{"limit": MOST_CUSTOMERS, **sent})


def parse_customer(params: Mapping[str, Any], ctx: Context) -> CustomerPatch:
    """The fields of a new customer.

    Raises Invalid(a parameter: unreadable; first_name: blank if neither name, company, email nor phone is sent; email,
    phone: invalid).
    """
    reader = Reader(ctx, filled(params))
    patch = _patch(reader, ctx)
    fields = changes(patch)
    faulty = {fault.field for fault in reader.faults}
    if not any(fields.get(name) or name in faulty for name in _NAMING_FIELDS):
        reader.faults.append(Fault("first_name", "blank"))
    reader.done()
    return patch


def parse_customer_change(params: Mapping[str, Any], ctx: Context) -> tuple[int, CustomerPatch]:
    """The id of a customer, and its patch; a field that was sent empty is emptied [inferred].

    Raises Invalid(a parameter: unreadable; customer_id: blank; email, phone: invalid).
    """
    reader = Reader(ctx, params)
    customer_id, patch = reader.required(of_customers.CUSTOMER_ID), _patch(reader, ctx)
    reader.done()
    return customer_id, patch


def without_shown_name(patch: CustomerPatch, present: Customer) -> CustomerPatch:
    """The patch, without a shown name equal to the present one, so that clients can send back what they read."""
    details = patch.details or {}
    if details.get(DOOR, {}).get(NAME_KEY) != shown_name(present):
        return patch
    others = {name: value for name, value in details[DOOR].items() if name != NAME_KEY}
    return msgspec.structs.replace(patch, details={**details, DOOR: others})


def parse_addresses(params: Mapping[str, Any], ctx: Context) -> tuple[int, list[dict[str, Any]]]:
    """The id of a customer, and its new addresses, with their names on the wire.

    Raises Invalid(customer_id, address: blank; address[0]: blank, invalid; address[0][field]: unreadable).
    """
    reader = Reader(ctx, filled(params))
    customer_id = reader.required(of_customers.CUSTOMER_ID)
    sent = array_values(reader.sent.get("address"))
    if not sent:
        reader.faults.append(Fault("address", "blank"))
    addresses = [_address(reader, f"address[{index}]", address) for index, address in enumerate(sent)]
    reader.done()
    return customer_id, addresses


def _patch(reader: Reader, ctx: Context) -> CustomerPatch:
    fields = reader.fields(of_customers.CUSTOMER)
    fields |= reader.changed_details(DOOR, (*of_customers.CUSTOMER, *of_customers.SHOWN_NAME))
    patch = patch_of(CustomerPatch, fields)
    reader.check_contacts(patch, ctx.account.country)
    return patch


def _address(reader: Reader, name: str, sent: Any) -> dict[str, Any]:
    faults: list[Fault] = []
    fields = sent if isinstance(sent, Mapping) else {}
    address = read_pass_through(of_customers.ADDRESS, fields, reader.wire_context, faults)
    if not faults and not any(value is not None for value in address.values()):
        reader.faults.append(Fault(name, "blank" if sent in ({}, "", None) else "invalid"))
    reader.faults += (Fault(f"{name}[{fault.field}]", fault.reason) for fault in faults)
    return address
