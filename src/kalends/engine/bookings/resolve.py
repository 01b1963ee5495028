"""Checks a booking request and joins its lines with the records they refer to. Time and capacity come later."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from kalends.engine.all_refusals import AllRefusals
from kalends.engine.bookings.extras import check_extras, distinct_faults, extras_faults, has_extras, units_faults
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.patch import LINES, TEXTS
from kalends.engine.bookings.references import References
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.states import STATUSES
from kalends.engine.bookings.terms import check_offered_session, check_serves
from kalends.engine.bookings.unknown_ids import check_customer_id, check_ids_of_line
from kalends.engine.catalog.resource import Resource, check_active, check_site
from kalends.engine.catalog.service import BOOKED, Service
from kalends.engine.customers.customer import Customer
from kalends.engine.limits import length_faults, raise_if_faults, record_text_faults
from kalends.engine.refusals import (
    Barred,
    Fault,
    Invalid,
    NotFound,
    Retired,
    TooMany,
    TooManyOccurrences,
)
from kalends.engine.time.recurrence import MOST_OCCURRENCES

MOST_LINES = 5_000
"""Lines in one booking. All resources and inventories of the lines may be twice as many."""

STATES = ("confirmed", "draft", "awaiting_confirmation", "cancelled")
"""The states in which a booking may be requested, or to which it may be changed as a whole."""


class ResolvedLine(msgspec.Struct, frozen=True):
    """A requested line with the records it refers to.

    `resource` is None if any that serves the service will do, and for seats in a session without a resource.
    """

    line: RequestedLine
    service: Service | None
    session: GroupSession | None
    resource: Resource | None


def check_request(request: BookingRequest) -> None:
    """Check what can be checked without the database.

    Raises Invalid(starts_at: blank, also if there are no lines; ends_at, resource_id: blank if no service is named
    either; ends_at: before_start, out_of_range; units: not_positive, out_of_range; extras: invalid, not_positive,
    out_of_range; state, status: unknown; every text: invalid, too_long), and TooManyOccurrences beyond MOST_OCCURRENCES
    different times, MOST_LINES lines, or twice as many resources and inventories in all.
    """
    refusals = AllRefusals()
    with refusals:
        check_state_and_status(request.state, None)
    with refusals:
        raise_if_faults(record_text_faults(request, ("title",), ("comments",)))
    if not request.lines:
        refusals.add(Invalid(Fault("starts_at", "blank")))
    for index, line in enumerate(request.lines):
        with refusals.of_line(index):
            raise_if_faults(distinct_faults(_line_faults(line)))
    refusals.raise_any()
    times = {(line.starts_at, line.ends_at) for line in request.lines}
    if len(times) > MOST_OCCURRENCES:
        raise TooManyOccurrences(MOST_OCCURRENCES)
    claims = sum(1 + len(line.also_resource_ids) + len(line.extras) for line in request.lines)
    if len(request.lines) > MOST_LINES or claims > 2 * MOST_LINES:
        raise TooManyOccurrences(MOST_LINES)


def check_state_and_status(state: str | None, status: str | None) -> None:
    """Check a requested state and status; None is not checked. Raises Invalid(state, status: unknown)."""
    checks = ("state", state, STATES), ("status", status, STATUSES)
    if faults := [Fault(name, "unknown") for name, word, known in checks if word is not None and word not in known]:
        raise Invalid(*faults)


def resolve(request: BookingRequest, references: References, now: datetime) -> list[ResolvedLine]:
    """The lines of a request joined with their records. What is not shown to the public is not found by it.

    Raises, for all lines at once, NotFound(service, resource, session, site, customer, booked_by_customer, case) and,
    for lines of which all is there, Retired(service, session, resource), NotServed, TooMany, Invalid(resource_id:
    blank, not_bookable; service_id: not_bookable; session_id: blank; extras, site_id: not_served), and TooSoon or
    Closed if the public books seats in a session that has begun, or at which its service is not valid.
    """
    refusals = AllRefusals()
    with refusals:
        check_customer_id(request, references)
    # A recurring booking has many lines that differ only in their times: check them once.
    resolved_by_key: dict[object, ResolvedLine] = {}
    lines = []
    for index, line in enumerate(request.lines):
        key = _key_without_times(line)
        with refusals.of_line(index):
            resolved = resolved_by_key.get(key)
            if resolved is None:
                resolved = resolved_by_key[key] = _resolve(line, request, references, now)
            lines.append(ResolvedLine(line, resolved.service, resolved.session, resolved.resource))
    refusals.raise_any()
    return lines


def with_session(line: RequestedLine, sessions: Iterable[GroupSession]) -> RequestedLine:
    """A line for a service that is attended, with the one session of that service that starts then, on its resource.

    The line as it is if none or several do.
    """
    matching = [
        session
        for session in sessions
        if (session.service_id, session.starts_at) == (line.service_id, line.starts_at)
        and line.resource_id in (None, session.resource_id)
    ]
    return msgspec.structs.replace(line, session_id=matching[0].id) if len(matching) == 1 else line


def check_customer(customer: Customer | None, request: BookingRequest) -> None:
    """Raises Barred if a blocked customer books in public, or would be sent a verification."""
    if customer is not None and customer.blocked_at and (request.public or request.initiate):
        raise Barred()


def live_customer(customer_id: int, references: References) -> Customer:
    """The customer with this id. Raises NotFound(customer) if there is none or it is deleted."""
    customer = references.customers.get(customer_id)
    if customer is None or customer.deleted_at is not None:
        raise NotFound("customer", customer_id)
    return customer


def _key_without_times(line: RequestedLine) -> object:
    return (
        line.service_id,
        line.session_id,
        line.resource_id,
        line.site_id,
        line.resource_kind,
        line.also_resource_ids,
        line.extras,
        line.units,
        line.customer_id,
        line.booked_by_customer_id,
        line.case_id,
    )


def _resolve(line: RequestedLine, request: BookingRequest, references: References, now: datetime) -> ResolvedLine:
    check_ids_of_line(line, request, references)
    session = references.sessions.get(line.session_id or 0)
    service = references.services.get((session.service_id if session else line.service_id) or 0)
    resolved = ResolvedLine(line, service, session, _resource(line, session, references))
    refusals = AllRefusals()
    with refusals:
        check_service(service, line.units)
    with refusals:
        check_attended(service, session)
    with refusals:
        _check_resource(resolved, references)
    with refusals:
        check_active(references.resources[resource_id] for resource_id in line.also_resource_ids)
    with refusals:
        _check_session(resolved, request, now)
    refusals.raise_any()
    return resolved


def _check_resource(resolved: ResolvedLine, references: References) -> None:
    """Whether a resource can be booked, serves the service, is at the site, and has the extras that go with it."""
    line, service, session, resource = resolved.line, resolved.service, resolved.session, resolved.resource
    if resource is None:
        if session is None and service is None:
            raise Invalid(Fault("resource_id", "blank"))
        if session is None and service is not None and not _anybody_has_extras(line, service, references):
            raise Invalid(Fault("extras", "not_served"))
        return
    if resource.kind == "inventory" and line.units is None:
        raise Invalid(Fault("resource_id", "not_bookable"))
    refusals = AllRefusals()
    with refusals:  # where a session takes place is for who plans it
        offered = None if session else service
        check_serves(resource, offered, references.overrides.get(offered.id, ()) if offered else ())
    with refusals:
        check_site(resource, line.site_id)
    with refusals:
        check_extras(line.extras, resource, references)
    refusals.raise_any()


def _anybody_has_extras(line: RequestedLine, service: Service, references: References) -> bool:
    serving = [references.resources[resource_id] for resource_id in references.serving.get(service.id, ())]
    return not serving or any(has_extras(resource, line.extras, references) for resource in serving)


def _check_session(resolved: ResolvedLine, request: BookingRequest, now: datetime) -> None:
    session = resolved.session
    if session is None:
        return
    if session.deleted_at or session.archived_at:
        raise Retired("session")
    if request.public:
        check_offered_session(session, resolved.service, now)


def check_service(service: Service | None, units: int | None) -> None:
    """Whether a service can be booked with this many units. None is not checked.

    Raises Retired(service), Invalid(service_id: not_bookable), TooMany.
    """
    if service is None:
        return
    if not service.active:
        raise Retired("service")
    if service.kind not in BOOKED:
        raise Invalid(Fault("service_id", "not_bookable"))
    if units is not None and units > service.most_units:
        raise TooMany(service.most_units)


def check_attended(service: Service | None, session: GroupSession | None) -> None:
    """Whether a service that is attended is booked as a seat in a session of it. Raises Invalid(session_id: blank)."""
    if service is not None and service.kind == "attendance" and session is None:
        raise Invalid(Fault("session_id", "blank"))


def _resource(line: RequestedLine, session: GroupSession | None, references: References) -> Resource | None:
    if session is None:
        return references.resources.get(line.resource_id or 0)
    if session.resource_id is None:
        return None
    if session.resource_id not in references.resources:
        raise NotFound("session", session.id)  # it is at a site that the caller may not see
    return references.resources[session.resource_id]


def _line_faults(line: RequestedLine) -> list[Fault]:
    faults = [] if line.units is None else units_faults("units", line.units)
    faults += extras_faults(line.extras) + record_text_faults(line, LINES, TEXTS)
    if line.session_id is None:
        required = {
            "starts_at": line.starts_at,
            "ends_at": line.ends_at or line.service_id,
            "resource_id": line.resource_id or line.service_id,
        }
        faults += [Fault(name, "blank") for name, value in required.items() if value is None]
        if line.starts_at is not None and line.ends_at is not None:
            faults += length_faults(line.starts_at, line.ends_at)
    if line.status is not None and line.status not in STATUSES:
        faults.append(Fault("status", "unknown"))
    if line.state is not None and line.state not in STATES:
        faults.append(Fault("state", "unknown"))
    return faults
