"""What repeats an item or a session: the later items of its booking, or the later sessions of its series."""

from collections.abc import Sequence

from kalends.engine.bookings.views import ItemView
from kalends.store.bookings.items import find_views
from kalends.store.db import Db

_OF_BOOKING = """
    select id from item where account_id = $1 and booking_id = $2 and starts_at > $3"""
_OF_SERIES = """
    select i.id from group_session s join item i on i.account_id = $1 and i.session_id = s.id
    where s.account_id = $1 and s.series = $2 and i.customer_id = $4 and i.starts_at > $3"""


async def find_later_views(db: Db, account_id: int, view: ItemView) -> list[ItemView]:
    """The items that repeat an item later, in any state and in order of time.

    They are those of its booking or, for a seat, those of the same customer in the sessions of its session's series.
    """
    item, session = view.item, view.session
    if session is None:
        rows = await db.fetch(_OF_BOOKING, account_id, item.booking_id, item.starts_at)
    else:
        rows = await db.fetch(_OF_SERIES, account_id, session.series, item.starts_at, item.customer_id)
    return await find_views(db, account_id, [row[0] for row in rows])


async def find_firsts_of_bookings(db: Db, account_id: int, booking_ids: Sequence[int]) -> dict[int, int]:
    """The id of the first item of each of these bookings, deleted ones included, by the booking's id."""
    rows = await db.fetch(
        "select booking_id, min(id) from item where account_id = $1 and booking_id = any ($2) group by booking_id",
        account_id,
        booking_ids,
    )
    return dict(map(tuple, rows))


async def find_firsts_of_series(db: Db, account_id: int, series: Sequence[str]) -> dict[str, int]:
    """The id of the first session of each of these series, deleted ones included, by the UUID of the series."""
    rows = await db.fetch(
        """
        select series::text, min(id) from group_session where account_id = $1 and series = any ($2::uuid[])
        group by series
        """,
        account_id,
        series,
    )
    return dict(map(tuple, rows))
