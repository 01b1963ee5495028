"""Templates: texts of an account's own for messages, in place of the built-in ones."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.bookings.request import CHANNELS
from kalends.engine.limits import LONGEST_LINE, raise_if_faults, text_faults
from kalends.engine.messages.facts import TEMPLATED
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault

BODY_LIMIT = 10_000
"""Characters of a body; what a template takes to render is bounded by this and by what it may say."""


class TemplateKey(msgspec.Struct, frozen=True, kw_only=True):
    """Which messages a template is for: those of a kind by a channel, for one service or (None) all, and in one
    language such as `de` or ("") all."""

    kind: str
    channel: str
    service_id: int | None = None
    locale: str = ""


class MessageTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """The text of one kind of message by one channel; see TemplateKey for which messages it is.

    `subject` is not used for SMS. `fault` is why it could not be used when a message was sent; changing the template
    clears it. An inactive template is not used.
    """

    account_id: int
    id: int
    kind: str
    channel: str
    service_id: int | None = None
    locale: str = ""
    subject: str = ""
    body: str
    active: bool = True
    fault: str = ""
    created_at: datetime
    updated_at: datetime

    @property
    def key(self) -> TemplateKey:
        """Which messages it is for."""
        return TemplateKey(**{name: getattr(self, name) for name in TemplateKey.__struct_fields__})


class TemplatePatch(Patch, frozen=True, kw_only=True):
    """Changes to a template. A new one needs a `body`."""

    subject: str | UnsetType = UNSET
    body: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET


def new_template(
    key: TemplateKey, patch: TemplatePatch, account_id: int, template_id: int, now: datetime
) -> MessageTemplate:
    """A new template.

    Raises Invalid(kind, channel: unknown; subject: invalid, too_long; body: blank, invalid, too_long).
    """
    blank = MessageTemplate(
        account_id=account_id, id=template_id, body="", created_at=now, updated_at=now, **msgspec.structs.asdict(key)
    )
    return changed_template(blank, patch)


def changed_template(current: MessageTemplate, patch: TemplatePatch) -> MessageTemplate:
    """The template with the patch applied. If its text changes it has no fault any more.

    Raises Invalid(kind, channel: unknown; subject: invalid, too_long; body: blank, invalid, too_long).
    """
    template = patched(current, patch)
    faults = [] if template.kind in TEMPLATED else [Fault("kind", "unknown")]
    faults += [] if template.channel in CHANNELS else [Fault("channel", "unknown")]
    faults += text_faults("subject", template.subject, LONGEST_LINE)
    raise_if_faults(faults + text_faults("body", template.body, BODY_LIMIT, required=True))
    same = (current.subject, current.body) == (template.subject, template.body)
    return template if same else msgspec.structs.replace(template, fault="")


def template_for(templates: Iterable[MessageTemplate], key: TemplateKey) -> MessageTemplate | None:
    """The active template that fits a message best: one for the service before one for all, then one in the language
    before one for all; None if none fits."""
    fitting = [
        template
        for template in templates
        if template.active
        and (template.kind, template.channel) == (key.kind, key.channel)
        and template.service_id in (None, key.service_id)
        and template.locale in ("", key.locale)
    ]
    return max(fitting, key=lambda template: (template.service_id is not None, template.locale != ""), default=None)
