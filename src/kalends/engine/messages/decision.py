"""Whether a message is still right when its turn comes: decided from the present, not from when it was asked for.

    kind          is sent while the item
    verification  awaits verification
    confirmation  is confirmed
    decline       is declined
    cancellation  is cancelled or deleted
    modification  is active, if its last state was not told yet and if something is different from before
    reminder      is confirmed, is at the time that was to be reminded of, and has not begun
    notification  is active

None is sent about what has ended since the message was asked for. What was held back, so that it could be taken back,
is sent only if something is different from what the customer knows.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.bookings.change_set import HELD_BACK
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
DROPPED = (
    "state",
    "over",
    "moved",
    "told",
    "undone",
    "customer",
    "no_address",
    "refused",
    "bounced",
    "by_choice",
    "erased",
    "withdrawn",
)
"""Why a message is not sent: the item is in another state, is over, was moved; its state was told already, or is again
what it was; it is another customer's now; there is no address for the channel, the customer does not want it, or the
address takes no messages; the staff chose to be told in a daily mail, or not at all; the customer was erased; or the
staff chose that the customer is not told."""


class ItemPast(msgspec.Struct, frozen=True):
    """What happened to an item before its message is sent.

    `told_revision`: the last revision that its recipient was told of by this channel, None if they were told nothing.
    `undone`: what happened to it since its recipient was told last came to nothing.
    """

    told_revision: int | None = None
    undone: bool = False


NO_PAST = ItemPast()


def why_dropped(message: OutboxMessage, view: ItemView, past: ItemPast, now: datetime) -> str | None:
    """Why this message must not tell of an item any more, one of DROPPED; None if it may."""
    item = view.item
    if message.template not in STATES:
        return None
    if message.audience == "customer" and message.customer_id != item.customer_id:
        return "customer"
    if state_at(item, now) not in STATES[message.template]:
        return "state"
    if message.template == "reminder" and item.starts_at != planned_start(message):
        return "moved"
    end = item.starts_at if message.template == "reminder" else item.ends_at
    if message.created_at < end <= now:
        return "over"
    if message.resent_of_id is not None:
        return None
    told = past.told_revision is not None and past.told_revision >= message.item_revision
    if message.template == "modification" and told:
        return "told"
    return "undone" if past.undone and depends_on_past(message) else None


def depends_on_past(message: OutboxMessage) -> bool:
    """Whether it matters for a message what its recipient knows already."""
    return message.template == "modification" or HELD_BACK in message.data


def reminder_data(start: datetime) -> dict[str, Any]:
    """The data of a reminder: the start that it reminds of."""
    return {"starts_at": start.isoformat()}


def planned_start(message: OutboxMessage) -> datetime | None:
    """The start that a reminder is to remind of."""
    return msgspec.convert(message.data.get("starts_at"), datetime | None)
