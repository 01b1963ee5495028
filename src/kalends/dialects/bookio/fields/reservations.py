"""Reservations: the engine's items, but for blocks. Source: Bookio reference, "Returns a list of reservations"."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import UNSET

from kalends.dialects.bookio.fields.view import DOOR, RenderContext, local_time, local_writer
from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, from_row, renderer
from kalends.engine.bookings.followed import FollowedItem
from kalends.engine.bookings.outcome import Outcome
from kalends.engine.bookings.states import ACTIVE, state_at
from kalends.engine.time.clock import MINUTE

CONFIRMED, CANCELLED, DID_NOT_COME = STATUSES = ("CONFIRMED", "CANCELLED", "DID_NOT_COME")
OUTCOMES: Mapping[str, Outcome] = {CONFIRMED: "confirmed", CANCELLED: "cancelled", DID_NOT_COME: "no_show"}
external_number = codecs.number()
"""The other system's own id: 64 bits."""

SENT: tuple[Line, ...] = (
    PassThrough("name", codecs.text(), UNSET),
    PassThrough("email", codecs.text(), UNSET),
    PassThrough("phone", codecs.text(), UNSET),
)
"""How the customer was named in the request, kept with the reservation."""


def status_of(row: FollowedItem, context: RenderContext) -> str:
    """What takes no time is cancelled: also what was declined, has expired, is a draft or was deleted elsewhere."""
    if state_at(row.view.item, context.now) not in ACTIVE:
        return CANCELLED
    return DID_NOT_COME if row.view.item.status == "no_show" else CONFIRMED


def site_of(row: FollowedItem) -> int | None:
    """The facility of a reservation."""
    return row.view.site_id


def _cancelled_at(row: FollowedItem) -> datetime | None:
    """When it was cancelled, or removed without that."""
    return row.view.item.cancelled_at or row.view.item.archived_at


def external_id(row: FollowedItem) -> int | None:
    """The token's own id for an item."""
    return external_number_of(row.external_id)


def external_number_of(external_id: str | None) -> int | None:
    """The token's own id as the wire has it."""
    return None if external_id is None else int(external_id)


def _of_customer(wire: str, attribute: str) -> Callable[[FollowedItem], Any]:
    """The customer's name or address.

    A customer who was known before may have given another name this time: what was sent counts until the customer is
    changed.
    """

    def value_of(row: FollowedItem) -> Any:
        item, customer = row.view.item, row.view.customer
        if customer is None:
            return item.title if wire == "name" else None
        sent = item.details.get(DOOR, {}).get(wire)
        known_before = customer.created_at < item.created_at and customer.updated_at <= item.created_at
        known = customer.phone_e164 or customer.phone if attribute == "phone" else getattr(customer, attribute)
        return (sent if sent and known_before else known) or None

    return value_of


def _minutes(row: FollowedItem) -> int:
    return int((row.view.item.ends_at - row.view.item.starts_at) / MINUTE)


RESERVATION: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Computed("externalId", from_row(external_id)),
    Field("number", "number", codecs.text(), "out", source="number"),
    Computed("name", from_row(_of_customer("name", "name"))),
    Computed("email", from_row(_of_customer("email", "email"))),
    Computed("phone", from_row(_of_customer("phone", "phone"))),
    Field("service", "service_id", codecs.identifier, "out"),
    Computed("duration", from_row(_minutes)),
    Computed("created", local_writer(lambda row: row.view.item.created_at, site_of)),
    Computed("dateFrom", local_writer(lambda row: row.view.item.starts_at, site_of)),
    Computed("dateTo", local_writer(lambda row: row.view.item.ends_at, site_of)),
    Computed("cancelTime", local_writer(_cancelled_at, site_of)),
    Field("cancellationReason", "cancellation_reason", codecs.text(), "out"),
    Field("needsSync", "needs_sync", codecs.flag, "out", source="needs_sync"),
    Computed("facilityId", from_row(site_of)),
    Field("note", "notes", codecs.text(), "out"),
    Computed("status", lambda context: lambda row: status_of(row, context)),
)

NEW: tuple[Line, ...] = (
    Field("facilityId", "site_id", codecs.identifier, "in"),
    Field("name", "first_name", codecs.text(), "in"),
    Field("surname", "last_name", codecs.text(), "in"),
    Field("email", "email", codecs.text(), "in"),
    Field("phone", "phone", codecs.text(), "in"),
    Field("dateFrom", "starts_at", local_time, "in"),
    Field("locale", "locale", codecs.text(35), "in"),
    Field("externalId", "external_id", external_number, "in"),
    Field("serviceId", "service_id", codecs.identifier, "in"),
    Field("note", "notes", codecs.text(codecs.TEXT), "in"),
)
STATUS: tuple[Line, ...] = (
    Field("status", "status", codecs.choice(*STATUSES), "in"),
    Field("cancellationReason", "reason", codecs.text(codecs.TEXT), "in"),
)
TERM: tuple[Line, ...] = (
    Field("dateFrom", "starts_at", local_time, "in"),
    Field("dateTo", "ends_at", local_time, "in"),
)
SYNC: tuple[Line, ...] = (Field("externalId", "external_id", external_number, "in"),)
QUERY: tuple[Line, ...] = (
    Field("email", "customer_email", codecs.search_text(), "in"),
    Field("number", "number", codecs.search_text(), "in"),
    Field("status", "status", codecs.choice(*STATUSES), "in"),
    Field("facilityId", "site_id", codecs.identifier, "in"),
    Field("from", "first", codecs.day, "in"),
    Field("to", "last", codecs.day, "in"),
    Field("onlyUnsynced", "only_unsynced", codecs.flag, "in"),
)

reservation = renderer("Reservation", RESERVATION, source="view.item")
