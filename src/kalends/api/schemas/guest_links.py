"""Secrets for guests: with one they see what was booked, and verify it."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kalends.actions.context import Context
from kalends.api.ids import BookingRef, ItemRef
from kalends.api.times import Moment, MomentIn, settled, shown
from kalends.engine.limits import raise_if_faults
from kalends.engine.refusals import Fault


class LinkedBooking(msgspec.Struct, frozen=True, kw_only=True):
    """One booking."""

    booking_id: BookingRef


class LinkedItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item."""

    item_id: ItemRef


class GuestLinkInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long it is good for."""

    expires_at: MomentIn


class GuestLink(msgspec.Struct, frozen=True, kw_only=True):
    """A secret for a guest, who sends it as `Authorization: Bearer`."""

    secret: Annotated[str, Meta(description="It can't be read again.", examples=["5f2d0a9c"])]
    expires_at: Moment


def read_expiry(sent: GuestLinkInput, ctx: Context) -> datetime:
    """Until when it is good. Raises SkippedTime, RepeatedTime, Invalid(/expires_at: past)."""
    expires_at = settled(sent.expires_at, ctx.zone, "/expires_at")
    raise_if_faults([] if expires_at > ctx.now else [Fault("/expires_at", "past")])
    return expires_at


def shown_link(secret: str, expires_at: datetime, ctx: Context) -> GuestLink:
    """A secret as it is answered, once."""
    return GuestLink(secret=secret, expires_at=shown(expires_at, ctx.zone))
