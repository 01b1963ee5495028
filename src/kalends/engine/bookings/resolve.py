"""Checks a booking request and joins its lines with the records they refer to. Time and capacity come later."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from kalends.engine.bookings.extras import check_extras, distinct_faults, extras_faults, units_faults
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.references import References, require
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.states import STATUSES
from kalends.engine.bookings.terms import check_offered_session, check_serves
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import BOOKED, Service
from kalends.engine.customers.customer import Customer
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

T = TypeVar("T")

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
    either; units: not_positive, out_of_range; extras: invalid, not_positive, out_of_range; state, status: unknown), and
    TooManyOccurrences beyond MOST_OCCURRENCES different times, MOST_LINES lines, or twice as many resources and
    inventories in all.
    """
    check_state_and_status(request.state, None)
    faults = [] if request.lines else [Fault("starts_at", "blank")]
    faults += distinct_faults(fault for line in request.lines for fault in _line_faults(line))
    if faults:
        raise Invalid(*faults)
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
    """The lines of a request joined with their records.

    Raises NotFound(service, resource, session, customer, booked_by_customer, case), Retired(service, session,
    resource), NotServed, TooMany, Invalid(resource_id: blank, not_bookable; service_id: not_bookable; extras, site_id:
    not_served), and TooSoon or Closed if the public books seats in a session that has begun, or at which its service is
    not valid.
    """
    if request.customer_id is not None:
        live_customer(request.customer_id, references)
    # A recurring booking has many lines that differ only in their times: check them once.
    resolved_by_key: dict[object, ResolvedLine] = {}
    lines = []
    for line in request.lines:
        key = _key_without_times(line)
        resolved = resolved_by_key.get(key)
        if resolved is None:
            resolved = resolved_by_key[key] = _resolve(line, request, references, now)
        lines.append(ResolvedLine(line, resolved.service, resolved.session, resolved.resource))
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


def check_case(case_id: int | None, customer_id: int | None, references: References) -> None:
    """Raises NotFound(case) if there is no such case, or it is another customer's; None is not checked."""
    case = references.cases.get(case_id or 0)
    if case_id is not None and (case is None or case.customer_id != customer_id):
        raise NotFound("case", case_id)


def _key_without_times(line: RequestedLine) -> object:
    return (
        line.service_id,
        line.session_id,
        line.resource_id,
        line.site_id,
        line.also_resource_ids,
        line.extras,
        line.units,
        line.customer_id,
        line.booked_by_customer_id,
        line.case_id,
    )


def _resolve(line: RequestedLine, request: BookingRequest, references: References, now: datetime) -> ResolvedLine:
    session = _optional("session", line.session_id, references.sessions)
    service = _optional("service", session.service_id if session else line.service_id, references.services)
    resource = _resource(line, session, references)
    if line.customer_id is not None:
        live_customer(line.customer_id, references)
    if line.booked_by_customer_id is not None and line.booked_by_customer_id not in references.customers:
        raise NotFound("booked_by_customer", line.booked_by_customer_id)
    check_case(line.case_id, line.customer_id or request.customer_id, references)
    check_service(service, line.units)
    if session is not None and (session.deleted_at or session.archived_at):
        raise Retired("session")
    if resource is not None and resource.kind == "inventory" and line.units is None:
        raise Invalid(Fault("resource_id", "not_bookable"))
    if resource is not None:
        _check_offered(resource, None if session else service, references)
        check_site(resource, line.site_id)
    elif session is None and service is None:
        raise Invalid(Fault("resource_id", "blank"))
    check_attended(service, session)
    for resource_id in line.also_resource_ids:
        if not require("resource", resource_id, references.resources).active:
            raise Retired("resource")
    if resource is not None and line.extras:
        check_extras(line.extras, resource, references)
    if session is not None and request.public:
        check_offered_session(session, service, now)
    return ResolvedLine(line, service, session, resource)


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


def check_site(resource: Resource | None, site_id: int | None) -> None:
    """Whether a resource is at the site that was named with it, if one was. Raises Invalid(site_id: not_served)."""
    if resource is not None and site_id is not None and resource.site_id != site_id:
        raise Invalid(Fault("site_id", "not_served"))


def check_attended(service: Service | None, session: GroupSession | None) -> None:
    """Whether a service that is attended is booked as a seat in a session of it. Raises Invalid(session_id: blank)."""
    if service is not None and service.kind == "attendance" and session is None:
        raise Invalid(Fault("session_id", "blank"))


def _optional(what: str, which: int | None, records: Mapping[int, T]) -> T | None:
    return None if which is None else require(what, which, records)


def _resource(line: RequestedLine, session: GroupSession | None, references: References) -> Resource | None:
    if session is None:
        return _optional("resource", line.resource_id, references.resources)
    if session.resource_id is None:
        return None
    if session.resource_id not in references.resources:
        raise NotFound("session", session.id)  # it is at a site that the caller may not see
    return references.resources[session.resource_id]


def _check_offered(resource: Resource, service: Service | None, references: References) -> None:
    """Whether the resource is in use and serves the service. Where a session takes place is for who plans it."""
    check_serves(resource, service, references.overrides.get(service.id, ()) if service else ())


def _line_faults(line: RequestedLine) -> list[Fault]:
    faults = [] if line.units is None else units_faults("units", line.units)
    faults += extras_faults(line.extras)
    if line.session_id is None:
        required = {
            "starts_at": line.starts_at,
            "ends_at": line.ends_at or line.service_id,
            "resource_id": line.resource_id or line.service_id,
        }
        faults += [Fault(name, "blank") for name, value in required.items() if value is None]
    if line.status is not None and line.status not in STATUSES:
        faults.append(Fault("status", "unknown"))
    if line.state is not None and line.state not in STATES:
        faults.append(Fault("state", "unknown"))
    return faults
