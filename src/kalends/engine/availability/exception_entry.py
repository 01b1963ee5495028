"""Exceptions to the opening hours of a site or of a resource, read and changed one by one."""

from datetime import date, datetime

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.availability.openings import hours_faults
from kalends.engine.limits import LONGEST_LINE, raise_if_faults, text_faults
from kalends.engine.patch import Patch, changes, patched
from kalends.engine.refusals import Fault


class ExceptionEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An `OpeningException` as it is stored: of all resources at a site, or of one resource and its parts."""

    account_id: int
    id: int
    site_id: int | None
    resource_id: int | None
    day_from: date
    day_until: date
    opens: int | None = None
    closes: int | None = None
    title: str = ""
    service_ids: frozenset[int] | None = None
    created_at: datetime
    updated_at: datetime
    revision: int = 0


class ExceptionPatch(Patch, frozen=True, kw_only=True):
    """Changes to an exception. A new one needs its days; without hours it closes on them."""

    day_from: date | UnsetType = UNSET
    day_until: date | UnsetType = UNSET
    opens: int | UnsetType | None = UNSET
    closes: int | UnsetType | None = UNSET
    title: str | UnsetType = UNSET
    service_ids: frozenset[int] | UnsetType | None = UNSET


def new_exception(
    patch: ExceptionPatch,
    account_id: int,
    exception_id: int,
    *,
    site_id: int | None,
    resource_id: int | None,
    now: datetime,
) -> ExceptionEntry:
    """A new exception of a site or of a resource.

    Raises Invalid(day_from, day_until: blank; day_until: before_start; opens, closes: blank, out_of_range; title:
    invalid, too_long).
    """
    raise_if_faults(Fault(name, "blank") for name in ("day_from", "day_until") if name not in changes(patch))
    blank = ExceptionEntry(
        account_id=account_id,
        id=exception_id,
        site_id=site_id,
        resource_id=resource_id,
        day_from=date.min,
        day_until=date.max,
        created_at=now,
        updated_at=now,
    )
    return changed_exception(blank, patch)


def changed_exception(current: ExceptionEntry, patch: ExceptionPatch) -> ExceptionEntry:
    """The exception with the patch applied.

    Raises Invalid(day_until: before_start; opens, closes: blank, out_of_range; title: invalid, too_long).
    """
    exception = patched(current, patch)
    faults = [] if exception.day_from < exception.day_until else [Fault("day_until", "before_start")]
    faults += text_faults("title", exception.title, LONGEST_LINE)
    if exception.opens is not None or exception.closes is not None:
        faults += hours_faults(exception.opens, exception.closes)
    raise_if_faults(faults)
    return exception
