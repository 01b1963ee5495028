"""Free slots of a service, and the dates that have some, as a booking calendar shows them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from kalends.actions.access import allow
from kalends.actions.availability.free_slots import Terms, find_free_dates, find_free_slots, load_terms
from kalends.actions.availability.hours import check_days
from kalends.actions.bookings.sessions import list_sessions, seats_taken
from kalends.actions.catalog.resources import get_resource, resources_of
from kalends.actions.catalog.services import get_service
from kalends.actions.catalog.sites import get_site
from kalends.actions.context import Context
from kalends.engine.availability.chains import for_people
from kalends.engine.availability.slots import Slot, slots_of
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.bookings.sessions import slot_of_session
from kalends.engine.catalog.service import Service
from kalends.engine.refusals import NotFound
from kalends.engine.time.clock import DAY, day_span, wall, zone
from kalends.engine.time.span import Span

MOST_DAYS_AT_SITE = 8
"""From a day to the same one a week later. Source: Cliniko reference, Available times."""
_ALL_SESSIONS = 100_000
_STRIDE_DAYS = 7


@allow("read", "customer", "guest", "practitioner")
async def slots(
    ctx: Context,
    service_id: int,
    window: Span,
    resource_ids: Sequence[int] | None = None,
    units: int = 1,
    people: int = 1,
    *,
    length: timedelta | None = None,
    besides: Collection[int] = (),
) -> list[Slot]:
    """The slots inside a window at which the public can book `units` of a service, in order of time; for several
    people, who come at once, each to another resource. `length` replaces the duration of the service. The resources
    `besides` are free then too.

    For a service of kind `attendance` they are its sessions with enough free seats. `resource_ids` limits them to these
    resources, and to the sessions in which one of them takes part. An inactive service and a product have none.

    Raises NotFound(service), Invalid(last: out_of_range beyond 110,000 slots of all resources).
    """
    service = await get_service(ctx, service_id)
    if service.kind == "attendance":
        return await _session_slots(ctx, service, window, resource_ids, units)
    terms = await load_terms(ctx, service, resource_ids, length)
    capacities = {resource.id: resource.capacity for resource, _ in terms}
    free = await find_free_slots(ctx, service, terms, window, units, people, besides=besides)
    return for_people(slots_of(free, capacities), people)


@allow("read", "customer", "guest", "practitioner")
async def slots_on(
    ctx: Context, service_id: int, first: date, last: date, resource_ids: Sequence[int] | None = None
) -> list[Slot]:
    """The slots for one unit on the dates from `first` to `last`, both included, in the account's time zone.

    Raises NotFound(service), Invalid(last: before_start, out_of_range beyond 366 days or 110,000 slots of all
    resources).
    """
    check_days(first, last)
    return await slots(ctx, service_id, _window(ctx, first, last), resource_ids)


@allow("read", "customer", "guest", "practitioner")
async def available_dates(
    ctx: Context, service_id: int, first: date, last: date, resource_ids: Sequence[int] | None = None
) -> list[date]:
    """The dates with a slot from `first` to `last`, both included, in the account's time zone; none in the past.

    Raises NotFound(service), Invalid(last: before_start, out_of_range beyond 366 days).
    """
    check_days(first, last)
    service = await get_service(ctx, service_id)
    return await _dates(ctx, service, await load_terms(ctx, service, resource_ids), (first, last), resource_ids)


@allow("read", "customer", "guest", "practitioner")
async def next_available_date(
    ctx: Context, service_id: int, after: date, within_days: int = 30, resource_ids: Sequence[int] | None = None
) -> date | None:
    """The first date with a slot from `after` (or today, if later) on and at most `within_days` later, or None.

    Raises NotFound(service), Invalid(last: out_of_range beyond 366 days).
    """
    check_days(after, after + within_days * DAY)
    service = await get_service(ctx, service_id)
    terms = await load_terms(ctx, service, resource_ids)
    first = max(after, ctx.today)
    last = first + within_days * DAY
    while first <= last:
        dates = await _dates(ctx, service, terms, (first, min(last, first + _STRIDE_DAYS * DAY)), resource_ids)
        if dates:
            return dates[0]
        first += (_STRIDE_DAYS + 1) * DAY
    return None


@allow("read")
async def starts_at_site(
    ctx: Context, site_id: int, resource_id: int, service_id: int, first: date, last: date
) -> list[datetime]:
    """When the public can book a service with a resource on the dates from `first` to `last`, both included, in the
    time zone of the resource's site. An archived site has no such times.

    Raises NotFound(site, resource, service), Invalid(last: before_start, out_of_range beyond a week after `first`).
    """
    check_days(first, last, MOST_DAYS_AT_SITE)
    site, resource = await get_site(ctx, site_id), await get_resource(ctx, resource_id)
    if resource.site_id != site_id:
        raise NotFound("resource", resource_id)
    at_site = zone(site.time_zone)
    window = Span(day_span(first, at_site).start, day_span(last, at_site).end)
    return [slot.span.start for slot in await slots(ctx, service_id, window, [resource_id])]


async def _dates(
    ctx: Context, service: Service, terms: Terms, days: tuple[date, date], resource_ids: Sequence[int] | None
) -> list[date]:
    if service.kind != "attendance":
        return await find_free_dates(ctx, service, terms, *days)
    free = await _session_slots(ctx, service, _window(ctx, *days), resource_ids, 1)
    return sorted({wall(slot.span.start, ctx.zone)[0] for slot in free})


def _window(ctx: Context, first: date, last: date) -> Span:
    return Span(day_span(first, ctx.zone).start, day_span(last, ctx.zone).end)


async def _session_slots(
    ctx: Context, service: Service, window: Span, resource_ids: Sequence[int] | None, units: int
) -> list[Slot]:
    if not service.active or not 1 <= units <= service.most_units:
        return []
    query = SessionQuery(
        service_ids=(service.id,),
        starts_after=max(window.start, ctx.now),
        starts_before=window.end,
        with_archived=False,
        limit=_ALL_SESSIONS,
    )
    serving = {resource.id for resource in await resources_of(ctx, service.id)}
    listed = (await list_sessions(ctx, query)).rows
    asked = [each for each in listed if resource_ids is None or not set(each.resource_ids).isdisjoint(resource_ids)]
    sessions = [session for session in asked if _is_offered(session, service, serving)]
    taken = await seats_taken(ctx, [session.id for session in sessions])
    session_slots = (slot_of_session(session, taken[session.id]) for session in sessions)
    return [slot for slot in session_slots if slot.free >= units]


def _is_offered(session: GroupSession, service: Service, serving: set[int]) -> bool:
    span = Span(session.starts_at, session.ends_at)
    if not service.validity(span).covers(span):
        return False
    return session.resource_id is None or session.resource_id in serving
