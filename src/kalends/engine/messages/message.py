"""Messages in the outbox."""

import hmac
from datetime import datetime
from typing import Any

import msgspec

STATES = ("waiting", "sent", "kept", "dropped", "failed")
"""Of a message: it waits, was sent, was kept without a server for its channel, was not right any more, was given up."""


class OutboxMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one recipient by one channel; see the table in store/schema/12_messages.sql.

    `state` is one of STATES, `reason` why it was dropped, one of decision.DROPPED.
    `booking_id` and `item_id` are None if it is about no booking: see facts.ABOUT_BOOKINGS.
    `address`, `subject`, `body`: what was sent, or kept.
    """

    account_id: int
    id: int
    booking_id: int | None
    item_id: int | None
    item_revision: int
    customer_id: int | None
    user_id: int | None
    audience: str
    channel: str
    template: str
    locale: str
    data: dict[str, Any]
    created_at: datetime
    state: str
    due_at: datetime
    attempts: int
    finished_at: datetime | None
    reason: str | None
    answer: str | None
    sent_with_id: int | None
    resent_of_id: int | None
    address: str | None
    subject: str | None
    body: str | None


class MessageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which messages to list, the newest first; None is any."""

    booking_id: int | None = None
    item_id: int | None = None
    state: str | None = None
    before_id: int | None = None
    limit: int = 100


def message_name(secret: bytes, account_id: int, message_id: int) -> str:
    """The name under which a message is sent, the same for each attempt: `7.42.0f3a...`. It is not to be guessed, as
    whoever knows it could pretend that an answer or a bounce is about it."""
    text = f"{account_id}.{message_id}"
    return f"{text}.{hmac.new(secret, f'message:{text}'.encode(), 'sha256').hexdigest()[:16]}"
