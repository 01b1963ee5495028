"""What the customer of an item is still to be told of it."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.actions.messages.waiting import WaitingNotice
from kalends.api.schemas.messages import Channel
from kalends.api.times import Moment, MomentIn, shown


class WaitingMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message that waits until it is due, and what it would say now."""

    template: Annotated[str, Meta(description="What it is about.", examples=["modification"])]
    channel: Annotated[Channel, Meta(examples=["email"])]
    address: Annotated[str, Meta(examples=["kari@example.org"])]
    subject: Annotated[str, Meta(description="Of mail.", examples=["Your booking has changed"])]
    text: Annotated[str, Meta(examples=["It is at two o'clock now."])]
    due_at: Moment


class WaitingMessageInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When to send it; at once if left out."""

    due_at: MomentIn | UnsetType = UNSET


class WaitingMessagePatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When to send it."""

    due_at: MomentIn


def shown_waiting(waiting: WaitingNotice, tz: ZoneInfo) -> WaitingMessage:
    """A message that waits as it is answered, with moments in this zone."""
    channel: Any = waiting.notice.reach.channel
    rendered = waiting.notice.rendered
    return WaitingMessage(
        template=waiting.message.template,
        channel=channel,
        address=waiting.notice.reach.address,
        subject=rendered.subject if rendered else "",
        text=rendered.text if rendered else "",
        due_at=shown(waiting.message.due_at, tz),
    )
