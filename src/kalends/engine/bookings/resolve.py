"""From a request to lines of which all that they name is known, and checked but for time and room."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.references import References
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.states import STATUSES
from kalends.engine.bookings.terms import check_serves
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import BOOKED, Service
from kalends.engine.customers.customer import Customer
from kalends.engine.refusals import Barred, Fault, Invalid, NotFound, Retired, TooMany, TooManyOccurrences, TooSoon
from kalends.engine.time.recurrence import MOST

T = TypeVar("T")

MOST_LINES = 5_000
"""Lines in one booking, and with their inventory twice as many claims: what is checked in one transaction."""

MOST_UNITS = 100_000

STATES = ("confirmed", "draft", "awaiting_confirmation", "cancelled")
"""What a booking may be asked to be, beside what the account's policy leads to."""


class ResolvedLine(msgspec.Struct, frozen=True):
    """A line with what it names. `resource` is None for any that serves, and for seats of a session without one."""

    line: RequestedLine
    service: Service | None
    session: GroupSession | None
    resource: Resource | None


def check_request(request: BookingRequest) -> None:
    """Whether a request can be understood at all.

    Raises Invalid(starts_at: blank without lines; units: not_positive or out_of_range; extras: invalid, not_positive or
    out_of_range; state or status: unknown), TooManyOccurrences(5,000 lines, 731 times, 10,000 claims).
    """
    check_words(request.state, None)
    faults = [] if request.lines else [Fault("starts_at", "blank")]
    faults += _distinct(fault for line in request.lines for fault in _line_faults(line))
    if faults:
        raise Invalid(*faults)
    times = {(line.starts_at, line.ends_at) for line in request.lines}
    if len(times) > MOST:
        raise TooManyOccurrences(MOST)
    claims = sum(1 + len(line.also_resource_ids) + len(line.extras) for line in request.lines)
    if len(request.lines) > MOST_LINES or claims > 2 * MOST_LINES:
        raise TooManyOccurrences(MOST_LINES)


def check_words(state: str | None, status: str | None) -> None:
    """Raises Invalid(state, status: unknown)."""
    asked = ("state", state, STATES), ("status", status, STATUSES)
    if faults := [Fault(name, "unknown") for name, word, known in asked if word is not None and word not in known]:
        raise Invalid(*faults)


def resolve(request: BookingRequest, references: References, now: datetime) -> list[ResolvedLine]:
    """The lines of a request, each with what it names.

    Raises NotFound(service, resource, session, customer or booked_by_customer), Retired(service, session or resource),
    NotServed, TooMany, Invalid(resource_id: blank or not_bookable; service_id: not_bookable; extras: not_served), and
    TooSoon for public seats in a session that began.
    """
    if request.customer_id is not None:
        live_customer(request.customer_id, references)
    # Lines that differ in their times alone are checked once.
    checked: dict[object, ResolvedLine] = {}
    found = []
    for line in request.lines:
        key = line.service_id, line.session_id, line.resource_id, line.also_resource_ids, line.extras
        known = checked.get((*key, line.units, line.booked_by_customer_id))
        if known is None:
            known = _resolve(line, request, references, now)
            checked[(*key, line.units, line.booked_by_customer_id)] = known
        found.append(ResolvedLine(line, known.service, known.session, known.resource))
    return found


def check_customer(customer: Customer | None, request: BookingRequest) -> None:
    """Raises Barred for a blocked customer where the public books, or a verification would be sent."""
    if customer is not None and customer.blocked_at and (request.public or request.initiate):
        raise Barred()


def live_customer(customer_id: int, references: References) -> Customer:
    """The customer of that id, who is not deleted. Raises NotFound(customer)."""
    customer = references.customers.get(customer_id)
    if customer is None or customer.deleted_at is not None:
        raise NotFound("customer", customer_id)
    return customer


def _resolve(line: RequestedLine, request: BookingRequest, references: References, now: datetime) -> ResolvedLine:
    session = _known("session", line.session_id, references.sessions)
    service = _known("service", session.service_id if session else line.service_id, references.services)
    resource = _resource(line, session, references)
    if line.booked_by_customer_id is not None and line.booked_by_customer_id not in references.customers:
        raise NotFound("booked_by_customer", line.booked_by_customer_id)
    check_service(service, line.units)
    if session is not None and (session.deleted_at or session.archived_at):
        raise Retired("session")
    if resource is not None and resource.kind == "inventory" and line.units is None:
        raise Invalid(Fault("resource_id", "not_bookable"))
    if resource is not None:
        check_serves(resource, service, references.overrides.get(service.id, ()) if service else ())
    elif session is None and service is None:
        raise Invalid(Fault("resource_id", "blank"))
    for other in line.also_resource_ids:
        if not needed("resource", other, references.resources).active:
            raise Retired("resource")
    if resource is not None and line.extras:
        check_extras(line.extras, resource, references)
    if session is not None and request.public and session.starts_at < now:
        raise TooSoon()
    return ResolvedLine(line, service, session, resource)


def check_service(service: Service | None, units: int | None) -> None:
    """Raises Retired(service), Invalid(service_id: not_bookable), TooMany."""
    if service is None:
        return
    if not service.active:
        raise Retired("service")
    if service.kind not in BOOKED:
        raise Invalid(Fault("service_id", "not_bookable"))
    if units is not None and units > service.most_units:
        raise TooMany(service.most_units)


def check_extras(extras: Iterable[Extra], resource: Resource, references: References) -> None:
    """Whether each extra can be had at a resource: what is named for a whole holds for its parts.

    Raises NotFound(resource or service), Invalid(extras: not_served).
    """
    above = set(resource.path)
    for extra in extras:
        if extra.resource_id is not None:
            thing = needed("resource", extra.resource_id, references.resources)
            named = references.goes_with.get(thing.id)
            served = thing.kind == "inventory" and thing.active and thing.id not in above
            served = served and (named is None or bool(above & named))
        else:
            service = needed("service", extra.service_id or 0, references.services)
            by = {one.resource_id for one in references.overrides.get(service.id, ())}
            served = service.kind == "product" and service.active and bool(above & by if by else service.served_by_all)
        if not served:
            raise Invalid(Fault("extras", "not_served"))


def needed(what: str, which: int, records: Mapping[int, T]) -> T:
    """The record of that id. Raises NotFound."""
    if which not in records:
        raise NotFound(what, which)
    return records[which]


def _known(what: str, which: int | None, records: Mapping[int, T]) -> T | None:
    return None if which is None else needed(what, which, records)


def _resource(line: RequestedLine, session: GroupSession | None, references: References) -> Resource | None:
    if session is None:
        return _known("resource", line.resource_id, references.resources)
    if session.resource_id is None:
        return None
    if session.resource_id not in references.resources:
        raise NotFound("session", session.id)  # at a site that may not be seen
    return references.resources[session.resource_id]


def _line_faults(line: RequestedLine) -> list[Fault]:
    faults = [] if line.units is None else units_faults("units", line.units)
    faults += extras_faults(line.extras)
    if line.status is not None and line.status not in STATUSES:
        faults.append(Fault("status", "unknown"))
    return faults


def units_faults(field: str, units: int) -> list[Fault]:
    """What is wrong with a number of units."""
    if 1 <= units <= MOST_UNITS:
        return []
    return [Fault(field, "not_positive" if units < 1 else "out_of_range")]


def extras_faults(extras: Iterable[Extra]) -> list[Fault]:
    """What is wrong with extras, each reason once."""
    found = []
    for extra in extras:
        found += [Fault("extras", "invalid")] if (extra.resource_id is None) == (extra.service_id is None) else []
        found += units_faults("extras", extra.units)
    return _distinct(found)


def _distinct(faults: Iterable[Fault]) -> list[Fault]:
    known = {(fault.field, fault.reason): fault for fault in faults}
    return [known[key] for key in sorted(known)]
