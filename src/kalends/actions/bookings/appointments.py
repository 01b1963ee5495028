"""Books appointments: times of a resource, once or with repeats by a rule."""

from collections.abc import Iterable

import msgspec

from kalends.actions.access import allow
from kalends.actions.bookings.book import book
from kalends.actions.catalog.sites import zone_at
from kalends.actions.context import Context
from kalends.engine.bookings.references import References, ids_in_request, require
from kalends.engine.bookings.request import Booked, BookingRequest, RequestedLine
from kalends.engine.bookings.resolve import check_request
from kalends.engine.bookings.terms import line_span
from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time.repeat_rule import RepeatRule, repeated
from kalends.store.bookings.references import load_references


@allow("book")
async def book_appointments(ctx: Context, request: BookingRequest, rule: RepeatRule | None = None) -> Booked:
    """Book the time of a request with one line on a resource and, with a rule, its repeats as items of one booking.

    A service that is attended in sessions is refused. Wall times are those of the site of the resource.

    Raises what `book` raises, TooManyOccurrences, Invalid(service_id: not_bookable; rrule: out_of_range).
    """
    check_request(request)
    references = await load_references(ctx.db, ctx.account.id, ids_in_request(request), ctx.site_ids)
    (line,) = request.lines
    service = references.services.get(line.service_id or 0)
    if service is not None and service.kind == "attendance":
        raise Invalid(Fault("service_id", "not_bookable"))
    if rule is not None:
        lines = await _repeated(ctx, line, rule, references)
        request = msgspec.structs.replace(request, lines=tuple(lines))
    return await book(ctx, request)


async def _repeated(
    ctx: Context, line: RequestedLine, rule: RepeatRule, references: References
) -> Iterable[RequestedLine]:
    """The line at its own time and at those of its repeats, each as long as the first."""
    resource = require("resource", line.resource_id or 0, references.resources)
    service = references.services.get(line.service_id or 0)
    span = line_span(line, service, references.override(line.service_id, resource.id), None)
    spans = repeated(rule, span, await zone_at(ctx, resource))
    return (msgspec.structs.replace(line, starts_at=span.start, ends_at=span.end) for span in spans)
