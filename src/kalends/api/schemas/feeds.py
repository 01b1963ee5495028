"""Calendar feeds: addresses at which calendar programs fetch what is booked."""

from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import (
    FeedId,
    FeedRef,
    ResourceId,
    ResourceRef,
    SiteId,
    SiteRef,
    UserId,
    UserRef,
    write_id,
    write_optional_id,
)
from kalends.api.lists import Listing
from kalends.api.times import Moment, shown
from kalends.engine.bookings.feed import Feed as EngineFeed
from kalends.engine.bookings.feed import FeedPatch as EnginePatch
from kalends.engine.limits import LONGEST_LINE
from kalends.engine.patch import changes
from kalends.engine.query import Filter

Title: TypeAlias = Annotated[
    str, Meta(max_length=LONGEST_LINE, description="What calendar programs call it.", examples=["Ingrid"])
]
Detail: TypeAlias = Annotated[
    Literal["busy", "titles", "full"],
    Meta(
        description="busy: when something is booked; titles: also what, and where; full: also who, with contacts and "
        "notes.",
        examples=["titles"],
    ),
]
_RESOURCE = Meta(description="The resource that it is of, with its parts.")
_SITE = Meta(description="The site that it is of, with all that stands there.")
_USER = Meta(description="The user that it is of, with what is booked with them.", examples=[None])


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed, without its address."""

    id: FeedId
    title: Title
    resource: Annotated[ResourceId | None, _RESOURCE]
    site: Annotated[SiteId | None, _SITE]
    user: Annotated[UserId | None, _USER]
    detail: Detail
    created_at: Moment


class NewFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed with its address."""

    feed: Feed
    secret_url: Annotated[
        str,
        Meta(
            description="Whoever has it reads the feed, so it is a secret; it is not shown again.",
            examples=["https://booking.example/feeds/5f2c.ics"],
        ),
    ]


class FeedInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new feed, of one of the three."""

    title: Title = ""
    resource: Annotated[ResourceRef | None, _RESOURCE] = None
    site: Annotated[SiteRef | None, _SITE] = None
    user: Annotated[UserRef | None, _USER] = None
    detail: Detail = "busy"


class FeedPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a feed; what is left out stays."""

    title: Title | UnsetType = UNSET
    detail: Detail | UnsetType = UNSET


class FeedPath(msgspec.Struct, frozen=True, kw_only=True):
    """One feed."""

    feed_id: FeedRef


class ListFeeds(Listing, frozen=True, kw_only=True):
    """Which feeds to list, the oldest first."""

    resource: Annotated[ResourceRef | UnsetType, Meta(description="Those of this resource.")] = UNSET
    site: Annotated[SiteRef | UnsetType, Meta(description="Those of this site.")] = UNSET
    user: Annotated[UserRef | UnsetType, Meta(description="Those of this user.")] = UNSET


def feed_filters(sent: ListFeeds) -> tuple[Filter, ...]:
    """The filters of a list, as the engine takes them."""
    asked = {"resource_id": sent.resource, "site_id": sent.site, "user_id": sent.user}
    return tuple(Filter(name, "equal", value) for name, value in asked.items() if value is not UNSET)


def feed_patch(sent: FeedPatch) -> EnginePatch:
    """The changes, as the engine takes them."""
    return EnginePatch(**changes(sent))


def shown_feed(feed: EngineFeed, tz: ZoneInfo) -> Feed:
    """A feed as it is answered."""
    return Feed(
        id=write_id("feed", feed.id),
        title=feed.title,
        resource=write_optional_id("resource", feed.resource_id),
        site=write_optional_id("site", feed.site_id),
        user=write_optional_id("user", feed.user_id),
        detail=feed.detail,
        created_at=shown(feed.created_at, tz),
    )
