"""Calendar feeds: list, add, change, rotate and remove them; and read one by its secret, without a key."""

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib import import_module

import msgspec

from kalends.actions.access import allow
from kalends.actions.accounts.keys import digest
from kalends.actions.accounts.users import get_user
from kalends.actions.bookings.find import list_items
from kalends.actions.bookings.sessions import list_sessions
from kalends.actions.catalog.resources import get_resource, list_resources
from kalends.actions.catalog.sites import get_site, list_sites
from kalends.actions.context import Context, transaction
from kalends.actions.expected import check_expected
from kalends.actions.journal import add_journal_entry
from kalends.actions.save import add, save
from kalends.engine.accounts.principal import system
from kalends.engine.bookings.feed import Detail, Feed, FeedPatch, changed_feed, checked_feed, feed_events
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.queries import ItemQuery, SessionQuery
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource
from kalends.engine.query import Page, Query
from kalends.engine.refusals import NotFound
from kalends.store.bookings import feeds
from kalends.store.changes import list_heads
from kalends.store.db import Db
from kalends.store.ids import next_ids

BACK, AHEAD = timedelta(days=30), timedelta(days=366)
"""What a feed has: so much of the past, and so much of what is to come."""
MOST_EVENTS = 5000
_KINDS = ("appointment", "block")


@allow("manage", whole_account=True)
async def query_feeds(ctx: Context, query: Query) -> Page[Feed]:
    """One page of the account's feeds, filtered and sorted.

    Raises Forbidden to callers who are limited to sites, Invalid(field: unsupported, if it can't be filtered or sorted
    by, or not with this operator; field: invalid, for a value of another type; cursor: invalid, if it belongs to
    another order).
    """
    return Page(*await feeds.query_feeds(ctx.db, ctx.account.id, query))


@allow("manage")
async def get_feed(ctx: Context, feed_id: int) -> Feed:
    """Return one feed. Raises NotFound(feed)."""
    return await _check_seen(ctx, await feeds.find_feed(ctx.db, ctx.account.id, feed_id), feed_id)


@allow("manage")
async def add_feed(
    ctx: Context,
    title: str = "",
    detail: Detail = "busy",
    *,
    resource_id: int | None = None,
    site_id: int | None = None,
    user_id: int | None = None,
) -> tuple[Feed, str]:
    """Add a feed of a resource, a site or a user; returns it and its secret, which can't be read again.

    Raises NotFound(resource, site, user), Invalid(title: invalid, too_long; detail: unknown; of: blank, too_many).
    """
    async with transaction(ctx) as tx:
        (feed_id,) = await next_ids(tx.db, "feed")
        feed = Feed(
            account_id=ctx.account.id,
            id=feed_id,
            title=title,
            resource_id=resource_id,
            site_id=site_id,
            user_id=user_id,
            detail=detail,
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        await _check_subject(tx, checked_feed(feed))
        await add(tx, feed)
        return feed, await _new_secret(tx, feed)


@allow("manage")
async def change_feed(ctx: Context, feed_id: int, patch: FeedPatch) -> Feed:
    """Change a feed. Raises NotFound(feed), Outdated, Invalid(title: invalid, too_long; detail: unknown)."""
    async with transaction(ctx) as tx:
        present = await _locked(tx, feed_id)
        return await save(tx, present, changed_feed(present, patch))


@allow("manage")
async def rotate_feed(ctx: Context, feed_id: int) -> tuple[Feed, str]:
    """Give a feed a new secret; with the former nobody reads it any more. Raises NotFound(feed), Outdated."""
    async with transaction(ctx) as tx:
        present = await _locked(tx, feed_id)
        check_expected(ctx, present)
        secret = await _new_secret(tx, present)
        await add_journal_entry(tx, "rotate", present, present)
        return present, secret


@allow("manage")
async def remove_feed(ctx: Context, feed_id: int) -> Feed:
    """Remove a feed; returns it as it was. Raises NotFound(feed), Outdated."""
    async with transaction(ctx) as tx:
        present = await _locked(tx, feed_id)
        check_expected(ctx, present)
        await feeds.remove_feed(tx.db, ctx.account.id, feed_id)
        await add_journal_entry(tx, "remove", present, None)
        return present


async def open_feed(db: Db, now: datetime, secret: str) -> tuple[Context, Feed]:
    """The feed with a secret, and the context in which it is read. Raises NotFound(feed)."""
    found = await feeds.find_by_digest(db, digest(secret))
    if found is None:
        raise NotFound("feed")
    account, feed = found
    return Context(system("feeds", f"feed:{feed.id}"), account, now, db), feed


@allow("read")
async def feed_version(ctx: Context, feed: Feed) -> str:
    """A short text that is another one when the feed says something else."""
    heads = await list_heads(ctx.db, [ctx.account.id])
    told = f"{feed.id} {feed.revision} {heads.get(ctx.account.id, '')} {ctx.today}"
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


@allow("read")
async def draw_feed(ctx: Context, feed: Feed) -> bytes:
    """What is booked, as a calendar file (RFC 5545): the last 30 days and the next 366, at most 5,000 events."""
    resources = {each.id: each for each in await list_resources(ctx, with_inactive=True)}
    sites = {site.id: site for site in await list_sites(ctx)}
    of_feed = _resources_of(feed, list(resources.values()))
    items = await _items(ctx, of_feed)
    sessions = await _sessions(ctx, of_feed)
    events = feed_events(feed, items, sessions, resources, sites, ctx.account.time_zone)[:MOST_EVENTS]
    # By its name, so that web workers load what it imports when somebody asks for a feed; in a thread, so that others
    # are answered meanwhile.
    draw = import_module("kalends.notices.messages.feed_file").draw_feed
    content: bytes = await asyncio.to_thread(draw, ctx.account, feed, events)
    return content


def _resources_of(feed: Feed, resources: Sequence[Resource]) -> frozenset[int]:
    """The ids of the resources that a feed is of, parts included."""
    return frozenset(
        each.id
        for each in resources
        if (feed.resource_id is not None and feed.resource_id in each.path)
        or (feed.site_id is not None and each.site_id == feed.site_id)
        or (feed.user_id is not None and each.user_id == feed.user_id)
    )


async def _items(ctx: Context, resource_ids: frozenset[int]) -> list[ItemView]:
    """What takes these resources, as its own or besides, as blocks of whole sites do."""
    query = ItemQuery(kinds=_KINDS, ends_after=ctx.now - BACK, starts_before=ctx.now + AHEAD, limit=MOST_EVENTS)
    own = await list_items(ctx, msgspec.structs.replace(query, resource_ids=tuple(resource_ids)))
    besides = await list_items(ctx, msgspec.structs.replace(query, also_resource_ids=tuple(resource_ids)))
    return list({view.item.id: view for view in (*own.rows, *besides.rows)}.values())


async def _sessions(ctx: Context, resource_ids: frozenset[int]) -> list[GroupSession]:
    query = SessionQuery(
        with_resource_ids=resource_ids,
        ends_after=ctx.now - BACK,
        starts_before=ctx.now + AHEAD,
        with_archived=False,
        limit=MOST_EVENTS,
    )
    return list((await list_sessions(ctx, query)).rows)


async def _check_subject(ctx: Context, feed: Feed) -> None:
    """Raises NotFound(resource, site, user) if the caller may not see what the feed is of."""
    if feed.resource_id is not None:
        await get_resource(ctx, feed.resource_id)
    elif feed.site_id is not None:
        await get_site(ctx, feed.site_id)
    elif feed.user_id is not None:
        await get_user(ctx, feed.user_id)


async def _locked(tx: Context, feed_id: int) -> Feed:
    return await _check_seen(tx, await feeds.lock_feed(tx.db, tx.account.id, feed_id), feed_id)


async def _check_seen(ctx: Context, feed: Feed | None, feed_id: int) -> Feed:
    if feed is not None:
        try:
            await _check_subject(ctx, feed)
        except NotFound:
            feed = None
    if feed is None:
        raise NotFound("feed", feed_id)
    return feed


async def _new_secret(tx: Context, feed: Feed) -> str:
    secret = secrets.token_hex(32)
    await feeds.set_digest(tx.db, tx.account.id, feed.id, digest(secret))
    return secret
