"""Checks that all ids of a request are of something: all that are of nothing are told at once, each with its line."""

from collections.abc import Container

from kalends.engine.all_refusals import AllRefusals, check_found
from kalends.engine.bookings.extras import ids_of_extras
from kalends.engine.bookings.references import References
from kalends.engine.bookings.request import BookingRequest, RequestedLine


def check_ids(request: BookingRequest, references: References) -> None:
    """Whether all that a request names is there.

    Raises NotFound(service, resource, session, site, customer, booked_by_customer, case), the last also if it is
    another customer's.
    """
    refusals = AllRefusals()
    with refusals:
        check_customer_id(request, references)
    for index, line in enumerate(request.lines):
        with refusals.of_line(index):
            check_ids_of_line(line, request, references)
    refusals.raise_any()


def check_customer_id(request: BookingRequest, references: References) -> None:
    """Whether the customer of a booking is there, unless the one line names it itself. Raises NotFound(customer)."""
    is_of_line = len(request.lines) == 1 and request.lines[0].customer_id == request.customer_id
    if not is_of_line:
        check_found(("customer", [request.customer_id], references.live_customers))


def check_ids_of_line(line: RequestedLine, request: BookingRequest, references: References) -> None:
    """Whether all that a line names is there. Service and resource of a seat are its session's. What is not shown to
    the public is not there for it.

    Raises NotFound(service, resource, session, site, customer, booked_by_customer, case).
    """
    service_id, resource_id = (None, None) if line.session_id else (line.service_id, line.resource_id)
    check_found(
        ("session", [line.session_id], _sessions(request, references)),
        ("service", [service_id], _services(request, references)),
        ("resource", [resource_id], references.resources_of_kind(line.resource_kind)),
        ("resource", line.also_resource_ids, references.resources),
        *ids_of_extras(line.extras, references),
        ("site", [line.site_id], references.sites),
        ("customer", [line.customer_id], references.live_customers),
        ("booked_by_customer", [line.booked_by_customer_id], references.customers),
        ("case", [line.case_id], _cases(line.customer_id or request.customer_id, references)),
    )


def _services(request: BookingRequest, references: References) -> Container[int]:
    services = references.services
    return {service.id for service in services.values() if service.public} if request.public else services


def _sessions(request: BookingRequest, references: References) -> Container[int]:
    sessions, services = references.sessions, references.services
    hidden = {service.id for service in services.values() if not service.public} if request.public else set[int]()
    return {session.id for session in sessions.values() if session.service_id not in hidden} if hidden else sessions


def _cases(customer_id: int | None, references: References) -> Container[int]:
    """The ids of the customer's cases; of all if it is a customer who is not there: that alone is wrong then."""
    is_there = customer_id is None or customer_id in references.customers
    return references.cases_of(customer_id) if is_there else references.cases
