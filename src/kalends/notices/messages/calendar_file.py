"""Calendar files. Those that come with mail add a booked time to the customer's calendar, change it there or remove it;
those of bookings are fetched, and imported once.

Sources: RFC 5545 (the format), RFC 5546 (REQUEST and CANCEL). The method is named in the file and in the mail's part; a
file that is fetched has none.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress

from kalends.engine.bookings.states import state_at
from kalends.engine.messages.facts import IN_CALENDAR, MessageFacts, MessageItem
from kalends.engine.messages.rendered import CalendarFile
from kalends.engine.time.span import Span
from kalends.notices.messages.calendar_zone import time_zone
from kalends.notices.messages.content import address_of, service_of, zone_of
from kalends.notices.messages.language import is_ambiguous
from kalends.notices.messages.one_line import in_one_line
from kalends.notices.texts import FALLBACK, language_of_tag

PRODUCT = "-//Kalends//Kalends//EN"
YEAR = timedelta(days=366)
_STATUS = {"confirmed": "CONFIRMED", "cancelled": "CANCELLED", "declined": "CANCELLED", "deleted": "CANCELLED"}
_GONE = ("cancelled", "declined", "deleted", "verification_expired")


def calendar_file(facts: MessageFacts) -> CalendarFile | None:
    """The calendar file of a mail to a customer, with an event for each of its times; None for kinds without one."""
    entries = _in_calendar(facts)
    if not entries or facts.audience != "customer" or facts.customer is None:
        return None
    cancelled = facts.kind in ("cancellation", "decline")
    calendar = _calendar("CANCEL" if cancelled else "REQUEST")
    events = [_event(entry, facts, cancelled=cancelled) for entry in entries]
    for event in events:
        _add_people(event, facts)
    return CalendarFile("CANCEL" if cancelled else "REQUEST", _content(calendar, events, facts))


def _in_calendar(facts: MessageFacts) -> list[MessageItem]:
    """The times that a mail of this kind puts into the customer's calendar, changes there, or takes from it."""
    if facts.kind == "decline":
        return [entry for entry in facts.items if entry.was_confirmed]
    return list(facts.items) if facts.kind in IN_CALENDAR else []


def booking_calendar(facts: MessageFacts) -> bytes:
    """A calendar file with an event for each of the times, in its present state, and nobody's address."""
    events = [_event(entry, facts, cancelled=state_at(entry.item, facts.now) in _GONE) for entry in facts.items]
    return _content(_calendar(), events, facts)


def _calendar(method: str = "") -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    return calendar


def _content(calendar: Calendar, events: Sequence[Event], facts: MessageFacts) -> bytes:
    for component in (*_zones(facts), *events):
        calendar.add_component(component)
    content: bytes = calendar.to_ical()
    return content


def _event(entry: MessageItem, facts: MessageFacts, *, cancelled: bool) -> Event:
    item = entry.item
    event = Event()
    event.add("uid", entry.view.calendar_uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", item.updated_at.astimezone(UTC))
    event.add("created", item.created_at.astimezone(UTC))
    event.add("last-modified", item.updated_at.astimezone(UTC))
    for name, at in zip(("dtstart", "dtend"), _times(entry, facts), strict=True):
        event.add(name, at)
    event.add("summary", _summary(entry, facts))
    event.add("status", "CANCELLED" if cancelled else _STATUS.get(item.state, "TENTATIVE"))
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    _add_place(event, entry)
    return event


def _add_people(event: Event, facts: MessageFacts) -> None:
    customer = facts.customer
    event.add("organizer", _address(facts.sender, facts.account.name), encode=False)
    if customer and customer.email:
        attendee = _address(customer.email, customer.name)
        attendee.params |= {"PARTSTAT": "ACCEPTED", "RSVP": "FALSE", "ROLE": "REQ-PARTICIPANT", "CUTYPE": "INDIVIDUAL"}
        event.add("attendee", attendee, encode=False)


def _times(entry: MessageItem, facts: MessageFacts) -> tuple[datetime, datetime]:
    """Start and end in the zone of the site; in UTC if one of them is in an hour that clocks there pass twice, as a
    wall time with a TZID would name the first of them."""
    zone = zone_of(entry, facts)
    start, end = entry.item.starts_at.astimezone(zone), entry.item.ends_at.astimezone(zone)
    if is_ambiguous(start) or is_ambiguous(end):
        return start.astimezone(UTC), end.astimezone(UTC)
    return start, end


def _zones(facts: MessageFacts) -> list[Timezone]:
    """The definitions of the zones that events refer to, each over the time of its events."""
    times: dict[ZoneInfo, list[datetime]] = {}
    for entry in facts.items:
        for at in _times(entry, facts):
            if isinstance(at.tzinfo, ZoneInfo):
                times.setdefault(at.tzinfo, []).append(at.astimezone(UTC))
    return [time_zone(zone, Span(min(moments) - YEAR, max(moments) + YEAR)) for zone, moments in times.items()]


def _summary(entry: MessageItem, facts: MessageFacts) -> str:
    service = service_of(entry, language_of_tag(facts.locale) or FALLBACK)
    return " – ".join(part for part in (service, facts.account.name) if part)


def _add_place(event: Event, entry: MessageItem) -> None:
    site, resource = entry.site, entry.view.resource
    parts = [resource.title] if resource and resource.kind == "space" else []
    if site:
        parts += [site.name, *address_of(site)]
        if site.latitude is not None and site.longitude is not None:
            event.add("geo", (site.latitude, site.longitude))
    if parts:
        event.add("location", ", ".join(parts))
    if resource and resource.kind == "person":
        event.add("description", resource.title)


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    if name:
        # A quoted parameter can't hold a quote or a control character (RFC 5545, 3.1).
        address.params["CN"] = in_one_line(name).replace('"', "")
    return address
