"""Services that are attended, their sessions with the seats that are free, and how busy these are."""

from datetime import date

import msgspec

from kalends.actions.access import allow, check_own_customer
from kalends.actions.catalog.custom_fields import list_service_fields, list_service_values
from kalends.actions.catalog.query import query_services
from kalends.actions.catalog.services import get_service
from kalends.actions.context import Context
from kalends.engine.bookings.busy_times import UNITS, BusyTime, busy_times, units_of
from kalends.engine.bookings.views import SessionWithSeats
from kalends.engine.catalog.custom_field import Condition, meets
from kalends.engine.catalog.service import Service
from kalends.engine.query import Filter, OffsetPage, Page, Query
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.bookings.of_customer import services_attended_by
from kalends.store.bookings.sessions import SessionScope, list_sessions_with_seats

MOST_SESSIONS = 100_000


class FieldValue(msgspec.Struct, frozen=True):
    """A value of services in a custom field, as stored."""

    field_id: int
    value: str


class AttendedFilter(msgspec.Struct, frozen=True):
    """Which services, or sessions of them, are meant: of which this customer has a seat, with this value in a field."""

    of_customer_id: int | None = None
    having: FieldValue | None = None


ANY = AttendedFilter()


@allow("read", "customer", "guest")
async def get_attended_service(ctx: Context, service_id: int) -> Service:
    """A service of kind attendance, also an archived one. Raises NotFound(service), also to customers if it is not for
    the public."""
    service = await get_service(ctx, service_id)
    hidden = ctx.principal.kind in ("customer", "guest") and not service.public
    if service.kind != "attendance" or hidden:
        raise NotFound("service", service_id)
    return service


@allow("read", "customer", "guest")
async def list_attended_services(ctx: Context, query: Query, wanted: AttendedFilter = ANY) -> Page[Service]:
    """A page of the services of kind attendance, archived ones included; customers are shown those for the public.

    Fields of the query: as of `query_services`; no bound of validity counts as infinite.

    Raises NotFound(custom_field), NotFound(customer) if a customer names another one, Invalid(FIELD: unsupported,
    invalid).
    """
    _check_customer(ctx, wanted)
    query = _filtered(await _having(ctx, query, "id", wanted), Filter("kind", "equal", "attendance"))
    if ctx.principal.kind in ("customer", "guest"):
        query = _filtered(query, Filter("public", "equal", True))
    if wanted.of_customer_id is not None:
        service_ids = await services_attended_by(ctx.db, ctx.account.id, wanted.of_customer_id)
        query = _filtered(query, Filter("id", "in", service_ids))
    return await query_services(ctx, query)


@allow("read", "customer", "guest")
async def list_seats_of(
    ctx: Context, service_id: int, query: Query, wanted: AttendedFilter = ANY
) -> Page[SessionWithSeats]:
    """A page of the sessions of a service, archived ones included, with their seats.

    Fields of the query: id, service_id, starts_at, ends_at, the wall times of both (starts_on_wall, ends_on_wall, as a
    moment of the account's zone), capacity, free, is_archived, updated_at.

    Raises NotFound(service, custom_field), NotFound(customer) if a customer names another one, Invalid(FIELD:
    unsupported, invalid).
    """
    await get_attended_service(ctx, service_id)
    _check_customer(ctx, wanted)
    of_service = await _having(ctx, query, "service_id", wanted)
    of_service = _filtered(of_service, Filter("service_id", "equal", service_id))
    scope = SessionScope(ctx.account.id, ctx.now, ctx.account.time_zone, ctx.site_ids, wanted.of_customer_id)
    return Page(*await list_sessions_with_seats(ctx.db, scope, of_service))


@allow("read", "customer", "guest")
async def average_busy_times(
    ctx: Context, period: str, day: date, service_id: int | None = None, having: FieldValue | None = None
) -> list[BusyTime]:
    """How busy the sessions of a service (None: of all) are in each hour of a day, day of a week or a month, or month
    of a year: of the `period` that has this day, in the account's time zone.

    Raises NotFound(service, custom_field), Invalid(period: not_included, out_of_range if it has more than
    MOST_SESSIONS).
    """
    if period not in UNITS:
        raise Invalid(Fault("period", "not_included"))
    if service_id is not None:
        await get_attended_service(ctx, service_id)
    units = units_of(period, day, ctx.zone)
    filters = (
        Filter("starts_at", "less", units[-1].span.end),
        Filter("ends_at", "greater", units[0].span.start),
        Filter("is_archived", "equal", False),
        *([] if service_id is None else [Filter("service_id", "equal", service_id)]),
    )
    query = await _having(ctx, Query(OffsetPage(MOST_SESSIONS), filters), "service_id", AttendedFilter(having=having))
    scope = SessionScope(ctx.account.id, ctx.now, ctx.account.time_zone, ctx.site_ids)
    sessions, total = await list_sessions_with_seats(ctx.db, scope, query)
    if total > MOST_SESSIONS:
        raise Invalid(Fault("period", "out_of_range"))
    return busy_times(units, sessions)


def _check_customer(ctx: Context, wanted: AttendedFilter) -> None:
    if wanted.of_customer_id is not None:
        check_own_customer(ctx, wanted.of_customer_id)


async def _having(ctx: Context, query: Query, id_field: str, wanted: AttendedFilter) -> Query:
    """The query, of services that have the wanted value. Raises NotFound(custom_field)."""
    having = wanted.having
    if having is None:
        return query
    fields = await list_service_fields(ctx, with_inactive=True)
    field = next((field for field in fields if field.id == having.field_id), None)
    if field is None:
        raise NotFound("custom_field", having.field_id)
    condition = Condition(field, "eq", having.value)
    values = await list_service_values(ctx)
    ids = [service_id for service_id, own in values.items() if meets(condition, own.get(field.id))]
    return _filtered(query, Filter(id_field, "in", ids))


def _filtered(query: Query, *filters: Filter) -> Query:
    return msgspec.structs.replace(query, filters=(*query.filters, *filters))
