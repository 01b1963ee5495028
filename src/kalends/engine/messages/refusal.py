"""Messages that customers do not want.

What a customer must know of a booking is sent all the same: by mail everything but reminders, and by SMS the code of a
verification.
"""

from datetime import datetime

import msgspec

from kalends.engine.bookings.request import CHANNELS
from kalends.engine.limits import raise_if_faults
from kalends.engine.messages.facts import FOR_STAFF, KINDS
from kalends.engine.refusals import Fault

_BY_MAIL = ("reminder",)
_NEVER = (*FOR_STAFF, "verification")


class MessageRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """A customer wants no messages of this kind by this channel, since `created_at`."""

    account_id: int
    id: int
    customer_id: int
    kind: str
    channel: str
    created_at: datetime


def can_be_refused(kind: str, channel: str) -> bool:
    """Whether a customer can do without messages of this kind by this channel."""
    return kind in _BY_MAIL if channel == "email" else kind not in _NEVER


def check_refusable(kind: str, channel: str) -> None:
    """Raises Invalid(kind, channel: unknown; kind: fixed for messages that can't be refused)."""
    faults = [] if kind in KINDS else [Fault("kind", "unknown")]
    faults += [] if channel in CHANNELS else [Fault("channel", "unknown")]
    raise_if_faults(faults or ([] if can_be_refused(kind, channel) else [Fault("kind", "fixed")]))
