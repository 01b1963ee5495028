"""Cases: what a customer is treated or served for over several bookings."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import CaseId, CaseRef, CustomerId, CustomerRef, ItemId, ItemRef, write_id
from kalends.api.lists import Listing
from kalends.api.schemas.catalog import WhichArchived, filters_of, same_fields
from kalends.api.times import Moment
from kalends.engine.customers.case import CasePatch as EnginePatch
from kalends.engine.customers.case import CustomerCase
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT
from kalends.engine.patch import patch_from
from kalends.engine.query import Filter

MOST_ITEMS = 1000
Items = Annotated[list[ItemRef], Meta(max_length=MOST_ITEMS)]
Name = Annotated[str, Meta(extra={"form": "named"}, max_length=LONGEST_LINE, examples=["Knee"])]
Notes = Annotated[str, Meta(max_length=LONGEST_TEXT, examples=["Referred by the club."])]
Closed = Annotated[bool, Meta(examples=[False])]
IssuedOn = Annotated[date, Meta(description="The first day on which it is open.", examples=["2027-03-01"])]
ExpiresOn = Annotated[date, Meta(description="The last day on which it is open.", examples=["2027-08-31"])]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case of a customer, with the items that are part of it."""

    id: CaseId
    customer: CustomerId
    name: Name
    notes: Notes
    closed: Closed
    issued_on: IssuedOn | None
    expires_on: ExpiresOn | None
    items: Annotated[list[ItemId], Meta(description="Without those that were removed.")]
    archived_at: Moment | None
    created_at: Moment
    updated_at: Moment


class CasePatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a case; what is left out stays."""

    name: Name | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    closed: Closed | UnsetType = UNSET
    issued_on: IssuedOn | UnsetType | None = UNSET
    expires_on: ExpiresOn | UnsetType | None = UNSET
    items: Annotated[Items | UnsetType, Meta(description="All that are part of it from now on.")] = UNSET


class CaseInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new case of a customer, who stays the same."""

    customer: CustomerRef
    name: Name
    notes: Notes | UnsetType = UNSET
    closed: Closed | UnsetType = UNSET
    issued_on: IssuedOn | UnsetType | None = UNSET
    expires_on: ExpiresOn | UnsetType | None = UNSET
    items: Annotated[Items, Meta(description="Items of the customer.")] = []


class CasePath(msgspec.Struct, frozen=True, kw_only=True):
    """One case."""

    case_id: CaseRef


class ListCases(Listing, frozen=True, kw_only=True):
    """Which cases to list, the oldest first."""

    customer: CustomerRef | UnsetType = UNSET
    closed: Annotated[bool | UnsetType, Meta(description="Only those that are closed, or that are not.")] = UNSET
    archived: WhichArchived = "no"


_ARCHIVED = {"no": (Filter("archived_at", "is_null"),), "yes": (Filter("archived_at", "not_null"),), "any": ()}


def case_filters(params: ListCases) -> tuple[Filter, ...]:
    """The filters of a list."""
    return _ARCHIVED[params.archived] + filters_of(customer_id=params.customer, closed=params.closed)


def case_patch(sent: CaseInput | CasePatch) -> EnginePatch:
    """What was sent, as the engine takes it."""
    patch = patch_from(EnginePatch, sent)
    return msgspec.structs.replace(patch, customer_id=sent.customer) if isinstance(sent, CaseInput) else patch


def shown_case(case: CustomerCase, item_ids: Sequence[int], tz: ZoneInfo) -> Case:
    """A case as it is answered, with moments in this zone."""
    fields = same_fields(case, Case, tz) | {
        "id": write_id("case", case.id),
        "customer": write_id("customer", case.customer_id),
        "items": [write_id("item", item_id) for item_id in item_ids],
    }
    return Case(**fields)
