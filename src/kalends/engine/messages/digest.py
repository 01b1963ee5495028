"""Daily mail to staff: one message that tells of many bookings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.messages.message import OutboxMessage


class DigestEntry(msgspec.Struct, frozen=True):
    """What a daily mail tells of one item: the kind of message, and the item's revision when that was asked for."""

    kind: str
    item_id: int
    item_revision: int


def with_entry(data: Mapping[str, Any], message: OutboxMessage) -> dict[str, Any]:
    """The data of a daily mail with a message about a booking noted in it; a second time changes nothing."""
    assert message.item_id is not None
    entry = msgspec.to_builtins(DigestEntry(message.template, message.item_id, message.item_revision))
    noted = data.get("entries", [])
    return {**data, "entries": noted if entry in noted else [*noted, entry]}


def entries_of(message: OutboxMessage) -> list[DigestEntry]:
    """What a daily mail tells, the oldest first."""
    return msgspec.convert(message.data.get("entries", ()), list[DigestEntry])


def as_message(message: OutboxMessage, entry: DigestEntry, now: datetime) -> OutboxMessage:
    """The message that an entry stands for, as if it were asked for now: what is over meanwhile is told as well."""
    return msgspec.structs.replace(
        message, template=entry.kind, item_id=entry.item_id, item_revision=entry.item_revision, data={}, created_at=now
    )
