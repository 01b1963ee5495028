"""Refusals with the names that the route's clients use."""

import pytest

from kalends.dialects.makeplans import error_names as names
from kalends.dialects.makeplans.errors import answer
from kalends.engine.refusals import (
    BadRecurrence,
    Barred,
    Duplicate,
    Fault,
    Full,
    InUse,
    Invalid,
    NotFound,
    Refusal,
    Retired,
    TooMany,
    TooSoon,
    Unreachable,
    WrongCode,
)
from tests.dialects.makeplans.clinic import Clinic
from tests.web.calls import call_with, request_of
from tests.world import NOW

PERSON = b'{"person":["is invalid"],"person_attributes":{"phone_number":["%s"]}}'


@pytest.mark.parametrize(
    ("refusal", "route", "status", "body"),
    [
        (Invalid(Fault("starts_at", "blank")), names.BOOKINGS, 400, b'{"booked_from":["can\'t be blank"]}'),
        (Invalid(Fault("starts_at", "blank")), names.EVENTS, 400, b'{"starts_at":["can\'t be blank"]}'),
        (Invalid(Fault("resource_ids", "invalid")), names.EVENTS, 400, b'{"resource_id":["is invalid"]}'),
        (Invalid(Fault("duration", "out_of_range")), names.SERVICES, 400, b'{"interval":["is out of range"]}'),
        (NotFound("item", 7), names.BOOKINGS, 404, b'{"error":{"description":"Not found"}}'),
        (NotFound("series", 7), names.BOOKINGS, 404, b'{"error":{"description":"Not found"}}'),
        (NotFound("session", 7), names.BOOKINGS, 400, b'{"event_id":["must exist"]}'),
        (NotFound("session", 7), names.EVENTS, 404, b'{"error":{"description":"Not found"}}'),
        (Duplicate("national_id"), names.PEOPLE, 400, b'{"national_id_no":["has already been taken"]}'),
        (Duplicate("phone"), names.BOOKINGS, 400, PERSON % b"has already been taken"),
        (Unreachable("phone"), names.BOOKINGS, 400, PERSON % b"cannot be empty"),
        (Retired("service"), names.BOOKINGS, 400, b'{"service_id":["is not active"]}'),
        (Full("session", 7), names.BOOKINGS, 400, b'{"event_id":["Not available for booking at this time"]}'),
        (Barred(), names.BOOKINGS, 400, b'{"person_id":["is blocked from booking"]}'),
        (TooMany(4), names.BOOKINGS, 400, b'{"count":["More than maximum count per booking"]}'),
        (TooSoon(), names.BOOKINGS, 400, b'{"booked_from":["is too early"]}'),
        (BadRecurrence("rdate"), names.BOOKINGS, 400, b'{"rdate":["is invalid"]}'),
        (WrongCode(), names.BOOKINGS, 400, b'{"verification_code":["is invalid"]}'),
    ],
)  # fmt: skip
async def test_the_wire_has_its_own_names(
    clinic: Clinic, refusal: Refusal, route: names.ErrorNames, status: int, body: bytes
) -> None:
    call = call_with()
    call.error_names = await route.for_request(refusal, request_of(call, id="7"), clinic.world.ctx())
    answered = answer(refusal, call)
    assert (answered.status, answered.body) == (status, body)


def test_a_reason_that_nobody_knows_is_still_answered() -> None:
    refusal = Invalid(Fault("x", "sour"), Fault("x", "invalid"))
    assert answer(refusal, call_with()).body == b'{"x":["is invalid"]}'


def test_an_error_speaks_the_language_that_is_accepted() -> None:
    invalid = Invalid(Fault("x", "blank"))
    assert answer(invalid, call_with(accept_language="nb-NO")).body == b'{"x":["kan ikke v\xc3\xa6re tom"]}'
    assert answer(InUse("resource", 3, NOW), call_with(accept_language="cs")).body.decode() == (
        '{"base":["má 3 nadcházející rezervace nebo události"]}'
    )
