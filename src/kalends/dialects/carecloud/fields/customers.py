"""Customers. What the engine has no use for is stored and returned under the vendor's names.

Source: CareCloud reference, schemas Customer, PersonalInformation and Address.
"""

import re
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from kalends.dialects.carecloud.fields.view import DOOR, RenderContext, local_time
from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, from_row, renderer
from kalends.dialects.kit.opaque_ids import opaque_id
from kalends.dialects.kit.text_forms import text_like
from kalends.engine.contacts import e164
from kalends.engine.customers.customer import Customer
from kalends.engine.refusals import Invalid

DELETED, ACTIVE, NON_ACTIVE = 0, 1, 2
"""The states of a record. A customer who is barred from public booking is not active."""

_GENDERS = {1: "male", 2: "female", 3: "miss", 4: "private", 5: "other"}
_GENDER_NUMBERS = {gender: number for number, gender in _GENDERS.items()}
_Choice = Literal[0, 1, 2]


class _Consent(msgspec.Struct, omit_defaults=True):
    consent_id: str
    consent_value: _Choice
    last_change: str | None = None


class _CustomAgreement(msgspec.Struct):
    agreement_id: str
    agreement_value: _Choice


class _Agreement(msgspec.Struct, omit_defaults=True):
    agreement_gtc: _Choice | None = None
    agreement_profiling: _Choice | None = None
    agreement_marketing_communication: _Choice | None = None
    custom_agreements: list[_CustomAgreement] | None = None


def _structure(of: Any) -> Codec:
    """An object or list of this type, kept as it was sent. Unreadable: invalid."""

    def read(value: Any, context: Any) -> Any:
        try:
            return msgspec.to_builtins(msgspec.convert(value, of))
        except msgspec.ValidationError:
            raise Unreadable("invalid") from None

    return Codec(read)


def _read_gender(value: Any, context: Any) -> str | None:
    number = codecs.number().read(value, context)
    if number is not None and number not in _GENDERS:
        raise Unreadable("not_included")
    return None if number is None else _GENDERS[number]


def _write_gender(gender: str) -> int | None:
    return _GENDER_NUMBERS.get(gender)


def _read_phone(value: Any, context: Any) -> str | None:
    """A number with its international prefix: `420777888999`, or with `+`."""
    text = (codecs.text().read(value, context) or "").strip().removeprefix("00")
    return f"+{text}" if text[:1].isdigit() and not text.startswith("0") else text or None


def _read_dialled_phone(value: Any, context: Any) -> str | None:
    """As `_read_phone`, in E.164. A number that nobody can have is invalid, so that it does not match everybody."""
    text = _read_phone(value, context)
    try:
        number = e164(text, "")
    except Invalid:
        number = None
    if text and number is None:
        raise Unreadable("invalid")
    return number


def _read_country(value: Any, context: Any) -> str:
    return str(codecs.text(null="").read(value, context)).upper()


def _write_phone(phone: str) -> str:
    return phone.removeprefix("+")


def _write_country(country: str) -> str:
    return country.lower()


def _language(context: RenderContext) -> Callable[[Customer], str]:
    account_language = _primary(context.locale)
    return lambda customer: _primary(customer.locale) if customer.locale else account_language


def _primary(locale: str) -> str:
    return locale.replace("_", "-").partition("-")[0].lower()


def _state(customer: Customer) -> int:
    if customer.deleted_at is not None:
        return DELETED
    return ACTIVE if customer.blocked_at is None else NON_ACTIVE


def _read_folded(value: Any, context: Any) -> str | None:
    """A text to search by, whose case does not count."""
    return (codecs.text().read(value, context) or "").strip().lower() or None


_ATOM, _LABEL = r"[-a-z0-9!#$%&'*+\\/=?^_`{|}~]+", r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_email = text_like(re.compile(rf"{_ATOM}(\.{_ATOM})*@({_LABEL}\.)+{_LABEL}", re.IGNORECASE | re.ASCII), str.lower)
_folded = Codec(_read_folded)
_text_or_null = codecs.text(null="")
_word = codecs.search_text()
phone = Codec(_read_phone, lambda context: _write_phone)
"""A phone number with its international prefix, without `+` on the wire. Unreadable: invalid, too_long."""
dialled_phone = Codec(_read_dialled_phone)
"""A phone number to search by, in E.164; a blank text is None. Unreadable: invalid, too_long."""
customer_id = opaque_id("customer")

ADDRESS: tuple[Line, ...] = (
    Field("address1", "street", _text_or_null),
    Field("zip", "postcode", _text_or_null),
    Field("city", "city", _text_or_null),
    Field("country_code", "country", Codec(_read_country, lambda context: _write_country, True, True)),
    *(PassThrough(f"address{number}", _word, msgspec.UNSET) for number in range(2, 8)),
)
PERSON: tuple[Line, ...] = (
    Field("gender", "gender", Codec(_read_gender, lambda context: _write_gender)),
    Field("first_name", "first_name", _text_or_null),
    Field("last_name", "last_name", _text_or_null),
    Field("birthdate", "date_of_birth", codecs.day),
    Field("email", "email", _email),
    Field("phone", "phone", phone, source="phone_e164"),
    Field("language_id", "locale", codecs.search_text(35), "in"),
    Computed("language_id", _language),
    Computed("address", renderer("Address", ADDRESS, door=DOOR, omit_null=True)),
    PassThrough("salutation", _word, msgspec.UNSET),
    PassThrough("pre_nominals", _word, msgspec.UNSET),
    PassThrough("post_nominals", _word, msgspec.UNSET),
    PassThrough("store_id", _word, msgspec.UNSET),
    PassThrough("agreement", _structure(_Agreement), msgspec.UNSET),
    PassThrough("consents", _structure(list[_Consent]), msgspec.UNSET),
)
NEW: tuple[Line, ...] = (
    Field("password", "password", codecs.text(1000), "in"),
    Field("autologin", "autologin", codecs.flag, "in"),
)
SOURCE: tuple[Line, ...] = (
    Field("external_id", "external_id", _word, "in"),
    PassThrough("customer_source_id", _word, msgspec.UNSET),
)
QUERY: tuple[Line, ...] = (
    Field("email", "email", _folded, "in"),
    Field("phone", "phone", dialled_phone, "in"),
    Field("first_name", "first_name", codecs.search_text(), "in"),
    Field("last_name", "last_name", codecs.search_text(), "in"),
    Field("birthdate", "date_of_birth", codecs.day, "in"),
    Field("email_list", "emails", codecs.one_or_many(_folded), "in"),
    Field("customer_ids", "ids", codecs.one_or_many(customer_id), "in"),
)
SORT = {
    "customer_id": "id",
    "personal_information": "last_name",
    "doi_email": "id",
    "doi_phone": "id",
    "last_change": "updated_at",
    "state": "is_blocked",
}
"""The engine's fields by the first-level properties, all of which can be sorted by. There are no dates of consent."""

person = renderer("PersonalInformation", PERSON, door=DOOR, omit_null=True)
customer = renderer(
    "Customer",
    (
        Field("customer_id", "id", customer_id),
        Field("last_change", "updated_at", local_time),
        Computed("personal_information", person),
        Computed("state", from_row(_state)),
    ),
    omit_null=True,
)
