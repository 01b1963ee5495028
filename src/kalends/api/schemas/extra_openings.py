"""Extra openings: single times at which a resource is open besides its weekly hours."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import ExtraOpeningId, ExtraOpeningRef, ResourceId, ResourceRef, write_id
from kalends.api.lists import Listing
from kalends.api.schemas.blocks import Repeats
from kalends.api.schemas.lines import FROM
from kalends.api.times import Moment, MomentIn, settled, shown
from kalends.engine.availability.extra_opening import ExtraOpening as EngineOpening
from kalends.engine.query import Filter, Operator
from kalends.engine.time.repeat_rule import RepeatRule
from kalends.engine.time.span import Span


class ExtraOpening(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """A time at which a resource is open, also on a holiday or a day on which an exception closes it."""

    id: ExtraOpeningId
    resource: ResourceId
    from_: Moment
    to: Moment
    series: Annotated[
        str | None,
        Meta(description="The same for those that were added together.", examples=["0f1d2c3b-4a59-4687-9a8b-7c6d5e4f"]),
    ]
    created_at: Moment


class ExtraOpeningInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=FROM):
    """A time at which a resource is to be open, a day long at most."""

    from_: MomentIn
    to: MomentIn
    repeats: Repeats | UnsetType = UNSET


class OpenedResource(msgspec.Struct, frozen=True, kw_only=True):
    """One resource."""

    resource_id: ResourceRef


class ExtraOpeningPath(msgspec.Struct, frozen=True, kw_only=True):
    """An extra opening of a resource."""

    resource_id: ResourceRef
    opening_id: ExtraOpeningRef


class ListExtraOpenings(Listing, frozen=True, kw_only=True, rename=FROM):
    """Which extra openings of a resource to list."""

    resource_id: ResourceRef
    from_: Annotated[MomentIn | UnsetType, Meta(description="Those that end after it.")] = UNSET
    to: Annotated[MomentIn | UnsetType, Meta(description="Those that begin before it.")] = UNSET


def opening_filters(params: ListExtraOpenings, tz: ZoneInfo) -> tuple[Filter, ...]:
    """The filters of a list; times without an offset are in this zone. Raises SkippedTime, RepeatedTime."""
    of_resource = Filter("resource_id", "equal", params.resource_id)
    since = _filter("ends_at", "greater", params.from_, tz, "?from")
    return (of_resource, *since, *_filter("starts_at", "less", params.to, tz, "?to"))


def _filter(field: str, operator: Operator, sent: datetime | UnsetType, tz: ZoneInfo, place: str) -> tuple[Filter, ...]:
    return () if sent is UNSET else (Filter(field, operator, settled(sent, tz, place)),)


def read_opening(sent: ExtraOpeningInput, tz: ZoneInfo) -> tuple[Span, RepeatRule | None]:
    """The first time and how it is repeated; times without an offset are in this zone.

    Raises SkippedTime, RepeatedTime, Invalid(ends_at: before_start).
    """
    repeats = sent.repeats
    rule = None if repeats is UNSET else RepeatRule(repeats.unit, repeats.every, repeats.times)
    return Span(settled(sent.from_, tz, "/from"), settled(sent.to, tz, "/to")), rule


def shown_opening(opening: EngineOpening, tz: ZoneInfo) -> ExtraOpening:
    """An extra opening as it is answered, by the clock of this zone."""
    return ExtraOpening(
        id=write_id("extra_opening", opening.id),
        resource=write_id("resource", opening.resource_id),
        from_=shown(opening.starts_at, tz),
        to=shown(opening.ends_at, tz),
        series=opening.series,
        created_at=shown(opening.created_at, tz),
    )
