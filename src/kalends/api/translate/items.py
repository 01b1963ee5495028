"""Items between the engine and the API."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import UNSET, UnsetType

from kalends.actions.bookings.find import get_item
from kalends.actions.context import Context
from kalends.api.ids import write_actor, write_id, write_optional_id
from kalends.api.schemas.items import Item, ItemMove, ItemPatch, ListItems
from kalends.api.schemas.lines import ItemExtra
from kalends.api.times import settled, shown
from kalends.api.translate.lines import extras_faults, load_zones, requested_extras, settled_or_unset
from kalends.engine.bookings.patch import ItemPatch as EnginePatch
from kalends.engine.bookings.states import state_at
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.extra import Extra
from kalends.engine.limits import raise_if_faults
from kalends.engine.patch import changes
from kalends.engine.query import Filter, Operator, Sort

_RENAMED = {
    "resource": "resource_id",
    "also": "also_resource_ids",
    "service": "service_id",
    "session": "session_id",
    "customer": "customer_id",
}
_KEPT = ("units", "status", "title", "notes", "external_id", "custom")
_FILTERS = {
    "state": "state",
    "status": "status",
    "kind": "kind",
    "resource": "taken_resource_id",
    "service": "service_id",
    "session": "session_id",
    "customer": "customer_id",
    "site": "site_id",
    "booking": "booking_id",
}
_ORDERS = {"from": "starts_at", "updated": "updated_at"}


def shown_item(view: ItemView, ctx: Context) -> Item:
    """An item as it is answered, by the clock of its site, in the state of now."""
    tz = zone_of(view, ctx)
    item: Any = view.item  # its kind, state and status are those of the schema
    state: Any = state_at(view.item, ctx.now)
    return Item(
        id=write_id("item", item.id),
        booking=write_id("booking", item.booking_id),
        kind=item.kind,
        state=state,
        status=item.status,
        resource=write_optional_id("resource", item.resource_id),
        also=[write_id("resource", resource_id) for resource_id in item.also_resource_ids],
        service=write_optional_id("service", item.service_id),
        session=write_optional_id("session", item.session_id),
        site=write_optional_id("site", view.site_id),
        customer=write_optional_id("customer", item.customer_id),
        booked_by=write_optional_id("customer", item.booked_by_customer_id),
        from_=shown(item.starts_at, tz),
        to=shown(item.ends_at, tz),
        time_zone=tz.key,
        units=item.units,
        extras=[_shown_extra(extra) for extra in item.extras],
        title=item.title,
        notes=item.notes,
        external_id=item.external_id,
        expires_at=item.expires_at and shown(item.expires_at, tz),
        overlap=item.overlap_allowed,
        reminder_at=item.reminder_at and shown(item.reminder_at, tz),
        paid_at=item.paid_at and shown(item.paid_at, tz),
        cancelled_at=item.cancelled_at and shown(item.cancelled_at, tz),
        cancellation_reason=item.cancellation_reason,
        removed_at=item.archived_at and shown(item.archived_at, tz),
        custom=item.custom,
        created_at=shown(item.created_at, tz),
        created_by=write_actor(item.created_by),
        updated_at=shown(item.updated_at, tz),
        updated_by=write_actor(item.updated_by),
    )


def _shown_extra(extra: Extra) -> ItemExtra:
    return ItemExtra(
        resource=write_optional_id("resource", extra.resource_id),
        service=write_optional_id("service", extra.service_id),
        units=extra.units,
    )


def zone_of(view: ItemView, ctx: Context) -> ZoneInfo:
    """The time zone of an item's site."""
    return view.zone(ctx.zone)


async def item_patch(ctx: Context, item_id: int, sent: ItemPatch | ItemMove, root: str = "") -> EnginePatch:
    """What was sent, as the engine takes it; times by the clock of the item's site, or of the resource it is moved to.
    `root` is the place of what was sent in the body.

    Raises NotFound(item), Invalid by places (blank, too_many), SkippedTime, RepeatedTime.
    """
    given = changes(sent)
    if isinstance(sent, ItemPatch):
        raise_if_faults(extras_faults(sent.extras, "/extras"))
    fields = {_RENAMED[name]: value for name, value in given.items() if name in _RENAMED}
    fields |= {name: given[name] for name in _KEPT if name in given}
    if "also" in given:
        fields["also_resource_ids"] = tuple(given["also"])
    if "extras" in given:
        fields["extras"] = requested_extras(given["extras"])
    times = {"starts_at": ("from", sent.from_), "ends_at": ("to", sent.to)}
    if isinstance(sent, ItemPatch):
        times["expires_at"] = ("expires_at", sent.expires_at)
    if any(at is not UNSET and at.tzinfo is None for _, at in times.values()):
        tz = await _zone_for(ctx, item_id, sent.resource)
        fields |= {name: settled_or_unset(at, tz, f"{root}/{place}") for name, (place, at) in times.items()}
    else:
        fields |= {name: at for name, (_, at) in times.items()}
    return EnginePatch(**fields, overlap_allowed=sent.overlap)


async def _zone_for(ctx: Context, item_id: int, resource_id: int | UnsetType) -> ZoneInfo:
    if isinstance(resource_id, UnsetType):
        return zone_of(await get_item(ctx, item_id), ctx)
    return (await load_zones(ctx, [resource_id])).at(resource_id)


def item_filters(params: ListItems, ctx: Context) -> tuple[Filter, ...]:
    """The filters of a list of items; times without an offset are by the account's clock."""
    filters = [*_among(params), *_times(params, ctx)]
    if params.state is UNSET:
        filters.append(Filter("state", "not_equal", "deleted"))
    if params.external_id is not UNSET:
        filters.append(Filter("external_id", "equal", params.external_id))
    return tuple(filters)


def item_order(order: str) -> tuple[Sort, ...]:
    """The order by its name: `from`, or `-from` for the last first."""
    return (Sort(_ORDERS[order.lstrip("-")], order.startswith("-")),)


def shared_filters(params: object, ctx: Context) -> tuple[Filter, ...]:
    """The filters of items that lists of bookings have as well."""
    return (*_among(params), *_times(params, ctx))


def _among(params: object) -> Iterable[Filter]:
    for name, field in _FILTERS.items():
        if (values := getattr(params, name, UNSET)) is not UNSET:
            yield Filter(field, "in", list(values))


def _times(params: object, ctx: Context) -> Iterable[Filter]:
    bounds: tuple[tuple[str, str, Operator, str], ...] = (
        ("from_", "ends_at", "greater", "?from"),
        ("to", "starts_at", "less", "?to"),
        ("updated_after", "updated_at", "greater", "?updated_after"),
    )
    for name, field, operator, place in bounds:
        if (at := getattr(params, name, UNSET)) is not UNSET:
            yield Filter(field, operator, settled(at, ctx.zone, place))
    if (text := getattr(params, "q", UNSET)) is not UNSET:
        yield Filter("text", "contains", text)
