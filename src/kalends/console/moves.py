"""Reads the form that moves a booking: where to."""

from collections.abc import Mapping

import msgspec
from msgspec import UNSET

from kalends.console.at_site import AtSite
from kalends.console.new_booking import as_taken
from kalends.console.telling import TELL
from kalends.console.views.panel import OVERLAP_REASON
from kalends.console.views.wall_times import read_wall
from kalends.engine.bookings.patch import ItemPatch

FIELDS = ("revision", "resource", "start", "fold", "end", "end_fold", "session", "overlap", "scope", "take", *TELL)
ASKED = ("day", "on")
"""Of which day and resource free times are shown."""
NAMES = {"starts_at": "start", "ends_at": "end", "resource_id": "resource"}
"""The form's names of the engine's fields."""
_LONGEST_REASON = 500
_MOST_DIGITS = 15


def with_taken(sent: Mapping[str, str]) -> dict[str, str]:
    """The fields with the free time that was taken instead, if one was."""
    return as_taken({**sent, "take": ""}, sent["take"])


def read_move(at: AtSite, sent: Mapping[str, str]) -> ItemPatch:
    """Where to: a time, or a session for a seat. Raises Invalid(starts_at, ends_at: blank, invalid, out_of_range),
    SkippedTime, RepeatedTime."""
    session = sent["session"]
    if session.isdecimal() and len(session) <= _MOST_DIGITS:
        return ItemPatch(session_id=int(session))
    resource = sent["resource"]
    patch = ItemPatch(
        starts_at=read_wall(sent["start"], sent["fold"], at.zone, "starts_at"),
        ends_at=read_wall(sent["end"], sent["end_fold"], at.zone, "ends_at") if sent["end"] else UNSET,
        resource_id=int(resource) if resource.isdecimal() and len(resource) <= _MOST_DIGITS else UNSET,
    )
    reason = sent["overlap"].strip()
    if not reason:
        return patch
    door, name = OVERLAP_REASON
    return msgspec.structs.replace(patch, if_taken="overlap", details={door: {name: reason[:_LONGEST_REASON]}})
