"""The operations on items."""

from functools import partial

from kalends.api.expansions import OF_ITEMS
from kalends.api.handlers import items
from kalends.api.lists import List
from kalends.api.operations import Operation, Tracked
from kalends.api.schemas.items import Cancelled, Item, ItemMove, ItemPatch, ItemPath, ListItems, Told, Verification
from kalends.api.tables.refusals import MOVED
from kalends.engine.refusals import (
    Full,
    IllegalTransition,
    NotServed,
    Retired,
    Stale,
    TooManyAttempts,
    WrongCode,
)

_ITEM = "/items/{item_id}"
_TRACKED = Tracked("item", "item_id", items.show)

_on_item = partial(Operation, tag="Items", params=ItemPath, tracked=_TRACKED, expansions=OF_ITEMS)
_post = partial(_on_item, method="POST", scope="book", answers={200: Item})


def _verb(name: str, verb: str, summary: str, *refusals: type[Exception]) -> Operation:
    """A verb of the table of states."""
    return _post(
        path=f"{_ITEM}/{name}",
        handler=items.by_verb(verb),
        id=f"{name}_item",
        summary=summary,
        body=Told,
        refusals=(IllegalTransition, Stale, *refusals),
    )


def _status(name: str, status: str, summary: str) -> Operation:
    """How a customer attended."""
    return _post(
        path=f"{_ITEM}/{name}",
        handler=items.by_status(status),
        id=f"{name.replace('-', '_')}_item",
        summary=summary,
        refusals=(IllegalTransition, Stale),
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/items",
        handler=items.listing,
        id="list_items",
        summary="List items",
        description="Times of bookings, seats and blocked times, in order of time. Those that overlap `from` and `to`.",
        tag="Items",
        scope="read",
        params=ListItems,
        expansions=OF_ITEMS,
        answers={200: List[Item]},
    ),
    _on_item(
        method="GET",
        path=_ITEM,
        handler=items.show,
        id="get_item",
        summary="Show an item",
        description="In any state, deleted ones included.",
        scope="read",
        answers={200: Item},
    ),
    _on_item(
        method="PATCH",
        path=_ITEM,
        handler=items.change,
        id="change_item",
        summary="Change an item",
        description="With `scope`, the others of its booking are moved by as much, all or none.",
        scope="book",
        body=ItemPatch,
        answers={200: Item},
        refusals=MOVED,
    ),
    _on_item(
        method="DELETE",
        path=_ITEM,
        expansions={},
        handler=items.remove,
        id="remove_item",
        summary="Remove an item",
        description="Its time is free again. Removing it again changes nothing.",
        scope="book",
        answers={204: None},
        refusals=(Stale,),
    ),
    _post(
        path=f"{_ITEM}/move",
        handler=items.move,
        id="move_item",
        summary="Move an item",
        description=(
            "To another time, another resource, or another session. What is taken is refused with what is in the way, "
            "and with the nearest free times."
        ),
        body=ItemMove,
        refusals=MOVED,
    ),
    _verb("confirm", "confirm", "Confirm an item", Full, NotServed, Retired),
    _verb("decline", "decline", "Decline an item"),
    _post(
        path=f"{_ITEM}/verify",
        handler=items.verify,
        id="verify_item",
        summary="Verify an item",
        description="Each try of a code counts, whatever comes of it.",
        body=Verification,
        refusals=(IllegalTransition, Stale, WrongCode),
    ),
    _post(
        path=f"{_ITEM}/send-code",
        handler=items.send_code,
        id="send_code_of_item",
        summary="Send a new verification code",
        refusals=(IllegalTransition, Stale, TooManyAttempts),
    ),
    _post(
        path=f"{_ITEM}/cancel",
        handler=items.cancel,
        id="cancel_item",
        summary="Cancel an item",
        description="With `scope` following, those later ones of its series that can be cancelled too.",
        body=Cancelled,
        refusals=(IllegalTransition, Stale),
    ),
    _verb("restore", "reopen", "Restore what was cancelled, declined or has expired", Full, NotServed, Retired),
    _status("check-in", "checked_in", "Record that the customer has come"),
    _status("complete", "completed", "Record that it is completed"),
    _status("no-show", "no_show", "Record that the customer did not come"),
)
