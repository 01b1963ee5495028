"""Time zones in calendar files: when clocks change, and by how much (RFC 5545, 3.6.5)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from kalends.engine.time.clock import shifts, to_wall
from kalends.engine.time.span import Span

_TICK = timedelta(microseconds=1)
_ZERO = timedelta()


def time_zone(zone: ZoneInfo, span: Span) -> Timezone:
    """The definition of a zone for the times of a span, with an observance from its start and one for each change."""
    definition = Timezone()
    definition.add("tzid", zone.key)
    definition.add_component(_observance(zone, span.start, _ZERO))
    for at, shift in shifts(span, zone):
        definition.add_component(_observance(zone, at, shift))
    return definition


def _observance(zone: ZoneInfo, at: datetime, shift: timedelta) -> TimezoneStandard | TimezoneDaylight:
    """The rule from a change on. It begins at what clocks would have shown without the change."""
    local = at.astimezone(zone)
    offset = local.utcoffset() or _ZERO
    observance = TimezoneDaylight() if local.dst() else TimezoneStandard()
    observance.add("dtstart", to_wall(at - _TICK, zone) + _TICK)
    observance.add("tzoffsetfrom", offset - shift)
    observance.add("tzoffsetto", offset)
    observance.add("tzname", local.tzname())
    return observance
