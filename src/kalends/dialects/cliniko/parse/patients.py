"""Requests about patients."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.patients import (
    MAIN_TYPE,
    OTHERS,
    PATIENT,
    PHONE_TYPES,
    PHONES,
    SENT,
    is_email_shown,
)
from kalends.dialects.cliniko.fields.view import DOOR
from kalends.dialects.cliniko.parse.reader import Reader
from kalends.dialects.kit.patches import patch_of
from kalends.engine.customers.customer import Customer, CustomerPatch

_NAMES = ("first_name", "last_name")


def parse_patient(params: Mapping[str, Any], ctx: Context) -> CustomerPatch:
    """A new patient. Raises Invalid(first_name, last_name: blank; and any field that can't be read)."""
    return _parse(params, ctx, None)


def parse_patient_change(params: Mapping[str, Any], ctx: Context, present: Customer) -> CustomerPatch:
    """A change of a patient: only the fields that were sent, and of names no nulls.

    Raises Invalid(first_name, last_name: blank, for one that the patient has; and any field that can't be read).
    """
    return _parse(params, ctx, present)


def _parse(params: Mapping[str, Any], ctx: Context, present: Customer | None) -> CustomerPatch:
    reader = Reader(ctx, params)
    fields = reader.fields(PATIENT)
    if present is not None:
        no_nulls = (*_NAMES, *(() if is_email_shown(present) else ("email",)))
        fields = {name: value for name, value in fields.items() if value is not None or name not in no_nulls}
    reader.check_present(
        fields, *(name for name in _NAMES if present is None or (name in fields and getattr(present, name)))
    )
    read_details = reader.new_details if present is None else reader.changed_details
    details = read_details(DOOR, (*PATIENT, *SENT)).get("details", {}).get(DOOR, {})
    reader.done()
    phone, kept = _phones(fields.pop(PHONES, None))
    details |= {name: value for name, value in kept.items() if present or value is not UNSET}
    return patch_of(CustomerPatch, {**fields, **phone, **({"details": {DOOR: details}} if details else {})})


def _phones(phones: list[dict[str, Any]] | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The customer's phone, and what details keep of the numbers; nothing if none were sent."""
    if phones is None:
        return {}, {}
    main, others = (phones[0], phones[1:]) if phones else ({}, [])
    main_type = main.get("phone_type", PHONE_TYPES[0])
    return {"phone": main.get("number")}, {
        MAIN_TYPE: UNSET if main_type == PHONE_TYPES[0] else main_type,
        OTHERS: others or UNSET,
    }
