"""Parses requests about reservations."""

import re
from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.bookio.fields.reservations import (
    CANCELLED,
    CONFIRMED,
    DID_NOT_COME,
    NEW,
    OUTCOMES,
    QUERY,
    SENT,
    STATUS,
    SYNC,
    TERM,
)
from kalends.dialects.bookio.fields.view import DOOR, RenderContext
from kalends.dialects.bookio.parse.reader import Reader, list_name
from kalends.engine.bookings.followed import ItemPlace
from kalends.engine.bookings.outcome import OutcomePatch
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.queries import FollowQuery, ItemQuery
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.states import ACTIVE, STATES
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.query import OffsetPage
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import zone

KINDS = ("appointment", "seat")
_STATUS_QUERIES: Mapping[str, Mapping[str, Any]] = {
    CONFIRMED: {"states": ACTIVE, "without_status": "no_show"},
    CANCELLED: {"states": tuple(state for state in STATES if state not in ACTIVE)},
    DID_NOT_COME: {"states": ACTIVE, "statuses": ("no_show",)},
}
_LOCALE = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{2,8})*", re.ASCII | re.IGNORECASE)
_OF_CUSTOMER = ("first_name", "last_name", "email", "phone", "locale")


def parse_list(params: Mapping[str, Any], ctx: Context, context: RenderContext) -> tuple[FollowQuery, OffsetPage]:
    """The query of a list, and its page. Raises NotFound(site), Invalid(a parameter that can't be read)."""
    reader = Reader(ctx, params, context)
    filters, page, since = reader.fields(QUERY), reader.page(), reader.since()
    window = reader.window(filters.get("first"), filters.get("last"))
    reader.done()
    by_status = _STATUS_QUERIES.get(filters.get("status") or "", {})
    query = ItemQuery(
        listing="all",
        kinds=KINDS,
        site_id=filters.get("site_id"),
        customer_email=filters.get("customer_email"),
        starts_after=window.first,
        ends_before=window.last,
        limit=page.limit,
        offset=page.offset,
        **by_status,
    )
    only_unsynced = bool(filters.get("only_unsynced"))
    name = list_name("reservations", {**filters, "only_unsynced": only_unsynced or None})
    return FollowQuery(
        query=query, number=filters.get("number"), only_unsynced=only_unsynced, since=since, name=name
    ), page


def parse_new(params: Mapping[str, Any], ctx: Context, context: RenderContext) -> tuple[BookingRequest, str]:
    """The reservation to be made, with any calendar of its facility, and the token's own id for it.

    Raises NotFound(site), Invalid(a field: blank, or one that can't be read; email, phone: invalid; locale: invalid).
    """
    reader = Reader(ctx, params, context)
    fields = reader.complete(NEW, "notes")
    if fields.get("locale") and not _LOCALE.fullmatch(fields["locale"]):
        reader.faults.append(Fault("locale", "invalid"))
    customer = CustomerPatch(**{name: fields[name] for name in _OF_CUSTOMER if fields.get(name)})
    reader.check_contacts(customer, ctx.account.country)
    reader.done()
    name = f"{fields['first_name']} {fields['last_name']}"
    sent = reader.pass_through(SENT, {"name": name, "email": fields["email"], "phone": fields["phone"]})
    line = RequestedLine(
        service_id=fields["service_id"],
        site_id=fields["site_id"],
        starts_at=fields["starts_at"],
        notes=fields.get("notes") or None,
        external_id=str(fields["external_id"]),
        details={DOOR: sent},
    )
    return BookingRequest(lines=(line,), customer=customer, open_only=True), str(fields["external_id"])


def parse_status(params: Mapping[str, Any], ctx: Context) -> OutcomePatch:
    """What a reservation came to. Raises Invalid(status: blank, not_included; cancellationReason)."""
    reader = Reader(ctx, params, RenderContext(ctx.zone, ctx.now))
    fields = reader.complete(STATUS, "reason")
    reader.done()
    return OutcomePatch(OUTCOMES[fields["status"]], fields.get("reason"))


def parse_term(params: Mapping[str, Any], ctx: Context, place: ItemPlace) -> ItemPatch:
    """The new time of a reservation or a blocked time, on the clock there; without an end it lasts as long as it did.

    Raises Invalid(dateFrom: blank when there is neither; dateFrom, dateTo: invalid; dateTo: before_start).
    """
    reader = Reader(
        ctx, params, RenderContext(ctx.zone, ctx.now), zone(place.time_zone) if place.time_zone else ctx.zone
    )
    fields = {name: value for name, value in reader.fields(TERM).items() if value is not None}
    if not fields:
        reader.add_blank_faults("starts_at")
    if "starts_at" in fields and "ends_at" in fields and fields["ends_at"] <= fields["starts_at"]:
        reader.faults.append(Fault("ends_at", "before_start"))
    reader.done()
    return ItemPatch(**fields)


def parse_sync(params: Mapping[str, Any], ctx: Context) -> str | None:
    """The token's own id for a reservation, None to leave it. Raises Invalid(externalId)."""
    external_id = Reader(ctx, params, RenderContext(ctx.zone, ctx.now)).only(SYNC).get("external_id")
    return None if external_id is None else str(external_id)
