"""Lists and shows advertised events, with the documents about them."""

from kalends.actions.billing.documents import get_occasion_with_documents
from kalends.actions.billing.occasions import list_occasions
from kalends.actions.context import Context
from kalends.dialects.kit.reader import parse_id, parse_params
from kalends.dialects.locaboo.fields.events import details, event
from kalends.dialects.locaboo.fields.view import render_context
from kalends.dialects.locaboo.handlers.bookings import load_context
from kalends.dialects.locaboo.parse.events import parse_event_query
from kalends.dialects.locaboo.render import render
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /event_list"""
    query = parse_event_query(await parse_params(request), ctx)
    occasions = await list_occasions(ctx, query.first, query.last)
    return render(list(map(event(render_context(ctx)), occasions)), len(occasions))


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /event_details/{event_id}

    A list of one, as on the page; its total is 1, where the page's sample says 2.
    """
    occasion = await get_occasion_with_documents(ctx, parse_id(request.path_params["event_id"], "event"))
    return render([details(await load_context(ctx))(occasion)], 1)
