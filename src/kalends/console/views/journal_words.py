"""What the journal calls a field and a value, in the words of the screens."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from kalends.console.views import (
    booking_page,
    cases,
    customers,
    identity_provider,
    own_fields,
    prices,
    resources,
    services,
    settings,
    sites,
)
from kalends.console.views.tables import Text
from kalends.console.views.times import Times
from kalends.engine.bookings.states import STATES, STATUSES
from kalends.notices.texts import Message

LONGEST = 200
"""Characters of a value."""
SCREENS: Mapping[str, Sequence[tuple[str, Sequence[str]]]] = {
    "account": (("settings", settings.ACCOUNT_FIELDS), ("rules", settings.POLICY_FIELDS)),
    "booking_page": (("bookingpage", booking_page.FIELDS),),
    "custom_field": (("custom", own_fields.FIELDS),),
    "customer": (("customers", customers.FIELDS),),
    "customer_case": (("cases", cases.FIELDS),),
    "identity_provider": (("openid", identity_provider.FIELDS),),
    "price": (("prices", prices.FIELDS),),
    "profile": (("profile", settings.PROFILE_FIELDS),),
    "resource": (("resources", resources.FIELDS),),
    "service": (("services", services.FIELDS),),
    "service_assignment": (("services", services.FIELDS),),
    "site": (("sites", sites.FIELDS),),
}
"""The fields of a kind of record that its screens have, by the prefix of their texts."""
OTHERS: Mapping[str, str] = {
    "active": "services.active",
    "also_resource_ids": "services.also_needs",
    "always_open": "hours.always_open",
    "amount": "prices.amount",
    "archived_at": "records.archived",
    "blocked_at": "customers.blocked",
    "body": "texts.body",
    "booked_by_customer_id": "fields.booked_by",
    "booking_id": "record.booking",
    "booking_ids": "record.booking",
    "booking_status_id": "fields.booking_status",
    "cancellation_reason": "panel.reason",
    "cancelled_at": "fields.cancelled_at",
    "capacity": "sessions.capacity",
    "case_id": "record.customer_case",
    "channel": "texts.channel",
    "comments": "panel.comments",
    "consent": "panel.consent",
    "corrects_id": "invoices.corrects",
    "country": "customers.country",
    "created_at": "fields.created_at",
    "currency": "settings.currency",
    "custom": "records.own_fields",
    "customer": "record.customer",
    "customer_id": "record.customer",
    "day": "hours.day",
    "days": "hours.days",
    "deleted_at": "customers.deleted",
    "description": "webhooks.description",
    "details": "fields.details",
    "disabled_at": "users.disabled",
    "discount": "invoices.discount",
    "door": "keys.door",
    "due_at": "fields.due_at",
    "due_on": "invoices.due",
    "email": "account.email",
    "ends_at": "fields.ends_at",
    "erased_at": "customers.erased",
    "events": "webhooks.events",
    "exceptions": "hours.exceptions",
    "expires_at": "panel.held_until",
    "external_id": "customers.external_id",
    "external_url": "fields.external_url",
    "extras": "extras.list",
    "holiday_calendar_id": "sites.holidays",
    "horizon": "services.horizon_days",
    "image": "fields.image",
    "invoice_id": "record.invoice",
    "issued_at": "invoices.issued",
    "kind": "custom.kind",
    "locale": "texts.language",
    "merged_into_id": "customers.kept",
    "name": "account.name",
    "notes": "panel.notes",
    "notice": "services.notice_hours",
    "number": "invoices.number",
    "openings": "hours.week",
    "origins": "keys.origins",
    "overlap_allowed": "new.overlap_do",
    "paid_amount": "fields.paid_amount",
    "paid_at": "invoices.payment",
    "parent_id": "customers.parent",
    "payment_method": "invoices.method",
    "position": "services.position",
    "prices": "prices.list",
    "prices_include_tax": "rules.prices_include_tax",
    "recurrence": "panel.recurs",
    "reference": "invoices.reference",
    "reminded_at": "fields.reminded_at",
    "reminder_at": "fields.reminder_at",
    "resource_id": "record.resource",
    "resource_ids": "services.resource_ids",
    "role": "account.role",
    "rows": "invoices.rows",
    "scopes": "keys.may",
    "served_by_all": "services.by_all",
    "service_id": "record.service",
    "serving": "providers.list",
    "session_id": "record.session",
    "site_id": "record.site",
    "site_ids": "keys.only_sites",
    "starts_at": "fields.starts_at",
    "state": "customers.state_of",
    "status": "panel.attendance",
    "subject": "texts.subject",
    "text": "invoices.text",
    "title": "panel.title",
    "total": "invoices.total",
    "units": "panel.units",
    "url": "webhooks.url",
    "user_id": "record.staff_user",
    "valid_from": "services.first_day",
    "valid_until": "fields.ends_at",
    "values": "records.own_fields",
    "verification_method": "rules.verification",
}
"""The text for fields of any kind that no screen of that kind has."""
_MESSAGES: Mapping[str, str] = {"waiting": "delivery.waiting", "dropped": "delivery.withdrawn"}
"""The states of messages that people change: they withdraw what waits."""
HIDDEN = frozenset(
    {
        "id",
        "uid",
        "path",
        "phone_e164",
        "phone_key",
        "sole",
        "created_by",
        "updated_at",
        "updated_by",
        "verification_code",
    }
)
"""What says nothing besides the entry itself and the other fields."""
_MOMENT = Annotated[datetime, msgspec.Meta(tz=True)]


def field_label(kind: str, name: str) -> Text:
    """What a field of a kind of record is called; what has no word of its own is called as in the database."""
    for prefix, names in SCREENS.get(kind, ()):
        if name in names:
            return Message(f"{prefix}.{name}")
    return Message(OTHERS[name]) if name in OTHERS else name.replace("_", " ")


def value_text(name: str, value: Any, times: Times) -> Text:
    """A value as screens write it; "" for nothing."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return Message("fields.yes" if value else "fields.no")
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        value = ", ".join(map(str, value))
    if not isinstance(value, str):
        return _shortened(msgspec.json.encode(value).decode())
    if name == "state" and value in STATES:
        return Message(f"state.{value}")
    if name == "state" and value in _MESSAGES:
        return Message(_MESSAGES[value])
    if name == "status" and value in STATUSES:
        return Message(f"status.{value}")
    return _shortened(_dated(value, times))


def _dated(text: str, times: Times) -> str:
    """The text; a moment or a date as screens write it."""
    readers: tuple[tuple[Any, Callable[[Any], str]], ...] = ((_MOMENT, times.at), (date, times.day))
    for kind, write in readers:
        with suppress(msgspec.ValidationError, OverflowError):
            return write(msgspec.convert(text, kind))
    return text


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
