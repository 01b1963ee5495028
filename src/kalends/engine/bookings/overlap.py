"""Overlaps on purpose: what finds the time of a person taken, and is written all the same.

Only people's time may be taken twice, and only that of the main resource of an item or session. Rooms, equipment,
seats in a session, and all that goes with a booking are kept within their capacity. What is written so counts against
all later bookings.
"""

from collections.abc import Collection, Sequence, Set
from typing import Literal

import msgspec

from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.change_set import ChangeSet, Claim
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import Full

IfTaken = Literal["refuse", "overlap"]
"""What becomes of a change whose time is taken: it is refused, or what it is about overlaps."""


def with_overlaps(planned: ChangeSet, full: Full, people: Collection[int]) -> ChangeSet | None:
    """The change set with overlaps where `full` names the main resource of its items and sessions, one of `people`.

    None if something else is full as well, or nothing is left to be allowed.
    """
    records: tuple[Item | GroupSession, ...] = (*planned.items, *planned.sessions)
    main_resources = {record.id: record.resource_id for record in records}
    owners = {conflict.item_id or conflict.session_id or 0 for conflict in full.conflicts}
    if any(conflict.what != "resource" or conflict.which not in people for conflict in full.conflicts):
        return None
    claims = tuple(
        msgspec.structs.replace(claim, overlap_allowed=True)
        if _owner(claim) in owners and claim.resource_id == main_resources[_owner(claim)]
        else claim
        for claim in planned.claims
    )
    return None if claims == planned.claims else _with(planned, claims, owners)


def as_written(views: Sequence[ItemView], written: ChangeSet) -> tuple[ItemView, ...]:
    """The views with their items as the change set has written them."""
    items = {item.id: item for item in written.items}
    return tuple(msgspec.structs.replace(view, item=items.get(view.item.id, view.item)) for view in views)


def _owner(claim: Claim) -> int:
    return claim.item_id or claim.session_id or 0


def _with(planned: ChangeSet, claims: tuple[Claim, ...], owners: Set[int]) -> ChangeSet:
    items = tuple(
        msgspec.structs.replace(item, overlap_allowed=True) if item.id in owners else item for item in planned.items
    )
    return msgspec.structs.replace(planned, items=items, claims=claims)
