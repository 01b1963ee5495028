"""Blocks of a whole site or a single resource: nothing there can be booked for a time, by whomever.

A block is put over what is booked there already.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.change_set import Author, ChangeSet, change_set
from kalends.engine.bookings.claims import item_claims
from kalends.engine.bookings.references import trees_of
from kalends.engine.catalog.resource import Resource
from kalends.engine.limits import LONGEST_TEXT, length_faults, raise_if_faults, text_faults
from kalends.engine.time.repeat_rule import RepeatRule
from kalends.engine.time.span import Span


class BlockRequest(msgspec.Struct, frozen=True):
    """A site to be blocked from `starts_at` to `ends_at`, and why."""

    site_id: int
    starts_at: datetime
    ends_at: datetime
    notes: str = ""


class ResourceBlockRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A resource to be blocked from `starts_at` to `ends_at`, and why; by a rule also later.

    `site_id`: where the resource must be. `resource_kind`: what it must be, such as `person`. `details`: fields that a
    door keeps with each item.
    """

    resource_id: int
    site_id: int | None = None
    resource_kind: str | None = None
    starts_at: datetime
    ends_at: datetime
    notes: str = ""
    rule: RepeatRule | None = None
    details: Mapping[str, Any] = {}


def check_block(request: BlockRequest | ResourceBlockRequest) -> None:
    """Raises Invalid(ends_at: before_start, out_of_range; notes: invalid, too_long)."""
    notes_faults = text_faults("notes", request.notes, LONGEST_TEXT)
    raise_if_faults([*notes_faults, *length_faults(request.starts_at, request.ends_at)])


def plan_block(
    booking: Booking, item_id: int, request: BlockRequest, roots: Sequence[Resource], author: Author
) -> ChangeSet:
    """The change set of a block that takes all of these resources."""
    item = _block_item(
        booking,
        item_id,
        Span(request.starts_at, request.ends_at),
        author,
        site_id=request.site_id,
        notes=request.notes,
        also_resource_ids=tuple(resource.id for resource in roots),
    )
    claims = item_claims(item, None, None)
    return change_set(author, "create", bookings=(booking,), items=(item,), claims=claims, trees=trees_of(roots))


def plan_resource_blocks(
    booking: Booking,
    item_ids: Sequence[int],
    request: ResourceBlockRequest,
    resource: Resource,
    spans: Sequence[Span],
    author: Author,
) -> ChangeSet:
    """The change set of blocks of one resource at each of these times, as items of one booking."""
    details = dict(request.details)
    items = tuple(
        _block_item(booking, item_id, span, author, resource_id=resource.id, notes=request.notes, details=details)
        for item_id, span in zip(item_ids, spans, strict=True)
    )
    claims = tuple(claim for item in items for claim in item_claims(item, None, None))
    return change_set(author, "create", bookings=(booking,), items=items, claims=claims, trees=trees_of([resource]))


def _block_item(booking: Booking, item_id: int, span: Span, author: Author, **own: Any) -> Item:
    fields: dict[str, Any] = dict.fromkeys(Item.__struct_fields__) | {
        "account_id": booking.account_id,
        "id": item_id,
        "booking_id": booking.id,
        "kind": "block",
        "state": "confirmed",
        "starts_at": span.start,
        "ends_at": span.end,
        "units": 1,
        "overlap_allowed": True,
        "extras": (),
        "details": {},
        "also_resource_ids": (),
        "revision": 0,
        "created_at": author.at,
        "created_by": author.actor,
        "updated_at": author.at,
        "updated_by": author.actor,
    }
    return Item(**fields | own)
