"""Events as a description has them, each known by its title and its first day."""

from datetime import date

from kalends.actions.access import internal
from kalends.actions.applied import Applied, error_context
from kalends.actions.context import Context
from kalends.actions.events import add_event, change_event
from kalends.engine.clock import wall
from kalends.engine.description import Description, event
from kalends.engine.event import Occasion
from kalends.store.events import find_events


@internal
async def apply_events(ctx: Context, said: Description, applied: Applied) -> None:
    """The events that are described."""
    for one in said.events:
        name = f"event {one.title} {one.day}"
        with error_context(name):
            present = await _known(ctx, one.title, one.day)
            patch = event(one, ctx.zone)
            wanted = await change_event(ctx, present.id, patch) if present else await add_event(ctx, patch)
        applied.note(name, present, wanted)


async def _known(ctx: Context, title: str, day: date) -> Occasion | None:
    """Of two that are alike the older counts."""
    found = await find_events(ctx.db, ctx.account.id, title)
    return next((one for one in found if wall(one.starts_at, ctx.zone)[0] == day), None)
