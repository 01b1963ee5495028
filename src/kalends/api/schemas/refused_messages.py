"""Messages that a customer does not want."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from kalends.api.ids import CustomerRef
from kalends.api.times import Moment, shown
from kalends.engine.messages.refusal import MessageRefusal

Kind = Annotated[
    Literal["confirmation", "cancellation", "decline", "modification", "reminder"],
    Meta(description="By mail, reminders alone can be refused.", examples=["reminder"]),
]
Channel = Annotated[Literal["email", "sms"], Meta(examples=["email"])]


class RefusedMessages(msgspec.Struct, frozen=True, kw_only=True):
    """Messages that the customer does not want."""

    kind: Annotated[str, Meta(examples=["reminder"])]
    channel: Annotated[str, Meta(examples=["email"])]
    since: Moment


class RefusedMessagesInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Messages that the customer does not want any more."""

    kind: Kind
    channel: Channel


class RefusingCustomer(msgspec.Struct, frozen=True, kw_only=True):
    """One customer."""

    customer_id: CustomerRef


class RefusedMessagesPath(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of one kind and channel."""

    customer_id: CustomerRef
    kind: Kind
    channel: Channel


def shown_refused(refusal: MessageRefusal, tz: ZoneInfo) -> RefusedMessages:
    """What is refused as it is answered, with moments in this zone."""
    return RefusedMessages(kind=refusal.kind, channel=refusal.channel, since=shown(refusal.created_at, tz))
