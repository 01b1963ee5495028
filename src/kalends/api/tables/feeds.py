"""The operations on calendar feeds."""

from functools import partial

from kalends.api.handlers import feeds
from kalends.api.lists import List
from kalends.api.operations import Operation, Tracked
from kalends.api.schemas.feeds import Feed, FeedInput, FeedPatch, FeedPath, ListFeeds, NewFeed

_FEED = "/feeds/{feed_id}"
_TRACKED = Tracked("feed", "feed_id", feeds.show)
_operation = partial(Operation, tag="Feeds", scope="manage")

OPERATIONS = (
    _operation(
        method="GET",
        path="/feeds",
        handler=feeds.listing,
        id="list_feeds",
        summary="List calendar feeds",
        description="Not for keys of some sites.",
        params=ListFeeds,
        answers={200: List[Feed]},
    ),
    _operation(
        method="POST",
        path="/feeds",
        handler=feeds.create,
        id="create_feed",
        summary="Add a calendar feed",
        description="The answer has its address, which is not shown again. Calendar programs subscribe to it; it has "
        "the last 30 days and the next year.",
        body=FeedInput,
        answers={201: NewFeed},
        sample={"title": "Ingrid", "resource": "res_1042", "detail": "titles"},
        has_secret=True,
    ),
    _operation(
        method="GET",
        path=_FEED,
        handler=feeds.show,
        id="get_feed",
        summary="Show a calendar feed",
        params=FeedPath,
        answers={200: Feed},
        tracked=_TRACKED,
    ),
    _operation(
        method="PATCH",
        path=_FEED,
        handler=feeds.change,
        id="change_feed",
        summary="Change a calendar feed",
        description="What it is of does not change.",
        params=FeedPath,
        body=FeedPatch,
        answers={200: Feed},
        tracked=_TRACKED,
        sample={"detail": "busy"},
    ),
    _operation(
        method="POST",
        path=f"{_FEED}/rotate",
        handler=feeds.rotate,
        id="rotate_feed",
        summary="Give a calendar feed a new address",
        description="At the former address there is nothing any more.",
        params=FeedPath,
        answers={200: NewFeed},
        tracked=_TRACKED,
        has_secret=True,
    ),
    _operation(
        method="DELETE",
        path=_FEED,
        handler=feeds.remove,
        id="remove_feed",
        summary="Remove a calendar feed",
        description="With effect from the next time that somebody asks for it.",
        params=FeedPath,
        answers={204: None},
        tracked=_TRACKED,
    ),
)
