"""Writes the vendor's envelope: `{"result": {"success": true, "errors": [], "data": {...}}}`."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from kalends.dialects.bookio.fields.blocked_times import blocked_time
from kalends.dialects.bookio.fields.calendars import calendar
from kalends.dialects.bookio.fields.facilities import facility
from kalends.dialects.bookio.fields.reservations import external_id, external_number_of, reservation
from kalends.dialects.bookio.fields.view import RenderContext
from kalends.engine.availability.offering import Offering
from kalends.engine.bookings.followed import FollowedItem
from kalends.engine.catalog.site import Site
from kalends.engine.query import OffsetPage, Page
from kalends.web.door import Answer

_encoder = msgspec.json.Encoder()


def envelope(data: Mapping[str, Any] | None, errors: Sequence[str] = (), status: int = 200) -> Answer:
    """An answer in the envelope; it is a success if its status is 200."""
    result = {"success": status == 200, "errors": errors, "data": data}
    return Answer(status, _encoder.encode({"result": result}))


def render_facilities(sites: Iterable[Site], context: RenderContext) -> Answer:
    """The facilities."""
    return envelope({"facilities": _each(facility(context), sites)})


def render_calendars(offerings: Iterable[Offering], context: RenderContext) -> Answer:
    """The calendars."""
    return envelope({"calendars": _each(calendar(context), offerings)})


def render_calendar_id(calendar_id: int, errors: Sequence[str] = ()) -> Answer:
    """The answer to a changed calendar, with a sentence for each reservation that lies outside of it now."""
    return envelope({"calendarId": calendar_id}, errors)


def render_reservations(page: Page[FollowedItem], requested: OffsetPage, context: RenderContext) -> Answer:
    """One page of reservations, with the time to be sent as `lastSync` next."""
    rows = _each(reservation(context), page.rows)
    return envelope({"pagination": _pagination(page, requested), "lastSync": _last_sync(context), "reservations": rows})


def render_reservation_ids(reservation_id: int, external_id: str | None) -> Answer:
    """The answer to a changed reservation."""
    return envelope({"reservationId": reservation_id, "externalId": external_number_of(external_id)})


def render_blocked_times(page: Page[FollowedItem], requested: OffsetPage, context: RenderContext) -> Answer:
    """One page of blocked times, and beside them those that were removed, so that nobody takes them for blocked."""
    blocked = [row for row in page.rows if row.view.item.state == "confirmed"]
    removed = [
        {"id": row.view.item.id, "externalId": external_id(row)}
        for row in page.rows
        if row.view.item.state != "confirmed"
    ]
    data = {"pagination": _pagination(page, requested), "lastSync": _last_sync(context)}
    return envelope({**data, "blockedTimes": _each(blocked_time(context), blocked), "removed": removed})


def render_blocked_time_ids(block_id: int, external_id: str | None, errors: Sequence[str]) -> Answer:
    """The answer to a new blocked time, with a sentence for each reservation that stays under it."""
    return envelope({"blockedTimeId": block_id, "externalId": external_number_of(external_id)}, errors)


def render_moved_ids(block_id: int, external_id: str | None, errors: Sequence[str]) -> Answer:
    """The answer to a blocked time at another time. The page names a reservationId there, which both ids allow for."""
    ids = {"reservationId": block_id, "blockedTimeId": block_id}
    return envelope({**ids, "externalId": external_number_of(external_id)}, errors)


def render_removed_id(block_id: int) -> Answer:
    """The answer to a removed blocked time."""
    return envelope({"blockedTimeId": block_id})


def _each(render: Callable[[Any], Any], rows: Iterable[Any]) -> list[Any]:
    return [render(row) for row in rows]


def _pagination(page: Page[Any], requested: OffsetPage) -> dict[str, int]:
    return {"total": page.total, "offset": requested.offset, "limit": requested.limit}


def _last_sync(context: RenderContext) -> int:
    return math.ceil(context.now.timestamp() * 1000)
