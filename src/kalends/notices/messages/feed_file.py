"""Calendar files that calendar programs fetch again and again. Source: RFC 5545 (the format), RFC 7986 (names and how
often to ask)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from kalends.engine.accounts.account import Account
from kalends.engine.bookings.feed import Feed, FeedEvent
from kalends.engine.time.span import Span
from kalends.notices.messages.calendar_file import PRODUCT, YEAR
from kalends.notices.messages.calendar_zone import time_zone
from kalends.notices.messages.language import MessageLanguage, is_ambiguous, message_language

ASK_AGAIN = timedelta(minutes=15)


def draw_feed(account: Account, feed: Feed, events: Sequence[FeedEvent]) -> bytes:
    """The feed as a calendar, in the account's language, each event in the zone of its site."""
    language = message_language(account.locale, account.country)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, feed.title or account.name)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{ASK_AGAIN.seconds // 60}M")
    for zone, span in _zones(events).items():
        calendar.add_component(time_zone(zone, span))
    for event in events:
        calendar.add_component(_drawn(event, language))
    content: bytes = calendar.to_ical()
    return content


def _drawn(event: FeedEvent, language: MessageLanguage) -> Event:
    drawn = Event()
    drawn.add("uid", event.uid)
    drawn.add("sequence", event.sequence)
    drawn.add("dtstamp", event.updated_at.astimezone(UTC))
    drawn.add("created", event.created_at.astimezone(UTC))
    drawn.add("last-modified", event.updated_at.astimezone(UTC))
    for name, at in zip(("dtstart", "dtend"), _times(event), strict=True):
        drawn.add(name, at)
    drawn.add("summary", event.summary or language.text("feed.busy"))
    for name in ("location", "description"):
        if text := getattr(event, name):
            drawn.add(name, text)
    drawn.add("status", "CONFIRMED" if event.is_certain else "TENTATIVE")
    drawn.add("transp", "OPAQUE")
    return drawn


def _times(event: FeedEvent) -> tuple[datetime, datetime]:
    """Start and end in the zone of the site; in UTC if clocks there pass one of them twice (see `calendar_file`)."""
    zone = ZoneInfo(event.time_zone)
    start, end = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
    if is_ambiguous(start) or is_ambiguous(end):
        return start.astimezone(UTC), end.astimezone(UTC)
    return start, end


def _zones(events: Sequence[FeedEvent]) -> dict[ZoneInfo, Span]:
    """The zones that events refer to, each over the time of its events."""
    spans: dict[ZoneInfo, Span] = {}
    for event in events:
        zone = ZoneInfo(event.time_zone)
        own = Span(event.starts_at - YEAR, event.ends_at + YEAR)
        known = spans.get(zone, own)
        spans[zone] = Span(min(known.start, own.start), max(known.end, own.end))
    return spans
