"""What a message says, as texts in the language of its recipient, before it is laid out as mail or SMS."""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.bookings.booking import Item
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.site import Site
from kalends.engine.messages.facts import MessageFacts, MessageItem
from kalends.engine.time.span import Span
from kalends.notices.countries import country_name
from kalends.notices.messages.language import MessageLanguage, message_language
from kalends.notices.messages.names import Time
from kalends.notices.messages.one_line import in_one_line

MOST_TIMES = 100
"""Times that a message lists; of more it says how many."""
MOST_NUMBERS = 5
"""Times up to which each has its number told: of a long series nobody reads them."""
_UNCOUNTED = ("template_fault", "verification")
"""The kinds whose first sentence is the same for one time and for several."""


class Row(msgspec.Struct, frozen=True):
    """A fact of a message: a label and its text, which may have several lines."""

    label: str
    text: str


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """A message in texts: `head` is its title, `rows` its facts, `link_text` what stands at its link, "" without one.

    `times` are all of the items, in order; `listed` are the lines that tell what is different among several.
    """

    language: MessageLanguage
    head: str
    subject: str
    greeting: str
    intro: str
    code: str
    link_text: str
    until: str
    rows: tuple[Row, ...]
    listed: tuple[str, ...]
    reason: str
    closing: tuple[str, ...]
    times: tuple[Time, ...]


def content_of(facts: MessageFacts) -> Content:
    """The texts of a message from its facts."""
    language = message_language(facts.locale, facts.account.country)
    times = tuple(_time(entry, facts, language) for entry in facts.items)
    head = language.text(f"head.{_head(facts)}")
    return Content(
        language=language,
        head=head,
        subject=_subject(facts, language, head, times),
        greeting=_greeting(facts, language),
        intro=_intro(facts, language),
        code=_code(facts),
        link_text=_link_text(facts, language),
        until=_until(facts, language),
        rows=tuple(_rows(facts, language, times)),
        listed=tuple(_listed(times, language)) if len(times) > 1 else (),
        reason=_reason(facts),
        closing=tuple(_closing(facts, language)),
        times=times,
    )


def zone_of(entry: MessageItem, facts: MessageFacts) -> ZoneInfo:
    """The zone in which an item's times are told: that of its site, else of the account."""
    return ZoneInfo(entry.site.time_zone if entry.site else facts.account.time_zone)


def service_of(entry: MessageItem, language: str) -> str:
    """What is booked, in the language: the service, else the title of the session or of the item."""
    view = entry.view
    titles = (view.service and view.service.title_in(language), view.session and view.session.title, view.item.title)
    return next((title for title in titles if title), "")


def extras_of(item: Item, add_ons: Iterable[LinkedAddOn], language: str) -> Iterator[str]:
    """The extras of an item in a language, with their numbers where there are several: `2 × Towel`."""
    for extra in item.extras:
        titles = (each.title_in(language) for each in add_ons if each.is_in(extra))
        yield from (f"{extra.units} × {title}" if extra.units > 1 else title for title in titles)


def address_of(site: Site) -> tuple[str, ...]:
    """The address of a site in lines, without its name and country."""
    return tuple(line for line in (site.street.strip(), f"{site.postcode} {site.city}".strip()) if line)


def _time(entry: MessageItem, facts: MessageFacts, language: MessageLanguage) -> Time:
    item, view, zone = entry.item, entry.view, zone_of(entry, facts)
    return Time(
        service=service_of(entry, language.code),
        when=language.when(Span(item.starts_at, item.ends_at), zone),
        day=language.day(item.starts_at.astimezone(zone)),
        starts=language.hour(item.starts_at.astimezone(zone)),
        ends=language.hour(item.ends_at.astimezone(zone)),
        was=language.when(entry.was, zone) if entry.was else "",
        resource=view.resource.title if view.resource else "",
        kind=view.resource.kind if view.resource else "",
        place=_place(entry.site, facts, language),
        units=str(item.units) if item.units > 1 else "",
        extras=", ".join(extras_of(item, entry.add_ons, language.code)),
        number="" if facts.unnumbered else str(item.id),
    )


def _place(site: Site | None, facts: MessageFacts, language: MessageLanguage) -> str:
    """Name and address in lines; the country only where it is not the account's."""
    if site is None:
        return ""
    abroad = site.country and site.country != facts.account.country
    lines = (site.name, *address_of(site), country_name(site.country, language.code) if abroad else "")
    return "\n".join(line for line in lines if line)


def _head(facts: MessageFacts) -> str:
    waits = facts.items[0].item.state == "awaiting_confirmation"
    return "to_confirm" if facts.kind == "notification" and waits else facts.kind


def _subject(facts: MessageFacts, language: MessageLanguage, head: str, times: Sequence[Time]) -> str:
    """`Booking confirmed: Massage, Monday, 1 March 2027, 10:00`; for staff with the customer's name."""
    services = ", ".join(dict.fromkeys(time.service for time in times if time.service))
    first = facts.items[0]
    start = first.item.starts_at.astimezone(zone_of(first, facts))
    when = language.moment(start) if len(times) == 1 else language.text("times", count=len(times))
    customer = in_one_line(facts.customer.name) if facts.customer and facts.audience == "staff" else ""
    about = ", ".join(part for part in (customer, services, when) if part)
    code = _code(facts)
    return in_one_line(f"{head}{' ' if code else ''}{code}: {about}")


def _code(facts: MessageFacts) -> str:
    return facts.items[0].item.verification_code or "" if facts.kind == "verification" else ""


def _greeting(facts: MessageFacts, language: MessageLanguage) -> str:
    if facts.audience == "staff":
        return ""
    name = in_one_line(facts.customer.name) if facts.customer else ""
    return language.text("greeting", name=name) if name else language.text("greeting_unnamed")


def _intro(facts: MessageFacts, language: MessageLanguage) -> str:
    if facts.kind in _UNCOUNTED:
        return language.text(f"intro.{facts.kind}")
    return "" if facts.audience == "staff" else language.text(f"intro.{facts.kind}", count=len(facts.items))


def _rows(facts: MessageFacts, language: MessageLanguage, times: Sequence[Time]) -> Iterable[Row]:
    """The facts that hold for all of the times, and those of the booking."""
    zones = dict.fromkeys(language.zone_name(zone_of(entry, facts)) for entry in facts.items)
    kind = _common(times, "kind")
    labelled = (
        *(_of_customer(facts) if facts.audience == "staff" else ()),
        ("service", _common(times, "service")),
        ("when", times[0].when if len(times) == 1 else ""),
        ("was", times[0].was if len(times) == 1 else ""),
        ("reason", _reason(facts)),
        ("until", _until(facts, language)),
        (kind or "person", _common(times, "resource") if kind else ""),
        ("place", _common(times, "place")),
        ("units", _common(times, "units")),
        ("extras", _common(times, "extras")),
        ("zone", "\n".join(zones)),
        ("number", _numbers(times) if len(times) <= MOST_NUMBERS else ""),
        ("notes", _notes(facts)),
    )
    yield from (Row(language.text(f"label.{label}"), text) for label, text in labelled if text)


def _numbers(times: Sequence[Time]) -> str:
    return ", ".join(time.number for time in times if time.number)


def _common(times: Sequence[Time], name: str) -> str:
    """The value of a field that all times share, "" if they differ."""
    values = {getattr(time, name) for time in times}
    return str(values.pop()) if len(values) == 1 else ""


def _link_text(facts: MessageFacts, language: MessageLanguage) -> str:
    if not facts.link:
        return ""
    return language.text("link.code") if facts.kind == "verification" else language.text("link.own")


def _until(facts: MessageFacts, language: MessageLanguage) -> str:
    first = facts.items[0]
    if facts.kind != "verification" or first.item.expires_at is None:
        return ""
    return language.moment(first.item.expires_at.astimezone(zone_of(first, facts)))


def _reason(facts: MessageFacts) -> str:
    """Why it was cancelled or declined, or what else is told to staff."""
    if facts.told:
        return "\n".join(facts.told)
    return (facts.items[0].item.cancellation_reason or "") if facts.kind in ("cancellation", "decline") else ""


def _of_customer(facts: MessageFacts) -> tuple[tuple[str, str], ...]:
    customer = facts.customer
    known = (("customer", customer.name), ("phone", customer.phone), ("email", customer.email)) if customer else ()
    return tuple((label, text or "") for label, text in known)


def _notes(facts: MessageFacts) -> str:
    """The notes of the item, which staff alone are told."""
    return (facts.items[0].item.notes or "") if facts.audience == "staff" else ""


def _listed(times: Sequence[Time], language: MessageLanguage) -> Iterable[str]:
    """A line for each time: when it is, and whatever is not the same for all."""
    differing = [name for name in ("service", "resource", "place", "units", "extras") if not _common(times, name)]
    for time in times[:MOST_TIMES]:
        was = f" ({language.text('label.was')}: {time.was})" if time.was else ""
        others = [str(getattr(time, name)).replace("\n", ", ") for name in differing]
        yield " · ".join(part for part in (time.when + was, *others) if part)
    if len(times) > MOST_TIMES:
        yield language.text("more_times", count=len(times) - MOST_TIMES)


def _closing(facts: MessageFacts, language: MessageLanguage) -> Iterable[str]:
    """The signature: name of the account, and how it is reached at the site."""
    if facts.audience == "staff":
        return
    site = facts.items[0].site
    phone = (site.phone if site else "") or facts.profile.phone
    yield language.text("regards")
    yield facts.account.name
    yield from (line for line in (phone, facts.reply_to) if line)
