"""Requests about appointment types."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.appointment_types import APPOINTMENT_TYPE, SENT, max_attendees, minutes
from kalends.dialects.cliniko.fields.view import DOOR
from kalends.dialects.cliniko.parse.reader import Reader, without_shown
from kalends.dialects.kit.patches import patch_of
from kalends.engine.catalog.service import Service, ServicePatch
from kalends.engine.catalog.serving import Serving


class SentType(NamedTuple):
    """The fields that were sent, and who is to serve it."""

    patch: ServicePatch
    serving: Serving


def parse_type(params: Mapping[str, Any], ctx: Context) -> SentType:
    """A new appointment type. Raises Invalid(title, duration: blank; and any field that can't be read)."""
    return _parse(params, ctx, None)


def parse_type_change(params: Mapping[str, Any], ctx: Context, present: Service) -> SentType:
    """A change of an appointment type: only the fields that were sent. Raises Invalid(any field that can't be read)."""
    return _parse(params, ctx, present)


def _parse(params: Mapping[str, Any], ctx: Context, present: Service | None) -> SentType:
    reader = Reader(ctx, params)
    fields = reader.fields(APPOINTMENT_TYPE)
    required = ("title", "duration")
    reader.check_present(fields, *(name for name in required if present is None or fields.get(name) is not None))
    details = (reader.new_details if present is None else reader.changed_details)(DOOR, (*APPOINTMENT_TYPE, *SENT))
    reader.done()
    person_ids, site_ids = (_ids(fields.pop(name, None)) for name in ("resource_ids", "site_ids"))
    serving = Serving(person_ids, site_ids)
    if fields.get("notice", 0) is None:  # shown for a notice that the wire has no word for
        del fields["notice"]
    if present is not None:
        shown = {"session_capacity": max_attendees(present), "notice": present.notice or 0}
        fields = without_shown(fields, duration=minutes(present), **shown)
    attendees = fields.pop("session_capacity", None)
    if attendees is not None:
        fields |= _group(attendees)
    return SentType(patch_of(ServicePatch, {**fields, **details}), serving)


def _group(attendees: int) -> dict[str, Any]:
    if attendees == 1:
        return {"kind": "appointment", "session_capacity": None}
    return {"kind": "attendance", "session_capacity": attendees}


def _ids(ids: list[int] | None) -> tuple[int, ...] | None:
    return None if ids is None else tuple(ids)
