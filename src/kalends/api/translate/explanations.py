"""Explanations as the engine makes them, and as they are answered."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from msgspec import UnsetType

from kalends.actions.catalog.sites import zone_where, zones_of
from kalends.actions.context import Context
from kalends.api.conflicts import by_local_clocks
from kalends.api.ids import write_id, write_optional_id
from kalends.api.places import Asked
from kalends.api.problems import parts_of
from kalends.api.schemas.explanations import Explain, Explanation, NearTime, Option, Reason
from kalends.api.times import settled, shown
from kalends.api.translate.availability import listed, optional
from kalends.engine.all_refusals import all_of
from kalends.engine.bookings.explain import LineExplanation
from kalends.engine.bookings.explain import Option as EngineOption
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.catalog.extra import Extra
from kalends.engine.refusals import Fault, Full, Invalid, OffStep, Refusal
from kalends.web.call import Call

_EXTRAS = ("extra_resource", "extra_service")


async def explained_request(ctx: Context, sent: Explain) -> BookingRequest:
    """The request that is to be explained, a line for each resource that is named.

    Raises NotFound(site), SkippedTime(?at, ?to), RepeatedTime(?at, ?to).
    """
    resources = dict.fromkeys(listed(sent.resource))
    site_id, service_id, session_id = optional(sent.site), optional(sent.service), optional(sent.session)
    tz = await zone_where(ctx, site_id, tuple(resources))
    starts_at, ends_at = (
        None if isinstance(moment, UnsetType) else settled(moment, tz, pointer)
        for moment, pointer in ((sent.at, "?at"), (sent.to, "?to"))
    )
    lines = tuple(
        RequestedLine(
            service_id=service_id,
            resource_id=resource_id,
            session_id=session_id,
            also_resource_ids=tuple(listed(sent.also)),
            site_id=site_id,
            starts_at=starts_at,
            ends_at=ends_at,
            units=sent.units,
            extras=_extras(sent),
        )
        for resource_id in resources or (None,)
    )
    return BookingRequest(lines=lines, public=sent.public)


def _extras(sent: Explain) -> tuple[Extra, ...]:
    """The extras, with as many units as they are named times."""
    resources, services = Counter(listed(sent.extra_resource)), Counter(listed(sent.extra_service))
    return (
        *(Extra(units, resource_id=resource_id) for resource_id, units in resources.items()),
        *(Extra(units, service_id=service_id) for service_id, units in services.items()),
    )


async def shown_explanation(ctx: Context, lines: Sequence[LineExplanation], call: Call, *, public: bool) -> Explanation:
    """An explanation of the same time for several resources as it is answered."""
    zones = await zones_of(ctx, set(_resource_ids(lines)))
    options = [
        await _shown_option(ctx, option, zones, call, public=public) for line in lines for option in line.options
    ]
    options += [await _never(ctx, line, zones, call) for line in lines if not line.options]
    return Explanation(
        bookable=any(option.bookable for option in options),
        offered=any(option.offered for option in options),
        options=options,
        nearest=[time for line in lines for time in _nearest(line, zones, ctx.zone)],
    )


async def _shown_option(
    ctx: Context, option: EngineOption, zones: Mapping[int, ZoneInfo], call: Call, *, public: bool
) -> Option:
    assigned = option.assigned
    resource_id = assigned.resource.id if assigned.resource else None
    session = assigned.resolved.session
    tz = zones.get(resource_id or 0, ctx.zone)
    refusals = [*option.refusals, *([OffStep()] if option.off_step else [])]
    return Option(
        resource=write_optional_id("resource", resource_id),
        session=write_optional_id("session", session.id if session else None),
        also=[write_id("resource", other.id) for other in assigned.also],
        from_=shown(assigned.span.start, tz),
        to=shown(assigned.span.end, tz),
        time_zone=tz.key,
        bookable=not option.refusals,
        offered=public and not refusals,
        reasons=[await shown_reason(ctx, refusal, call) for refusal in refusals],
    )


async def _never(ctx: Context, line: LineExplanation, zones: Mapping[int, ZoneInfo], call: Call) -> Option:
    """What is asked for can't be booked at any time, or nobody is there who serves it."""
    requested = line.line
    tz = zones.get(requested.resource_id or 0, ctx.zone)
    refusals = all_of(line.refusal) if line.refusal else ()
    return Option(
        resource=write_optional_id("resource", requested.resource_id),
        session=None,
        also=[],
        from_=shown(requested.starts_at or ctx.now, tz),
        to=None,
        time_zone=tz.key,
        bookable=False,
        offered=False,
        reasons=[await shown_reason(ctx, refusal, call) for refusal in refusals],
    )


async def shown_reason(ctx: Context, refusal: Refusal, call: Call) -> Reason:
    """A refusal as one reason why not, in the language of the caller."""
    local = await by_local_clocks(ctx, refusal) if isinstance(refusal, Full) else refusal
    if isinstance(refusal, Invalid):
        local = Invalid(*(named for fault in refusal.faults for named in _by_parameter(fault, call)))
    kind, detail, members = parts_of(local, call)
    return Reason(
        code=kind.slug,
        title=kind.title,
        detail=detail,
        errors=members.get("errors", []),
        conflicts=members.get("conflicts", []),
    )


def _by_parameter(fault: Fault, call: Call) -> list[Fault]:
    """The fault of extras as that of the parameters in which they were sent."""
    asked = call.error_names
    sent = [name for name, _ in asked.query] if isinstance(asked, Asked) else []
    names = [name for name in _EXTRAS if fault.field == "extras" and name in sent]
    return [Fault(f"?{name}", fault.reason) for name in names] or [fault]


def _nearest(line: LineExplanation, zones: Mapping[int, ZoneInfo], usual: ZoneInfo) -> Iterable[NearTime]:
    for time in line.nearest:
        resource_id = time.resource.id if time.resource else None
        tz = zones.get(resource_id or 0, usual)
        yield NearTime(
            resource=write_optional_id("resource", resource_id),
            session=write_optional_id("session", time.session_id),
            from_=shown(time.span.start, tz),
            to=shown(time.span.end, tz),
            time_zone=tz.key,
        )


def _resource_ids(lines: Sequence[LineExplanation]) -> Iterable[int]:
    for line in lines:
        yield from () if line.line.resource_id is None else (line.line.resource_id,)
        resources = [option.assigned.resource for option in line.options]
        resources += [time.resource for time in line.nearest]
        yield from (resource.id for resource in resources if resource)
