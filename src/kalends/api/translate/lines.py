"""Lines of a booking as they are sent, as the engine takes them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import UNSET, UnsetType

from kalends.actions.catalog.sites import list_sites, zones_of
from kalends.actions.context import Context
from kalends.api.schemas.lines import ItemExtraInput, LineInput
from kalends.api.times import settled
from kalends.engine.bookings.request import BY_POLICY, SILENT, MessageOverrides, RequestedLine
from kalends.engine.catalog.extra import Extra
from kalends.engine.limits import raise_if_faults
from kalends.engine.patch import changes
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import LONGEST, zone


class Zones:
    """The time zones by whose clocks times without an offset are read."""

    def __init__(self, account: ZoneInfo, sites: Mapping[int, ZoneInfo], resources: Mapping[int, ZoneInfo]) -> None:
        self._account, self._sites, self._resources = account, sites, resources

    def at(self, resource_id: object = None, site_id: object = None) -> ZoneInfo:
        """That of the resource's site, else of the site, else of the account."""
        if isinstance(resource_id, int) and resource_id in self._resources:
            return self._resources[resource_id]
        return self._sites.get(site_id, self._account) if isinstance(site_id, int) else self._account


async def load_zones(ctx: Context, resource_ids: Iterable[object], site_ids: Iterable[object] = ()) -> Zones:
    """The time zones of these resources and sites; what is no id is passed over."""
    resources = [resource_id for resource_id in resource_ids if isinstance(resource_id, int)]
    sites = {site_id for site_id in site_ids if isinstance(site_id, int)}
    return Zones(
        ctx.zone,
        {site.id: zone(site.time_zone) for site in await list_sites(ctx)} if sites else {},
        await zones_of(ctx, resources) if resources else {},
    )


async def requested_lines(
    ctx: Context, lines: Sequence[LineInput], places: Sequence[str] | None = None
) -> tuple[RequestedLine, ...]:
    """The lines, with times by the clock of each line's site. `places` are theirs in the body, usually `/lines/0`.

    Raises Invalid with all faults by their places (blank, before_start, out_of_range, unsupported, too_many),
    SkippedTime, RepeatedTime.
    """
    places = places or [f"/lines/{index}" for index, _ in enumerate(lines)]
    placed = list(zip(lines, places, strict=True))
    raise_if_faults(fault for line, place in placed for fault in _line_faults(line, place))
    zones = await load_zones(ctx, (line.resource for line in lines), (line.site for line in lines))
    requested = [_requested(line, place, zones) for line, place in placed]
    raise_if_faults(
        fault for line, place in zip(requested, places, strict=True) for fault in _span_faults(line, f"{place}/to")
    )
    return tuple(requested)


def settled_or_unset(sent: datetime | UnsetType, tz: ZoneInfo, place: str) -> datetime | UnsetType:
    """The moment, by the clock of this zone if it was sent without an offset. Raises SkippedTime, RepeatedTime."""
    return UNSET if isinstance(sent, UnsetType) else settled(sent, tz, place)


def requested_extras(extras: Iterable[ItemExtraInput]) -> tuple[Extra, ...]:
    """Extras as the engine takes them."""
    return tuple(
        Extra(
            extra.units,
            None if extra.resource is UNSET else extra.resource,
            None if extra.service is UNSET else extra.service,
        )
        for extra in extras
    )


def extras_faults(extras: Sequence[ItemExtraInput] | UnsetType, place: str) -> list[Fault]:
    """Blank or too_many for each extra that names neither or both of inventory and service."""
    listed = () if isinstance(extras, UnsetType) else extras
    named = [sum(value is not UNSET for value in (extra.resource, extra.service)) for extra in listed]
    return [
        Fault(f"{place}/{index}/resource", "too_many" if count else "blank")
        for index, count in enumerate(named)
        if count != 1
    ]


def repeated_faults(item_ids: Sequence[int], place: str) -> list[Fault]:
    """Too_many for each element of the list at this place that names an item for the second time."""
    return [
        Fault(f"{place}/{index}/item", "too_many")
        for index, item_id in enumerate(item_ids)
        if item_id in item_ids[:index]
    ]


def messages(notify: bool) -> MessageOverrides:
    """Who is told: as the account's policy has it, or nobody."""
    return BY_POLICY if notify else SILENT


_RENAMED = {"resource": "resource_id", "service": "service_id", "session": "session_id", "site": "site_id"}


def _requested(line: LineInput, place: str, zones: Zones) -> RequestedLine:
    sent = changes(line)
    tz = zones.at(line.resource, line.site)
    fields = {_RENAMED[name]: value for name, value in sent.items() if name in _RENAMED}
    fields |= {name: sent[name] for name in ("units", "title", "notes", "external_id", "custom") if name in sent}
    if "customer" in sent:
        fields["customer_id"] = sent["customer"]
    for name, at in (("from", line.from_), ("to", line.to)):
        if not isinstance(at, UnsetType):
            fields["starts_at" if name == "from" else "ends_at"] = settled(at, tz, f"{place}/{name}")
    return RequestedLine(
        also_resource_ids=tuple(sent.get("also", ())),
        extras=requested_extras(sent.get("extras", ())),
        overlap_allowed=line.overlap,
        **fields,
    )


def _line_faults(line: LineInput, place: str) -> list[Fault]:
    faults = extras_faults(line.extras, f"{place}/extras")
    sent = changes(line)
    if "session" in sent:
        own = ("resource", "service", "site", "also", "from", "to")
        return faults + [Fault(f"{place}/{name}", "fixed") for name in own if name in _wire_names(sent)]
    if "resource" not in sent and "service" not in sent:
        faults.append(Fault(f"{place}/resource", "blank"))
    if "from_" not in sent:
        faults.append(Fault(f"{place}/from", "blank"))
    if "to" not in sent and "service" not in sent:
        faults.append(Fault(f"{place}/to", "blank"))
    return faults


def _wire_names(sent: Mapping[str, object]) -> set[str]:
    return {"from" if name == "from_" else name for name in sent}


def _span_faults(line: RequestedLine, place: str) -> list[Fault]:
    if line.starts_at is None or line.ends_at is None:
        return []
    if line.ends_at <= line.starts_at:
        return [Fault(place, "before_start")]
    return [Fault(place, "out_of_range")] if line.ends_at - line.starts_at > LONGEST else []
