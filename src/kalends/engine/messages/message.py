"""Messages in the outbox, and the present that decides whether and how they are sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.accounts.user import StaffUser
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.site import Site
from kalends.engine.customers.customer import Customer


class OutboxMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one recipient by one channel; see the table in store/schema/12_messages.sql.

    `state`: waiting, sent, kept (there is no server for the channel), dropped, failed.
    `address`, `subject`, `body`: what was sent, or kept.
    """

    account_id: int
    id: int
    booking_id: int | None
    item_id: int | None
    item_revision: int | None
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


class MessageContext(msgspec.Struct, frozen=True, kw_only=True):
    """A message with the present of all that it is about, read when its turn comes.

    `views`: the items that it tells of, in order of time: the one that it was asked for, and others of its booking that
    are told together with it.
    `sites`: the sites of these items, by id; where an item is at no site the account's zone counts.
    `sequences`: item id -> how often its time, place or state have changed (SEQUENCE of RFC 5545, section 3.8.7.4).
    `customer`: the customer of the items; of audience customer also the recipient. `user` is the recipient of a message
    to staff.
    """

    message: OutboxMessage
    account: Account
    views: tuple[ItemView, ...] = ()
    sites: Mapping[int, Site] = {}
    sequences: Mapping[int, int] = {}
    customer: Customer | None = None
    user: StaffUser | None = None
