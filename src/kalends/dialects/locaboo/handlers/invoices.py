"""Invoices, and their files."""

from kalends.actions.billing import invoices
from kalends.actions.context import Context
from kalends.dialects.kit.reader import parse_id, parse_params
from kalends.dialects.locaboo.fields.invoices import invoice
from kalends.dialects.locaboo.fields.view import render_context
from kalends.dialects.locaboo.parse.invoices import parse_invoice_query
from kalends.dialects.locaboo.render import render
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /invoice_list"""
    query = parse_invoice_query(await parse_params(request), ctx)
    page = await invoices.list_invoices(ctx, query)
    return render(list(map(invoice(render_context(ctx)), page.rows)), page.total)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /invoice_details/{invoice_id}

    A list of one, as of events; the page names the call, and shows nothing of it [inferred].
    """
    found = await invoices.get_invoice(ctx, parse_id(request.path_params["invoice_id"], "invoice"))
    return render([invoice(render_context(ctx))(found)], 1)


async def file(request: WebRequest, ctx: Context) -> Answer:
    """GET /invoice_file/{file}

    The file that the list names, as a PDF; the page does not say where it is to be had [inferred].
    """
    found = await invoices.find_invoice_by_file(ctx, request.path_params["file"])
    drawn = await invoices.draw_invoice(ctx, found)
    return Answer(200, drawn, "application/pdf", (("content-disposition", f'attachment; filename="{found.file}"'),))
