"""What a patch makes of a booking as a whole: its own words, and each of its items."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from kalends.engine.accounts.account import Account
from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.change_set import Author
from kalends.engine.bookings.create import Booker
from kalends.engine.bookings.item_changes import ItemChange, in_state, revised, revised_booking
from kalends.engine.bookings.layout import (
    PlannedTime,
    layout,
    line_at,
    match_items,
    resources_of,
    spans_of,
    with_extras_kept,
)
from kalends.engine.bookings.new_items import AssignedLine, new_item
from kalends.engine.bookings.patch import BookingPatch, NewTimes
from kalends.engine.bookings.references import References
from kalends.engine.bookings.reminders import with_reminder
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.resolve import ResolvedLine, check_extras, needed
from kalends.engine.bookings.retime import retime, shifted_range
from kalends.engine.bookings.states import ACTIVE, TRANSITIONS, state_at
from kalends.engine.bookings.stored_series import for_customer, repeating, series_of, with_series
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.catalog.resource import Resource
from kalends.engine.details import merged
from kalends.engine.refusals import Fault, IllegalTransition, Invalid, Retired

# state wanted -> the verbs that may lead there
_VERBS = {"confirmed": ("confirm", "reopen"), "draft": ("shelve",), "cancelled": ("cancel",)}

Pairs = list[tuple[Item | None, PlannedTime | None]]


class BookingChange(msgspec.Struct, frozen=True):
    """A booking's change as it is planned: which items it is meant for, and where each is to be."""

    present: BookingWithItems
    patch: BookingPatch
    meant: tuple[ItemView, ...]
    pairs: Pairs


def plan_layout(present: BookingWithItems, patch: BookingPatch, author: Author) -> BookingChange:
    """Which items the patch is meant for, and where each of them is to be if that is to change.

    Items that are over stay as they are while others are not; seats keep their session's time and resource. Raises what
    `retime` raises, Invalid(resource_id, starts_at: blank).
    """
    alive = [one for one in present.items if state_at(one.item, author.at) in ("draft", *ACTIVE)]
    meant = tuple(alive or present.items)
    items = [view.item for view in meant]
    fixed = any(item.session_id is not None for item in items)
    if fixed or (patch.resources is UNSET and patch.times is UNSET):
        return BookingChange(present, patch, meant, [])
    there = resources_of(items)
    resources = there if patch.resources is UNSET else with_extras_kept(patch.resources, there)
    spans = _spans(present, items, patch)
    empty = ("resource_id", resources), ("starts_at", spans)
    if faults := [Fault(name, "blank") for name, given in empty if not given]:
        raise Invalid(*faults)
    return BookingChange(present, patch, meant, match_items(items, layout(resources, spans)))


def changed_booking(booking: Booking, patch: BookingPatch, booker: Booker | None, author: Author) -> Booking | None:
    """The booking with its own words changed, one revision on; None when they are as they were.

    A `booker` is somebody else than before, or (customer None) nobody.
    """
    wanted: dict[str, Any] = {}
    for name in ("title", "comments"):
        if (value := getattr(patch, name)) is not UNSET:
            wanted[name] = value
    if patch.details is not UNSET and patch.details:
        wanted["details"] = merged(booking.details, patch.details)
    changed = _with_repeats(msgspec.structs.replace(booking, **wanted), patch)
    if booker is not None:
        changed = for_customer(changed, booker.customer.id if booker.customer else None)
    return None if changed == booking else revised_booking(changed, author)


def item_changes(
    account: Account, change: BookingChange, booking: Booking, references: References, author: Author
) -> list[ItemChange]:
    """What becomes of the items, those left out that stay as they are.

    Raises NotFound, Retired, NotServed, IllegalTransition, Invalid(extras: not_served; resource_id: not_bookable).
    """
    planned = {item.id: one for item, one in change.pairs if item is not None}
    for one in {one.resource for _, one in change.pairs if one}:
        resource = _bookable(one.resource_id, references, named=change.patch.resources is not UNSET)
        check_extras(one.extras, resource, references)
    meant = {view.item.id for view in change.meant}
    changes = []
    for view in change.present.items:
        item_id = view.item.id
        if item_id in planned and planned[item_id] is None:
            changes.append(in_state(view, "deleted", "remove", author))
        else:
            patch = change.patch if item_id in meant else BookingPatch()
            wanted = _wanted(view, patch, planned.get(item_id), references) | _as_booking(booking, change)
            one_change = _item_change(account, view, wanted, patch, author)
            changes += [one_change] if one_change else []
    return changes + _added(account, change, booking, references, author)


def verb_to(state: str, wanted: str) -> str | None:
    """The verb that leads from one state to another; None when it is there. Raises IllegalTransition."""
    if state == wanted:
        return None
    verbs = _VERBS.get(wanted, ("initiate",))
    for verb in verbs:
        if wanted in _VERBS and state in TRANSITIONS[verb][0]:
            return verb
    raise IllegalTransition(state, verbs[-1])


def main_verb(changes: Sequence[ItemChange]) -> str:
    """The verb of the change as a whole: that of the states if they change; what is left over is removed in passing."""
    return next((change.verb for change in changes if change.verb not in (None, "remove")), None) or "change"


def _spans(present: BookingWithItems, items: Sequence[Item], patch: BookingPatch) -> Sequence[Any]:
    if patch.times is UNSET:
        return spans_of(items)
    if isinstance(patch.times, NewTimes):
        series = series_of(present.booking)
        return retime(spans_of(items), series.repeats if series else None, patch.times)
    return patch.times


def _with_repeats(booking: Booking, patch: BookingPatch) -> Booking:
    series = series_of(booking)
    if patch.repeats is not UNSET and not (series and series.request):
        series = (series or repeating(None)) if patch.repeats else None
    if series and series.repeats and isinstance(patch.times, NewTimes):
        series = msgspec.structs.replace(series, repeats=shifted_range(series.repeats, patch.times))
    return with_series(booking, series)


def _bookable(resource_id: int, references: References, *, named: bool) -> Resource:
    resource = needed("resource", resource_id, references.resources)
    if not resource.active:
        raise Retired("resource")
    if named and resource.kind == "inventory":
        raise Invalid(Fault("resource_id", "not_bookable"))
    return resource


def _as_booking(booking: Booking, change: BookingChange) -> dict[str, Any]:
    """What every item says as its booking does."""
    wanted: dict[str, Any] = {} if change.patch.title is UNSET else {"title": booking.title}
    names_customer = change.patch.customer_id is not UNSET or change.patch.customer is not UNSET
    return wanted | ({"customer_id": booking.customer_id} if names_customer else {})


def _wanted(view: ItemView, patch: BookingPatch, planned: PlannedTime | None, references: References) -> dict[str, Any]:
    """What an item is to be; one that has the whole of its resource has the whole of another."""
    wanted: dict[str, Any] = {} if patch.status is UNSET else {"status": patch.status}
    if planned is None:
        return wanted
    one, span = planned.resource, planned.span
    wanted |= {"resource_id": one.resource_id, "extras": one.extras, "starts_at": span.start, "ends_at": span.end}
    if view.resource and view.item.units == max(1, view.resource.capacity):
        wanted["units"] = max(1, references.resources[one.resource_id].capacity)
    return wanted


def _item_change(
    account: Account, view: ItemView, wanted: Mapping[str, Any], patch: BookingPatch, author: Author
) -> ItemChange | None:
    was, fields = view.item, dict(wanted)
    verb = None if patch.state is UNSET else verb_to(state_at(was, author.at), patch.state)
    if verb is not None:
        cancelled_at = author.at if verb == "cancel" else None
        fields |= {"state": patch.state, "expires_at": None, "cancelled_at": cancelled_at, "cancellation_reason": None}
    if all(getattr(was, name) == value for name, value in fields.items()):
        return None
    change = ItemChange(view, revised(was, author, fields), verb)
    if verb == "reopen" and view.session is not None and (view.session.deleted_at or view.session.archived_at):
        raise Retired("session")
    item = change.item
    if change.claims_anew:
        item = msgspec.structs.replace(item, overlap_allowed=False)
    return ItemChange(view, with_reminder(account, was, item, author.at), verb)


def _added(
    account: Account, change: BookingChange, booking: Booking, references: References, author: Author
) -> list[ItemChange]:
    new = [one for item, one in change.pairs if item is None and one is not None]
    if not new:
        return []
    like = change.meant[0].item
    state = like.state if change.patch.state is UNSET else change.patch.state
    status = like.status if change.patch.status is UNSET else change.patch.status
    added = []
    for item_id, planned in zip(references.item_ids, new, strict=True):
        line = line_at(planned, booking.title, status)
        resource = references.resources[planned.resource.resource_id]
        assigned = AssignedLine(ResolvedLine(line, None, None, resource), resource, (), planned.span)
        request = BookingRequest(lines=(line,), state=state)
        added.append(ItemChange(None, new_item(account, booking, item_id, assigned, request, author)))
    return added
