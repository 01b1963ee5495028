"""Recurring bookings: a series is accepted if its first occurrence can be booked; a worker books the occurrences."""

from datetime import datetime

import msgspec

from kalends.actions.access import acting_as, allow, internal, sees_item
from kalends.actions.bookings.book import book_into
from kalends.actions.bookings.plan import plan
from kalends.actions.bookings.unknown_ids import checked
from kalends.actions.catalog.sites import zone_at
from kalends.actions.context import Context, rolled_back, transaction
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.all_refusals import Several
from kalends.engine.bookings.assign import Planning, candidates, span_on
from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.change_set import change_set
from kalends.engine.bookings.new_items import new_booking
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.resolve import ResolvedLine
from kalends.engine.bookings.stored_series import line_at, occurrence_request, series_of, series_to_make, with_series
from kalends.engine.bookings.terms import line_span
from kalends.engine.bookings.views import ItemView, Outcome
from kalends.engine.catalog.resource import Resource
from kalends.engine.refusals import NotFound, Refusal, Stale
from kalends.engine.time.recurrence import MOST_OCCURRENCES, Recurrence, expand
from kalends.engine.time.span import Span
from kalends.store.bookings import series
from kalends.store.bookings.items import find_views_of
from kalends.store.bookings.occurrences import settle, take_pending
from kalends.store.bookings.series import is_uid
from kalends.store.catalog.resources import find_resources
from kalends.store.commit import commit


@allow("book")
async def start_series(ctx: Context, request: BookingRequest, rule: Recurrence) -> str:
    """Accept a series of a request with one line. Returns the booking's uid.

    The first occurrence is booked and rolled back, to see whether it can be booked; a worker makes all occurrences.
    Wall times are those of the site of its resource, or of the first candidate that serves its service.

    Raises
        BadRecurrence(rrule, rdate, exdate), TooManyOccurrences,
        NotFound(service, resource, session, site, customer, booked_by_customer, case),
        Retired(service, session, resource), NotServed, TooMany, Full, Stale,
        Barred, Unreachable(email, phone), Duplicate (a field of the customer),
        Invalid(rrule, rdate, exdate: out_of_range; starts_at, ends_at: blank, out_of_range; ends_at: before_start;
        expires_at: past; units, extras: not_positive, out_of_range; extras: invalid, not_served; state, status:
        unknown; resource_id: blank, not_bookable; service_id: not_bookable; and the customer's fields),
        for the public also Closed, TooSoon, TooFar, OffStep.

    Source: MakePlans reference, Add recurring bookings.
    """
    request = await checked(ctx, request)
    sessions = [line.session_id for line in request.lines if line.session_id is not None]
    return await retry_on_conflict(ctx, lambda attempt: _start(attempt, request, rule), Locks(sessions=sessions))


@internal
async def make_occurrence(ctx: Context, booking_id: int, starts_at: datetime) -> bool:
    """Make one occurrence of a series, or store why it is refused. Returns whether it was still pending.

    Safe to repeat and to run concurrently: an occurrence is pending until the transaction that settles it is committed.
    It is made in the name of the series' author, and at the sites that they may see.

    Raises NotFound(series), Stale.
    """
    async with transaction(ctx) as tx:
        pending = await take_pending(tx.db, ctx.account.id, booking_id, starts_at)
        if pending is None:
            return False
        booking, span, announced = pending
        stored = series_of(booking)
        if stored is None or stored.request is None:
            raise NotFound("series", booking.id)
        request = occurrence_request(stored, span, announced=announced)
        author_ctx = acting_as(tx, booking.created_by, stored.site_ids)
        try:
            async with transaction(author_ctx) as attempt:  # a savepoint: a refusal may abort it
                booked = await book_into(attempt, request, booking)
        except Stale:
            raise
        except Refusal as refusal:
            first = refusal.refusals[0] if isinstance(refusal, Several) else refusal
            await settle(tx.db, booking, span, None, {"code": first.code})
        else:
            await settle(tx.db, booking, span, booked.items[0].item.id, None)
        return True


@allow("read")
async def occurrences(ctx: Context, uid: str) -> list[ItemView]:
    """The items of the booking with this uid, without deleted and invisible ones. Raises NotFound(series)."""
    booking = await find_collection(ctx, uid)
    return [view for view in await _visible(ctx, booking.id) if view.item.state != "deleted"]


@allow("read")
async def outcomes(ctx: Context, uid: str) -> list[Outcome]:
    """The outcome of each occurrence of a series, in order of time. Raises NotFound(series)."""
    booking = await find_collection(ctx, uid)
    listed = await series.list_outcomes(ctx.db, ctx.account.id, booking.id)
    if ctx.site_ids is None:
        return listed
    visible_ids = {view.item.id for view in await _visible(ctx, booking.id)}
    return [outcome for outcome in listed if outcome.item_id is None or outcome.item_id in visible_ids]


@internal
async def find_collection(ctx: Context, uid: str) -> Booking:
    """The booking with this uid, if the caller may see any of its items or pending ones. Raises NotFound(series)."""
    booking = await series.find_series(ctx.db, ctx.account.id, uid) if is_uid(uid) else None
    if booking is None or not await _sees(ctx, booking):
        raise NotFound("series", uid)
    return booking


@internal
async def find_recurring(ctx: Context, booking_id: int) -> Booking:
    """The booking with this id if it was made by a rule, and if the caller may see any of its items or pending ones.

    Raises NotFound(series).
    """
    booking = await series.load_booking(ctx.db, ctx.account.id, booking_id)
    stored = series_of(booking) if booking else None
    if booking is None or stored is None or stored.rule is None or not await _sees(ctx, booking):
        raise NotFound("series", booking_id)
    return booking


@internal
async def sees_pending(ctx: Context, booking: Booking) -> bool:
    """Whether the caller may see the pending occurrences: their resource, or all sites at which they may be made."""
    stored = series_of(booking)
    lines = stored.request.get("lines", ()) if stored and stored.request else ()
    resource_id = lines[0].get("resource_id") if lines else None
    if not ctx.principal.sees_resources(resource_id):
        return False
    if ctx.site_ids is None:
        return True
    if resource_id is not None:
        return bool(await find_resources(ctx.db, ctx.account.id, [resource_id], ctx.site_ids))
    sites = stored.site_ids if stored else None
    return sites is not None and sites <= ctx.site_ids


async def _start(ctx: Context, request: BookingRequest, rule: Recurrence) -> str:
    planning, (line,), booker = await plan(ctx, request)
    requested, zone = _requested_span(planning, line), await zone_at(ctx, _resource(planning, line))
    spans = expand(rule, requested, zone, MOST_OCCURRENCES)
    first = requested if requested in spans else spans[0]
    await _book_and_roll_back(ctx, _at(request, first))
    booking = new_booking(ctx.account, planning.references, request, booker.customer, ctx.author)
    customer_id = booker.customer.id if booker.customer else None
    with_customer = msgspec.structs.replace(planning.request, customer_id=customer_id)
    async with transaction(ctx) as tx:
        for customer in booker.saved:
            verb = "change" if customer.revision else "add"
            await commit(tx.db, tx.account.id, change_set(tx.author, verb, customers=(customer,)))
        stored = series_to_make(with_customer, rule, ctx.site_ids)
        await series.add_series(tx.db, with_series(booking, stored), spans, ctx.now)
    return booking.uid


def _requested_span(planning: Planning, line: ResolvedLine) -> Span:
    """The requested time, with the duration that the service has on the resource or the first candidate."""
    if line.session is not None:
        return Span(line.session.starts_at, line.session.ends_at)
    options = candidates(line, planning.references)
    return span_on(planning, line, options[0]) if options else line_span(line.line, line.service, None, None)


def _resource(planning: Planning, line: ResolvedLine) -> Resource | None:
    if line.session is not None:
        return line.resource
    return next(iter(candidates(line, planning.references)), None)


def _at(request: BookingRequest, span: Span) -> BookingRequest:
    (line,) = request.lines
    return msgspec.structs.replace(request, lines=(line_at(line, span),))


async def _book_and_roll_back(ctx: Context, request: BookingRequest) -> None:
    """Raise whatever booking the request would raise; only a real commit checks everything."""
    async with rolled_back(ctx) as tx:
        await book_into(tx, request)


async def _sees(ctx: Context, booking: Booking) -> bool:
    return await sees_pending(ctx, booking) or bool(await _visible(ctx, booking.id))


async def _visible(ctx: Context, booking_id: int) -> list[ItemView]:
    return [view for view in await find_views_of(ctx.db, ctx.account.id, booking_id) if sees_item(ctx, view)]
