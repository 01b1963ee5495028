"""Refusals in the words of the room they are told in."""

from types import SimpleNamespace
from typing import Any

import pytest

from kalends.dialects.makeplans import words
from kalends.dialects.makeplans.errors import answer
from kalends.engine import refusals as no

PERSON = b'{"person":["is invalid"],"person_attributes":{"phone_number":["%s"]}}'


@pytest.mark.parametrize(
    ("refusal", "room", "status", "body"),
    [
        (no.Invalid(no.Fault("starts_at", "blank")), words.BOOKINGS, 400, b'{"booked_from":["can\'t be blank"]}'),
        (no.Invalid(no.Fault("starts_at", "blank")), words.EVENTS, 400, b'{"starts_at":["can\'t be blank"]}'),
        (no.Invalid(no.Fault("resource_ids", "invalid")), words.EVENTS, 400, b'{"resource_id":["is invalid"]}'),
        (no.Invalid(no.Fault("duration", "out_of_range")), words.SERVICES, 400, b'{"interval":["is out of range"]}'),
        (no.NotFound("item", 7), words.BOOKINGS, 404, b'{"error":{"description":"Not found"}}'),
        (no.NotFound("series", 7), words.BOOKINGS, 404, b'{"error":{"description":"Not found"}}'),
        (no.NotFound("session", 7), words.BOOKINGS, 400, b'{"event_id":["must exist"]}'),
        (no.NotFound("session", 7), words.EVENTS, 404, b'{"error":{"description":"Not found"}}'),
        (no.Duplicate("national_id"), words.PEOPLE, 400, b'{"national_id_no":["has already been taken"]}'),
        (no.Duplicate("phone"), words.BOOKINGS, 400, PERSON % b"has already been taken"),
        (no.Unreachable("phone"), words.BOOKINGS, 400, PERSON % b"cannot be empty"),
        (no.Retired("service"), words.BOOKINGS, 400, b'{"service_id":["is not active"]}'),
        (no.Full("session", 7), words.BOOKINGS, 400, b'{"event_id":["Not available for booking at this time"]}'),
        (no.Barred(), words.BOOKINGS, 400, b'{"person_id":["is blocked from booking"]}'),
        (no.TooMany(4), words.BOOKINGS, 400, b'{"count":["More than maximum count per booking"]}'),
        (no.TooSoon(), words.BOOKINGS, 400, b'{"booked_from":["is too early"]}'),
        (no.BadRecurrence("rdate"), words.BOOKINGS, 400, b'{"rdate":["is invalid"]}'),
        (no.WrongCode(), words.BOOKINGS, 400, b'{"verification_code":["is invalid"]}'),
    ],
)  # fmt: skip
async def test_the_wire_has_its_own_names(refusal: no.Refusal, room: words.Room, status: int, body: bytes) -> None:
    request: Any = SimpleNamespace(path_params={"id": "7"})
    ctx: Any = None
    said = answer(await room.said(refusal, request, ctx))
    assert (said.status, said.body) == (status, body)


def test_a_reason_that_nobody_knows_is_still_said() -> None:
    assert answer(no.Invalid(no.Fault("x", "sour"), no.Fault("x", "invalid"))).body == b'{"x":["is invalid"]}'
