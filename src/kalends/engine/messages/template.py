"""Templates: texts of an account's own for messages, in place of the built-in ones."""

from collections.abc import Iterable
from datetime import datetime

import msgspec


class MessageTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """The text of one kind of message by one channel.

    `service_id` None is for all services, `locale` "" for all languages, else a language such as `de`. `subject` is
    not used for SMS. `fault` is why it can't be used, if sending found that out; changing the template clears it.
    """

    account_id: int
    id: int
    kind: str
    channel: str
    service_id: int | None = None
    locale: str = ""
    subject: str = ""
    body: str
    fault: str = ""
    created_at: datetime
    updated_at: datetime


def template_for(
    templates: Iterable[MessageTemplate], *, kind: str, channel: str, service_id: int | None, language: str
) -> MessageTemplate | None:
    """The template that fits best: one for the service before one for all, then one in the language before one for
    all; None if none fits."""
    fitting = [
        template
        for template in templates
        if (template.kind, template.channel) == (kind, channel)
        and template.service_id in (None, service_id)
        and template.locale in ("", language)
    ]
    return max(fitting, key=lambda template: (template.service_id is not None, template.locale != ""), default=None)
