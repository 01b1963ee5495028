"""The inbox: what waits to be confirmed at a site, and what overlaps there on purpose."""

from kalends.actions.bookings.conflicts import has_conflicts
from kalends.actions.bookings.search import search_items
from kalends.actions.context import Context
from kalends.actions.customers.history import record_reads
from kalends.console.at_site import AtSite, at_site
from kalends.console.pages import draw
from kalends.console.views.requests import inbox_view, overlap_view
from kalends.engine.bookings.views import ItemView
from kalends.engine.query import CursorPage, Filter, Query, Sort
from kalends.web.door import Answer, WebRequest

DONE = ("confirmed", "declined")
"""What may have been done before the inbox is shown."""
_MOST = 100


async def inbox(request: WebRequest, ctx: Context) -> Answer:
    """Requests that wait for a confirmation, the first to take place first."""
    at = await at_site(request, ctx)
    views = await _items(ctx, at, Filter("state", "equal", "awaiting_confirmation"))
    await record_reads(ctx, [view.item.customer_id for view in views])
    what = request.query_params.get("done", "")
    done = f"done.{what}" if what in DONE else ""
    return draw(request, "requests.html", at.frame, inbox=inbox_view(ctx, at, views), done=done)


async def conflicts(request: WebRequest, ctx: Context) -> Answer:
    """Bookings to come that overlap others on purpose."""
    at = await at_site(request, ctx)
    allowed = await _items(ctx, at, Filter("overlap_allowed", "equal", True), Filter("state", "equal", "confirmed"))
    views = [view for view in allowed if await has_conflicts(ctx, view.item.id)]
    await record_reads(ctx, [view.item.customer_id for view in views])
    return draw(request, "conflicts.html", at.frame, conflicts=[overlap_view(ctx, at, view) for view in views])


async def _items(ctx: Context, at: AtSite, *filters: Filter) -> list[ItemView]:
    """The items at the site that are not over, in order of time."""
    here = (Filter("site_id", "equal", at.site.id), Filter("ends_at", "greater", ctx.now), *filters)
    return (await search_items(ctx, Query(CursorPage(_MOST), here, (Sort("starts_at"),), count=0))).rows
