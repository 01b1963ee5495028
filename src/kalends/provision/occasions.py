"""Apply the described events, each matched by its title and first day."""

from kalends.actions.billing.occasions import add_occasion, change_occasion, find_occasion
from kalends.actions.context import Context
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description, event


async def apply_events(ctx: Context, description: Description, applied: Applied) -> None:
    """Add or change the described events."""
    for described in description.events:
        name = f"event {described.title} {described.day}"
        with error_context(name):
            present = await find_occasion(ctx, described.title, described.day)
            patch = event(described, ctx.zone)
            occasion = await change_occasion(ctx, present.id, patch) if present else await add_occasion(ctx, patch)
        applied.note(name, present, occasion)
