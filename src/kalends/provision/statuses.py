"""Apply the described booking statuses, each matched by its name."""

from kalends.actions.bookings.statuses import add_standard_statuses, add_status, change_status, list_statuses
from kalends.actions.context import Context
from kalends.engine.bookings.booking_status import BookingStatusPatch
from kalends.engine.patch import patch_from
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description


async def apply_statuses(ctx: Context, description: Description, applied: Applied, *, is_new: bool) -> None:
    """Add or change the described statuses. A new account for which none are described gets the standard ones."""
    if is_new and not description.booking_statuses:
        await add_standard_statuses(ctx)
    present = {status.name: status for status in await list_statuses(ctx)}
    for described in description.booking_statuses:
        name, patch = f"booking status {described.name}", patch_from(BookingStatusPatch, described)
        before = present.get(described.name)
        with error_context(name):
            status = await (change_status(ctx, before.id, patch) if before else add_status(ctx, patch))
        applied.note(name, before, status)
