"""What a booking came to, in one word: confirmed, cancelled, or the customer did not come."""

from typing import Any, Literal

import msgspec

from kalends.engine.accounts.account import Policy
from kalends.engine.bookings.change_set import Author
from kalends.engine.bookings.item_changes import ItemChange, in_state, revised
from kalends.engine.bookings.states import ACTIVE, next_state, state_at
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import IllegalTransition

Outcome = Literal["confirmed", "cancelled", "no_show"]


class OutcomePatch(msgspec.Struct, frozen=True):
    """What an item is to come to; `reason` is why it is cancelled, None leaves what was said."""

    outcome: Outcome
    reason: str | None = None


def item_with_outcome(view: ItemView, patch: OutcomePatch, policy: Policy, author: Author) -> ItemChange | None:
    """The change that gives an item this outcome; None if nothing is to change.

    A cancelled item that is confirmed takes its time anew, and a customer who did not come is expected again. Raises
    IllegalTransition for what was deleted, and for a customer who is not expected and can't fail to come.
    """
    item, state = view.item, state_at(view.item, author.at)
    if patch.outcome == "cancelled":
        if state in ACTIVE or state == "draft":
            return in_state(view, next_state(state, "cancel", policy), "cancel", author, patch.reason)
        fields: dict[str, Any] = {} if patch.reason is None else {"cancellation_reason": patch.reason}
        return _changed(view, fields, author)
    if patch.outcome == "no_show":
        if state not in ACTIVE:
            raise IllegalTransition(state, "status")
        return _changed(view, {"status": "no_show"}, author)
    fields = {"status": None} if item.status == "no_show" else {}
    if state == "confirmed":
        return _changed(view, fields, author)
    verb = "confirm" if state in ACTIVE or state == "draft" else "reopen"
    change = in_state(view, next_state(state, verb, policy), verb, author)
    return ItemChange(view, msgspec.structs.replace(change.item, **fields), verb)


def _changed(view: ItemView, fields: dict[str, Any], author: Author) -> ItemChange | None:
    if all(getattr(view.item, name) == value for name, value in fields.items()):
        return None
    return ItemChange(view, revised(view.item, author, fields))
