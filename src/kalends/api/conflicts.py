"""What is in the way of a request, by the clocks of the places where it is."""

from collections.abc import Mapping
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.catalog.sites import zones_of
from kalends.actions.context import Context
from kalends.engine.conflict import Conflict, FreeTime, InTheWay, LineConflict
from kalends.engine.refusals import Full
from kalends.engine.time.span import Span

P = TypeVar("P", InTheWay, FreeTime)
C = TypeVar("C", Conflict, LineConflict)


async def by_local_clocks(ctx: Context, full: Full) -> Full:
    """The refusal, its times with the offset of each resource's site; of what has no resource, with the account's."""
    ways = [way for conflict in full.conflicts for way in conflict.in_the_way]
    ways += [way for line in full.lines for way in line.in_the_way]
    named = {way.resource_id for way in ways} | {time.resource_id for line in full.lines for time in line.nearest}
    zones = await zones_of(ctx, [resource_id for resource_id in named if resource_id is not None])
    return full.with_conflicts(
        [_local_conflict(conflict, zones, ctx.zone) for conflict in full.conflicts],
        [
            msgspec.structs.replace(
                _local_conflict(line, zones, ctx.zone),
                nearest=tuple(_local(time, zones, ctx.zone) for time in line.nearest),
            )
            for line in full.lines
        ],
    )


def _local_conflict(conflict: C, zones: Mapping[int, ZoneInfo], usual: ZoneInfo) -> C:
    ways = tuple(_local(way, zones, usual) for way in conflict.in_the_way)
    return msgspec.structs.replace(conflict, in_the_way=ways)


def _local(place: P, zones: Mapping[int, ZoneInfo], usual: ZoneInfo) -> P:
    tz = zones.get(place.resource_id or 0, usual)
    span = Span(place.span.start.astimezone(tz), place.span.end.astimezone(tz))
    return msgspec.structs.replace(place, span=span)
