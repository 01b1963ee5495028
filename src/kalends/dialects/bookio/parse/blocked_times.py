"""Parses requests about blocked times."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.bookio.fields.blocked_times import NEW, QUERY
from kalends.dialects.bookio.fields.view import RenderContext
from kalends.dialects.bookio.parse.reader import Reader, list_name
from kalends.engine.bookings.block import BlockRequest
from kalends.engine.bookings.queries import FollowQuery, ItemQuery
from kalends.engine.query import OffsetPage
from kalends.engine.refusals import Fault


def parse_list(params: Mapping[str, Any], ctx: Context, context: RenderContext) -> tuple[FollowQuery, OffsetPage]:
    """The query of a list, and its page. Raises NotFound(site), Invalid(a parameter that can't be read).

    With `lastSync` blocked times that were removed since are in it too.
    """
    reader = Reader(ctx, params, context)
    filters, page, since = reader.fields(QUERY), reader.page(), reader.since()
    window = reader.window(filters.get("first"), filters.get("last"))
    reader.done()
    states = ("confirmed",) if since is None else ("confirmed", "cancelled", "deleted")
    query = ItemQuery(
        listing="all",
        kinds=("block",),
        with_resource=False,
        site_id=filters.get("site_id"),
        states=states,
        ends_after=window.first,
        starts_before=window.last,
        limit=page.limit,
        offset=page.offset,
    )
    return FollowQuery(query=query, since=since, name=list_name("blockedTimes", filters)), page


def parse_new(params: Mapping[str, Any], ctx: Context, context: RenderContext) -> tuple[BlockRequest, str]:
    """The time to be blocked, and the token's own id for it.

    Raises NotFound(site), Invalid(a field: blank, or one that can't be read; dateTo: before_start).
    """
    reader = Reader(ctx, params, context)
    fields = reader.complete(NEW, "notes")
    if fields.get("notes") is None:
        reader.add_blank_faults("notes")
    start, end = fields.get("starts_at"), fields.get("ends_at")
    if start is not None and end is not None and end <= start:
        reader.faults.append(Fault("ends_at", "before_start"))
    reader.done()
    assert start is not None
    assert end is not None
    return BlockRequest(fields["site_id"], start, end, fields["notes"]), str(fields["external_id"])
