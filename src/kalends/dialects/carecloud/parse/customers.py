"""Requests about customers."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from kalends.dialects.carecloud.fields.customers import (
    ADDRESS,
    NEW,
    PERSON,
    QUERY,
    SORT,
    SOURCE,
    person,
)
from kalends.dialects.carecloud.fields.view import DOOR, RenderContext
from kalends.dialects.carecloud.parse.reader import Reader
from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Field, Line, PassThrough
from kalends.dialects.kit.patches import patch_of
from kalends.engine.customers.customer import Customer, CustomerPatch
from kalends.engine.query import Filter, Operator, Query
from kalends.engine.refusals import Fault, Retired

_FLAGS: tuple[Line, ...] = (Field("customer_short_salutation", "customer_short_salutation", codecs.flag, "in"),)
_CONDITIONS: Mapping[str, tuple[str, Operator]] = {
    "email": ("email_key", "equal"),
    "phone": ("phone_e164", "equal"),
    "first_name": ("first_name", "contains"),
    "last_name": ("last_name", "contains"),
    "date_of_birth": ("date_of_birth", "equal"),
    "emails": ("email_key", "in"),
    "ids": ("id", "in"),
}
"""The field and operator of the engine for each filter."""
_UNKNOWN_RECORDS = ("property_records", "social_network_credentials", "referral_code")


class NewCustomer(msgspec.Struct, frozen=True):
    """A new customer, with the password that it logs in with, if it has one."""

    patch: CustomerPatch
    password: str | None


class ReplacedCustomer(msgspec.Struct, frozen=True):
    """What a customer becomes; `password` None stays as it is."""

    patch: CustomerPatch
    password: str | None


def parse_list(params: Mapping[str, Any], context: RenderContext) -> Query:
    """The query of a list. Raises Invalid(any parameter that can't be read; customer_source_id: unsupported)."""
    reader = Reader(context, params)
    fields = reader.fields(QUERY)
    reader.fields(_FLAGS)
    if params.get("customer_source_id"):
        reader.faults.append(Fault("customer_source_id", "unsupported"))
    page, order = reader.page(), reader.order(SORT)
    reader.done()
    filters = [Filter(*_CONDITIONS[name], value) for name, value in fields.items() if value]
    return Query(page, (Filter("deleted_at", "is_null"), *filters), order)


def parse_new(params: Mapping[str, Any], context: RenderContext) -> NewCustomer:
    """A new customer.

    Raises Invalid(customer, customer_source, personal_information: blank, invalid; autologin, locale,
    customer_source_id: blank; password: blank with autologin; and any field that can't be read).
    """
    reader = Reader(context, params)
    sent = reader.object("personal_information", reader.object("customer"))
    fields = _person(reader, sent)
    source = reader.object("customer_source")
    fields |= reader.fields(SOURCE, source)
    details = {**_details(reader, sent), **reader.pass_through(SOURCE, source)}
    options = reader.fields(NEW)
    if fields.get("locale") is None:
        reader.add_blank_faults("locale")
    if isinstance(params.get("customer_source"), Mapping) and details.get("customer_source_id") is None:
        reader.faults.append(Fault("customer_source_id", "blank"))
    if options.get("autologin") is None:
        reader.add_blank_faults("autologin")
    if options.get("autologin") and not options.get("password"):
        reader.add_blank_faults("password")
    _check_unknown_records(reader)
    _check_contacts(reader, fields, context)
    reader.done()
    kept = {name: value for name, value in details.items() if value is not None}
    patch = patch_of(CustomerPatch, {**fields, "details": {DOOR: kept} if kept else {}})
    return NewCustomer(patch, options.get("password") or None)


def parse_replace(params: Mapping[str, Any], context: RenderContext, present: Customer) -> ReplacedCustomer:
    """What a customer becomes: what is left out is lost, and what is sent as it was shown is left alone.

    Raises Retired(customer) for a deleted one, Invalid(customer, personal_information: blank, invalid; and any field
    that can't be read).
    """
    if present.deleted_at is not None:
        raise Retired("customer")
    reader = Reader(context, params)
    sent = reader.object("personal_information", reader.object("customer"))
    shown = msgspec.to_builtins(person(context)(present))
    fields, details = _person(reader, sent), _details(reader, sent)
    options = reader.fields(NEW)
    _check_unknown_records(reader)
    changed = {
        **_replaced(PERSON, fields, details, sent, shown),
        **_replaced(ADDRESS, fields, details, _address(sent), shown.get("address", {})),
    }
    _check_contacts(reader, changed, context)
    reader.done()
    stored = {wire: changed.pop(wire) for wire in _details_of(PERSON, ADDRESS) if wire in changed}
    patch = {**changed, "details": {DOOR: stored}} if stored else changed
    return ReplacedCustomer(CustomerPatch(**patch), options.get("password") or None)


def _details_of(*tables: tuple[Line, ...]) -> list[str]:
    """The names of the tables' fields that are kept as details."""
    return [line.wire for table in tables for line in table if isinstance(line, PassThrough)]


def _replaced(
    table: tuple[Line, ...],
    fields: Mapping[str, Any],
    details: Mapping[str, Any],
    sent: Mapping[str, Any],
    shown: Mapping[str, Any],
) -> dict[str, Any]:
    """The new values of the table's fields that are sent otherwise than shown; None or UNSET for what is left out."""
    values: dict[str, Any] = {}
    for line in table:
        if isinstance(line, Field | PassThrough) and sent.get(line.wire) != shown.get(line.wire):
            if isinstance(line, Field):
                values[line.name] = fields.get(line.name)
            else:
                value = details.get(line.wire)
                values[line.wire] = UNSET if value is None else value
    return values


def _person(reader: Reader, sent: Mapping[str, Any]) -> dict[str, Any]:
    address = sent.get("address")
    if address is not None and not isinstance(address, Mapping):
        reader.faults.append(Fault("address", "invalid"))
    return reader.fields(PERSON, sent) | reader.fields(ADDRESS, _address(sent))


def _details(reader: Reader, sent: Mapping[str, Any]) -> dict[str, Any]:
    return reader.pass_through(PERSON, sent) | reader.pass_through(ADDRESS, _address(sent))


def _address(sent: Mapping[str, Any]) -> Mapping[str, Any]:
    address = sent.get("address")
    return address if isinstance(address, Mapping) else {}


def _check_contacts(reader: Reader, fields: Mapping[str, Any], context: RenderContext) -> None:
    contacts = {name: fields[name] for name in ("email", "phone") if fields.get(name)}
    reader.check_contacts(CustomerPatch(**contacts), context.country)


def _check_unknown_records(reader: Reader) -> None:
    """Add a fault for each kind of record that Kalends does not keep, where some were sent."""
    reader.faults += [Fault(name, "unsupported") for name in _UNKNOWN_RECORDS if reader.sent.get(name)]
