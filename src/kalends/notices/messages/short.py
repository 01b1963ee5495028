"""The text of an SMS, as few segments long as it can be."""

import unicodedata

from kalends.engine.messages.facts import MessageFacts
from kalends.engine.messages.sms import sms_size
from kalends.notices.messages.content import Content, zone_of
from kalends.notices.messages.one_line import in_one_line

LONGEST = 1000
"""Characters of an SMS; gateways take no more than some segments."""
_PLAIN = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "–": "-", "—": "-", "·": "-", "…": "...", "‘": "'", "’": "'", "„": '"', "“": '"'}
    | {"”": '"', "đ": "d", "ł": "l", "Đ": "D", "Ł": "L"}
)


def sms_text(facts: MessageFacts, content: Content) -> str:
    """The built-in text: what it is about, which service, when and where, and who sends it."""
    if not content.times:
        return f"{content.subject} {facts.account.name}"
    time = content.times[0]
    start = facts.items[0].item.starts_at.astimezone(zone_of(facts.items[0], facts))
    several = content.language.text("times", count=len(content.times)) if len(content.times) > 1 else ""
    site = facts.items[0].site
    customer = facts.customer.name if facts.customer and facts.audience == "staff" else ""
    parts = (customer, time.service, content.language.brief(start), several, site.name if site else "")
    about = ", ".join(part for part in parts if part)
    head = f"{content.head} {content.code}" if content.code else content.head
    reason = f" {content.reason}" if content.reason else ""
    return f"{head}: {about}.{reason} {facts.account.name}"


def shortened(text: str) -> str:
    """The text in one line, with letters of the GSM alphabet in place of others where that takes fewer segments.

    `Žofie` becomes `Zofie`, a typographic quote a plain one: a single such character more than doubles the price.
    """
    line = in_one_line(text.translate(_PLAIN))[:LONGEST]
    plain = "".join(map(_in_gsm, line))
    return plain if sms_size(plain).segments < sms_size(line).segments else line


def _in_gsm(character: str) -> str:
    """A character of the GSM alphabet that stands for this one, else the character itself."""
    if sms_size(character).encoding == "GSM-7":
        return character
    base = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    return base if base and sms_size(base).encoding == "GSM-7" else character
