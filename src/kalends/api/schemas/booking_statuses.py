"""Booking statuses: what an account calls the states of its bookings."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import BookingStatusId, BookingStatusRef, write_id
from kalends.api.schemas.catalog import Position, same_fields
from kalends.api.times import Moment
from kalends.engine.bookings.booking_status import BookingStatus as EngineStatus
from kalends.engine.bookings.booking_status import BookingStatusPatch as EnginePatch
from kalends.engine.limits import LONGEST_LINE
from kalends.engine.patch import patch_from

Name = Annotated[str, Meta(extra={"form": "named"}, max_length=LONGEST_LINE, examples=["Pencilled in"])]
Names = Annotated[
    dict[str, str], Meta(description="Its name in other languages, by code.", examples=[{"de": "Vorgemerkt"}])
]
State = Annotated[
    Literal["awaiting_confirmation", "confirmed", "cancelled"],
    Meta(description="The state of bookings for which it stands.", examples=["awaiting_confirmation"]),
]
IsDefault = Annotated[bool, Meta(description="Whether new bookings get it; one at most.", examples=[False])]
Active = Annotated[bool, Meta(description="Whether it can still be set.", examples=[True])]


class BookingStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A status, which stands for one state."""

    id: BookingStatusId
    name: Name
    names: Names
    state: State
    is_default: IsDefault
    position: Position
    active: Active
    created_at: Moment
    updated_at: Moment


class BookingStatusPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a status; what is left out stays. Bookings stay in their state."""

    name: Name | UnsetType = UNSET
    names: Names | UnsetType = UNSET
    state: State | UnsetType = UNSET
    is_default: IsDefault | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    active: Active | UnsetType = UNSET


class BookingStatusInput(BookingStatusPatch, frozen=True, kw_only=True):
    """A new status; it stands for confirmed unless it says otherwise."""

    name: Name


class BookingStatusPath(msgspec.Struct, frozen=True, kw_only=True):
    """One status."""

    status_id: BookingStatusRef


def status_patch(sent: BookingStatusInput | BookingStatusPatch) -> EnginePatch:
    """What was sent, as the engine takes it."""
    return patch_from(EnginePatch, sent)


def shown_status(status: EngineStatus, tz: ZoneInfo) -> BookingStatus:
    """A status as it is answered, with moments in this zone."""
    fields = same_fields(status, BookingStatus, tz) | {"id": write_id("booking_status", status.id)}
    return BookingStatus(**fields)
