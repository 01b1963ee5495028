"""Patients: the engine's customers. An archived patient is a customer that was removed."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from kalends.dialects.cliniko.fields.custom_fields import CustomFields
from kalends.dialects.cliniko.fields.filters import DATE, DATETIME, ID, TEXT, FilterField, Listing
from kalends.dialects.cliniko.fields.view import DOOR, RenderContext, link, list_of, moment_of, self_link
from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable
from kalends.dialects.kit.fields import Computed, Field, PassThrough, from_row, renderer
from kalends.dialects.kit.text_forms import text_like
from kalends.engine.contacts import e164
from kalends.engine.customers.customer import Customer
from kalends.engine.refusals import Invalid

EMAIL = text_like(re.compile(r"[A-Z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Z0-9.-]+\.[A-Z]{2,63}", re.IGNORECASE | re.ASCII))
PHONES = "patient_phone_numbers"
PHONE_TYPES = ("Mobile", "Home", "Work", "Fax", "Other")
"""The first is that of a number without a type, such as one that came through another door."""
MAIN_TYPE, OTHERS = "phone_type", "other_phone_numbers"
"""What details keep of a patient's numbers: the type of the first, which is the customer's, and the other numbers."""
_REMINDERS = ("None", "SMS", "Email", "SMS & Email")
_MOST_PHONES = 20
_PRONOUNS = frozenset(("accusative", "nominative", "predicative_possessive", "pronominal_possessive", "reflexive"))

_line = codecs.text()
_text = codecs.text(codecs.TEXT)
_blank_is_null = codecs.text(null="")
_dva_card_number = text_like(re.compile(r"[NVQSWT]([A-Z ][0-9]{1,6}|[A-Z]{2}[0-9]{1,5}|[A-Z]{3}[0-9]{1,4})[A-Z]?"))
_phone_type = codecs.choice(*PHONE_TYPES)


def _read_phones(value: Any, context: Any) -> list[dict[str, Any]]:
    """The numbers with their types, without those that are blank. Unreadable: invalid, too_many, and as its parts."""
    if value in (None, ""):
        return []
    if not isinstance(value, list) or not all(isinstance(phone, dict) for phone in value):
        raise Unreadable("invalid")
    if len(value) > _MOST_PHONES:
        raise Unreadable("too_many")
    phones = [
        {"number": _line.read(phone.get("number"), context), "phone_type": _phone_type.read(phone_type, context)}
        for phone in value
        for phone_type in (phone.get("phone_type") or PHONE_TYPES[0],)
    ]
    return [phone for phone in phones if phone["number"]]


def _read_pronouns(value: Any, context: Any) -> dict[str, str] | None:
    if value in ("", {}):
        return None
    if not isinstance(value, dict) or not value.keys() >= _PRONOUNS:
        raise Unreadable("invalid")
    return {case: codecs.clean(value[case]) for case in sorted(_PRONOUNS)}


def _read_custom_fields(value: Any, context: Any) -> Any:
    try:
        return (
            msgspec.json.decode(msgspec.json.encode(msgspec.convert(value, CustomFields)))
            if value not in ("", {})
            else None
        )
    except msgspec.ValidationError:
        raise Unreadable("invalid") from None


def _phones(context: RenderContext) -> Callable[[Customer], list[dict[str, Any]]]:
    def render(customer: Customer) -> list[dict[str, Any]]:
        own = customer.details.get(DOOR, {})
        main = {"number": customer.phone, "phone_type": own.get(MAIN_TYPE, PHONE_TYPES[0])}
        phones = ([main] if customer.phone else []) + own.get(OTHERS, [])
        return [{**phone, "normalized_number": _normalized(phone["number"], context.country)} for phone in phones]

    return render


def _normalized(number: str, country: str) -> str:
    """The digits of a number with those of its country, else those it has."""
    try:
        dialled = e164(number, country)
    except Invalid:
        dialled = None
    return "".join(letter for letter in dialled or number if letter.isdecimal())


def is_email_shown(customer: Customer) -> bool:
    """Whether clients know addresses like the customer's."""
    assert EMAIL.writer is not None
    return not customer.email or EMAIL.writer(None)(customer.email) is not None


def _label(customer: Customer) -> str:
    return f"{customer.preferred_first_name or customer.first_name} {customer.last_name}".strip() or customer.name


def _gender(customer: Customer) -> str | None:
    return customer.gender


def _accepts_sms(customer: Customer) -> bool | None:
    declined = customer.details.get(DOOR, {}).get("unsubscribe_sms_marketing")
    return None if declined is None else not declined


def _merged_at(customer: Customer) -> datetime | None:
    return customer.deleted_at if customer.merged_into_id is not None else None


def _kept_id(wire: str) -> Callable[[Customer], int | None]:
    return lambda customer: customer.details.get(DOOR, {}).get(wire)


PATIENT = (
    Field("id", "id", codecs.identifier_text, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("archived_at", "deleted_at", codecs.moment, "out"),
    Field("deleted_at", "deleted_at", codecs.moment, "out"),
    Field("first_name", "first_name", _line),
    Field("last_name", "last_name", _line),
    Field("preferred_first_name", "preferred_first_name", _blank_is_null),
    Field("date_of_birth", "date_of_birth", codecs.day),
    Field("email", "email", EMAIL),
    Field("gender_identity", "gender", _line),
    Field("address_1", "street", _blank_is_null),
    Field("city", "city", _blank_is_null),
    Field("post_code", "postcode", _blank_is_null),
    Field("state", "state", _blank_is_null),
    Field("country", "country", _blank_is_null),
    Field("notes", "notes", codecs.text(codecs.TEXT, null="")),
    Field("old_reference_id", "external_id", _line),
    Field(PHONES, PHONES, Codec(_read_phones, takes_null=True), "in"),
    Computed(PHONES, _phones),
    Computed("gender", from_row(_gender)),  # the deprecated name
    Computed("label", from_row(_label)),
    Computed("accepted_sms_marketing", from_row(_accepts_sms)),
    Computed("merged_at", moment_of(_merged_at)),
    PassThrough("title", _line),
    PassThrough("address_2", _line),
    PassThrough("address_3", _line),
    PassThrough("sex", _line),
    PassThrough("pronouns", Codec(_read_pronouns)),
    PassThrough("occupation", _line),
    PassThrough("emergency_contact", _line),
    PassThrough("appointment_notes", _text),
    PassThrough("dva_card_number", _dva_card_number),
    PassThrough("medicare", _line),
    PassThrough("medicare_reference_number", _line),
    PassThrough("invoice_default_to", _line),
    PassThrough("invoice_email", EMAIL),
    PassThrough("invoice_extra_information", _text),
    PassThrough("referral_source", _line),
    PassThrough("reminder_type", codecs.choice(*_REMINDERS)),
    PassThrough("receives_confirmation_emails", codecs.flag),
    PassThrough("accepted_privacy_policy", codecs.flag),
    PassThrough("accepted_email_marketing", codecs.flag),
    PassThrough("time_zone", _line),
    PassThrough("custom_fields", Codec(_read_custom_fields)),
    Computed("appointments", list_of("patients", "appointments")),
    Computed("attendees", list_of("patients", "attendees")),
    Computed("invoices", list_of("patients", "invoices")),
    Computed("medical_alerts", list_of("patients", "medical_alerts")),
    Computed("patient_attachments", list_of("patients", "patient_attachments")),
    Computed("latest_booking", list_of("patients", "latest_booking")),
    Computed("concession_type", link("concession_types", _kept_id("concession_type_id"))),
    Computed("referring_doctor", link("contacts", _kept_id("referring_doctor_id"))),
    Computed("merged_with_patient", link("patients", lambda customer: customer.merged_into_id)),
    Computed("links", self_link("patients")),
)

# Of requests only; responses show them under other names.
SENT = (
    PassThrough("concession_type_id", codecs.identifier),
    PassThrough("referring_doctor_id", codecs.identifier),
    PassThrough("unsubscribe_sms_marketing", codecs.flag),
)

PATIENTS = Listing(
    "patients",
    (
        FilterField("id", "id", ID),
        FilterField("archived_at", "deleted_at", DATETIME),
        FilterField("created_at", "created_at", DATETIME),
        FilterField("updated_at", "updated_at", DATETIME),
        FilterField("date_of_birth", "date_of_birth", DATE),
        FilterField("email", "email", TEXT),
        FilterField("first_name", "first_name", TEXT),
        FilterField("last_name", "last_name", TEXT),
        FilterField("old_reference_id", "external_id", TEXT),
        FilterField("preferred_first_name", "preferred_first_name", TEXT),
    ),
    hidden=("deleted_at",),
)

patient = renderer("Patient", PATIENT, door=DOOR)
