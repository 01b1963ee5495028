"""Webhooks: who is to be told of what."""

from datetime import datetime

import msgspec


class Webhook(msgspec.Struct, frozen=True):
    """A URL that is told of events; each of `events` may hold asterisks. What it is sent is signed with `secret`, and
    in the words of the `door` that it was set up through."""

    account_id: int
    id: int
    door: str
    url: str
    events: tuple[str, ...]
    secret: str
    description: str
    active: bool
    created_at: datetime
    updated_at: datetime
