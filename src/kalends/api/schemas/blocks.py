"""Blocks: times at which a resource, or a whole site, can't be booked."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import BlockId, BlockRef, ItemId, ResourceId, ResourceRef, SiteId, SiteRef
from kalends.api.lists import Listing
from kalends.api.schemas.lines import FROM, Notes
from kalends.api.times import Moment, MomentIn
from kalends.engine.time.recurrence import MOST_OCCURRENCES


class Repeats(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often a block is repeated after the first, by the clock of its site."""

    unit: Annotated[Literal["day", "week", "month"], Meta(examples=["week"])]
    every: Annotated[int, Meta(ge=1, le=1000, description="Every so many of them.", examples=[1])] = 1
    times: Annotated[int, Meta(ge=1, le=MOST_OCCURRENCES - 1, description="So many more times.", examples=[3])]


class Block(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """A time at which a resource, or all that stands at a site, can't be booked. What is booked then stays."""

    id: BlockId
    resource: ResourceId | None
    site: SiteId | None
    from_: Moment
    to: Moment
    time_zone: Annotated[str, Meta(description="That of its site.", examples=["Europe/Oslo"])]
    notes: Notes | None
    under: Annotated[
        list[ItemId],
        Meta(description="Of a new block of a site: what is booked then and stays, at most 100.", examples=[[]]),
    ]
    removed_at: Moment | None
    created_at: Moment
    updated_at: Moment


class BlockInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=FROM):
    """A new block of a resource or of a whole site: name one of the two."""

    resource: ResourceRef | UnsetType = UNSET
    site: SiteRef | UnsetType = UNSET
    from_: MomentIn
    to: MomentIn
    notes: Notes = ""
    repeats: Annotated[Repeats | UnsetType, Meta(description="Of a block of a resource.")] = UNSET


class BlockPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=FROM):
    """Changes of a block; what is left out stays."""

    from_: Annotated[MomentIn | UnsetType, Meta(description="Alone, it keeps the length.")] = UNSET
    to: MomentIn | UnsetType = UNSET
    resource: ResourceRef | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET


class BlockPath(msgspec.Struct, frozen=True, kw_only=True):
    """One block."""

    block_id: BlockRef


class ListBlocks(Listing, frozen=True, kw_only=True, rename=FROM):
    """Which blocks to list."""

    from_: Annotated[MomentIn | UnsetType, Meta(description="Those that end after it.")] = UNSET
    to: Annotated[MomentIn | UnsetType, Meta(description="Those that begin before it.")] = UNSET
    resource: list[ResourceRef] | UnsetType = UNSET
    site: list[SiteRef] | UnsetType = UNSET
