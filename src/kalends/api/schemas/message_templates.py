"""Templates: texts of the account's own for messages, in place of the built-in ones."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import MessageTemplateId, ServiceId, ServiceRef, write_id, write_optional_id
from kalends.api.schemas.catalog import same_fields
from kalends.api.times import Moment
from kalends.engine.limits import LONGEST_LINE
from kalends.engine.messages.template import BODY_LIMIT, TemplateKey, TemplatePatch
from kalends.engine.messages.template import MessageTemplate as EngineTemplate

Kind = Annotated[
    Literal["notification", "confirmation", "verification", "cancellation", "decline", "modification", "reminder"],
    Meta(description="What the messages are about.", examples=["confirmation"]),
]
Channel = Annotated[Literal["email", "sms"], Meta(examples=["email"])]
Language = Annotated[str, Meta(max_length=35, description="The language; empty is all.", examples=["de"])]
Subject = Annotated[str, Meta(max_length=LONGEST_LINE, description="Of mail.", examples=["Welcome at {{ site.name }}"])]
Body = Annotated[
    str,
    Meta(
        max_length=BODY_LIMIT,
        description="Jinja in a safe subset; of mail, its HTML is what this is as Markdown.",
        examples=["Hello {{ customer.name }}, see you!"],
    ),
]
Active = Annotated[bool, Meta(description="Whether it is used.", examples=[True])]


class MessageTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """The text of one kind of messages by one channel; of those that fit, the one for the service, then the one in the
    language is used."""

    id: MessageTemplateId
    kind: Annotated[str, Meta(examples=["confirmation"])]
    channel: Annotated[str, Meta(examples=["email"])]
    service: Annotated[ServiceId | None, Meta(description="Null is all.")]
    locale: Language
    subject: Subject
    body: Body
    active: Active
    fault: Annotated[str, Meta(description="Why it could not be used when a message was sent.", examples=[""])]
    created_at: Moment
    updated_at: Moment


class MessageTemplateInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which messages a template is for, and what of it is new; what is left out stays. A new one needs a body."""

    kind: Kind
    channel: Channel
    service: ServiceRef | UnsetType | None = UNSET
    locale: Language = ""
    subject: Subject | UnsetType = UNSET
    body: Body | UnsetType = UNSET
    active: Active | UnsetType = UNSET


def read_template(sent: MessageTemplateInput) -> tuple[TemplateKey, TemplatePatch]:
    """What was sent, as the engine takes it."""
    key = TemplateKey(kind=sent.kind, channel=sent.channel, service_id=sent.service or None, locale=sent.locale)
    return key, TemplatePatch(subject=sent.subject, body=sent.body, active=sent.active)


def shown_template(template: EngineTemplate, tz: ZoneInfo) -> MessageTemplate:
    """A template as it is answered, with moments in this zone."""
    fields = same_fields(template, MessageTemplate, tz) | {
        "id": write_id("message_template", template.id),
        "service": write_optional_id("service", template.service_id),
    }
    return MessageTemplate(**fields)
