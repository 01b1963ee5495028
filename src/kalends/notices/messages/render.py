"""Messages as they are sent: from the facts and the account's templates to mail or SMS."""

from collections.abc import Sequence

from kalends.engine.messages.facts import MessageFacts
from kalends.engine.messages.rendered import Rendered
from kalends.engine.messages.sms import sms_size
from kalends.engine.messages.template import MessageTemplate
from kalends.notices.messages.calendar_file import calendar_file
from kalends.notices.messages.content import Content, content_of
from kalends.notices.messages.mail import mail_html, mail_text
from kalends.notices.messages.short import shortened, sms_text


def render(facts: MessageFacts, templates: Sequence[MessageTemplate] = ()) -> Rendered:
    """A message in the language of its recipient, with the account's template that fits it best, else the built-in
    text. A template that can't be used does not keep a message from being sent: see Rendered."""
    content = content_of(facts)
    return _built_in(facts, content)


def _built_in(facts: MessageFacts, content: Content) -> Rendered:
    if facts.channel == "sms":
        text = shortened(sms_text(facts, content))
        return Rendered(text=text, size=sms_size(text))
    return Rendered(
        subject=in_one_line(content.subject),
        text=mail_text(facts, content),
        html=mail_html(facts, content, content.subject),
        calendar=calendar_file(facts),
        unsubscribe=facts.unsubscribe,
    )


def in_one_line(text: str) -> str:
    """A text for a header: in one line, without control characters."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())
