"""The texts of messages: from the facts and the account's templates to mail or SMS."""

from collections.abc import Iterable

import msgspec

from kalends.engine.messages.facts import MessageFacts
from kalends.engine.messages.rendered import Rendered
from kalends.engine.messages.sms import sms_size
from kalends.engine.messages.template import MessageTemplate, TemplateKey, template_for
from kalends.notices.messages.content import Content, address_of, content_of
from kalends.notices.messages.digest import digest_content
from kalends.notices.messages.mail import details_html, details_text, mail_html, mail_text, own_text
from kalends.notices.messages.names import PRINTABLE, TIME_FIELDS, Names, Person, Place
from kalends.notices.messages.one_line import in_one_line
from kalends.notices.messages.own import TemplateFault, html, plain_text
from kalends.notices.messages.short import shortened, sms_text
from kalends.notices.messages.webhook import webhook_content


def render(facts: MessageFacts, templates: Iterable[MessageTemplate] = ()) -> Rendered:
    """A message in the language of its recipient, with the account's template that fits it best, else the built-in
    text; without a calendar file, for which see calendar_file.py.

    A template that can't be used does not keep a message from being sent: see Rendered.
    """
    content = _content(facts)
    template = _template(facts, content, templates)
    if template is None:
        return _built_in(facts, content)
    try:
        return _own(facts, content, template)
    except TemplateFault as fault:
        return msgspec.structs.replace(_built_in(facts, content), template_id=template.id, fault=str(fault))


def _content(facts: MessageFacts) -> Content:
    if facts.webhook is not None:
        return webhook_content(facts, facts.webhook)
    return digest_content(facts) if facts.kind == "digest" else content_of(facts)


def _template(facts: MessageFacts, content: Content, templates: Iterable[MessageTemplate]) -> MessageTemplate | None:
    """The account's template; those are for customers, and for staff where a kind goes to staff only."""
    services = {entry.item.service_id for entry in facts.items}
    service_id = services.pop() if len(services) == 1 else None
    language = content.language.code
    key = TemplateKey(kind=facts.kind, channel=facts.channel, service_id=service_id, locale=language)
    return template_for(templates, key) if facts.is_templated else None


def _built_in(facts: MessageFacts, content: Content) -> Rendered:
    if facts.channel == "sms":
        return _sms(sms_text(facts, content))
    return _mail(facts, content, mail_text(facts, content), mail_html(facts, content))


def _own(facts: MessageFacts, content: Content, template: MessageTemplate) -> Rendered:
    """The message by a template. Raises TemplateFault."""
    names = _names(facts, content)
    body = plain_text(template.body, names)
    if not body.strip():
        raise TemplateFault("it comes to nothing")
    if facts.channel == "sms":
        return msgspec.structs.replace(_sms(body), template_id=template.id)
    content = msgspec.structs.replace(content, subject=_subject(template, names) or content.subject)
    page = mail_html(facts, content, html(template.body, names, details_html(content)))
    return msgspec.structs.replace(_mail(facts, content, own_text(facts, content, body), page), template_id=template.id)


def _names(facts: MessageFacts, content: Content) -> Names:
    """The names and their values for a message."""
    customer, profile, site, first = facts.customer, facts.profile, facts.items[0].site, content.times[0]
    person = Person()
    if customer:
        person = Person(
            customer.name, customer.first_name, customer.last_name, customer.email or "", customer.phone or ""
        )
    address = (f"{profile.street} {profile.house_number}".strip(), f"{profile.postcode} {profile.city}".strip())
    return Names(
        customer=person,
        account=Place(facts.account.name, "\n".join(filter(None, address)), profile.phone, profile.email),
        site=Place(site.name, "\n".join(address_of(site)), site.phone, site.email) if site else Place(),
        times=content.times,
        count=len(facts.items),
        code=content.code,
        until=content.until,
        reason=content.reason,
        head=content.head,
        intro=content.intro,
        details=details_text(content),
        link=facts.link,
        **{name: getattr(first, name) for name in TIME_FIELDS & PRINTABLE},
    )


def _subject(template: MessageTemplate, names: Names) -> str:
    return in_one_line(plain_text(template.subject, names))


def _sms(text: str) -> Rendered:
    line = shortened(text)
    return Rendered(text=line, size=sms_size(line))


def _mail(facts: MessageFacts, content: Content, text: str, page: str) -> Rendered:
    return Rendered(
        subject=content.subject,
        text=text,
        html=page,
        unsubscribe=facts.unsubscribe,
    )
