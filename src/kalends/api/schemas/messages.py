"""Messages: what was sent or is to be sent to customers and staff, and what a message would look like."""

from typing import Annotated, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.actions.messages.preview import Preview
from kalends.api.ids import (
    BookingId,
    BookingRef,
    CustomerId,
    ItemId,
    ItemRef,
    MessageId,
    MessageRef,
    MessageTemplateId,
    UserId,
    write_id,
    write_optional_id,
)
from kalends.api.lists import Paging
from kalends.api.schemas.message_templates import Active, Body, Subject
from kalends.api.times import Moment, shown
from kalends.engine.messages.message import MessageQuery, OutboxMessage
from kalends.engine.messages.rendered import Rendered
from kalends.engine.messages.template import TemplatePatch

Channel: TypeAlias = Literal["email", "sms"]
State = Annotated[
    Literal["waiting", "sent", "kept", "dropped", "failed"],
    Meta(description="Kept is what was not sent for want of a server.", examples=["sent"]),
]
Locale = Annotated[str, Meta(max_length=35, description="The language; the customer's if left out.", examples=["de"])]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message to one recipient by one channel."""

    id: MessageId
    template: Annotated[str, Meta(description="What it is about.", examples=["confirmation"])]
    channel: Annotated[Channel, Meta(examples=["email"])]
    audience: Annotated[str, Meta(description="Customer or staff.", examples=["customer"])]
    booking: BookingId | None
    item: ItemId | None
    customer: CustomerId | None
    user: UserId | None
    state: State
    reason: Annotated[str | None, Meta(description="Why it was dropped.", examples=[None])]
    address: Annotated[str | None, Meta(examples=["kari@example.org"])]
    subject: Annotated[str | None, Meta(examples=["Your booking"])]
    body: Annotated[str | None, Meta(examples=["Welcome!"])]
    answer: Annotated[str | None, Meta(description="Of the server that it was handed to.", examples=["250 OK"])]
    sent_with: Annotated[MessageId | None, Meta(description="The message that told this one, too.", examples=[None])]
    resent_of: Annotated[MessageId | None, Meta(description="The message that was sent once more.", examples=[None])]
    due_at: Moment
    finished_at: Moment | None
    created_at: Moment


class MessagePath(msgspec.Struct, frozen=True, kw_only=True):
    """One message."""

    message_id: MessageRef


class ListMessages(Paging, frozen=True, kw_only=True):
    """Which messages to list."""

    booking: BookingRef | UnsetType = UNSET
    item: ItemRef | UnsetType = UNSET
    state: State | UnsetType = UNSET


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A template that is not kept."""

    subject: Subject | UnsetType = UNSET
    body: Body
    active: Active | UnsetType = UNSET


class PreviewInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which message to show."""

    kind: Annotated[
        Literal[
            "notification",
            "confirmation",
            "verification",
            "cancellation",
            "decline",
            "modification",
            "reminder",
            "template_fault",
            "digest",
        ],
        Meta(examples=["confirmation"]),
    ]
    channel: Annotated[Channel, Meta(examples=["email"])]
    item: Annotated[ItemRef | UnsetType, Meta(description="What it is about; the latest booked if left out.")] = UNSET
    locale: Locale = ""
    draft: Annotated[Draft | UnsetType, Meta(description="Shown in place of the account's template.")] = UNSET


class MessagePreview(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it would be sent now."""

    subject: Annotated[str, Meta(description="Of mail.", examples=["Your booking"])]
    text: Annotated[str, Meta(examples=["Welcome!"])]
    html: Annotated[str, Meta(description="Of mail.", examples=["<p>Welcome!</p>"])]
    template: Annotated[MessageTemplateId | None, Meta(description="Null is the built-in text.")]
    fault: Annotated[
        str, Meta(description="Why a template can't be used; the text is the built-in one then.", examples=[""])
    ]


def message_query(params: ListMessages, before_id: int | None) -> MessageQuery:
    """The query for a page, and one message more."""
    return MessageQuery(
        booking_id=params.booking or None,
        item_id=params.item or None,
        state=params.state or None,
        before_id=before_id,
        limit=params.limit + 1,
    )


def read_preview(sent: PreviewInput) -> Preview:
    """What was sent, as the action takes it."""
    draft = None
    if sent.draft is not UNSET:
        draft = TemplatePatch(subject=sent.draft.subject, body=sent.draft.body, active=sent.draft.active)
    return Preview(kind=sent.kind, channel=sent.channel, item_id=sent.item or None, locale=sent.locale, draft=draft)


def shown_message(message: OutboxMessage, tz: ZoneInfo) -> Message:
    """A message as it is answered, with moments in this zone."""
    channel: Any = message.channel
    state: Any = message.state
    return Message(
        id=write_id("message", message.id),
        template=message.template,
        channel=channel,
        audience=message.audience,
        booking=write_optional_id("booking", message.booking_id),
        item=write_optional_id("item", message.item_id),
        customer=write_optional_id("customer", message.customer_id),
        user=write_optional_id("user", message.user_id),
        state=state,
        reason=message.reason,
        address=message.address,
        subject=message.subject,
        body=message.body,
        answer=message.answer,
        sent_with=write_optional_id("message", message.sent_with_id),
        resent_of=write_optional_id("message", message.resent_of_id),
        due_at=shown(message.due_at, tz),
        finished_at=message.finished_at and shown(message.finished_at, tz),
        created_at=shown(message.created_at, tz),
    )


def shown_preview(rendered: Rendered) -> MessagePreview:
    """A message that was rendered as it is answered."""
    return MessagePreview(
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        template=write_optional_id("message_template", rendered.template_id or None),
        fault=rendered.fault,
    )
