"""Messages in the outbox."""

from datetime import datetime
from typing import Any

import msgspec


class OutboxMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one recipient by one channel; see the table in store/schema/12_messages.sql.

    `state`: waiting, sent, kept (there is no server for the channel), dropped, failed.
    `address`, `subject`, `body`: what was sent, or kept.
    """

    account_id: int
    id: int
    booking_id: int
    item_id: int
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
