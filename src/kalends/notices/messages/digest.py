"""Daily mail to staff: a line for each booking that is new, has changed or was cancelled."""

from collections.abc import Iterable

import msgspec

from kalends.engine.messages.facts import MessageFacts
from kalends.notices.messages.content import MOST_TIMES, Content, Row, content_of, zone_of
from kalends.notices.messages.one_line import in_one_line


def digest_content(facts: MessageFacts) -> Content:
    """The texts of a daily mail."""
    content = content_of(facts)
    language = content.language
    zones = dict.fromkeys(language.zone_name(zone_of(entry, facts)) for entry in facts.items)
    return msgspec.structs.replace(
        content,
        subject=f"{content.head}: {language.text('times', count=len(facts.items))}",
        rows=(Row(language.text("label.zone"), "\n".join(zones)),),
        listed=tuple(_lines(facts, content)),
    )


def _lines(facts: MessageFacts, content: Content) -> Iterable[str]:
    """`New booking: Kari Nordmann, Massage · Tuesday, 2 March 2027, 10:00–11:00 · Ada`."""
    language = content.language
    for entry, time in list(zip(facts.items, content.times, strict=True))[:MOST_TIMES]:
        customer = in_one_line(entry.view.customer.name) if entry.view.customer else ""
        what = ", ".join(part for part in (customer, time.service) if part)
        was = f" ({language.text('label.was')}: {time.was})" if time.was else ""
        siblings = language.text("times", count=entry.view.siblings) if entry.view.siblings > 1 else ""
        head = f"{language.text(f'head.{entry.kind}')}: " if entry.kind else ""
        yield head + " · ".join(part for part in (what, time.when + was, time.resource, siblings) if part)
    if len(facts.items) > MOST_TIMES:
        yield language.text("more_times", count=len(facts.items) - MOST_TIMES)
