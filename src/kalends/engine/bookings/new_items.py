"""Builds a new booking and its items from the lines of a request."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from kalends.engine.accounts.account import Account, Policy
from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.change_set import Author
from kalends.engine.bookings.references import References
from kalends.engine.bookings.reminders import ReminderRule, reminder_at, reminder_rule
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.resolve import ResolvedLine
from kalends.engine.bookings.states import next_state
from kalends.engine.catalog.resource import Resource
from kalends.engine.customers.customer import Customer
from kalends.engine.refusals import Fault, Invalid, Unreachable
from kalends.engine.time.span import Span

_COPIED_FIELDS = (
    "case_id",
    "status",
    "title",
    "notes",
    "external_id",
    "external_url",
    "external_host_url",
    "reminded_at",
    "paid_at",
    "paid_amount",
    "coupon_id",
    "verification_code",
    "extras",
)


class AssignedLine(msgspec.Struct, frozen=True):
    """A resolved line with its time and the resources assigned to it; `also` are those besides the main one."""

    resolved: ResolvedLine
    resource: Resource | None
    also: tuple[Resource, ...]
    span: Span

    @property
    def line(self) -> RequestedLine:
        """The requested line."""
        return self.resolved.line


def new_booking(
    account: Account, references: References, request: BookingRequest, customer: Customer | None, author: Author
) -> Booking:
    """The booking for a request, without its items."""
    return Booking(
        account_id=account.id,
        id=references.booking_id,
        uid=references.uid,
        customer_id=customer.id if customer else None,
        title=request.title,
        comments=request.comments,
        recurrence=None,
        details=dict(request.details),
        booking_status_id=request.booking_status_id,
        consent=request.consent,
        **_stamps(author),
    )


def new_item(
    account: Account,
    booking: Booking,
    item_id: int,
    assigned: AssignedLine,
    request: BookingRequest,
    author: Author,
    *,
    time_zone: str | None = None,
) -> Item:
    """The item for one assigned line; `time_zone` is that of its site, None if it is the account's.

    Its state is that of the line, else of the request; if `request.initiate`, the one that the account's policy begins
    with, and `expires_at` is the end of the hold; with `request.hold_until` it is a hold until then.

    Raises Invalid(expires_at: past).
    """
    line, resource, now = assigned.line, assigned.resource, author.at
    state = _state(line, request, account.policy)
    return Item(
        account_id=account.id,
        id=item_id,
        booking_id=booking.id,
        kind="seat" if line.session_id is not None else "appointment",
        state=state,
        service_id=assigned.resolved.service.id if assigned.resolved.service else None,
        session_id=line.session_id,
        resource_id=resource.id if resource else None,
        also_resource_ids=tuple(other.id for other in assigned.also),
        site_id=None,
        **_people(line, booking),
        booking_status_id=line.booking_status_id or request.booking_status_id,
        starts_at=assigned.span.start,
        ends_at=assigned.span.end,
        units=units_of(line, resource),
        expires_at=_hold_end(line, request, state, account.policy, now),
        overlap_allowed=may_overlap(line, request),
        reminder_at=_reminder(line, assigned.span.start, reminder_rule(account, time_zone), account.policy, now),
        verification_method=account.policy.verification if state == "awaiting_verification" else None,
        cancelled_at=now if state == "cancelled" else None,
        cancellation_reason=None,
        archived_at=None,
        custom=None if line.custom is None else dict(line.custom),
        details=dict(line.details),
        **_stamps(author),
        **{name: getattr(line, name) for name in _COPIED_FIELDS},
    )


def _stamps(author: Author) -> dict[str, Any]:
    """Revision, times and authors of what is new."""
    by = {"created_by": author.actor, "updated_by": author.actor}
    return {"revision": 0, "created_at": author.at, "updated_at": author.at, **by}


def units_of(line: RequestedLine, resource: Resource | None) -> int:
    """The units that a line takes of its resource: the whole capacity if it names none."""
    if line.units is not None:
        return line.units
    return max(1, resource.capacity) if resource else 1


def may_overlap(line: RequestedLine, request: BookingRequest) -> bool:
    """Whether a line may be booked although its time is taken: never by the public.

    Source: MakePlans reference, ignore_capacity ("Not applicable when public_booking is set to true").
    """
    return line.overlap_allowed and not request.public


def check_hold(expires_at: datetime | None, now: datetime) -> None:
    """Raises Invalid(expires_at: past) if a hold would be over before it begins."""
    if expires_at is not None and expires_at <= now:
        raise Invalid(Fault("expires_at", "past"))


def check_reachable(item: Item, customer: Customer | None, policy: Policy) -> None:
    """Raises Unreachable(email, phone) if the customer of an item that awaits verification has no address for it.

    Source: MakePlans changelog 2017-07-05, `confirm=false`.
    """
    if item.state != "awaiting_verification":
        return
    field = "email" if policy.verification == "email" else "phone"
    if customer is None or not (customer.email if field == "email" else customer.phone_e164):
        raise Unreachable(field, "invalid" if customer and getattr(customer, field) else "blank")


def _state(line: RequestedLine, request: BookingRequest, policy: Policy) -> str:
    requested = line.state or request.state
    if request.hold_until is not None:
        return "awaiting_confirmation"
    if not request.initiate:
        return requested
    initial = next_state("draft", "initiate", policy)
    return requested if (initial, requested) == ("confirmed", "awaiting_confirmation") else initial


def _people(line: RequestedLine, booking: Booking) -> dict[str, Any]:
    """Whom the item is for and who booked it: for another than the booking is for, the customer of the booking did."""
    customer_id, booked_by = line.customer_id, line.booked_by_customer_id
    if customer_id in (None, booking.customer_id):
        customer_id = booking.customer_id
    elif booked_by is None:
        booked_by = booking.customer_id
    return {"customer_id": customer_id, "booked_by_customer_id": booked_by}


def _hold_end(
    line: RequestedLine, request: BookingRequest, state: str, policy: Policy, now: datetime
) -> datetime | None:
    if request.hold_until is not None:
        check_hold(request.hold_until, now)
        return request.hold_until
    if not request.initiate or state == "confirmed":
        return None
    check_hold(line.expires_at, now)
    default = now + timedelta(minutes=policy.hold_minutes) if state == "awaiting_verification" else None
    return line.expires_at or default


def _reminder(
    line: RequestedLine, starts_at: datetime, rule: ReminderRule, policy: Policy, now: datetime
) -> datetime | None:
    remind = policy.reminds if line.remind is None else line.remind
    return line.reminder_at or (reminder_at(rule, starts_at, now) if remind else None)
