"""Customers and their addresses.

Fields that the engine does not use are stored and returned under the vendor's names. Source: the page's customer_list,
customer_add and customer_address_add.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import UNSET, UnsetType

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable, WireContext
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, constant, from_row, renderer
from kalends.dialects.locaboo.fields.json_text import array_values
from kalends.dialects.locaboo.fields.view import DOOR, RenderContext
from kalends.engine.customers.customer import Customer
from kalends.engine.limits import LONGEST_TEXT

ADDRESSES = "addresses"
"""The name under which addresses are stored and shown [inferred]."""
MOST_ADDRESSES = 100
"""Of one customer [inferred]."""

_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_line = codecs.text()


def _read_word(value: Any, context: WireContext) -> str | None:
    text: str | None = _line.read(int(value) if isinstance(value, bool) else value, context)
    return text or None


def _read_bit(value: Any, context: WireContext) -> int | None:
    try:
        flag = codecs.flag.read(value, context)
    except Unreadable:
        raise Unreadable("not_included") from None
    return None if flag is None else int(flag)


def _read_colour(value: Any, context: WireContext) -> str | None:
    text = codecs.clean(value).strip()
    if text and not _COLOUR.fullmatch(text):
        raise Unreadable("invalid")
    return text or None


def _read_tags(value: Any, context: WireContext) -> str | list[str] | None:
    if not isinstance(value, list | dict):
        return _read_word(value, context)
    return [text for tag in array_values(value) if (text := _read_word(tag, context))] or None


def _read_group(value: Any, context: WireContext) -> int | None:
    group_id: int | None = codecs.number(0).read(value, context)
    return group_id or None


word = Codec(_read_word)
"""A line of text, also sent as a number or boolean; a blank one is None. Unreadable: invalid, too_long."""
bit = Codec(_read_bit)
"""0 or 1, sent as a flag. Unreadable: not_included."""
colour = Codec(_read_colour)
"""A colour such as `#ff0000`; a blank text is None. Unreadable: invalid, too_long."""
tags = Codec(_read_tags)
"""A text, or an array of texts; blank ones are left out. Unreadable: invalid, too_long."""
_null_when_blank = codecs.text(null="")
_group = Codec(_read_group)
_word_or_null = Codec(_read_word, blank_is_null=True)

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
    Field("internal_comment", "notes", codecs.text(LONGEST_TEXT, null=""), "in"),
    Field("customer_group_id", "group_id", _group, "in", also=("group_id",)),
    PassThrough("noletter", word),
    PassThrough("color", colour),
    PassThrough("salutation", bit),
    Field("customer_number", "number", _word_or_null),
    Field("ust_id", "vat_id", word, "in"),
    PassThrough("customer_number_prefix", word, UNSET),
    PassThrough("customer_account_number", word, UNSET),
    PassThrough("debtor_account_number", word, UNSET),
    PassThrough("customer_tags", tags, UNSET),
    PassThrough("default_customer_group", word, UNSET),
    PassThrough("customer_department", word, UNSET),
    PassThrough("matriculation_number", word, UNSET),
    PassThrough("salutation_title", bit, UNSET),
    PassThrough("customer_function", word, UNSET),
    PassThrough("house_number", word, UNSET),
    PassThrough("website", word, UNSET),
    PassThrough("mobile", word, UNSET),
    PassThrough("customer_newsletter", bit, UNSET),
    PassThrough("bank_owner", word, UNSET),
    PassThrough("iban", word, UNSET),
    PassThrough("bic", word, UNSET),
    PassThrough("mandate", word, UNSET),
    PassThrough("reference_sign_shown_invoice", word, UNSET),
    PassThrough("reference_sign", word, UNSET),
    PassThrough("financial_number_shown_invoice", word, UNSET),
    PassThrough("financial_number", word, UNSET),
    PassThrough("cost_centre_shown_invoice", word, UNSET),
    PassThrough("cost_centre", word, UNSET),
    PassThrough("reference_number_shown_invoice", word, UNSET),
    PassThrough("reference_number", word, UNSET),
    PassThrough("master_id", word, UNSET),
    PassThrough("primion_id", word, UNSET),
)
"""The fields of customer_add and customer_edit, except the shown name."""

NAME_KEY = "show_name"
"""The name under which the shown name is stored."""
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
    Field("search", "search", codecs.search_text()),
    Field("email", "email", codecs.search_text()),
    Field("limit", "limit", codecs.number(1)),
    Field("offset", "offset", codecs.number(0)),
)
"""Filters and paging of customer_list; the page names none of these [inferred]."""

CUSTOMER_ID = Field("customer_id", "customer_id", codecs.identifier)


def shown_name(customer: Customer) -> str:
    """The name that is shown for a customer: the one that was sent as such, else the company, else the person."""
    return _stored(customer, NAME_KEY) or customer.company or customer.name


def _shown_tags(customer: Customer) -> list[str]:
    stored: str | list[str] = _stored(customer, "customer_tags") or []
    return [tag.strip() for tag in stored.split(",") if tag.strip()] if isinstance(stored, str) else stored


def _groups(context: RenderContext) -> Callable[[Customer], list[Mapping[str, Any]]]:
    def groups(customer: Customer) -> list[Mapping[str, Any]]:
        if customer.group_id is None:
            return []
        group = context.groups.get(customer.group_id)
        return [{"group": {"id": customer.group_id, "name": group.title if group else ""}}]

    return groups


def _group_id(customer: Customer) -> int:
    return customer.group_id or 0


def _group_id_if_any(customer: Customer) -> int | UnsetType:
    return customer.group_id or UNSET


def _notes_if_any(customer: Customer) -> str | UnsetType:
    return customer.notes or UNSET


def _vat_id_if_any(customer: Customer) -> str | UnsetType:
    return customer.vat_id or UNSET


def _addresses_if_any(customer: Customer) -> Any:
    return _stored(customer, ADDRESSES) or UNSET


def _stored(customer: Customer, name: str) -> Any:
    return customer.details.get(DOOR, {}).get(name)


SHOWN: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier),
    Field("customer_id", "id", codecs.identifier),
    Field("created", "created_at", codecs.moment),
    Computed("show_name", from_row(shown_name)),
    Computed("group_id", from_row(_group_id)),
    Computed("active", constant("")),
    Computed("last_login", constant("")),
    Computed("tags", from_row(_shown_tags)),
    Computed("groups", _groups),
    Computed("customer_group_id", from_row(_group_id_if_any)),
    Computed("internal_comment", from_row(_notes_if_any)),
    Computed("ust_id", from_row(_vat_id_if_any)),
    Computed(ADDRESSES, from_row(_addresses_if_any)),
    *CUSTOMER,
)

customer = renderer("Customer", SHOWN, door=DOOR)
