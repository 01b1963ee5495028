"""Requests about patient cases."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.patient_cases import ATTENDEES, PATIENT_CASE, SENT
from kalends.dialects.cliniko.fields.view import DOOR
from kalends.dialects.cliniko.parse.reader import Reader
from kalends.dialects.kit.patches import patch_of
from kalends.engine.customers.case import CasePatch


class SentCase(msgspec.Struct, frozen=True):
    """A patient case as it was sent; `item_ids` are its attendees, None if they were not sent."""

    patch: CasePatch
    item_ids: tuple[int, ...] | None


def parse_case(params: Mapping[str, Any], ctx: Context) -> SentCase:
    """A new patient case. Raises Invalid(name, customer_id: blank; and any field that can't be read)."""
    return _parse(params, ctx, new=True)


def parse_case_change(params: Mapping[str, Any], ctx: Context) -> SentCase:
    """A change of a patient case: only the fields that were sent. Raises Invalid(any field that can't be read)."""
    return _parse(params, ctx, new=False)


def _parse(params: Mapping[str, Any], ctx: Context, *, new: bool) -> SentCase:
    reader = Reader(ctx, params)
    fields, attendees = reader.fields(PATIENT_CASE), reader.fields(ATTENDEES)
    if new:
        reader.check_present(fields, "name", "customer_id")
    read_details = reader.new_details if new else reader.changed_details
    details = read_details(DOOR, (*PATIENT_CASE, *SENT))
    reader.done()
    item_ids = attendees.get("item_ids")
    return SentCase(patch_of(CasePatch, fields | details), None if item_ids is None else tuple(item_ids))
