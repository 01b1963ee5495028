"""Applies a patch to a booking as a whole: to its own fields and to its items."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET

from kalends.engine.accounts.account import Account
from kalends.engine.all_refusals import AllRefusals, check_found
from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.booking_status import verb_to_status
from kalends.engine.bookings.change_set import Author
from kalends.engine.bookings.create import Booker
from kalends.engine.bookings.extras import check_extras, ids_of_extras
from kalends.engine.bookings.item_changes import ItemChange, check_reopened, in_state, revised, revised_booking
from kalends.engine.bookings.layout import (
    PlannedTime,
    ZoneOf,
    by_zone,
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
from kalends.engine.bookings.reminders import reminder_rule, with_reminder
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.resolve import ResolvedLine
from kalends.engine.bookings.retime import SpansByZone, retime, shifted_range
from kalends.engine.bookings.states import TRANSITIONS, state_at
from kalends.engine.bookings.stored_series import given_to, repeating, series_of, with_series
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.catalog.resource import check_active
from kalends.engine.details import merged
from kalends.engine.limits import raise_if_faults, record_text_faults
from kalends.engine.refusals import Fault, IllegalTransition, Invalid

# target state -> the verbs that may lead there
_VERBS = {"confirmed": ("confirm", "reopen"), "draft": ("shelve",), "cancelled": ("cancel",)}

Pairs = list[tuple[Item | None, PlannedTime | None]]


class BookingChange(msgspec.Struct, frozen=True):
    """A planned change of a booking.

    `meant` are the items it applies to; `pairs` match them with their new resources and times, empty if those stay.
    """

    present: BookingWithItems
    patch: BookingPatch
    meant: tuple[ItemView, ...]
    pairs: Pairs


def plan_layout(present: BookingWithItems, patch: BookingPatch, author: Author, zone_of: ZoneOf) -> BookingChange:
    """Which items a patch applies to, and at which resource and time each is to be.

    It applies to drafts and active items; if there are none, to all items. If there are seats among them, their
    resources and times can only be named as they are. A time keeps its hours on the wall clock if it moves to a
    resource in another time zone.

    Raises Invalid(resource_id: blank, fixed; starts_at: blank, fixed, invalid, out_of_range; ends_at: before_start,
    invalid, out_of_range), SeparateTimes, TooManyOccurrences.
    """
    affected = present.current_items(author.at)
    items = [view.item for view in affected]
    if any(item.session_id is not None for item in items):
        _check_stays(present, items, patch, zone_of)
        return BookingChange(present, patch, affected, [])
    if patch.resources is UNSET and patch.times is UNSET:
        return BookingChange(present, patch, affected, [])
    present_resources = resources_of(items)
    resources = present_resources if patch.resources is UNSET else with_extras_kept(patch.resources, present_resources)
    required = ("resource_id", resources), ("starts_at", patch.times)
    if faults := [Fault(name, "blank") for name, values in required if values == ()]:
        raise Invalid(*faults)
    resources_by_zone = by_zone(resources, zone_of)
    spans = _spans(present, by_zone(items, zone_of), patch, resources_by_zone)
    planned = [time for zone, in_zone in resources_by_zone.items() for time in layout(in_zone, spans[zone])]
    return BookingChange(present, patch, affected, match_items(items, sorted(planned, key=attrgetter("span"))))


def changed_booking(booking: Booking, patch: BookingPatch, booker: Booker | None, author: Author) -> Booking | None:
    """The booking with its own fields changed, as its next revision; None if nothing changes.

    `booker` is its new customer (Booker() for nobody); None leaves the customer. Raises Invalid(title, comments:
    invalid, too_long).
    """
    raise_if_faults(record_text_faults(patch, ("title",), ("comments",)))
    fields: dict[str, Any] = {}
    for name in ("title", "comments", "booking_status_id"):
        if (value := getattr(patch, name)) is not UNSET:
            fields[name] = value
    if patch.details is not UNSET and patch.details:
        fields["details"] = merged(booking.details, patch.details)
    changed = _with_repeats(msgspec.structs.replace(booking, **fields), patch)
    if booker is not None:
        changed = given_to(changed, booker.customer.id if booker.customer else None)
    return None if changed == booking else revised_booking(changed, author)


def item_changes(
    account: Account, change: BookingChange, booking: Booking, references: References, author: Author
) -> list[ItemChange]:
    """The changed, removed and added items of a booking, without those that stay the same.

    Raises NotFound(resource, service), Retired(resource, session), IllegalTransition, Invalid(extras: not_served;
    resource_id: not_bookable).
    """
    planned_by_id = {item.id: planned for item, planned in change.pairs if item is not None}
    _check_resources(change, references)
    affected_ids = {view.item.id for view in change.meant}
    changes = []
    for view in change.present.items:
        item_id = view.item.id
        if item_id in planned_by_id and planned_by_id[item_id] is None:
            changes.append(in_state(view, "deleted", "remove", author))
            continue
        patch = change.patch if item_id in affected_ids else BookingPatch()
        fields = _new_fields(view, patch, planned_by_id.get(item_id), references) | _booking_fields(
            view, booking, change
        )
        if item_change := _item_change(account, view, fields, patch, references, author):
            changes.append(item_change)
    return changes + _added_items(account, change, booking, references, author)


def verb_to(state: str, target: str) -> str | None:
    """The verb that leads from one state to another; None if they are the same. Raises IllegalTransition."""
    if state == target:
        return None
    verbs = _VERBS.get(target, ("initiate",))
    for verb in verbs:
        if target in _VERBS and state in TRANSITIONS[verb][0]:
            return verb
    raise IllegalTransition(state, verbs[-1])


def main_verb(changes: Sequence[ItemChange]) -> str:
    """The journal's verb for the change as a whole: the verb of its state change other than removal, else `change`."""
    return next((change.verb for change in changes if change.verb not in (None, "remove")), None) or "change"


def _spans(
    present: BookingWithItems, items: Mapping[ZoneInfo, Sequence[Item]], patch: BookingPatch, zones: Iterable[ZoneInfo]
) -> SpansByZone:
    """The times in each of the zones. Without new times these are the present ones, at the same hours of each wall."""
    if isinstance(patch.times, tuple):
        return dict.fromkeys(zones, patch.times)
    spans = {zone: spans_of(in_zone) for zone, in_zone in items.items()}
    series = series_of(present.booking)
    new = NewTimes() if patch.times is UNSET else patch.times
    return retime(spans, series.repeats if series else None, new, zones)


def _check_stays(present: BookingWithItems, items: Sequence[Item], patch: BookingPatch, zone_of: ZoneOf) -> None:
    """Raises Invalid(resource_id, starts_at: fixed) if a patch gives items other resources or times."""
    faults = []
    if patch.resources is not UNSET:
        resource_ids = {resource.resource_id for resource in patch.resources}
        faults += [] if resource_ids == {item.resource_id for item in items} else [Fault("resource_id", "fixed")]
    if patch.times is not UNSET:
        rows = by_zone(items, zone_of)
        spans = _spans(present, rows, patch, rows)
        stays = all(sorted(set(spans[zone])) == list(spans_of(in_zone)) for zone, in_zone in rows.items())
        faults += [] if stays else [Fault("starts_at", "fixed")]
    raise_if_faults(faults)


def _with_repeats(booking: Booking, patch: BookingPatch) -> Booking:
    series = series_of(booking)
    if patch.repeats is not UNSET and not (series and series.request):
        series = (series or repeating(None)) if patch.repeats else None
    if series and series.repeats and isinstance(patch.times, NewTimes):
        series = msgspec.structs.replace(series, repeats=shifted_range(series.repeats, patch.times))
    return with_series(booking, series)


def _check_resources(change: BookingChange, references: References) -> None:
    """Raises, for all resources at once, NotFound(resource, service), Retired(resource), Invalid(extras: not_served;
    resource_id: not_bookable)."""
    refusals = AllRefusals()
    are_new = change.patch.resources is not UNSET
    for requested in dict.fromkeys(planned.resource for _, planned in change.pairs if planned):
        with refusals:
            own = ("resource", [requested.resource_id], references.resources)
            check_found(own, *ids_of_extras(requested.extras, references))
            resource = references.resources[requested.resource_id]
            check_active([resource])
            if are_new and resource.kind == "inventory":
                raise Invalid(Fault("resource_id", "not_bookable"))
            check_extras(requested.extras, resource, references)
    refusals.raise_any()


def _booking_fields(view: ItemView, booking: Booking, change: BookingChange) -> dict[str, Any]:
    """The patched fields that an item copies from its booking. What the old customer booked for another is theirs."""
    fields: dict[str, Any] = {} if change.patch.title is UNSET else {"title": booking.title}
    names_customer = change.patch.customer_id is not UNSET or change.patch.customer is not UNSET
    item, booker_id = view.item, change.present.booking.customer_id
    is_for_another = booker_id not in (None, item.customer_id) and item.booked_by_customer_id == booker_id
    return fields | ({"customer_id": booking.customer_id} if names_customer and not is_for_another else {})


def _new_fields(
    view: ItemView, patch: BookingPatch, planned: PlannedTime | None, references: References
) -> dict[str, Any]:
    """The new fields of one item. If it has the whole of its resource, it gets the whole of the new one."""
    given = {"status": patch.status, "booking_status_id": patch.booking_status_id}
    fields: dict[str, Any] = {name: value for name, value in given.items() if value is not UNSET}
    if planned is None:
        return fields
    resource_id = planned.resource.resource_id
    fields |= {
        "resource_id": resource_id,
        "extras": planned.resource.extras,
        "starts_at": planned.span.start,
        "ends_at": planned.span.end,
    }
    if view.resource and view.item.units == max(1, view.resource.capacity):
        fields["units"] = max(1, references.resources[resource_id].capacity)
    return fields


def _item_change(
    account: Account,
    view: ItemView,
    new_fields: Mapping[str, Any],
    patch: BookingPatch,
    references: References,
    author: Author,
) -> ItemChange | None:
    was, fields = view.item, dict(new_fields)
    verb = _verb(patch, state_at(was, author.at))
    if verb is not None:
        cancelled_at = author.at if verb == "cancel" else None
        fields |= {"state": patch.state, "expires_at": None, "cancelled_at": cancelled_at, "cancellation_reason": None}
    if all(getattr(was, name) == value for name, value in fields.items()):
        return None
    change = ItemChange(view, revised(was, author, fields), verb)
    if verb == "reopen":
        check_reopened(view)
    item = change.item
    if change.claims_anew:
        item = msgspec.structs.replace(item, overlap_allowed=False)
    return ItemChange(view, _with_reminder(account, view, item, references, author), verb)


def _with_reminder(account: Account, view: ItemView, item: Item, references: References, author: Author) -> Item:
    is_elsewhere = item.resource_id != view.item.resource_id
    resource = references.resources.get(item.resource_id or 0)
    rule = reminder_rule(account, references.time_zone_of(resource) if is_elsewhere else view.time_zone)
    old_rule = reminder_rule(account, view.time_zone)
    return with_reminder(view.item, item, author.at, rule=rule, old_rule=old_rule)


def _verb(patch: BookingPatch, state: str) -> str | None:
    if patch.state is UNSET:
        return None
    return verb_to(state, patch.state) if patch.booking_status_id is UNSET else verb_to_status(state, patch.state)


def _added_items(
    account: Account, change: BookingChange, booking: Booking, references: References, author: Author
) -> list[ItemChange]:
    new_times = [planned for item, planned in change.pairs if item is None and planned is not None]
    if not new_times:
        return []
    model = change.meant[0].item
    state = model.state if change.patch.state is UNSET else change.patch.state
    status = model.status if change.patch.status is UNSET else change.patch.status
    added = []
    for item_id, planned in zip(references.item_ids, new_times, strict=True):
        line = line_at(planned, booking.title, status)
        resource = references.resources[planned.resource.resource_id]
        assigned = AssignedLine(ResolvedLine(line, None, None, resource), resource, (), planned.span)
        request = BookingRequest(lines=(line,), state=state)
        added.append(
            ItemChange(
                None,
                new_item(
                    account, booking, item_id, assigned, request, author, time_zone=references.time_zone_of(resource)
                ),
            )
        )
    return added
