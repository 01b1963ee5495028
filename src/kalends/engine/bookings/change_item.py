"""Applies a patch to one item."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET

from kalends.engine.accounts.account import Account
from kalends.engine.all_refusals import AllRefusals, check_found
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.change_set import Author
from kalends.engine.bookings.create import Booker
from kalends.engine.bookings.extras import check_extras, extras_faults, units_faults
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.item_changes import OCCUPYING, ItemChange, revised
from kalends.engine.bookings.new_items import check_hold
from kalends.engine.bookings.patch import LINES, TEXTS, ItemPatch, SessionPatch
from kalends.engine.bookings.references import ReferenceIds, References, ids_in_extras, named_ids, require
from kalends.engine.bookings.reminders import reminder_rule, with_reminder
from kalends.engine.bookings.resolve import (
    check_attended,
    check_service,
    check_state_and_status,
)
from kalends.engine.bookings.states import HOLDING
from kalends.engine.bookings.terms import check_serves
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.resource import Resource, check_active, check_site
from kalends.engine.catalog.service import Service
from kalends.engine.details import merged
from kalends.engine.limits import length_faults, raise_if_faults, record_text_faults
from kalends.engine.patch import changes, is_same
from kalends.engine.refusals import Fault, Retired
from kalends.engine.time.clock import begun_at, from_wall, to_wall
from kalends.engine.time.span import Span

P = TypeVar("P", ItemPatch, SessionPatch)
T = TypeVar("T", Item, GroupSession)
_SESSION_FIELDS = ("starts_at", "ends_at", "resource_id", "service_id")
_NULLABLE = {"service_id"}
_NOT_ITEM_FIELDS = ("customer", "overlap_allowed", "if_taken", "site_id", "resource_kind", "remind")


def given_fields(view: ItemView, patch: ItemPatch) -> dict[str, Any]:
    """The fields of an item that a patch changes, with their new values.

    Ignored are times, resource and service of a seat, which are its session's (see `check_seat`); nulls for required
    fields; and `expires_at` of an item that is no hold.
    """
    item = view.item
    fields = {name: value for name, value in changes(patch).items() if name not in _NOT_ITEM_FIELDS}
    fixed = _SESSION_FIELDS if item.session_id is not None or fields.get("session_id") else ()
    nulls = [name for name in OCCUPYING if fields.get(name, UNSET) is None and name not in _NULLABLE]
    for name in (*fixed, *nulls, *(() if item.state in HOLDING else ("expires_at",))):
        fields.pop(name, None)
    if "details" in fields:
        fields["details"] = merged(item.details, dict(_without_new_nulls(item.details, fields["details"] or {})))
    return {name: value for name, value in fields.items() if not is_same(value, getattr(item, name))}


def check_seat(item: Item, patch: ItemPatch) -> None:
    """Whether a patch leaves a seat's times, resource and service as they are: they are its session's.

    A patch that moves the seat to another session may say of them what it likes. Raises Invalid(starts_at, ends_at,
    resource_id, service_id: fixed).
    """
    if item.session_id is None or patch.session_id not in (UNSET, None, item.session_id):
        return
    sent = ((name, getattr(patch, name)) for name in _SESSION_FIELDS)
    raise_if_faults(
        Fault(name, "fixed")
        for name, value in sent
        if value is not UNSET and value is not None and not is_same(value, getattr(item, name))
    )


def keeps_length(patch: ItemPatch) -> bool:
    """Whether a patch moves only the start of an item."""
    return isinstance(patch.starts_at, datetime) and not isinstance(patch.ends_at, datetime)


def with_length(patch: ItemPatch, item: Item, zone: ZoneInfo) -> ItemPatch:
    """A patch that moves only the start of an item, with the end that keeps its length on the wall clock of `zone`."""
    assert isinstance(patch.starts_at, datetime)
    span = begun_at(Span(item.starts_at, item.ends_at), patch.starts_at, zone)
    return msgspec.structs.replace(patch, ends_at=span.end)


def named_by_change(view: ItemView, fields: Mapping[str, Any], patch: ItemPatch) -> ReferenceIds:
    """The ids to look up before these fields of an item are changed (see `given_fields`) by a patch."""
    if not fields.keys() & set(OCCUPYING):
        services, resources = frozenset[int](), frozenset[int]()
    else:
        inventories, products = ids_in_extras(fields.get("extras", ()))
        service_id = fields.get("service_id", view.item.service_id)
        services = products | ({service_id} if service_id is not None else set())
        resources = inventories | set(fields.get("also_resource_ids", ()))
        resources |= {fields["resource_id"]} if "resource_id" in fields else set()
    return ReferenceIds(
        resources=resources,
        services=services,
        sessions=named_ids([fields.get("session_id")]),
        customers=named_ids([fields.get("customer_id"), fields.get("booked_by_customer_id")]),
        cases=named_ids([fields.get("case_id")]),
        sites=named_ids([_new_site_id(view, patch)]),
    )


def patched(
    account: Account,
    view: ItemView,
    given: Mapping[str, Any],
    patch: ItemPatch,
    references: References,
    author: Author,
) -> ItemChange | None:
    """The change of an item to the fields `given` (from `given_fields`); None if nothing changes.

    Raises NotFound(service, resource, session, site, customer, booked_by_customer, case), Retired(service, resource,
    session), NotServed, TooMany, Invalid(units: not_positive, out_of_range; extras: invalid, not_positive,
    out_of_range, not_served; status: unknown; expires_at: past; ends_at: before_start, out_of_range; service_id:
    not_bookable; session_id: blank; site_id: not_served; every text: invalid, too_long).
    """
    was = view.item
    fields = dict(given)
    _check_given(view, fields, patch, references)
    session = references.sessions.get(fields.get("session_id") or 0, view.session)
    if "session_id" in fields and session is not None:
        fields |= _seat_in(session)
    moved = any(getattr(was, name) != value for name, value in fields.items() if name in OCCUPYING)
    after = _with_relations(view, fields, session, references)
    refusals = AllRefusals()
    with refusals:
        check_site(after.resource, None if patch.site_id is UNSET else patch.site_id)
    if moved:
        with refusals:
            _check_moved(after, fields, references)
        fields["overlap_allowed"] = patch.overlap_allowed
    if "expires_at" in fields:
        with refusals:
            check_hold(fields["expires_at"], author.at)
    refusals.raise_any()
    item = revised(was, author, fields)
    if patch.remind or "reminder_at" not in fields:
        rule, old_rule = reminder_rule(account, after.time_zone), reminder_rule(account, view.time_zone)
        item = with_reminder(was, item, author.at, rule=rule, old_rule=old_rule, anew=patch.remind)
    if item == revised(was, author, {}):
        return None
    return ItemChange(msgspec.structs.replace(after, item=was), item)


def viewed(change: ItemChange, references: References, booker: Booker | None = None) -> ItemView:
    """The item after a change, with its customer; the other relations are those from before."""
    assert change.was is not None
    item, was = change.item, change.was
    customer = was.customer
    if booker and booker.customer:
        customer = booker.customer
    elif item.customer_id != was.item.customer_id:
        customer = references.customers.get(item.customer_id or 0)
    return msgspec.structs.replace(was, item=item, customer=customer if item.customer_id is not None else None)


def shifted_patch(patch: P, anchor: T, item: T, zone: ZoneInfo) -> P:
    """The patch of `anchor`, turned into one of `item` of the same booking, or of another session of the same series.

    A new time moves `item` by as much as `anchor` on the wall clock of `zone`, and makes it as long.
    """
    starts_at, ends_at = patch.starts_at, patch.ends_at
    if not isinstance(starts_at, datetime) and not isinstance(ends_at, datetime):
        return patch
    old_start, old_end = to_wall(anchor.starts_at, zone), to_wall(anchor.ends_at, zone)
    new_start = to_wall(starts_at, zone) if isinstance(starts_at, datetime) else old_start
    new_end = to_wall(ends_at, zone) if isinstance(ends_at, datetime) else new_start + (old_end - old_start)
    start = to_wall(item.starts_at, zone) + (new_start - old_start)
    return msgspec.structs.replace(
        patch, starts_at=from_wall(start, zone), ends_at=from_wall(start + (new_end - new_start), zone)
    )


def _new_site_id(view: ItemView, patch: ItemPatch) -> int | None:
    """The site that a patch names, if the item is not there already."""
    site_id = None if patch.site_id is UNSET else patch.site_id
    return None if view.resource and view.resource.site_id == site_id else site_id


def _check_given(view: ItemView, fields: Mapping[str, Any], patch: ItemPatch, references: References) -> None:
    """Whether the new fields have values that they can have, and name what is there."""
    refusals = AllRefusals()
    with refusals:
        check_state_and_status(None, fields.get("status"))
    with refusals:
        raise_if_faults(record_text_faults(patch, LINES, (*TEXTS, "cancellation_reason")))
    with refusals:
        raise_if_faults(
            [*(units_faults("units", fields["units"]) if "units" in fields else ()), *extras_faults(_extras(fields))]
        )
    customer_id = fields.get("customer_id", view.item.customer_id)
    with refusals:
        check_found(
            ("session", [fields.get("session_id")], references.sessions),
            ("service", [fields.get("service_id")], references.services),
            ("resource", [fields.get("resource_id")], references.resources_of_kind(patch.resource_kind)),
            ("resource", fields.get("also_resource_ids", ()), references.resources),
            ("site", [_new_site_id(view, patch)], references.sites),
            ("booked_by_customer", [fields.get("booked_by_customer_id")], references.customers),
            ("case", [fields.get("case_id")], references.cases_of(customer_id)),
        )
    refusals.raise_any()


def _check_moved(after: ItemView, fields: Mapping[str, Any], references: References) -> None:
    start, end = (fields.get(name, getattr(after.item, name)) for name in ("starts_at", "ends_at"))
    refusals = AllRefusals()
    with refusals:
        raise_if_faults(length_faults(start, end))
    with refusals:
        check_service(after.service, fields.get("units", after.item.units))
    with refusals:
        if "service_id" in fields:
            check_attended(after.service, after.session)
    with refusals:
        if after.session is not None and (after.session.deleted_at or after.session.archived_at):
            raise Retired("session")
    if after.resource is not None:
        service = None if after.session else after.service
        with refusals:
            check_serves(after.resource, service, references.overrides.get(service.id, ()) if service else ())
        with refusals:
            check_extras(_extras(fields), after.resource, references)
    with refusals:
        check_active(references.resources[resource_id] for resource_id in fields.get("also_resource_ids", ()))
    refusals.raise_any()


def _extras(fields: Mapping[str, Any]) -> Sequence[Extra]:
    extras: Sequence[Extra] = fields.get("extras", ())
    return extras


def _with_relations(
    view: ItemView, fields: Mapping[str, Any], session: GroupSession | None, references: References
) -> ItemView:
    service: Service | None = view.service
    resource: Resource | None = view.resource
    time_zone = view.time_zone
    if "service_id" in fields:
        service = (
            None if fields["service_id"] is None else require("service", fields["service_id"], references.services)
        )
    elif view.item.service_id in references.services:
        service = references.services[view.item.service_id]
    if "resource_id" in fields:
        resource_id = fields["resource_id"]
        resource = None if resource_id is None else require("resource", resource_id, references.resources)
        time_zone = references.time_zone_of(resource)
    return msgspec.structs.replace(view, service=service, resource=resource, session=session, time_zone=time_zone)


def _seat_in(session: GroupSession) -> dict[str, Any]:
    return {
        "kind": "seat",
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "service_id": session.service_id,
        "resource_id": session.resource_id,
    }


def _without_new_nulls(present: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The given details without nulls for fields that are not stored: writing back what was read changes nothing."""
    for door, fields in given.items():
        stored = present.get(door, {})
        if kept := {name: value for name, value in fields.items() if value is not None or name in stored}:
            yield door, kept


def in_scope(views: Sequence[ItemView], anchor: ItemView, scope: str) -> list[ItemView]:
    """The items to which a change of `anchor` applies (scope `this`, `following` or `all`), without deleted ones."""
    remaining = [view for view in views if view.item.state != "deleted"]
    if scope == "following":
        return [view for view in remaining if view.item.starts_at >= anchor.item.starts_at]
    return remaining if scope == "all" else [view for view in remaining if view.item.id == anchor.item.id]
