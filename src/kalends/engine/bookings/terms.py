"""The terms on which a resource serves a service, and the time span of a requested line."""

from datetime import datetime, timedelta

from kalends.engine.availability.free_slots import BookingTerms
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.request import RequestedLine
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.limits import length_faults, raise_if_faults
from kalends.engine.refusals import Closed, Fault, Invalid, NotServed, Retired, TooSoon
from kalends.engine.time.span import Span

_ANY_MOMENT = timedelta(seconds=1)


def booking_terms(
    service: Service, override: ServiceOverride | None = None, length: timedelta | None = None, on_step: bool = False
) -> BookingTerms:
    """The terms of a service on a resource with this override; `length` replaces the duration.

    `on_step`: starts are bound to the service's step, as for offers; a booking may start at any second.
    """

    def minutes(name: str) -> timedelta:
        overridden = getattr(override, name, None)
        return timedelta(minutes=getattr(service, name) if overridden is None else overridden)

    return BookingTerms(
        duration=length or minutes("duration"),
        step=minutes("step") if on_step else _ANY_MOMENT,
        before=minutes("buffer_before"),
        after=minutes("buffer_after"),
        notice=None if service.notice is None else timedelta(minutes=service.notice),
        horizon=None if service.horizon is None else timedelta(minutes=service.horizon),
        most_units=service.most_units,
        resource_units=(override and override.resource_units) or 1,
    )


def terms_for(service: Service | None, override: ServiceOverride | None, length: timedelta | None) -> BookingTerms:
    """The terms of a booking with or without a service; `length` None is the service's own duration."""
    if service is not None:
        return booking_terms(service, override, length)
    return BookingTerms(duration=length or timedelta(), step=_ANY_MOMENT)


def line_span(
    line: RequestedLine, service: Service | None, override: ServiceOverride | None, session: GroupSession | None
) -> Span:
    """The time of a line: its session's, else from its start to its end; without an end, the service's duration.

    Raises Invalid(starts_at, ends_at: blank; ends_at: before_start, out_of_range).
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
    raise_if_faults(length_faults(line.starts_at, end))
    return Span(line.starts_at, end)


def check_offered_session(session: GroupSession, service: Service | None, now: datetime) -> None:
    """Whether the public can book seats in a session: it has not begun, and its service is valid then.

    Raises TooSoon, Closed.
    """
    if session.starts_at < now:
        raise TooSoon()
    span = Span(session.starts_at, session.ends_at)
    if service is not None and not service.validity(span).covers(span):
        raise Closed()


def check_serves(
    resource: Resource, service: Service | None, overrides: tuple[ServiceOverride, ...]
) -> ServiceOverride | None:
    """The override of a resource that serves the service, or None. `overrides` are all those of the service.

    Raises Retired(resource), NotServed.
    """
    if not resource.active:
        raise Retired("resource")
    override = next((override for override in overrides if override.resource_id == resource.id), None)
    if service is not None and override is None and not service.served_by_all:
        raise NotServed()
    return override
