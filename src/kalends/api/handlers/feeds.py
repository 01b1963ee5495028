"""Calendar feeds: list, add, show, change, rotate and remove them."""

from functools import partial
from typing import Any

from kalends.actions.bookings import feeds
from kalends.actions.context import Context
from kalends.api.lists import answered_list, page_of
from kalends.api.operations import Answered, Received, answered
from kalends.api.schemas.feeds import (
    FeedInput,
    FeedPatch,
    FeedPath,
    ListFeeds,
    NewFeed,
    feed_filters,
    feed_patch,
    shown_feed,
)
from kalends.web.call import call_of


async def listing(ctx: Context, request: Received[ListFeeds, None]) -> Answered:
    query = page_of(request, filters=feed_filters(request.params))
    page = await feeds.query_feeds(ctx, query)
    return answered_list(request, query, page, partial(shown_feed, tz=ctx.zone))


async def create(ctx: Context, request: Received[None, FeedInput]) -> Answered:
    sent = request.body
    feed, secret = await feeds.add_feed(
        ctx,
        sent.title,
        sent.detail,
        resource_id=sent.resource,
        site_id=sent.site,
        user_id=sent.user,
    )
    shown = NewFeed(feed=shown_feed(feed, ctx.zone), secret_url=_url(request, secret))
    return answered(feed, shown, location=f"/feeds/{shown.feed.id}")


async def show(ctx: Context, request: Received[FeedPath, Any]) -> Answered:
    feed = await feeds.get_feed(ctx, request.params.feed_id)
    return answered(feed, shown_feed(feed, ctx.zone))


async def change(ctx: Context, request: Received[FeedPath, FeedPatch]) -> Answered:
    feed = await feeds.change_feed(ctx, request.params.feed_id, feed_patch(request.body))
    return answered(feed, shown_feed(feed, ctx.zone))


async def rotate(ctx: Context, request: Received[FeedPath, None]) -> Answered:
    feed, secret = await feeds.rotate_feed(ctx, request.params.feed_id)
    return answered(feed, NewFeed(feed=shown_feed(feed, ctx.zone), secret_url=_url(request, secret)))


async def remove(ctx: Context, request: Received[FeedPath, None]) -> Answered:
    await feeds.remove_feed(ctx, request.params.feed_id)
    return Answered()


def _url(request: Received[Any, Any], secret: str) -> str:
    """Where the feed is: beside the door, with the scheme, host and prefix that the caller used."""
    call = call_of(request.request)
    return f"{call.prefix.removesuffix(call.door.base_path)}/feeds/{secret}.ics"
