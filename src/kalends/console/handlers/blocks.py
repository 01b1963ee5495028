"""Blocks of a site or a resource: list them, add, change and remove them."""

from collections.abc import Mapping
from functools import partial

from kalends.actions.access import changes_item, check_may, may
from kalends.actions.bookings.blocks import add_block, add_repeated_blocks, find_block, remove_blocks_from
from kalends.actions.bookings.find import list_items
from kalends.actions.bookings.remove import remove_item
from kalends.actions.bookings.resource_blocks import add_resource_blocks, change_block
from kalends.actions.bookings.search import search_items
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.sites import get_site
from kalends.actions.context import Context
from kalends.console.fields import attempt, expecting, query_fields, read_fields
from kalends.console.screens import draw_at, refilled
from kalends.console.site_times import times_at
from kalends.console.views.blocks import (
    FIELDS,
    LINKED,
    NAMES,
    as_linked,
    block_facts,
    block_form,
    blocks_path,
    blocks_table,
    new_block_form,
    sent_block,
    sent_block_patch,
)
from kalends.console.views.forms import Complaint
from kalends.console.views.tables import PAGE_SIZE, choices_of, page_number, page_of, pager_of
from kalends.console.views.visits import visits_table
from kalends.engine.bookings.block import BlockRequest, ResourceBlockRequest
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.site import Site
from kalends.engine.query import Filter, Query, Sort
from kalends.engine.refusals import NotFound
from kalends.engine.time.repeat_rule import RepeatRule
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

_LISTS = (("", "blocks.coming"), ("past", "blocks.past"))


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """The blocks to come, or those that are over, the last of them first."""
    site = await get_site(ctx, request.path_params["site_id"])
    asked = query_fields(request, "which", "page", "note")
    number, is_past = page_number(asked["page"]), asked["which"] == "past"
    filters = (
        Filter("kind", "equal", "block"),
        Filter("state", "not_equal", "deleted"),
        Filter("site_id", "equal", site.id),
        Filter("ends_at", "at_most" if is_past else "greater", ctx.now),
    )
    query = Query(page_of(number), filters, (Sort("starts_at", descending=is_past),))
    page = await search_items(ctx, query)
    path = blocks_path(site.id)
    return await draw_at(
        request,
        ctx,
        site,
        "blocks.html",
        table=blocks_table(site.id, page.rows, times_at(request, ctx, site)),
        choices=choices_of(path, "which", asked["which"], _LISTS),
        pager=pager_of(path, number, page.total, which=asked["which"]),
        add=blocks_path(site.id, "new") if may(ctx, add_resource_blocks) else "",
        saved=asked["note"] == "saved",
    )


async def new(request: WebRequest, ctx: Context) -> Answer:
    """The form to add one; the query may name the resource, when it begins and how many minutes it takes."""
    check_may(ctx, add_resource_blocks)
    return await _draw_new(request, ctx, as_linked(query_fields(request, *LINKED)))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """Add one, or several, and show what is booked in the first of them."""
    site, sent = await get_site(ctx, request.path_params["site_id"]), await read_fields(request, *FIELDS)
    asked, rule, values = sent_block(sent, site.id, times_at(request, ctx, site))
    added, complaint = await attempt(ctx, values, partial(_add, asked=asked, rule=rule), NAMES)
    if complaint or added is None:
        return await _draw_new(request, ctx, sent, complaint)
    return redirect(call_of(request), blocks_path(site.id, str(added.item.id)), note="saved")


async def show(request: WebRequest, ctx: Context) -> Answer:
    """A block, with what is booked in it and the form to change it."""
    return await _draw(request, ctx)


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Give a block another time or reason."""
    site, block = await _block(request, ctx)
    sent = await read_fields(request, *FIELDS, "version")
    patch, values = sent_block_patch(sent, times_at(request, ctx, site))
    expected = expecting(ctx, "item", block.item.id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: change_block(tx, block.item.id, patch), NAMES)
    if complaint:
        return await _draw(request, ctx, sent, complaint)
    return redirect(call_of(request), blocks_path(site.id, str(block.item.id)), note="saved")


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """Remove a block, or also those that repeat it later."""
    site, block = await _block(request, ctx)
    if (await read_fields(request, "later"))["later"]:
        await remove_blocks_from(ctx, block.item.id)
    else:
        await remove_item(ctx, block.item.id, ("block",))
    return redirect(call_of(request), blocks_path(site.id), note="saved")


async def _add(
    ctx: Context, asked: BlockRequest | ResourceBlockRequest | None, rule: RepeatRule | None
) -> ItemView | None:
    """The first of the blocks that were added."""
    if isinstance(asked, ResourceBlockRequest):
        return (await add_resource_blocks(ctx, asked)).items[0]
    if asked is None:
        return None
    return (await add_repeated_blocks(ctx, asked, rule))[0].view if rule else (await add_block(ctx, asked)).view


async def _block(request: WebRequest, ctx: Context) -> tuple[Site, ItemView]:
    site = await get_site(ctx, request.path_params["site_id"])
    block = await find_block(ctx, request.path_params["block_id"])
    if block.site_id != site.id or block.item.state == "deleted":
        raise NotFound("block", block.item.id)
    return site, block


async def _draw_new(
    request: WebRequest, ctx: Context, sent: Mapping[str, str], complaint: Complaint | None = None
) -> Answer:
    site = await get_site(ctx, request.path_params["site_id"])
    here = [each for each in await list_resources(ctx) if each.site_id == site.id]
    resources = [each for each in here if ctx.principal.sees_resources(each.id)]
    empty = new_block_form(site.id, resources, sent, times_at(request, ctx, site), may_block_site=may(ctx, add_block))
    form = refilled(request, empty, sent, complaint)
    return await draw_at(request, ctx, site, "block_new.html", status=422 if complaint else 200, form=form)


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    site, block = await _block(request, ctx)
    times, may_change = times_at(request, ctx, site), may(ctx, remove_item) and changes_item(ctx, block)
    return await draw_at(
        request,
        ctx,
        site,
        "block.html",
        status=422 if complaint else 200,
        where=block.resource.title if block.resource else "",
        facts=block_facts(block, times),
        form=refilled(request, block_form(site.id, block, times, sent), sent, complaint),
        under=visits_table(ctx, "blocks.under", "blocks.nothing_under", await _under(ctx, block), times),
        later=block.siblings > 1,
        back=blocks_path(site.id),
        day_path=f"/sites/{site.id}/day/{block.item.starts_at.astimezone(times.zone).date()}",
        remove=blocks_path(site.id, f"{block.item.id}/remove") if may_change else "",
        saved=sent is None and query_fields(request, "note")["note"] == "saved",
    )


async def _under(ctx: Context, block: ItemView) -> list[ItemView]:
    """What is booked in a block, as far as it is shown."""
    item = block.item
    query = ItemQuery(
        kinds=("appointment", "seat"),
        resource_ids=(item.resource_id,) if item.resource_id else None,
        site_id=None if item.resource_id else block.site_id,
        starts_before=item.ends_at,
        ends_after=item.starts_at,
        limit=PAGE_SIZE,
    )
    return (await list_items(ctx, query)).rows
