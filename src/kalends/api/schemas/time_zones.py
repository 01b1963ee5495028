"""Time zones that a site or an account can have."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kalends.api.times import Moment, shown
from kalends.engine.time.clock import zone


class TimeZone(msgspec.Struct, frozen=True, kw_only=True):
    """A time zone."""

    name: Annotated[str, Meta(description="Its IANA name.", examples=["Europe/Oslo"])]
    now: Annotated[Moment, Meta(description="What its clocks show now.")]


def shown_zone(name: str, now: datetime) -> TimeZone:
    """A time zone as it is answered."""
    return TimeZone(name=name, now=shown(now, zone(name)))
