"""Customers and their addresses.

Of the engine are those fields that it has a use for; all the others of the vendor's page are kept and given back under
their own names. Source: vendor's page, customer_list, customer_add and customer_address_add.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable, WireContext
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, renderer
from kalends.dialects.kit.nested import listed
from kalends.dialects.locaboo.fields.view import DOOR, RenderContext
from kalends.engine.customers.customer import Customer

ADDRESSES = "addresses"
"""Under what the addresses are kept and shown [inferred]."""
MOST_ADDRESSES = 100
"""Of one customer [inferred]."""

_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_line = codecs.text()


def _read_word(value: Any, wire_context: WireContext) -> str | None:
    found: str | None = _line.read(int(value) if isinstance(value, bool) else value, wire_context)
    return found or None


def _read_bit(value: Any, wire_context: WireContext) -> int | None:
    try:
        found = codecs.flag.read(value, wire_context)
    except Unreadable:
        raise Unreadable("not_included") from None
    return None if found is None else int(found)


def _read_colour(value: Any, wire_context: WireContext) -> str | None:
    text = codecs.clean(value).strip()
    if text and not _COLOUR.fullmatch(text):
        raise Unreadable("invalid")
    return text or None


def _read_tags(value: Any, wire_context: WireContext) -> str | list[str] | None:
    """A text, or an array of texts."""
    if not isinstance(value, list | dict):
        return _read_word(value, wire_context)
    return [word for each in listed(value) if (word := _read_word(each, wire_context))] or None


def _read_group(value: Any, wire_context: WireContext) -> int | None:
    found: int | None = codecs.number(0).read(value, wire_context)
    return found or None


word = Codec(_read_word)
"""A text of one line, also sent as a number; a blank one is none."""
bit = Codec(_read_bit)
"""0 or 1."""
colour = Codec(_read_colour)
"""`#ff0000`."""
_null_when_blank = codecs.text(null="")
_group = Codec(_read_group)

CUSTOMER: tuple[Line, ...] = (
    Field("company_name", "company", codecs.text()),
    Field("first_name", "first_name", codecs.text()),
    Field("last_name", "last_name", codecs.text()),
    Field("street", "street", _null_when_blank),
    Field("zip", "postcode", _null_when_blank),
    Field("city", "city", _null_when_blank),
    Field("country", "country", _null_when_blank),
    Field("email", "email", codecs.text()),
    Field("phone", "phone", codecs.text()),
    Field("internal_comment", "notes", codecs.text(codecs.TEXT, null=""), "in"),
    Field("customer_group_id", "group_id", _group, "in", also=("group_id",)),
    PassThrough("noletter", word),
    PassThrough("color", colour),
    PassThrough("salutation", bit),
    PassThrough("customer_number", word),
    *(
        PassThrough(wire, codec, msgspec.UNSET)
        for wire, codec in (
            ("customer_number_prefix", word),
            ("customer_account_number", word),
            ("debtor_account_number", word),
            ("customer_tags", Codec(_read_tags)),
            ("default_customer_group", word),
            ("customer_department", word),
            ("matriculation_number", word),
            ("salutation_title", bit),
            ("customer_function", word),
            ("house_number", word),
            ("ust_id", word),
            ("website", word),
            ("mobile", word),
            ("customer_newsletter", bit),
            ("bank_owner", word),
            ("iban", word),
            ("bic", word),
            ("mandate", word),
            ("reference_sign_shown_invoice", word),
            ("reference_sign", word),
            ("financial_number_shown_invoice", word),
            ("financial_number", word),
            ("cost_centre_shown_invoice", word),
            ("cost_centre", word),
            ("reference_number_shown_invoice", word),
            ("reference_number", word),
            ("master_id", word),
            ("primion_id", word),
        )
    ),
)
"""What customer_add and customer_edit take, but for the name that is shown."""

NAME_KEY = "show_name"
"""Under what the name that is shown is kept."""
SHOWN_NAME: tuple[Line, ...] = (PassThrough(NAME_KEY, word),)

ADDRESS = (
    PassThrough("company_name", word),
    PassThrough("salutation", bit),
    PassThrough("salutation_title", bit),
    PassThrough("function", word),
    PassThrough("first_name", word),
    PassThrough("last_name", word),
    PassThrough("street", word),
    PassThrough("house_number", word),
    PassThrough("zip", word),
    PassThrough("city", word),
    PassThrough("country", word),
    PassThrough("UstID", word),
    PassThrough("address_type", codecs.choice("secondary")),
    PassThrough("phone", word),
    PassThrough("email", word),
    PassThrough("mobile", word),
)

QUERY = (
    Field("search", "search", codecs.key()),
    Field("email", "email", codecs.key()),
    Field("limit", "limit", codecs.number(1)),
    Field("offset", "offset", codecs.number(0)),
)
"""What clients ask of customer_list; the vendor names none of it [inferred]."""

WHOM = Field("customer_id", "customer_id", codecs.identifier)


def shown_name(customer: Customer) -> str:
    """The name that is shown of a customer: the one that was sent for it, else the company, else the person."""
    return _kept(customer, NAME_KEY) or customer.company or customer.name


def _always(value: object) -> Callable[[RenderContext], Callable[[Customer], object]]:
    return lambda view: lambda customer: value


def _tags(view: RenderContext) -> Callable[[Customer], list[str]]:
    def tags(customer: Customer) -> list[str]:
        kept = _kept(customer, "customer_tags") or []
        return [tag.strip() for tag in kept.split(",") if tag.strip()] if isinstance(kept, str) else kept

    return tags


def _groups(view: RenderContext) -> Callable[[Customer], list[object]]:
    def groups(customer: Customer) -> list[object]:
        if customer.group_id is None:
            return []
        group = view.groups.get(customer.group_id)
        return [{"group": {"id": customer.group_id, "name": group.title if group else ""}}]

    return groups


def _kept(customer: Customer, name: str) -> Any:
    return customer.details.get(DOOR, {}).get(name)


SHOWN: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier),
    Field("customer_id", "id", codecs.identifier),
    Field("created", "created_at", codecs.moment),
    Computed("show_name", lambda view: shown_name),
    Computed("group_id", lambda view: lambda customer: customer.group_id or 0),
    Computed("active", _always("")),
    Computed("last_login", _always("")),
    Computed("tags", _tags),
    Computed("groups", _groups),
    Computed("customer_group_id", lambda view: lambda customer: customer.group_id or msgspec.UNSET),
    Computed("internal_comment", lambda view: lambda customer: customer.notes or msgspec.UNSET),
    Computed(ADDRESSES, lambda view: lambda customer: _kept(customer, ADDRESSES) or msgspec.UNSET),
    *CUSTOMER,
)

customer = renderer("Customer", SHOWN, door=DOOR)
