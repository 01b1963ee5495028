"""Cases: what a customer is treated or served for over several bookings, such as an injury or a referral."""

from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT, raise_if_faults, text_faults
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault


class CustomerCase(msgspec.Struct, frozen=True):
    """A case of a customer. Items can be part of it.

    It is open from `issued_on` to `expires_on`, both included, unless it is `closed`. None is without a bound. One that
    is archived is hidden; its items stay.
    """

    account_id: int
    id: int
    customer_id: int
    name: str
    created_at: datetime
    updated_at: datetime
    notes: str = ""
    closed: bool = False
    issued_on: date | None = None
    expires_on: date | None = None
    archived_at: datetime | None = None
    details: dict[str, Any] = {}


class CasePatch(Patch, frozen=True, kw_only=True):
    """Fields of a new case, or changes of one. A case stays with its customer."""

    customer_id: int | UnsetType = UNSET
    name: str | UnsetType = UNSET
    notes: str | UnsetType = UNSET
    closed: bool | UnsetType = UNSET
    issued_on: date | UnsetType | None = UNSET
    expires_on: date | UnsetType | None = UNSET
    details: dict[str, Any] | UnsetType = UNSET


def new_case(patch: CasePatch, account_id: int, case_id: int, now: datetime) -> CustomerCase:
    """A new case. Raises Invalid(customer_id: blank; name: blank, too_long; notes: too_long)."""
    case = CustomerCase(account_id, case_id, patch.customer_id or 0, "", now, now)
    faults = [] if patch.customer_id else [Fault("customer_id", "blank")]
    return _checked(patched(case, patch), faults)


def changed_case(current: CustomerCase, patch: CasePatch) -> CustomerCase:
    """The case with the patch applied. Raises Invalid(customer_id: fixed; name: blank, too_long; notes: too_long)."""
    is_fixed = patch.customer_id in (UNSET, current.customer_id)
    return _checked(patched(current, patch), [] if is_fixed else [Fault("customer_id", "fixed")])


def _checked(case: CustomerCase, faults: list[Fault]) -> CustomerCase:
    faults += text_faults("name", case.name, LONGEST_LINE, required=True)
    faults += text_faults("notes", case.notes, LONGEST_TEXT)
    raise_if_faults(faults)
    return case
