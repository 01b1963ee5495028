"""Events: what is on, listed, made and changed."""

from datetime import date

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save
from kalends.engine.billing.occasion import Occasion, OccasionPatch, changed_occasion, new_occasion
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.engine.time.clock import day_span, wall
from kalends.store.billing import occasions
from kalends.store.ids import next_ids


@allow("read", "customer", "guest")
async def list_occasions(ctx: Context, first: date | None = None, last: date | None = None) -> list[Occasion]:
    """The active events that are on at some time from `first` to `last`, both included, in the order of their starts.

    None is no bound. Raises Invalid(last: before_start).
    """
    if first is not None and last is not None and last < first:
        raise Invalid(Fault("last", "before_start"))
    starts_before = None if last is None else day_span(last, ctx.zone).end
    ends_after = None if first is None else day_span(first, ctx.zone).start
    return await occasions.list_occasions(ctx.db, ctx.account.id, starts_before, ends_after)


@allow("read", "customer", "guest")
async def get_occasion(ctx: Context, event_id: int) -> Occasion:
    """One event, active or not. Raises NotFound(event)."""
    return _existing(await occasions.find_occasion(ctx.db, ctx.account.id, event_id), event_id)


@allow("read", "customer", "guest")
async def find_occasion(ctx: Context, title: str, day: date) -> Occasion | None:
    """The event of that title that starts on that day; of two that are alike the older."""
    namesakes = await occasions.find_occasions(ctx.db, ctx.account.id, title)
    return next((occasion for occasion in namesakes if wall(occasion.starts_at, ctx.zone)[0] == day), None)


@allow("manage", whole_account=True)
async def add_occasion(ctx: Context, patch: OccasionPatch) -> Occasion:
    """A new event. Raises Forbidden to a key that is limited to sites, Invalid(title: blank; starts_at, ends_at: blank;
    every text: invalid or too_long; entrance_minute, beginning_minute: out_of_range; ends_at: before_start)."""
    async with transaction(ctx) as tx:
        (event_id,) = await next_ids(tx.db, "occasion")
        occasion = new_occasion(patch, ctx.account.id, event_id, ctx.now)
        await add(tx, occasion)
        return occasion


@allow("manage", whole_account=True)
async def change_occasion(ctx: Context, event_id: int, patch: OccasionPatch) -> Occasion:
    """Change an event. Raises Forbidden to a key that is limited to sites, NotFound(event), Invalid(title: blank; every
    text: invalid or too_long; entrance_minute, beginning_minute: out_of_range; ends_at: before_start)."""
    async with transaction(ctx) as tx:
        present = _existing(await occasions.lock_occasion(tx.db, ctx.account.id, event_id), event_id)
        return await save(tx, present, changed_occasion(present, patch))


def _existing(occasion: Occasion | None, event_id: int) -> Occasion:
    if occasion is None:
        raise NotFound("event", event_id)
    return occasion
