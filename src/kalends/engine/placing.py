"""From a wish to an item and what it claims: the decisions of a receptionist, without a look at the diary."""

from datetime import datetime, timedelta

import msgspec

from kalends.engine.availability import BookingTerms
from kalends.engine.booking import ACTIVE, Booking, Item, next_state
from kalends.engine.catalogue import BOOKED, GroupSession, Resource, Service, ServiceOverride
from kalends.engine.change import Claim
from kalends.engine.clock import DAY, LONGEST, instant, wall, zone
from kalends.engine.people import Customer
from kalends.engine.policy import Account, Policy
from kalends.engine.refusals import Barred, Fault, Invalid, NotServed, Retired, TooMany, Unreachable
from kalends.engine.span import Span
from kalends.engine.wish import Wish

_AS_WISHED = (
    "booked_by_customer_id",
    "units",
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
    "extras",
)
_ANY_MOMENT = timedelta(seconds=1)
_MOST_UNITS = 100_000


class Ids(msgspec.Struct, frozen=True):
    """Fresh ids for what is about to be written."""

    item_id: int
    booking_id: int
    uid: str


def offering(
    service: Service, overrides: ServiceOverride | None = None, length: timedelta | None = None, on_step: bool = False
) -> BookingTerms:
    """How a service is offered on the resource that the overrides are for; a `length` replaces its duration.

    Only what is offered is `on_step`: the start of a booking is not bound to the service's step.
    """

    def minutes(name: str) -> timedelta:
        special = getattr(overrides, name, None)
        return timedelta(minutes=getattr(service, name) if special is None else special)

    return BookingTerms(
        duration=length or minutes("duration"),
        step=minutes("step") if on_step else _ANY_MOMENT,
        before=minutes("buffer_before"),
        after=minutes("buffer_after"),
        notice=None if service.notice is None else timedelta(minutes=service.notice),
        horizon=None if service.horizon is None else timedelta(minutes=service.horizon),
        most_units=service.most_units,
    )


def plain(length: timedelta) -> BookingTerms:
    """The terms of time that is taken without a service."""
    return BookingTerms(duration=length, step=_ANY_MOMENT)


def span_of(
    wish: Wish, service: Service | None, overrides: ServiceOverride | None, session: GroupSession | None
) -> Span:
    """The time wished for: the session's, or from start to end, or for as long as the service takes.

    Raises Invalid(starts_at or ends_at: blank, ends_at: before_start or out_of_range).
    """
    if session is not None:
        return Span(session.starts_at, session.ends_at)
    if wish.starts_at is None:
        raise Invalid(Fault("starts_at", "blank"))
    if wish.ends_at is not None:
        end = wish.ends_at
    elif service is not None:
        end = wish.starts_at + offering(service, overrides).duration
    else:
        raise Invalid(Fault("ends_at", "blank"))
    if end <= wish.starts_at:
        raise Invalid(Fault("ends_at", "before_start"))
    if end - wish.starts_at > LONGEST:
        raise Invalid(Fault("ends_at", "out_of_range"))
    return Span(wish.starts_at, end)


def check_terms(wish: Wish, service: Service | None, session: GroupSession | None, customer: Customer | None) -> None:
    """Whether the wish can be granted at all, whatever the diary says.

    Raises Retired(service or session), TooMany, Barred, Invalid(units, service_id: not_bookable).
    """
    if not 1 <= wish.units <= _MOST_UNITS:
        raise Invalid(Fault("units", "not_positive" if wish.units < 1 else "out_of_range"))
    if service is not None and not service.active:
        raise Retired("service")
    if service is not None and service.kind not in BOOKED:
        raise Invalid(Fault("service_id", "not_bookable"))
    if session is not None and (session.deleted_at or session.archived_at):
        raise Retired("session")
    if service is not None and wish.units > service.most_units:
        raise TooMany(service.most_units)
    if customer is not None and customer.blocked_at and (wish.public or wish.initiate):
        raise Barred()


def forces(wish: Wish) -> bool:
    """Whether the wish may be placed over others."""
    # MakePlans reference, ignore_capacity: "Not applicable when public_booking is set to true".
    return wish.force and not wish.public


def serves(
    resource: Resource, service: Service | None, overrides: tuple[ServiceOverride, ...]
) -> ServiceOverride | None:
    """The overrides for a resource that serves the service, if it has any. Raises Retired(resource), NotServed.

    A service that names no resources can be served by every one, unless that was given up.
    """
    if not resource.active:
        raise Retired("resource")
    own = next((row for row in overrides if row.resource_id == resource.id), None)
    if service is not None and own is None and (overrides or not service.served_by_all):
        raise NotServed()
    return own


def new_booking(account: Account, ids: Ids, wish: Wish, customer: Customer | None, at: datetime, who: str) -> Booking:
    """The order that a wish opens."""
    customer_id = customer.id if customer else None
    return Booking(
        account.id, ids.booking_id, ids.uid, customer_id, wish.title or "", "", None, {}, at, who, 0, at, who
    )


def new_item(account: Account, ids: Ids, wish: Wish, span: Span, at: datetime, who: str) -> Item:
    """The item of a wish whose customer, service, resource and session are settled in it.

    Its state is confirmed, or where the policy leads when the wish is to be initiated; then `expires_at` is the end of
    the hold. Raises Invalid(expires_at: past).
    """
    state = next_state("draft", "initiate", account.policy) if wish.initiate else "confirmed"
    waits = state == "awaiting_verification"
    remind = account.policy.remind_by_sms if wish.remind is None else wish.remind
    hold = None
    if state != "confirmed":
        check_hold(wish.expires_at, at)
        hold = wish.expires_at or (at + timedelta(minutes=account.policy.hold_minutes) if waits else None)
    return Item(
        account_id=account.id,
        id=ids.item_id,
        booking_id=ids.booking_id,
        kind="seat" if wish.session_id is not None else "appointment",
        state=state,
        service_id=wish.service_id,
        session_id=wish.session_id,
        resource_id=wish.resource_id,
        site_id=None,
        customer_id=wish.customer_id,
        starts_at=span.start,
        ends_at=span.end,
        expires_at=hold,
        overlap_allowed=forces(wish),
        reminder_at=wish.reminder_at or (reminder_at(account, span.start, at) if remind else None),
        verification_method=account.policy.verification if waits else None,
        verification_code=wish.verification_code,
        cancelled_at=None,
        cancellation_reason=None,
        archived_at=None,
        custom=None if wish.custom is None else dict(wish.custom),
        details=dict(wish.details),
        revision=0,
        created_at=at,
        created_by=who,
        updated_at=at,
        updated_by=who,
        **{name: getattr(wish, name) for name in _AS_WISHED},
    )


def check_hold(expires_at: datetime | None, now: datetime) -> None:
    """A hold can't be over when it begins. Raises Invalid(expires_at: past)."""
    if expires_at is not None and expires_at <= now:
        raise Invalid(Fault("expires_at", "past"))


def check_reachable(item: Item, customer: Customer | None, policy: Policy) -> None:
    """An item that awaits verification needs a customer with an address for it. Raises Unreachable(email or phone).

    Source: MakePlans changelog 2017-07-05, `confirm=false`.
    """
    if item.state != "awaiting_verification":
        return
    field = "email" if policy.verification == "email" else "phone"
    if customer is None or not (customer.email if field == "email" else customer.phone_e164):
        raise Unreachable(field)


def reminder_at(account: Account, start: datetime, now: datetime) -> datetime | None:
    """When to remind of a booking by the account's policy; None when that is past.

    Source: MakePlans reference, add_reminder_sms ("at 12PM the day before the appointment").
    """
    place = zone(account.time_zone)
    day, _ = wall(start, place)
    at = instant(day - account.policy.reminder_days_before * DAY, account.policy.reminder_minute, place)
    return at if at > now else None


def claims_of(item: Item, service: Service | None, overrides: ServiceOverride | None) -> tuple[Claim, ...]:
    """What an item takes: its resource with the service's buffers, and its inventory for as long as it lasts.

    Nothing when it is not active; a seat takes no resource of its own.
    """
    if item.state not in ACTIVE:
        return ()
    own = _claim_of_resource(item, service, overrides)
    span = Span(item.starts_at, item.ends_at)
    return (*own, *(_claim(item, extra.resource_id, span, extra.units) for extra in item.extras if extra.resource_id))


def _claim_of_resource(item: Item, service: Service | None, overrides: ServiceOverride | None) -> tuple[Claim, ...]:
    if item.kind == "seat" or item.resource_id is None:
        return ()
    span = Span(item.starts_at, item.ends_at)
    if service is not None:
        span = offering(service, overrides, span.duration).occupied(span)
    return (_claim(item, item.resource_id, span, None if item.kind == "block" else item.units),)


def _claim(item: Item, resource_id: int, span: Span, units: int | None) -> Claim:
    return Claim(
        resource_id,
        span.start,
        span.end,
        item_id=item.id,
        units=units,
        overlap_allowed=item.overlap_allowed,
        expires_at=item.expires_at,
    )
