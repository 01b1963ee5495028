"""Addresses that bounced."""

from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from kalends.api.lists import Listing
from kalends.api.times import Moment, shown
from kalends.engine.limits import LONGEST_LINE
from kalends.engine.messages.bounce import BouncedAddress as EngineBounced

Address = Annotated[
    str,
    Meta(
        extra={"form": "address"},
        max_length=LONGEST_LINE,
        description="An e-mail address or a phone number.",
        examples=["kari@example.org"],
    ),
]
Reason = Annotated[str, Meta(max_length=LONGEST_LINE, description="Why.", examples=["550 no such user"])]


class BouncedAddress(msgspec.Struct, frozen=True, kw_only=True):
    """An address to which nothing more is sent."""

    address: Address
    reason: Reason
    since: Moment


class BouncedAddressInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address to which nothing more is to be sent."""

    address: Address
    reason: Reason = ""


class BouncedAddressQuery(msgspec.Struct, frozen=True, kw_only=True):
    """One address, however it is spelt."""

    address: Address


class ListBouncedAddresses(Listing, frozen=True, kw_only=True):
    """All of them, the oldest first."""


def shown_bounced(bounced: EngineBounced, tz: ZoneInfo) -> BouncedAddress:
    """An address as it is answered."""
    return BouncedAddress(address=bounced.address, reason=bounced.reason, since=shown(bounced.created_at, tz))
