"""Events that are advertised, and the documents about them."""

from kalends.actions.billing.documents import get_occasion_with_documents
from kalends.actions.billing.occasions import list_occasions
from kalends.actions.context import Context
from kalends.dialects.kit.reader import parse_id, parse_params
from kalends.dialects.locaboo.fields.events import details, event
from kalends.dialects.locaboo.fields.view import render_context
from kalends.dialects.locaboo.handlers.bookings import viewed
from kalends.dialects.locaboo.parse.events import parse_event_query
from kalends.dialects.locaboo.render import render
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /event_list"""
    asked = parse_event_query(await parse_params(request), ctx)
    found = await list_occasions(ctx, asked.first, asked.last)
    return render(list(map(event(render_context(ctx)), found)), len(found))


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /event_details/{event_id}

    A list of one, as on the page; its total is the truth, where the page's says 2.
    """
    occasion = await get_occasion_with_documents(ctx, parse_id(request.path_params["event_id"], "event"))
    return render([details(await viewed(ctx))(occasion)], 1)
