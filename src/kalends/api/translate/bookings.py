"""Bookings between the engine and the API."""

from typing import Any, TypeAlias

import msgspec
from msgspec import UNSET

from kalends.actions.context import Context
from kalends.api.ids import write_actor, write_id, write_optional_id
from kalends.api.schemas.bookings import (
    Booking,
    BookingInput,
    BookingPatch,
    ListBookings,
    NewBooking,
)
from kalends.api.schemas.consent import shown_consent
from kalends.api.schemas.lines import LineOutcome
from kalends.api.schemas.series import SeriesInput
from kalends.api.schemas.sessions import AttendeeInput
from kalends.api.times import shown
from kalends.api.translate.items import shared_filters, shown_item, zone_of
from kalends.api.translate.lines import messages, requested_lines
from kalends.engine.bookings.patch import BookingPatch as EnginePatch
from kalends.engine.bookings.request import Booked, BookingRequest
from kalends.engine.bookings.request import LineOutcome as EngineOutcome
from kalends.engine.bookings.stored_series import series_of
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.limits import raise_if_faults
from kalends.engine.patch import changes
from kalends.engine.query import Filter, Sort
from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time.span import Span

WithCustomer: TypeAlias = BookingInput | BookingPatch | SeriesInput | AttendeeInput


async def booking_request(ctx: Context, sent: BookingInput) -> BookingRequest:
    """The request for a booking of lines.

    Raises Invalid by places (blank, before_start, out_of_range, fixed, too_many), SkippedTime, RepeatedTime.
    """
    if sent.lines is UNSET:
        raise Invalid(Fault("/lines", "blank"))
    return BookingRequest(
        lines=await requested_lines(ctx, sent.lines),
        customer_id=None if sent.customer is UNSET else sent.customer,
        customer=customer_patch(sent),
        title=sent.title or "",
        comments=sent.comments or "",
        state=sent.state,
        public=sent.public,
        initiate=sent.initiate,
        on_conflict=sent.on_conflict,
        messages=messages(sent.notify),
    )


def confirmation(sent: BookingInput) -> EnginePatch:
    """The patch by which a hold becomes the booking that was sent. Raises Invalid by places (fixed) for what only a
    booking of lines can have."""
    other = {
        "/lines": sent.lines is not UNSET,
        "/state": sent.state != "confirmed",
        "/public": sent.public,
        "/initiate": sent.initiate,
        "/on_conflict": sent.on_conflict != "refuse",
    }
    if faults := [Fault(place, "fixed") for place, is_sent in other.items() if is_sent]:
        raise Invalid(*faults)
    return booking_patch(
        BookingPatch(
            customer=sent.customer, customer_details=sent.customer_details, title=sent.title, comments=sent.comments
        )
    )


def booking_patch(sent: BookingPatch) -> EnginePatch:
    """What was sent, as the engine takes it. Raises Invalid(/customer_details: too_many) beside a customer's id."""
    given = changes(sent)
    fields: dict[str, Any] = {name: given[name] for name in ("title", "comments", "status") if name in given}
    if "customer" in given:
        fields["customer_id"] = given["customer"]
    if sent.customer_details is not UNSET:
        fields["customer"] = customer_patch(sent)
    return EnginePatch(**fields)


def customer_patch(sent: WithCustomer) -> CustomerPatch | None:
    """The details of the customer that was sent, as the engine takes them; None if there are none.

    Raises Invalid(/customer_details: too_many) if there is the id of a customer too.
    """
    if isinstance(sent.customer_details, msgspec.UnsetType):
        return None
    raise_if_faults([] if sent.customer is UNSET else [Fault("/customer_details", "too_many")])
    return CustomerPatch(**changes(sent.customer_details))


def shown_booking(booking: BookingWithItems, ctx: Context) -> Booking:
    """A booking as it is answered, by the clock of its first item's site."""
    return Booking(**_fields(booking, ctx))


def shown_new_booking(booked: Booked, ctx: Context) -> NewBooking:
    """A new booking as it is answered, with what became of its lines."""
    return NewBooking(**_fields(booked, ctx), outcomes=shown_outcomes(booked, ctx))


def shown_outcomes(booked: Booked, ctx: Context) -> list[LineOutcome]:
    """What became of the lines, in their order."""
    return [_outcome(index, outcome, booked, ctx) for index, outcome in enumerate(booked.outcomes)]


def shown_confirmed(booking: BookingWithItems, ctx: Context) -> NewBooking:
    """A hold that has become a booking, each of whose items was a line."""
    outcomes = tuple(
        EngineOutcome("booked", Span(view.item.starts_at, view.item.ends_at), view.item.id) for view in booking.items
    )
    return shown_new_booking(Booked(booking.booking, booking.customer, booking.items, outcomes=outcomes), ctx)


def booking_filters(params: ListBookings) -> tuple[Filter, ...]:
    """The filters of a list of bookings that are about the booking itself."""
    return () if params.q is UNSET else (Filter("text", "contains", params.q),)


def booking_order(order: str) -> tuple[Sort, ...]:
    """Bookings draw their ids in the order in which they are made."""
    return (Sort("id", order.startswith("-")),)


def item_filters(params: ListBookings, ctx: Context) -> tuple[Filter, ...]:
    """The filters of a list of bookings that are about one of the items of each."""
    return tuple(term for term in shared_filters(params, ctx) if term.field != "text")


def _fields(whole: BookingWithItems, ctx: Context) -> dict[str, Any]:
    booking = whole.booking
    tz = zone_of(whole.items[0], ctx) if whole.items else ctx.zone
    series = series_of(booking)
    return {
        "id": write_id("booking", booking.id),
        "customer": write_optional_id("customer", booking.customer_id),
        "title": booking.title,
        "comments": booking.comments,
        "series": write_id("series", booking.id) if series and series.rule else None,
        "consent": shown_consent(booking.consent, tz),
        "items": [shown_item(view, ctx) for view in whole.items],
        "created_at": shown(booking.created_at, tz),
        "created_by": write_actor(booking.created_by),
        "updated_at": shown(booking.updated_at, tz),
    }


def _outcome(index: int, outcome: EngineOutcome, booked: Booked, ctx: Context) -> LineOutcome:
    view = next((view for view in booked.items if view.item.id == outcome.item_id), None)
    tz = zone_of(view, ctx) if view else ctx.zone
    return LineOutcome(
        line=index,
        outcome=outcome.outcome,
        item=write_optional_id("item", outcome.item_id),
        from_=shown(outcome.span.start, tz) if outcome.span else None,
        to=shown(outcome.span.end, tz) if outcome.span else None,
        reason=outcome.refusal.code if outcome.refusal else None,
    )
