"""Lists and shows invoices, and returns their files."""

from kalends.actions.billing import invoices
from kalends.actions.catalog.resources import list_resources
from kalends.actions.context import Context
from kalends.dialects.kit.reader import parse_id, parse_params
from kalends.dialects.locaboo.fields.invoices import invoice
from kalends.dialects.locaboo.fields.view import RenderContext, by_id, render_context
from kalends.dialects.locaboo.parse.invoices import parse_invoice_query
from kalends.dialects.locaboo.render import render
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /invoice_list"""
    query = parse_invoice_query(await parse_params(request), ctx)
    page = await invoices.list_invoices(ctx, query)
    return render(list(map(invoice(await _context(ctx)), page.rows)), page.total)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /invoice_details/{invoice_id}

    A list of one, as for events; the page names the call without an example [inferred].
    """
    row = await invoices.get_invoice(ctx, parse_id(request.path_params["invoice_id"], "invoice"))
    return render([invoice(await _context(ctx))(row)], 1)


async def file(request: WebRequest, ctx: Context) -> Answer:
    """GET /invoice_file/{file}

    The PDF that an invoice names as its `file`; the page does not say where such files are [inferred].
    """
    row = await invoices.find_invoice_by_file(ctx, request.path_params["file"])
    pdf = await invoices.draw_invoice(ctx, row)
    return Answer(200, pdf, "application/pdf", (("content-disposition", f'attachment; filename="{row.file}"'),))


async def _context(ctx: Context) -> RenderContext:
    """With the resources, which tell rows of inventory from those of bookings."""
    return render_context(ctx, resources=by_id(await list_resources(ctx, with_inactive=True)))
