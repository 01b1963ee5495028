"""Bookings, their items, and the one table of what may become of an item.

An item occupies its time while it is active: awaiting something or confirmed, and not past `expires_at`.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from kalends.engine.extra import Extra
from kalends.engine.policy import Policy
from kalends.engine.refusals import IllegalTransition

STATES = (
    "draft",
    "awaiting_verification",
    "verification_expired",
    "awaiting_payment",
    "awaiting_confirmation",
    "confirmed",
    "declined",
    "cancelled",
    "deleted",
)
HOLDING = ("awaiting_verification", "awaiting_payment", "awaiting_confirmation")
ACTIVE = (*HOLDING, "confirmed")
STATUSES = ("checked_in", "in_progress", "completed", "no_show")


class Booking(msgspec.Struct, frozen=True):
    """The order: who asked, for what. Its items carry the times; `uid` is what doors show as the collection's id."""

    account_id: int
    id: int
    uid: str
    customer_id: int | None
    title: str
    comments: str
    recurrence: dict[str, Any] | None
    details: dict[str, Any]
    created_at: datetime
    created_by: str
    revision: int
    updated_at: datetime
    updated_by: str


class Item(msgspec.Struct, frozen=True):
    """One occupied time, or a number of seats in a session.

    `kind` is appointment, seat or block; `status` is attendance; `revision` counts the changes;
    `overlap_allowed` means that it was booked over others on purpose; `extras` go with it wherever it goes, and so do
    the resources of `also_resource_ids`, which it takes besides its own, with the service's buffers.
    """

    account_id: int
    id: int
    booking_id: int
    kind: str
    state: str
    status: str | None
    service_id: int | None
    session_id: int | None
    resource_id: int | None
    site_id: int | None
    customer_id: int | None
    booked_by_customer_id: int | None
    starts_at: datetime
    ends_at: datetime
    units: int
    expires_at: datetime | None
    overlap_allowed: bool
    title: str | None
    notes: str | None
    external_id: str | None
    external_url: str | None
    external_host_url: str | None
    reminder_at: datetime | None
    reminded_at: datetime | None
    paid_at: datetime | None
    paid_amount: Decimal | None
    coupon_id: int | None
    verification_method: str | None
    verification_code: str | None
    cancelled_at: datetime | None
    cancellation_reason: str | None
    archived_at: datetime | None
    custom: dict[str, Any] | None
    extras: tuple[Extra, ...]
    details: dict[str, Any]
    revision: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    also_resource_ids: tuple[int, ...] = ()


# verb -> (states it starts from, state it leads to); None: the policy decides between the states it may lead to
TRANSITIONS: Mapping[str, tuple[tuple[str, ...], str | None]] = {
    "initiate": (("draft",), None),
    "verify": (("awaiting_verification",), None),
    "pay": (("awaiting_payment",), None),
    "confirm": (("draft", *HOLDING), "confirmed"),
    "decline": (HOLDING, "declined"),
    "cancel": (("draft", *ACTIVE), "cancelled"),
    "shelve": (ACTIVE, "draft"),
    "reopen": (("cancelled", "declined", "verification_expired"), "confirmed"),
    "expire": (HOLDING, "verification_expired"),
    "remove": (tuple(state for state in STATES if state != "deleted"), "deleted"),
}


def is_active(item: Item, now: datetime) -> bool:
    """Whether the item occupies its time at `now`; right even when nobody has yet lapsed a hold that is over."""
    return item.state in ACTIVE and (item.expires_at is None or item.expires_at > now)


def state_at(item: Item, now: datetime) -> str:
    """The item's state at `now`: a hold that is over counts as expired, whatever is stored."""
    if item.state in HOLDING and not is_active(item, now):
        return "verification_expired"
    return item.state


def next_state(state: str, verb: str, policy: Policy) -> str:
    """The state that a verb leads to.

    Raises IllegalTransition. Source: MakePlans reference, "Normal state flow" and "Additional parameters" (`confirm`).
    """
    starts, leads_to = TRANSITIONS[verb]
    if state not in starts:
        raise IllegalTransition(state, verb)
    if leads_to is not None:
        return leads_to
    if verb == "initiate" and policy.verification != "none":
        return "awaiting_verification"
    return "awaiting_confirmation" if policy.confirm_manually else "confirmed"
