"""What a booking would come to, and what it would cost."""

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kalends.api.ids import ResourceId, SessionId
from kalends.api.money import Money
from kalends.api.problem_shapes import FreeTime
from kalends.api.schemas.account import ConfirmManually, HoldMinutes, Verification
from kalends.api.schemas.availability import FROM, TimeZone
from kalends.api.schemas.explanations import Bookable, Reason
from kalends.api.schemas.items import State
from kalends.api.times import Moment


class QuotedLine(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """What would become of a line; of one that would be skipped there is only its number and the reason."""

    line: Annotated[int, Meta(description="The line, counted from 0.", examples=[0])]
    outcome: Annotated[Literal["booked", "moved", "skipped"], Meta(examples=["booked"])]
    resource: ResourceId | None
    also: Annotated[list[ResourceId], Meta(description="What is taken besides.", examples=[[]])]
    session: SessionId | None
    from_: Moment | None
    to: Moment | None
    time_zone: TimeZone
    state: Annotated[State | None, Meta(description="The state in which it would begin.")]
    expires_at: Annotated[Moment | None, Meta(description="When it would lapse.", examples=[None])]
    reason: Reason | None


class PriceLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a line of the booking pays for its resource, its service or an extra."""

    line: Annotated[int, Meta(description="The line, counted from 0.", examples=[0])]
    title: Annotated[str, Meta(description="What is paid for.", examples=["Massage (Ada)"])]
    per: Annotated[str, Meta(description="Hour, day, booking or quantity.", examples=["hour"])]
    rate: Money
    units: Annotated[Decimal, Meta(description="How many of them; exact, as text.", examples=["1.5"])]
    price: Annotated[Money, Meta(description="Gross where prices include tax, else net.")]
    tax_rate: Annotated[Decimal, Meta(description="In percent, exact, as text.", examples=["25"])]
    tax: Money
    total: Annotated[Money, Meta(description="With tax.")]


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """What it would cost. What no rule prices has no line."""

    net: Money
    tax: Money
    total: Money
    lines: list[PriceLine]


class BookingPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What a booking must go through before it is confirmed, if it is sent with `initiate`."""

    verification: Verification
    confirm_manually: ConfirmManually
    hold_minutes: HoldMinutes


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """What a booking would come to now. Nothing is held."""

    bookable: Bookable
    reason: Annotated[Reason | None, Meta(description="What it would be refused with.")]
    next_free: Annotated[list[FreeTime], Meta(description="If it is taken: free times close to those asked for.")]
    lines: Annotated[list[QuotedLine], Meta(description="In their order; none if it would be refused.")]
    price: Price | None
    policy: BookingPolicy
