"""Patient cases: the engine's cases of customers."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from kalends.dialects.cliniko.fields.filters import DATE, DATETIME, ID, FilterField, Listing
from kalends.dialects.cliniko.fields.lists import ids
from kalends.dialects.cliniko.fields.view import DOOR, RenderContext, link, list_of, self_link
from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable
from kalends.dialects.kit.fields import Computed, Field, PassThrough, renderer
from kalends.engine.customers.case import CustomerCase

MOST_SESSIONS = 200
REFERRALS = ("dva", "medicare")


def _read_amount(value: Any, context: Any) -> str | None:
    """An amount above 0, as text. Unreadable: not_a_number, out_of_range, not_positive."""
    amount: Decimal | None = codecs.decimal.read(value, context)
    if amount is None:
        return None
    if amount <= 0:
        raise Unreadable("not_positive")
    return f"{amount.normalize():f}"


def _attendee_ids(context: RenderContext) -> Callable[[CustomerCase], list[str]]:
    return lambda case: [str(item_id) for item_id in context.case_items.get(case.id, ())]


def _contact_id(case: CustomerCase) -> int | None:
    contact_id: int | None = case.details.get(DOOR, {}).get("contact_id")
    return contact_id


PATIENT_CASE = (
    Field("id", "id", codecs.identifier_text, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("archived_at", "archived_at", codecs.moment, "out"),
    Field("name", "name", codecs.text()),
    Field("patient_id", "customer_id", codecs.identifier, "in"),
    Field("notes", "notes", codecs.text(codecs.TEXT, null="")),
    Field("closed", "closed", codecs.flag),
    Field("issue_date", "issued_on", codecs.day),
    Field("expiry_date", "expires_on", codecs.day),
    PassThrough("max_sessions", codecs.number(1, MOST_SESSIONS)),
    PassThrough("max_invoiceable_amount", Codec(_read_amount)),
    PassThrough("include_cancelled_attendees", codecs.flag),
    PassThrough("include_dna_attendees", codecs.flag),
    PassThrough("referral", codecs.flag),
    PassThrough("referral_type", codecs.choice(*REFERRALS)),
    Computed("attendee_ids", _attendee_ids),
    Computed("attendees", list_of("patient_cases", "attendees")),
    Computed("bookings", list_of("patient_cases", "bookings")),
    Computed("invoices", list_of("patient_cases", "invoices")),
    Computed("patient_attachments", list_of("patient_cases", "patient_attachments")),
    Computed("patient", link("patients", lambda case: case.customer_id)),
    Computed("contact", link("contacts", _contact_id)),
    Computed("links", self_link("patient_cases")),
)

# Of requests only; responses show the contact as a link.
SENT = (PassThrough("contact_id", codecs.identifier),)
ATTENDEES = (Field("attendee_ids", "item_ids", ids, "in"),)

PATIENT_CASES = Listing(
    "patient_cases",
    (
        FilterField("id", "id", ID),
        FilterField("archived_at", "archived_at", DATETIME),
        FilterField("created_at", "created_at", DATETIME),
        FilterField("updated_at", "updated_at", DATETIME),
        FilterField("expiry_date", "expires_on", DATE),
        FilterField("patient_id", "customer_id", ID),
    ),
    hidden=("archived_at",),
)

patient_case = renderer("PatientCase", PATIENT_CASE, door=DOOR)
