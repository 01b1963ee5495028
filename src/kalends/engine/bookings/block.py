"""Blocks of a whole site: nothing there can be booked for a time, by whomever."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.change_set import Author, ChangeSet, change_set
from kalends.engine.bookings.claims import item_claims
from kalends.engine.bookings.references import trees_of
from kalends.engine.catalog.resource import Resource
from kalends.engine.limits import LONGEST_TEXT, raise_if_faults, text_faults
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import LONGEST


class BlockRequest(msgspec.Struct, frozen=True):
    """A site to be blocked from `starts_at` to `ends_at`, and why."""

    site_id: int
    starts_at: datetime
    ends_at: datetime
    notes: str = ""


def check_block(request: BlockRequest) -> None:
    """Raises Invalid(ends_at: before_start, out_of_range; notes: invalid, too_long)."""
    faults = text_faults("notes", request.notes, LONGEST_TEXT)
    if request.ends_at <= request.starts_at:
        faults.append(Fault("ends_at", "before_start"))
    elif request.ends_at - request.starts_at > LONGEST:
        faults.append(Fault("ends_at", "out_of_range"))
    raise_if_faults(faults)


def plan_block(
    booking: Booking, item_id: int, request: BlockRequest, roots: Sequence[Resource], author: Author
) -> ChangeSet:
    """The change set of a block that takes all of these resources, over what is booked there already."""
    fields: dict[str, Any] = dict.fromkeys(Item.__struct_fields__) | {
        "account_id": booking.account_id,
        "id": item_id,
        "booking_id": booking.id,
        "kind": "block",
        "state": "confirmed",
        "site_id": request.site_id,
        "starts_at": request.starts_at,
        "ends_at": request.ends_at,
        "units": 1,
        "overlap_allowed": True,
        "notes": request.notes,
        "extras": (),
        "details": {},
        "also_resource_ids": tuple(resource.id for resource in roots),
        "revision": 0,
        "created_at": author.at,
        "created_by": author.actor,
        "updated_at": author.at,
        "updated_by": author.actor,
    }
    item = Item(**fields)
    claims = item_claims(item, None, None)
    return change_set(author, "create", bookings=(booking,), items=(item,), claims=claims, trees=trees_of(roots))
