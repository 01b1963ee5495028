"""Extra openings: single times at which a resource is open besides its weekly hours, alone or repeated by a rule."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.limits import length_faults, raise_if_faults
from kalends.engine.time.clock import DAY
from kalends.engine.time.repeat_rule import RepeatRule, repeated
from kalends.engine.time.span import Span


class ExtraOpening(msgspec.Struct, frozen=True, kw_only=True):
    """A time at which a resource is open, also on a holiday or a day on which an exception closes it.

    Those that were added together have the same `series`, a UUID, and the rule by which the first was repeated.
    """

    account_id: int
    id: int
    resource_id: int
    starts_at: datetime
    ends_at: datetime
    series: str | None
    repeat_rule: RepeatRule | None
    created_at: datetime
    updated_at: datetime


def times_of(first: Span, rule: RepeatRule | None, zone: ZoneInfo) -> Sequence[Span]:
    """The first time, which lasts a day at most, and its repeats at the same hours of the wall clock of `zone`.

    Raises Invalid(ends_at: before_start, out_of_range; starts_at, rrule: out_of_range), TooManyOccurrences.
    """
    raise_if_faults(length_faults(first.start, first.end, DAY))
    return (first,) if rule is None else repeated(rule, first, zone)
