"""Books and changes appointments: times of a resource, once or with repeats by a rule."""

from collections.abc import Iterable
from typing import Any

import msgspec

from kalends.actions.access import allow
from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.unknown_ids import add_unknown_ids
from kalends.actions.catalog.sites import zone_at
from kalends.actions.context import Context
from kalends.engine.all_refusals import AllRefusals
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.references import ReferenceIds, References, ids_in_request, named_ids
from kalends.engine.bookings.request import Booked, BookingRequest, RequestedLine
from kalends.engine.bookings.resolve import check_request
from kalends.engine.bookings.terms import line_span
from kalends.engine.bookings.unknown_ids import check_ids
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.service import Service
from kalends.engine.limits import raise_if_faults
from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time.repeat_rule import RepeatRule, repeated
from kalends.store.bookings.references import load_references


@allow("book", "practitioner")
async def book_appointments(ctx: Context, request: BookingRequest, rule: RepeatRule | None = None) -> Booked:
    """Book the time of a request with one line on a resource and, with a rule, its repeats as items of one booking.

    A service that is attended in sessions is refused. Wall times are those of the site of the resource.

    Raises what `book` raises, TooManyOccurrences, Invalid(service_id: not_bookable; rrule: out_of_range).
    """
    return await book(ctx, await with_repeats(ctx, request, rule))


@allow("book", "practitioner")
async def with_repeats(ctx: Context, request: BookingRequest, rule: RepeatRule | None) -> BookingRequest:
    """The request that `book_appointments` books: with a line for each time.

    Raises NotFound(service, resource, session, site, customer, booked_by_customer, case), TooManyOccurrences, and
    Invalid as `book_appointments` does; Invalid(resource_id: blank) for repeats without a resource.
    """
    references = await load_references(ctx.db, ctx.account.id, ids_in_request(request), ctx.site_ids)
    (line,) = request.lines
    refusals = AllRefusals()
    with refusals:
        check_request(request)
    with refusals:
        check_ids(request, references)
    with refusals:
        _check_appointment(references.services.get(line.service_id or 0))
    with refusals:
        raise_if_faults([Fault("resource_id", "blank")] if rule is not None and line.resource_id is None else [])
    refusals.raise_any()
    if rule is None:
        return request
    return msgspec.structs.replace(request, lines=tuple(await _repeated(ctx, line, rule, references)))


@allow("book")
async def change_appointment(ctx: Context, item_id: int, patch: ItemPatch) -> ItemView:
    """Change an appointment, which can't become a seat. Raises what `change_item` raises."""
    ids = ReferenceIds(services=named_ids([patch.service_id]))
    refusals = AllRefusals()
    for service in (await load_references(ctx.db, ctx.account.id, ids)).services.values():
        with refusals:
            _check_appointment(service)
    if refusals:
        await add_unknown_ids(ctx, refusals, _named_by(patch))
        refusals.raise_any()
    return await change_item(ctx, item_id, patch)


def _named_by(patch: ItemPatch) -> BookingRequest:
    """A request that names what a patch names."""
    names = ("service_id", "resource_id", "site_id", "customer_id")
    ids: dict[str, Any] = {name: id_ for name in names if isinstance(id_ := getattr(patch, name), int)}
    return BookingRequest(lines=(RequestedLine(**ids, resource_kind=patch.resource_kind),))


def _check_appointment(service: Service | None) -> None:
    """Raises Invalid(service_id: not_bookable) for a service that is attended in sessions."""
    if service is not None and service.kind == "attendance":
        raise Invalid(Fault("service_id", "not_bookable"))


async def _repeated(
    ctx: Context, line: RequestedLine, rule: RepeatRule, references: References
) -> Iterable[RequestedLine]:
    """The line at its own time and at those of its repeats, each as long as the first."""
    resource = references.resources[line.resource_id or 0]
    service = references.services.get(line.service_id or 0)
    span = line_span(line, service, references.override(line.service_id, resource.id), None)
    spans = repeated(rule, span, await zone_at(ctx, resource))
    return (msgspec.structs.replace(line, starts_at=span.start, ends_at=span.end) for span in spans)
