"""Events: what is on, listed, made and changed."""

from datetime import date

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save
from kalends.engine.clock import day_span
from kalends.engine.event import Occasion, OccasionPatch, changed_occasion, new_occasion
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import events
from kalends.store.ids import next_ids


@allow("read", "customer", "guest")
async def list_events(ctx: Context, first: date | None = None, last: date | None = None) -> list[Occasion]:
    """The active events that are on at some time from `first` to `last`, both included, in the order of their starts.

    None is no bound. Raises Invalid(last: before_start).
    """
    if first is not None and last is not None and last < first:
        raise Invalid(Fault("last", "before_start"))
    starts_before = None if last is None else day_span(last, ctx.zone).end
    ends_after = None if first is None else day_span(first, ctx.zone).start
    return await events.list_events(ctx.db, ctx.account.id, starts_before, ends_after)


@allow("read", "customer", "guest")
async def get_event(ctx: Context, event_id: int) -> Occasion:
    """One event, active or not. Raises NotFound(event)."""
    return _found(await events.find_event(ctx.db, ctx.account.id, event_id), event_id)


@allow("manage", whole_account=True)
async def add_event(ctx: Context, patch: OccasionPatch) -> Occasion:
    """A new event. Raises Forbidden to a key that is limited to sites, Invalid as engine.event.new_occasion does."""
    async with transaction(ctx) as tx:
        (event_id,) = await next_ids(tx.db, "occasion")
        event = new_occasion(patch, ctx.account.id, event_id, ctx.now)
        await add(tx, event)
        return event


@allow("manage", whole_account=True)
async def change_event(ctx: Context, event_id: int, patch: OccasionPatch) -> Occasion:
    """Change an event. Raises Forbidden to a key that is limited to sites, NotFound(event), Invalid as
    engine.event.changed_occasion does."""
    async with transaction(ctx) as tx:
        present = _found(await events.lock_event(tx.db, ctx.account.id, event_id), event_id)
        return await save(tx, present, changed_occasion(present, patch))


def _found(event: Occasion | None, event_id: int) -> Occasion:
    if event is None:
        raise NotFound("event", event_id)
    return event
