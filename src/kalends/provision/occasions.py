"""Events as a description has them, each known by its title and its first day."""

from kalends.actions.billing.occasions import add_occasion, change_occasion, find_occasion
from kalends.actions.context import Context
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description, event


async def apply_events(ctx: Context, description: Description, applied: Applied) -> None:
    """The events that are described."""
    for one in description.events:
        name = f"event {one.title} {one.day}"
        with error_context(name):
            present = await find_occasion(ctx, one.title, one.day)
            patch = event(one, ctx.zone)
            wanted = await change_occasion(ctx, present.id, patch) if present else await add_occasion(ctx, patch)
        applied.note(name, present, wanted)
