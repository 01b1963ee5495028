"""The states of items, and the table of transitions between them.

An item occupies its time while it is active: awaiting something or confirmed, and not past `expires_at`.
"""

from collections.abc import Mapping
from datetime import datetime

from kalends.engine.accounts.account import Policy
from kalends.engine.bookings.booking import Item
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
# verb -> (states in which it is allowed, resulting state); None: the account's policy decides, see `next_state`
TRANSITIONS: Mapping[str, tuple[tuple[str, ...], str | None]] = {
    "initiate": (("draft",), None),
    "verify": (("awaiting_verification",), None),
    "send_code": (("awaiting_verification",), "awaiting_verification"),
    "pay": (("awaiting_payment",), None),
    "confirm": (("draft", *HOLDING), "confirmed"),
    "decline": (HOLDING, "declined"),
    "cancel": (("draft", *ACTIVE), "cancelled"),
    "shelve": (ACTIVE, "draft"),
    "request_confirmation": (
        ("draft", "confirmed", "declined", "cancelled", "verification_expired"),
        "awaiting_confirmation",
    ),
    "reopen": (("cancelled", "declined", "verification_expired"), "confirmed"),
    "expire": (HOLDING, "verification_expired"),
    "remove": (tuple(state for state in STATES if state != "deleted"), "deleted"),
}


def is_active(item: Item, now: datetime) -> bool:
    """Whether the item occupies its time at `now`. A hold past its end does not, even if not yet stored as expired."""
    return item.state in ACTIVE and (item.expires_at is None or item.expires_at > now)


def state_at(item: Item, now: datetime) -> str:
    """The item's state at `now`: a hold past its end counts as expired, whatever state is stored."""
    if item.state in HOLDING and not is_active(item, now):
        return "verification_expired"
    return item.state


def next_state(state: str, verb: str, policy: Policy) -> str:
    """The state that a verb leads to from `state`.

    Raises IllegalTransition. Source: MakePlans reference, "Normal state flow" and "Additional parameters" (`confirm`).
    """
    allowed_states, leads_to = TRANSITIONS[verb]
    if state not in allowed_states:
        raise IllegalTransition(state, verb)
    if leads_to is not None:
        return leads_to
    if verb == "initiate" and policy.verification != "none":
        return "awaiting_verification"
    return "awaiting_confirmation" if policy.confirm_manually else "confirmed"
