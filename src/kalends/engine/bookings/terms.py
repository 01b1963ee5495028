"""On which terms a service is booked: its times on a resource, and the span that a line of a request takes."""

from datetime import timedelta

from kalends.engine.availability.offers import BookingTerms
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.request import RequestedLine
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.refusals import Fault, Invalid, NotServed, Retired
from kalends.engine.time.clock import LONGEST
from kalends.engine.time.span import Span

_ANY_MOMENT = timedelta(seconds=1)


def booking_terms(
    service: Service, override: ServiceOverride | None = None, length: timedelta | None = None, on_step: bool = False
) -> BookingTerms:
    """How a service is booked on the resource that the override is for; a `length` replaces its duration.

    Only what is offered is `on_step`: the start of a booking is not bound to the service's step.
    """

    def minutes(name: str) -> timedelta:
        special = getattr(override, name, None)
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


def terms_for(service: Service | None, override: ServiceOverride | None, length: timedelta | None) -> BookingTerms:
    """The terms of a booking of this length (None: the service's own), with a service or without one."""
    if service is not None:
        return booking_terms(service, override, length)
    return BookingTerms(duration=length or timedelta(), step=_ANY_MOMENT)


def line_span(
    line: RequestedLine, service: Service | None, override: ServiceOverride | None, session: GroupSession | None
) -> Span:
    """The time of a line: the session's, or from start to end, or for as long as the service takes on the resource.

    Raises Invalid(starts_at or ends_at: blank; ends_at: before_start or out_of_range).
    """
    if session is not None:
        return Span(session.starts_at, session.ends_at)
    if line.starts_at is None:
        raise Invalid(Fault("starts_at", "blank"))
    if line.ends_at is not None:
        end = line.ends_at
    elif service is not None:
        end = line.starts_at + booking_terms(service, override).duration
    else:
        raise Invalid(Fault("ends_at", "blank"))
    if end <= line.starts_at:
        raise Invalid(Fault("ends_at", "before_start"))
    if end - line.starts_at > LONGEST:
        raise Invalid(Fault("ends_at", "out_of_range"))
    return Span(line.starts_at, end)


def check_serves(
    resource: Resource, service: Service | None, overrides: tuple[ServiceOverride, ...]
) -> ServiceOverride | None:
    """The override for a resource that serves the service, if it has one. Raises Retired(resource), NotServed.

    A service that names no resources can be served by every one, unless that was given up.
    """
    if not resource.active:
        raise Retired("resource")
    own = next((one for one in overrides if one.resource_id == resource.id), None)
    if service is not None and own is None and (overrides or not service.served_by_all):
        raise NotServed()
    return own
