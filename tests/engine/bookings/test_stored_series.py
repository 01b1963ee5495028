"""A series as JSON that outlives the code that wrote it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.request import BY_POLICY, MessageOverrides
from kalends.engine.bookings.stored_series import (
    StoredSeries,
    UnknownVersion,
    for_customer,
    occurrence_request,
    series_of,
    series_to_make,
    with_series,
)
from kalends.engine.time.recurrence import Recurrence
from kalends.engine.time.span import Span
from tests.acts import request, with_fields
from tests.world import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AN_HOUR = Span(NOW, NOW + HOUR)
RULE = Recurrence(rrule="FREQ=DAILY;COUNT=2")
ASKED = request(
    starts_at=NOW,
    ends_at=NOW + HOUR,
    customer_id=3,
    paid_amount=Decimal("9.50"),
    custom={"shoe": "43"},
    details={"a": {"x": None}},
    messages=MessageOverrides({("confirmation", "sms"): True}),
)


def booking(series: StoredSeries | None = None) -> Booking:
    values: dict[str, Any] = dict.fromkeys(Booking.__struct_fields__)
    blank = Booking(**{**values, "id": 7, "created_at": NOW, "updated_at": NOW})
    stored = with_series(blank, series or series_to_make(ASKED, RULE, frozenset({4})))
    return msgspec.structs.replace(stored, recurrence=msgspec.json.decode(msgspec.json.encode(stored.recurrence)))


def test_it_keeps_all_that_was_requested() -> None:
    stored = series_of(booking())
    assert stored is not None
    assert (stored.rule, stored.site_ids) == (RULE, frozenset({4}))
    assert occurrence_request(stored, AN_HOUR, announced=False) == ASKED
    later = occurrence_request(stored, Span(NOW + DAY, NOW + DAY + HOUR), announced=True)
    assert (later.lines[0].starts_at, later.lines[0].ends_at) == (NOW + DAY, NOW + DAY + HOUR)
    assert (set(later.messages.flags.values()), len(later.messages.flags)) == ({False}, 12)


def test_another_customer_is_who_the_rest_is_made_for() -> None:
    theirs = for_customer(booking(), 8)
    stored = series_of(theirs)
    assert stored is not None
    assert theirs.customer_id == 8
    expected = with_fields(ASKED, customer_id=8, messages=BY_POLICY)
    rest = occurrence_request(stored, AN_HOUR, announced=False)
    assert msgspec.structs.replace(rest, messages=BY_POLICY) == expected


def test_a_version_that_is_not_known_is_not_guessed_at() -> None:
    newer = msgspec.structs.replace(booking(), recurrence={"version": 2, "request": {}})
    with pytest.raises(UnknownVersion, match="booking 7: version 2"):
        series_of(newer)
