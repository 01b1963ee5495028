"""Whether an appointment, a group appointment or a block overlaps others."""

from kalends.actions.bookings.conflicts import has_conflicts
from kalends.actions.context import Context
from kalends.dialects.cliniko.handlers.records import Records
from kalends.dialects.cliniko.render import render_record
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest


def conflicts_of(records: Records) -> Handler:
    """The handler of `/{id}/conflicts` of these records."""

    async def show(request: WebRequest, ctx: Context) -> Answer:
        await records.present(request, ctx)
        return render_record({"conflicts": {"exist": await has_conflicts(ctx, records.id_of(request))}})

    return show
