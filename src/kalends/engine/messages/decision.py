"""Whether a message is still right when its turn comes: decided from the present, not from when it was asked for.

    kind          is sent while the item
    verification  awaits verification
    confirmation  is confirmed
    decline       is declined
    cancellation  is cancelled or deleted
    modification  is active, if its last state was not told yet and if something is different from before
    reminder      is confirmed, is at the time that was to be reminded of, and has not begun
    notification  is active

None is sent about what has ended since the message was asked for.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from kalends.engine.bookings.states import ACTIVE, state_at
from kalends.engine.bookings.views import ItemView
from kalends.engine.messages.message import OutboxMessage

STATES: Mapping[str, tuple[str, ...]] = {
    "verification": ("awaiting_verification",),
    "confirmation": ("confirmed",),
    "decline": ("declined",),
    "cancellation": ("cancelled", "deleted"),
    "modification": ACTIVE,
    "reminder": ("confirmed",),
    "notification": ACTIVE,
}
DROPPED = ("state", "over", "moved", "told", "undone", "customer", "no_address", "refused")
"""Why a message is not sent: the item is in another state, is over, was moved; its state was told already, or is again
what it was; it is another customer's, who has no address for the channel, or wants no such messages."""


class ItemPast(msgspec.Struct, frozen=True):
    """What happened to an item before its message is sent.

    `told_revision`: the last revision that its recipient was told of by this channel, None if they were told nothing.
    `undone`: its time, place and state were changed since the message was asked for, and changed back.
    """

    told_revision: int | None = None
    undone: bool = False


NO_PAST = ItemPast()


def why_dropped(message: OutboxMessage, view: ItemView, past: ItemPast, now: datetime) -> str | None:
    """Why this message must not tell of an item any more, one of DROPPED; None if it may."""
    item = view.item
    if message.template not in STATES:
        return None
    if message.audience == "customer" and message.customer_id not in (item.customer_id, _merged_from(view, message)):
        return "customer"
    if state_at(item, now) not in STATES[message.template]:
        return "state"
    if message.template == "reminder" and _as_text(item.starts_at) != message.data.get("starts_at"):
        return "moved"
    end = item.starts_at if message.template == "reminder" else item.ends_at
    if message.created_at < end <= now:
        return "over"
    if message.template == "modification" and message.resent_of_id is None:
        if past.told_revision is not None and past.told_revision >= message.item_revision:
            return "told"
        if past.undone:
            return "undone"
    return None
