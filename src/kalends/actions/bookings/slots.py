"""What can be booked of a service, as a calendar shows it: slots, and the dates that have some."""

from collections.abc import Sequence
from datetime import date

from kalends.actions.access import allow
from kalends.actions.availability.hours import check_days
from kalends.actions.availability.offers import Terms, offers_on, terms_of
from kalends.actions.bookings.sessions import list_sessions, seats_taken
from kalends.actions.catalog.resources import resources_of
from kalends.actions.catalog.services import get_service
from kalends.actions.context import Context
from kalends.engine.availability.offers import FreeSlot
from kalends.engine.availability.slots import Slot, slots_of
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.bookings.sessions import slot_of_session
from kalends.engine.catalog.service import Service
from kalends.engine.time.clock import DAY, day_span, wall
from kalends.engine.time.span import Span

_ALL = 100_000
_STRIDE = 7


@allow("read", "customer", "guest")
async def slots(
    ctx: Context, service_id: int, window: Span, resource_ids: Sequence[int] | None = None, units: int = 1
) -> list[Slot]:
    """The times inside the window at which the public can book `units` of a service, chronological.

    For a service that is attended, its sessions with that many seats left. `resource_ids` asks for some of the
    resources only. Nothing is offered that is refused on booking, and nothing at all of a service out of use or one
    that is sold. Raises NotFound(service).
    """
    service = await get_service(ctx, service_id)
    if service.kind == "attendance":
        return await _of_sessions(ctx, service, window, resource_ids, units)
    terms = await terms_of(ctx, service, resource_ids)
    capacities = {resource.id: resource.capacity for resource, _ in terms}
    return slots_of(await offers_on(ctx, service, terms, window, units), capacities)


@allow("read", "customer", "guest")
async def slots_on(
    ctx: Context, service_id: int, first: date, last: date, resource_ids: Sequence[int] | None = None
) -> list[Slot]:
    """The same on the dates from `first` to `last`, in the account's zone.

    Raises NotFound(service), Invalid(last: before_start, or out_of_range beyond 366 days).
    """
    check_days(first, last)
    return await slots(ctx, service_id, _window(ctx, first, last), resource_ids)


@allow("read", "customer", "guest")
async def available_dates(
    ctx: Context, service_id: int, first: date, last: date, resource_ids: Sequence[int] | None = None
) -> list[date]:
    """The dates from `first` to `last`, in the account's zone, with a slot; those that are past have none.

    Raises NotFound(service), Invalid(last: before_start, or out_of_range beyond 366 days).
    """
    check_days(first, last)
    service = await get_service(ctx, service_id)
    return await _dates(ctx, service, await terms_of(ctx, service, resource_ids), (first, last), resource_ids)


@allow("read", "customer", "guest")
async def next_available_date(
    ctx: Context, service_id: int, after: date, within_days: int = 30, resource_ids: Sequence[int] | None = None
) -> date | None:
    """The first date with a slot from `after` on, which counts too, within so many days; None if there is none.

    Raises NotFound(service), Invalid(last: out_of_range beyond 366 days).
    """
    check_days(after, after + within_days * DAY)
    service = await get_service(ctx, service_id)
    terms = await terms_of(ctx, service, resource_ids)
    first = max(after, ctx.today)
    last = first + within_days * DAY
    while first <= last:
        found = await _dates(ctx, service, terms, (first, min(last, first + _STRIDE * DAY)), resource_ids)
        if found:
            return found[0]
        first += (_STRIDE + 1) * DAY
    return None


async def _dates(
    ctx: Context, service: Service, terms: Terms, days: tuple[date, date], resource_ids: Sequence[int] | None
) -> list[date]:
    window = _window(ctx, *days)
    found: Sequence[Slot | FreeSlot]
    if service.kind == "attendance":
        found = await _of_sessions(ctx, service, window, resource_ids, 1)
    else:
        found = await offers_on(ctx, service, terms, window)
    return sorted({wall(start, ctx.zone)[0] for start in {one.span.start for one in found}})


def _window(ctx: Context, first: date, last: date) -> Span:
    return Span(day_span(first, ctx.zone).start, day_span(last, ctx.zone).end)


async def _of_sessions(
    ctx: Context, service: Service, window: Span, resource_ids: Sequence[int] | None, units: int
) -> list[Slot]:
    if not service.active or not 1 <= units <= service.most_units:
        return []
    asked = SessionQuery(
        service_ids=(service.id,),
        resource_ids=None if resource_ids is None else tuple(resource_ids),
        starts_after=max(window.start, ctx.now),
        starts_before=window.end,
        with_archived=False,
        limit=_ALL,
    )
    serving = {resource.id for resource in await resources_of(ctx, service.id)}
    planned = [one for one in (await list_sessions(ctx, asked)).rows if _takes_place(one, serving)]
    taken = await seats_taken(ctx, [one.id for one in planned])
    offered = (slot_of_session(one, taken[one.id]) for one in planned)
    return [slot for slot in offered if slot.free >= units]


def _takes_place(session: GroupSession, serving: set[int]) -> bool:
    return session.resource_id is None or session.resource_id in serving
