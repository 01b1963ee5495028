"""Blocks of single resources, once or with repeats. They take the whole resource; what is booked already stays."""

from msgspec import UNSET
from msgspec.structs import replace

from kalends.actions.access import allow
from kalends.actions.bookings.blocks import get_block
from kalends.actions.bookings.change_item import change_item
from kalends.actions.catalog.sites import zone_at
from kalends.actions.context import Context
from kalends.engine.all_refusals import AllRefusals, check_found
from kalends.engine.bookings.block import ResourceBlockRequest, check_block, plan_resource_blocks
from kalends.engine.bookings.new_items import new_booking
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.references import ReferenceIds, References, named_ids
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.catalog.resource import Resource, check_active, check_site
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.engine.time.repeat_rule import repeated
from kalends.engine.time.span import Span
from kalends.store.bookings.references import load_references
from kalends.store.commit import commit
from kalends.store.ids import next_ids


@allow("book", "practitioner")
async def add_resource_blocks(ctx: Context, request: ResourceBlockRequest) -> BookingWithItems:
    """Block a resource, by a rule several times: as items of one booking. Wall times are those of its site.

    Raises NotFound(resource, site), Retired(resource), TooManyOccurrences, Stale, Invalid(ends_at: before_start,
    out_of_range; starts_at, rrule: out_of_range; notes: invalid, too_long; site_id: not_served).
    """
    resources, sites = named_ids([request.resource_id]), named_ids([request.site_id])
    ids = ReferenceIds(resources=resources, sites=sites, new_booking=True)
    references = await load_references(ctx.db, ctx.account.id, ids, ctx.site_ids)
    resource = _resource(request, references)
    if not ctx.principal.sees_resources(resource.id):
        raise NotFound("resource", resource.id)
    first = Span(request.starts_at, request.ends_at)
    spans = repeated(request.rule, first, await zone_at(ctx, resource)) if request.rule else (first,)
    item_ids = await next_ids(ctx.db, "item", len(spans))
    booking = new_booking(ctx.account, references, BookingRequest(lines=()), None, ctx.author)
    planned = plan_resource_blocks(booking, item_ids, request, resource, spans, ctx.author)
    await commit(ctx.db, ctx.account.id, planned)
    views = (ItemView(item, booking.uid, len(item_ids), resource=resource) for item in planned.items)
    return BookingWithItems(booking, None, tuple(views))


@allow("book", "practitioner")
async def change_block(ctx: Context, block_id: int, patch: ItemPatch) -> ItemView:
    """Change a block, whatever is booked then. One of a whole site stays one.

    Raises NotFound(block, resource, site), IllegalTransition for one that is removed, Retired(resource), Stale,
    Invalid(resource_id: fixed; ends_at: before_start, out_of_range; site_id: not_served).
    """
    present = await get_block(ctx, block_id)
    if present.item.resource_id is None and patch.resource_id not in (UNSET, None):
        raise Invalid(Fault("resource_id", "fixed"))
    return await change_item(ctx, block_id, replace(patch, overlap_allowed=True))


def _resource(request: ResourceBlockRequest, references: References) -> Resource:
    """The resource to be blocked, once all of the request is checked."""
    refusals = AllRefusals()
    with refusals:
        check_block(request)
    with refusals:
        check_found(
            ("resource", [request.resource_id], references.resources_of_kind(request.resource_kind)),
            ("site", [request.site_id], references.sites),
        )
        resource = references.resources[request.resource_id]
        check_active([resource])
        check_site(resource, request.site_id)
    refusals.raise_any()
    return resource
