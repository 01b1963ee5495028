"""Calendar feeds: addresses at which calendar programs fetch what is booked, again and again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.site import Site
from kalends.engine.limits import LONGEST_LINE, raise_if_faults, text_faults
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault

Detail = Literal["busy", "titles", "full"]
DETAILS: tuple[Detail, ...] = ("busy", "titles", "full")
SUBJECTS = ("resource_id", "site_id", "user_id")


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed of a resource with its parts, of a site, or of the resources of a user: one of the three.

    `detail`: busy tells when something is booked; titles what, and where; full also who, with contacts and notes. Its
    secret is not in here: the database has its digest.
    """

    account_id: int
    id: int
    title: str = ""
    resource_id: int | None = None
    site_id: int | None = None
    user_id: int | None = None
    detail: Detail = "busy"
    created_at: datetime
    updated_at: datetime
    revision: int = 0


class FeedPatch(Patch, frozen=True, kw_only=True):
    """Changes to a feed. What it is of does not change."""

    title: str | UnsetType = UNSET
    detail: Detail | UnsetType = UNSET


class FeedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a feed. `summary` "" says no more than that it is busy; `time_zone` is that of its site."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    is_certain: bool
    created_at: datetime
    updated_at: datetime
    sequence: int
    summary: str = ""
    location: str = ""
    description: str = ""


def checked_feed(feed: Feed) -> Feed:
    """The feed. Raises Invalid(title: invalid, too_long; detail: unknown; of: blank, too_many, if it is of none or of
    more than one)."""
    faults = text_faults("title", feed.title, LONGEST_LINE)
    faults += [] if feed.detail in DETAILS else [Fault("detail", "unknown")]
    named = sum(getattr(feed, name) is not None for name in SUBJECTS)
    if named != 1:
        faults.append(Fault("of", "too_many" if named else "blank"))
    raise_if_faults(faults)
    return feed


def changed_feed(current: Feed, patch: FeedPatch) -> Feed:
    """The feed with the patch applied. Raises Invalid(title: invalid, too_long; detail: unknown)."""
    return checked_feed(patched(current, patch))


def feed_events(
    feed: Feed,
    items: Sequence[ItemView],
    sessions: Sequence[GroupSession],
    resources: Mapping[int, Resource],
    sites: Mapping[int, Site],
    time_zone: str,
) -> list[FeedEvent]:
    """The events of a feed, in order of time; `time_zone` is that of the account, for what is at no site.

    Seats are told by their sessions. Of one time that several items take each is told.
    """
    events = [*_item_events(feed, items, resources, sites, time_zone)]
    events += _session_events(feed, sessions, resources, sites, time_zone)
    return sorted(events, key=lambda event: (event.starts_at, event.uid))


def _item_events(
    feed: Feed,
    items: Sequence[ItemView],
    resources: Mapping[int, Resource],
    sites: Mapping[int, Site],
    time_zone: str,
) -> Iterator[FeedEvent]:
    for view in items:
        item, site = view.item, sites.get(view.site_id or 0)
        event = FeedEvent(
            uid=view.calendar_uid,
            starts_at=item.starts_at,
            ends_at=item.ends_at,
            time_zone=site.time_zone if site else time_zone,
            is_certain=item.state == "confirmed",
            created_at=item.created_at,
            updated_at=item.updated_at,
            sequence=item.revision,
        )
        if feed.detail != "busy":
            where = _where([view.item.resource_id, *item.also_resource_ids], resources, site)
            what = (view.service.title if view.service else "") or item.title
            event = msgspec.structs.replace(event, summary=what or where, location=where)
        if feed.detail == "full":
            who = view.customer.name if view.customer else ""
            summary = ": ".join(part for part in (who, event.summary) if part)
            event = msgspec.structs.replace(event, summary=summary, description=_description(view))
        yield event


def _session_events(
    feed: Feed,
    sessions: Sequence[GroupSession],
    resources: Mapping[int, Resource],
    sites: Mapping[int, Site],
    time_zone: str,
) -> Iterator[FeedEvent]:
    for session in sessions:
        first = next((found for each in session.resource_ids if each and (found := resources.get(each))), None)
        site = sites.get(first.site_id) if first else None
        told = feed.detail != "busy"
        yield FeedEvent(
            uid=f"session-{session.id}@{session.account_id}.kalends",
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            time_zone=site.time_zone if site else time_zone,
            is_certain=True,
            created_at=session.created_at,
            updated_at=session.updated_at,
            sequence=session.revision,
            summary=session.title if told else "",
            location=_where(session.resource_ids, resources, site) if told else "",
            description=session.notes if feed.detail == "full" else "",
        )


def _where(resource_ids: Sequence[int | None], resources: Mapping[int, Resource], site: Site | None) -> str:
    titles = [found.title for each in resource_ids if each and (found := resources.get(each))]
    return ", ".join([*titles, *([site.name] if site else [])])


def _description(view: ItemView) -> str:
    customer = view.customer
    contacts = (customer.phone, customer.email) if customer else ()
    return "\n".join(part for part in (*contacts, view.item.title if view.service else "", view.item.notes) if part)
