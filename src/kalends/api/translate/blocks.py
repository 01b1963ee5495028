"""Blocks between the engine and the API."""

from collections.abc import Sequence

from msgspec import UNSET

from kalends.actions.context import Context
from kalends.api.ids import write_id, write_optional_id
from kalends.api.schemas.blocks import Block, BlockInput, BlockPatch, ListBlocks
from kalends.api.schemas.items import ItemPatch
from kalends.api.times import settled, shown
from kalends.api.translate.items import item_patch, shared_filters, zone_of
from kalends.api.translate.lines import load_zones
from kalends.engine.bookings.block import BlockRequest, ResourceBlockRequest
from kalends.engine.bookings.patch import ItemPatch as EnginePatch
from kalends.engine.bookings.views import ItemView
from kalends.engine.limits import raise_if_faults
from kalends.engine.patch import changes
from kalends.engine.query import Filter
from kalends.engine.refusals import Fault
from kalends.engine.time.repeat_rule import RepeatRule


async def block_request(ctx: Context, sent: BlockInput) -> BlockRequest | ResourceBlockRequest:
    """The block that was sent, of a resource or of a site; times by the clock of its site.

    Raises Invalid by places (blank, too_many, unsupported), SkippedTime, RepeatedTime.
    """
    named = sum(value is not UNSET for value in (sent.resource, sent.site))
    faults = [] if named == 1 else [Fault("/resource", "too_many" if named else "blank")]
    if sent.site is not UNSET and sent.repeats is not UNSET:
        faults.append(Fault("/repeats", "unsupported"))
    raise_if_faults(faults)
    tz = (await load_zones(ctx, [sent.resource], [sent.site])).at(sent.resource, sent.site)
    start, end = settled(sent.from_, tz, "/from"), settled(sent.to, tz, "/to")
    if isinstance(sent.site, int):
        return BlockRequest(sent.site, start, end, sent.notes)
    assert isinstance(sent.resource, int)
    rule = None if sent.repeats is UNSET else RepeatRule(sent.repeats.unit, sent.repeats.every, sent.repeats.times)
    return ResourceBlockRequest(resource_id=sent.resource, starts_at=start, ends_at=end, notes=sent.notes, rule=rule)


async def block_patch(ctx: Context, block_id: int, sent: BlockPatch) -> EnginePatch:
    """What was sent, as the engine takes it. Raises NotFound(item), SkippedTime, RepeatedTime."""
    return await item_patch(ctx, block_id, ItemPatch(**changes(sent)))


def block_filters(params: ListBlocks, ctx: Context) -> tuple[Filter, ...]:
    """The filters of a list of blocks, without removed ones."""
    of_blocks = Filter("kind", "equal", "block"), Filter("state", "not_equal", "deleted")
    return (*of_blocks, *shared_filters(params, ctx))


def shown_block(view: ItemView, ctx: Context, under: Sequence[ItemView] = ()) -> Block:
    """A block as it is answered, by the clock of its site."""
    item, tz = view.item, zone_of(view, ctx)
    return Block(
        id=write_id("block", item.id),
        resource=write_optional_id("resource", item.resource_id),
        site=write_optional_id("site", view.site_id),
        from_=shown(item.starts_at, tz),
        to=shown(item.ends_at, tz),
        time_zone=tz.key,
        notes=item.notes,
        under=[write_id("item", each.item.id) for each in under],
        removed_at=item.archived_at and shown(item.archived_at, tz),
        created_at=shown(item.created_at, tz),
        updated_at=shown(item.updated_at, tz),
    )
