"""The state of an item as it is shown: a colour, a glyph and words, so that none of them is needed alone."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.states import HOLDING, state_at


class Look(msgspec.Struct, frozen=True):
    """`name` is the class of the style sheet, `glyph` one character or "", `words` the key of a text."""

    name: str
    glyph: str
    words: str


BLOCKED = Look("block", "■", "state.blocked")
EXPECTED = Look("confirmed", "○", "state.confirmed")
SESSION = Look("confirmed", "◆", "day.session")
STATUS_LOOKS: Mapping[str, Look] = {
    "checked_in": Look("here", "●", "status.checked_in"),
    "in_progress": Look("here", "▶", "status.in_progress"),
    "completed": Look("done", "✓", "status.completed"),
    "no_show": Look("missed", "✕", "status.no_show"),
}
"""The looks of confirmed items, by how the customer attended."""
_WAITING, _OFF = ("waiting", "…"), ("off", "⊘")
LEGEND = (
    Look(*_WAITING, "legend.waiting"),
    EXPECTED,
    *STATUS_LOOKS.values(),
    Look(*_OFF, "legend.off"),
    BLOCKED,
    SESSION,
)
"""All looks that there are on a calendar, each with what it stands for."""


def look_of(item: Item, now: datetime) -> Look:
    """How an item looks now."""
    state = state_at(item, now)
    if item.kind == "block" and state == "confirmed":
        return BLOCKED
    if state == "confirmed":
        return STATUS_LOOKS.get(item.status or "", EXPECTED)
    if state in HOLDING or state == "draft":
        return Look(*_WAITING, f"state.{state}")
    return Look(*_OFF, f"state.{state}")
