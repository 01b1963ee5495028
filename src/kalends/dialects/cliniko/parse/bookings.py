"""Requests about appointments, group appointments and blocks: what is made, changed, and repeated by a rule."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.bookings import ARRIVED, DID_NOT_ARRIVE, REPEAT_RULE
from kalends.dialects.cliniko.fields.group_appointments import GROUP_APPOINTMENT, max_attendees
from kalends.dialects.cliniko.fields.individual_appointments import ATTENDANCE, INDIVIDUAL_APPOINTMENT
from kalends.dialects.cliniko.fields.practitioners import PERSON
from kalends.dialects.cliniko.fields.repeat_rules import Rule
from kalends.dialects.cliniko.fields.unavailable_blocks import UNAVAILABLE_BLOCK
from kalends.dialects.cliniko.fields.view import DOOR
from kalends.dialects.cliniko.parse.reader import Reader, without_shown
from kalends.dialects.kit.fields import Line
from kalends.dialects.kit.patches import patch_of
from kalends.engine.bookings.block import ResourceBlockRequest
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.patch import ItemPatch, SessionPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import Fault
from kalends.engine.time.repeat_rule import RepeatRule

_LISTED = ("service_id", "site_id", "resource_id")
"""Ids of which some records name a list."""
_PLACE = ("site_id", "resource_id", "starts_at")


class NewAppointment(msgspec.Struct, frozen=True):
    """An appointment to be booked, and the rule by which it repeats."""

    request: BookingRequest
    rule: RepeatRule | None


class NewGroup(msgspec.Struct, frozen=True):
    """A group appointment to be planned, and the rule by which it repeats."""

    patch: SessionPatch
    rule: RepeatRule | None


def parse_appointment(params: Mapping[str, Any], ctx: Context) -> NewAppointment:
    """A new individual appointment. It may overlap what its practitioner has then.

    Raises Invalid(service_id, site_id, customer_id, resource_id, starts_at: blank; and any field that can't be read).
    """
    reader = Reader(ctx, params)
    fields, details = _new(reader, INDIVIDUAL_APPOINTMENT, "service_id", "customer_id")
    status = _attendance(reader, None)
    reader.done()
    customer_id = fields.pop("customer_id")
    details_of_door = {DOOR: details} if details else {}
    line = RequestedLine(**fields, resource_kind=PERSON, details=details_of_door, status=status or None)
    return NewAppointment(
        BookingRequest(lines=(line,), customer_id=customer_id, on_conflict="overlap"), _rule_of(details)
    )


def parse_appointment_change(params: Mapping[str, Any], ctx: Context, present: ItemView) -> ItemPatch:
    """A change of an individual appointment: only the fields that were sent. Where it is moved it may overlap.

    Raises Invalid(repeat_rule: fixed; and any field that can't be read).
    """
    reader = Reader(ctx, params)
    fields = _changed(reader, INDIVIDUAL_APPOINTMENT, present.item.details)
    status = _attendance(reader, present)
    reader.done()
    if status is not UNSET:
        fields["status"] = status
    changed = _without_nulls(fields, "notes", "case_id", "status")
    return patch_of(ItemPatch, {**changed, "if_taken": "overlap", "resource_kind": PERSON})


def parse_group(params: Mapping[str, Any], ctx: Context) -> NewGroup:
    """A new group appointment. Raises Invalid(service_id, site_id, resource_id, starts_at: blank; and any field that
    can't be read).
    """
    reader = Reader(ctx, params)
    fields, details = _new(reader, GROUP_APPOINTMENT, "service_id")
    reader.done()
    details_of_door = {"details": {DOOR: details}} if details else {}
    patch = patch_of(SessionPatch, {**fields, **details_of_door, "resource_kind": PERSON})
    return NewGroup(patch, _rule_of(details))


def parse_group_change(params: Mapping[str, Any], ctx: Context, present: GroupSession) -> SessionPatch:
    """A change of a group appointment: only the fields that were sent.

    Raises Invalid(repeat_rule: fixed; and any field that can't be read).
    """
    reader = Reader(ctx, params)
    fields = _changed(reader, GROUP_APPOINTMENT, present.details)
    reader.done()
    fields = without_shown(_without_nulls(fields, "notes"), capacity=max_attendees(present))
    return patch_of(SessionPatch, {**fields, "resource_kind": PERSON})


def parse_block(params: Mapping[str, Any], ctx: Context) -> ResourceBlockRequest:
    """A new block.

    Raises Invalid(site_id, resource_id, starts_at, ends_at: blank; and any field that can't be read).
    """
    reader = Reader(ctx, params)
    fields, details = _new(reader, UNAVAILABLE_BLOCK, "ends_at")
    reader.done()
    details_of_door = {DOOR: details} if details else {}
    return ResourceBlockRequest(**fields, resource_kind=PERSON, rule=_rule_of(details), details=details_of_door)


def parse_block_change(params: Mapping[str, Any], ctx: Context, present: ItemView) -> ItemPatch:
    """A change of a block: only the fields that were sent.

    Raises Invalid(repeat_rule: fixed; and any field that can't be read).
    """
    reader = Reader(ctx, params)
    fields = _changed(reader, UNAVAILABLE_BLOCK, present.item.details)
    reader.done()
    return patch_of(ItemPatch, {**_without_nulls(fields), "resource_kind": PERSON})


def parse_ids(params: Mapping[str, Any], ctx: Context, table: Sequence[Line]) -> BookingRequest:
    """What a request names in the fields of a table, as far as that can be read; a case with its patient only.

    Each id of a list, such as `resource_ids`, is one of a line of its own.
    """
    fields = Reader(ctx, params).fields(table)
    names = ("session_id", *_LISTED, *(["case_id"] if fields.get("customer_id") else []))
    lines = [{name: fields[name] for name in names if fields.get(name) is not None}]
    lines += [{name: id_} for name in _LISTED for id_ in fields.get(f"{name}s") or ()]
    return BookingRequest(
        lines=tuple(RequestedLine(**ids, resource_kind=PERSON) for ids in lines), customer_id=fields.get("customer_id")
    )


def status_of(arrived: bool | None) -> str | None:
    """The engine's status for `arrived`."""
    if arrived is None:
        return None
    return ARRIVED[0] if arrived else DID_NOT_ARRIVE


def changed_status(arrived: bool | None, present: ItemView) -> str | UnsetType | None:
    """The engine's status for `arrived`; UNSET if the present one says that somebody has arrived, and so does this."""
    return UNSET if arrived and present.item.status in ARRIVED else status_of(arrived)


def _new(reader: Reader, table: Sequence[Line], *required: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of a new record, without nulls, and what details keep of it."""
    fields = reader.fields(table)
    reader.check_present(fields, *required, *_PLACE)
    reader.check_end(fields)
    details = reader.new_details(DOOR, table).get("details", {}).get(DOOR, {})
    return {name: value for name, value in fields.items() if value is not None}, details


def _changed(reader: Reader, table: Sequence[Line], details: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a change. The repeats of a record are made with it: their rule can only be sent back as it is."""
    fields = reader.fields(table) | reader.changed_details(DOOR, table)
    reader.check_end(fields)
    kept = fields.get("details", {}).get(DOOR, {})
    rule = kept.pop(REPEAT_RULE, UNSET)
    if (None if rule is UNSET else rule) != details.get(DOOR, {}).get(REPEAT_RULE) and REPEAT_RULE in reader.sent:
        reader.faults.append(Fault(REPEAT_RULE, "fixed"))
    return fields


def _attendance(reader: Reader, present: ItemView | None) -> str | UnsetType | None:
    """The status of `patient_arrived` and `did_not_arrive`; UNSET if neither was sent, or it is so already."""
    sent = reader.fields(ATTENDANCE)
    if not sent:
        return UNSET
    if sent.get("arrived") and sent.get("did_not_arrive"):
        reader.faults.append(Fault("did_not_arrive", "invalid"))
    arrived = True if sent.get("arrived") else False if sent.get("did_not_arrive") else None
    return changed_status(arrived, present) if present else status_of(arrived)


def _rule_of(details: Mapping[str, Any]) -> RepeatRule | None:
    rule = details.get(REPEAT_RULE)
    return Rule(**rule).meaning if rule else None


def _without_nulls(fields: Mapping[str, Any], *nullable: str) -> dict[str, Any]:
    """The fields; nulls for those that a record must have say nothing."""
    return {name: value for name, value in fields.items() if value is not None or name in nullable}
