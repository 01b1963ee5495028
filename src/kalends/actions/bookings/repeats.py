"""Which item or session is repeated by others: the first of its booking, or of its series."""

from collections.abc import Mapping, Sequence

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.views import ItemView
from kalends.store.bookings.repeats import find_firsts_of_bookings, find_firsts_of_series


@allow("read")
async def repeated_from(ctx: Context, records: Sequence[ItemView | GroupSession]) -> Mapping[int, int]:
    """The first of the series of each of these items and sessions, by their ids; without those that stand alone."""
    bookings = {
        view.item.id: view.item.booking_id
        for view in records
        if isinstance(view, ItemView) and view.siblings > 1 and view.item.session_id is None
    }
    series = {session.id: session.series for session in records if isinstance(session, GroupSession) and session.series}
    firsts: dict[int, int] = {}
    if bookings:
        by_booking = await find_firsts_of_bookings(ctx.db, ctx.account.id, list(set(bookings.values())))
        firsts |= {item_id: by_booking[booking_id] for item_id, booking_id in bookings.items()}
    if series:
        by_series = await find_firsts_of_series(ctx.db, ctx.account.id, list(set(series.values())))
        firsts |= {session_id: by_series[uid] for session_id, uid in series.items()}
    return firsts
