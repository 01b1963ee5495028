"""Group appointments: listed, shown, planned with their repeats, changed, archived."""

import msgspec
from msgspec import UNSET

from kalends.actions.bookings.add_sessions import add_session, repeat_session
from kalends.actions.bookings.query import query_sessions
from kalends.actions.bookings.sessions import change_session, remove_session
from kalends.actions.catalog.services import get_service
from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.group_appointments import GROUP_APPOINTMENT, GROUP_APPOINTMENTS, group_appointment
from kalends.dialects.cliniko.handlers.conflicts import conflicts_of
from kalends.dialects.cliniko.handlers.looked_up import customers_shown, of_groups
from kalends.dialects.cliniko.handlers.records import Records
from kalends.dialects.cliniko.parse.bookings import NewGroup, parse_group, parse_group_change
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.query import Filter
from kalends.engine.refusals import Fault, Invalid, NotFound

RECORDS = Records(
    "session",
    GROUP_APPOINTMENTS,
    query_sessions,
    group_appointment,
    of_groups,
    customers_shown,
    refers=GROUP_APPOINTMENT,
)
_ALSO_HIDDEN = msgspec.structs.replace(RECORDS, listing=msgspec.structs.replace(GROUP_APPOINTMENTS, hidden=()))


async def _add(ctx: Context, new: NewGroup) -> GroupSession:
    """The first of the sessions."""
    await _check_size(ctx, new.patch)
    if new.rule is None:
        return await add_session(ctx, new.patch, if_taken="overlap")
    return (await repeat_session(ctx, new.patch, new.rule, if_taken="overlap"))[0]


async def _check_size(ctx: Context, patch: SessionPatch) -> None:
    """Raises Invalid(capacity: blank) if it is not said how many can attend what usually one attends.

    Source: Cliniko reference, GroupAppointment (`max_attendees` is above 1, and that of the type unless it is given).
    """
    if not patch.service_id or patch.capacity not in (UNSET, None):
        return
    try:
        service = await get_service(ctx, patch.service_id)
    except NotFound:
        return  # told with the other ids that are of nothing
    if service.kind == "appointment":
        raise Invalid(Fault("capacity", "blank"))


async def _change(ctx: Context, session_id: int, patch: SessionPatch) -> GroupSession:
    return await change_session(ctx, session_id, patch, if_taken="overlap")


listing = RECORDS.list_pages()
deleted = _ALSO_HIDDEN.list_pages(Filter("archived_at", "not_null"))
show = RECORDS.show()
create = RECORDS.create(parse_group, _add)
update = RECORDS.update_present(parse_group_change, _change)
archive = RECORDS.end(remove_session)
conflicts = conflicts_of(RECORDS)
