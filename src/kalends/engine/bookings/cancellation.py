"""Cancels an item, with the reason for people and what a door keeps of it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.engine.accounts.account import Policy
from kalends.engine.bookings.change_set import Author
from kalends.engine.bookings.item_changes import ItemChange, in_state
from kalends.engine.bookings.states import next_state, state_at
from kalends.engine.bookings.views import ItemView
from kalends.engine.details import merged


class Cancellation(msgspec.Struct, frozen=True, kw_only=True):
    """Why an item is cancelled.

    `reason`: in words; None leaves what was said.
    `details`: fields that a door keeps with the item, by the door's name.
    `and_later`: it and the later ones of its series: of its booking or, for a seat, those of the same customer in the
    sessions of its session's series.
    """

    reason: str | None = None
    details: Mapping[str, Any] = {}
    and_later: bool = False


def cancelled(view: ItemView, cancellation: Cancellation, policy: Policy, author: Author) -> ItemChange:
    """The change that cancels an item. Raises IllegalTransition, Invalid(reason: invalid, too_long)."""
    state = next_state(state_at(view.item, author.at), "cancel", policy)
    change = in_state(view, state, "cancel", author, cancellation.reason)
    details = merged(change.item.details, cancellation.details)
    return msgspec.structs.replace(change, item=msgspec.structs.replace(change.item, details=details))
