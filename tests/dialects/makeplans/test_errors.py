"""What is wrong is said in the vendor's form, and nothing half is written."""

from typing import Any

import pytest

from kalends.dialects.makeplans.errors import answer
from kalends.web.problems import Unavailable, Unexpected
from tests.dialects.makeplans.clinic import NOT_FOUND, Clinic, errors
from tests.dialects.makeplans.conftest import Open
from tests.web.calls import call_with

WRONG: dict[str, Any] = {
    "booked_from": "soon",
    "booked_to": 7,
    "resource_id": "Ada",
    "person_id": {"id": 1},
    "service_id": True,
    "event_id": "9223372036854775808",
    "count": 0,
    "title": ["x"],
    "notes": {"a": 1},
    "external_id": "x" * 256,
    "paid_amount": "NaN",
    "paid_at": "0001-01-01",
    "reminder_at": "2027-02-30 10:00",
    "status": "asleep",
    "custom_data": [1],
    "coupon_id": 1.5,
    "public_booking": "perhaps",
    "person_attributes": {"email": 7.5, "date_of_birth": "young", "notes": []},
}
WRONG_SAID = {
    "booked_from": ["is invalid"],
    "booked_to": ["is invalid"],
    "resource_id": ["is not a number"],
    "person_id": ["is not a number"],
    "service_id": ["is not a number"],
    "event_id": ["is invalid"],
    "count": ["must be greater than 0"],
    "title": ["is invalid"],
    "notes": ["is invalid"],
    "external_id": ["is too long"],
    "paid_amount": ["is not a number"],
    "paid_at": ["is invalid"],
    "reminder_at": ["is invalid"],
    "status": ["is not included in the list"],
    "custom_data": ["is invalid"],
    "coupon_id": ["is not a number"],
    "public_booking": ["is invalid"],
    "confirm": ["is invalid"],
    "confirmation_send_sms": ["is invalid"],
    "person": ["is invalid"],
    "person_attributes": {"date_of_birth": ["is invalid"], "notes": ["is invalid"]},
}


async def refused(clinic: Clinic, **attributes: Any) -> Any:
    """What is said to an hour with Ada with these attributes; nothing of it is in the diary."""
    response = await clinic.post("/bookings", {"booking": clinic.massage(9, **attributes)})
    assert await clinic.listed("/bookings/all") == []
    return errors(response)


@pytest.mark.parametrize("authorization", ["", "Bearer nonsense", "Basic Og==", "Digest x", "Bearer", "Basic ***"])
async def test_a_key_is_needed(clinic: Clinic, authorization: str) -> None:
    response = await clinic.client.get("/bookings", headers={"authorization": authorization})
    assert errors(response, 401) == {"error": {"description": "Invalid or missing API key"}}


async def test_a_key_of_another_door_is_not_for_this(clinic: Clinic) -> None:
    key = await clinic.world.key("elsewhere")
    response = await clinic.client.get("/bookings", headers={"authorization": f"Bearer {key}"})
    assert errors(response, 403) == {"error": {"description": "Not permitted"}}


async def test_another_accounts_ids_are_not_found(clinic: Clinic, clinic_with: Open) -> None:
    other = await clinic_with()
    theirs = await other.book(9, external_id="theirs")
    for path in (f"/bookings/{theirs['id']}", "/bookings/find_by/external_id/theirs"):
        assert errors(await clinic.client.get(path), 404) == NOT_FOUND
    for action in ("", "/verify", "/confirm", "/cancel", "/decline"):
        assert errors(await clinic.put(f"/bookings/{theirs['id']}{action}"), 404) == NOT_FOUND
    w = other.world
    assert await refused(clinic, resource_id=w.ada) == {"resource_id": ["must exist"]}
    assert await refused(clinic, service_id=w.massage) == {"service_id": ["must exist"]}
    assert await refused(clinic, person_id=w.kari) == {"person_id": ["must exist"]}
    assert await refused(clinic, booked_by_person_id=w.kari) == {"booked_by_person_id": ["must exist"]}
    ids = {"resource_id": w.ada, "service_id": w.massage, "person_id": w.kari, "booked_by_person_id": w.kari}
    assert await refused(clinic, **ids) == {name: ["must exist"] for name in ids}
    item = await clinic.book(9)
    assert errors(await clinic.put(f"/bookings/{item['id']}", {"booking": ids})) == {
        name: ["must exist"] for name in ids
    }
    for room, ident in (("resources", w.ada), ("services", w.massage), ("people", w.kari)):
        assert errors(await clinic.client.get(f"/{room}/{ident}"), 404) == NOT_FOUND


@pytest.mark.parametrize(
    "ident", ["0", "-1", "x", "1.5", "99999999999999999999999", "9223372036854775808", "%D9%A1", "1%00"]
)
async def test_an_id_that_is_none_is_not_found(clinic: Clinic, ident: str) -> None:
    assert errors(await clinic.client.get(f"/bookings/{ident}"), 404) == NOT_FOUND
    assert errors(await clinic.client.get(f"/people/{ident}"), 404) == NOT_FOUND


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"7", b'"x"', b'{"booking": NaN}', b'{"booking": {"notes": "\\ud800"}}', b"\xff\xfe"]
)
async def test_what_is_no_json_object(clinic: Clinic, body: bytes) -> None:
    response = await clinic.client.post("/bookings", content=body, headers={"content-type": "application/json"})
    assert errors(response) == {"error": {"description": "The body is not a JSON object"}}


async def test_forms_that_contradict_themselves(clinic: Clinic) -> None:
    response = await clinic.client.post("/bookings?booking=1&booking%5Btitle%5D=x")
    assert errors(response) == {"error": {"description": "The parameters of the form contradict each other"}}


async def test_what_can_not_be_kept_or_is_too_much_is_called_so(clinic: Clinic) -> None:
    kept = {"error": {"description": "The request has a character that can't be kept"}}
    assert errors(await clinic.post("/bookings", {"booking": {"notes": "a\0b"}})) == kept
    assert errors(await clinic.client.post("/bookings", data={"booking[notes]": "a\0b"})) == kept
    assert errors(await clinic.client.get("/bookings?external_id=%00")) == kept
    parts = {f"booking[custom_data][{number}]": (None, "x") for number in range(1500)}
    many = await clinic.client.post("/bookings", files=parts)
    assert errors(many) == {"error": {"description": "Too many parameters"}}


async def test_amounts_have_bounds(clinic: Clinic) -> None:
    much = "9999999999.99999"
    assert await refused(clinic, paid_amount=much) == {"paid_amount": ["is out of range"]}
    made = await clinic.book(9, paid_amount="9999999999.9999")
    response = await clinic.put(f"/bookings/{made['id']}", {"booking": {"paid_amount": much}})
    assert errors(response) == {"paid_amount": ["is out of range"]}
    service = {"service": {"title": "Dear", "price": much}}
    assert errors(await clinic.post("/services", service)) == {"price": ["is out of range"]}


async def test_wrong_types_are_named_at_once(clinic: Clinic) -> None:
    body = {"booking": WRONG, "confirm": 2, "confirmation_send_sms": "never", "extended": False}
    assert errors(await clinic.post("/bookings", body)) == WRONG_SAID


async def test_a_booking_that_is_none(clinic: Clinic) -> None:
    nothing: tuple[Any, ...] = ({}, {"booking": {}}, {"booking": None}, {"title": "x"})
    for body in nothing:
        assert errors(await clinic.post("/bookings", body)) == {"booking": ["can't be blank"]}
    assert errors(await clinic.post("/bookings", {"booking": "x"})) == {"booking": ["is invalid"]}


async def test_what_is_missing(clinic: Clinic) -> None:
    assert await refused(clinic, booked_from=None) == {"booked_from": ["can't be blank"]}
    assert await refused(clinic, booked_to="", service_id=None) == {"booked_to": ["can't be blank"]}
    assert await refused(clinic, resource_id=None, service_id=None) == {"resource_id": ["can't be blank"]}
    times = dict.fromkeys(("booked_from", "booked_to", "resource_id", "service_id"))
    missing = {name: ["can't be blank"] for name in ("booked_from", "booked_to", "resource_id")}
    assert await refused(clinic, **times) == missing


async def test_the_end_comes_after_the_start(clinic: Clinic) -> None:
    assert await refused(clinic, booked_to=clinic.at(9)) == {"booked_to": ["must be after start"]}
    assert await refused(clinic, booked_to=clinic.at(8)) == {"booked_to": ["must be after start"]}


async def test_a_time_that_clocks_skip_does_not_exist(clinic: Clinic) -> None:
    skipped = ["does not exist on that day, because clocks go forward"]
    times = {"booked_from": "2027-03-28 02:30", "booked_to": "2027-03-28 03:30"}
    assert await refused(clinic, **times) == {"booked_from": skipped}
    event = {"starts_at": "2027-03-28 02:15", "ends_at": "2027-03-28 02:15", "title": "Yoga"}
    assert errors(await clinic.post("/events", {"event": event})) == {"starts_at": skipped, "ends_at": skipped}
    times = {"booked_from": "2027-03-28T02:30:00+01:00", "booked_to": "2027-03-28T02:30:00+01:00"}
    assert await refused(clinic, **times) == {"booked_to": ["must be after start"]}


async def test_who_does_not_serve(clinic: Clinic) -> None:
    assert await refused(clinic, resource_id=clinic.world.hall) == {"resource_id": ["does not provide this service"]}


async def test_a_person_that_cannot_be(clinic: Clinic) -> None:
    for attributes, fault in (
        ({"name": "Eva", "email": "no address"}, {"email": ["is invalid"]}),
        ({"name": "Eva", "phone_number": "none"}, {"phone_number": ["is invalid"]}),
        ({"city": "Bergen"}, {"name": ["can't be blank"]}),
        ({"a": 1}, {"name": ["can't be blank"]}),
        ({"name": None}, {"name": ["can't be blank"]}),
        ({"name": "Eva", "parent_id": 999_999_999}, {"parent_id": ["must exist"]}),
    ):
        body = await refused(clinic, person_id=None, person_attributes=attributes)
        assert body == {"person": ["is invalid"], "person_attributes": fault}


async def test_filters_that_cannot_be_read(clinic: Clinic) -> None:
    response = await clinic.client.get(
        "/bookings?service_id[]=1&service_id[]=x&start=soon&collection_id=1337&extended=q"
    )
    assert errors(response) == {"extended": ["is invalid"]}
    response = await clinic.client.get("/bookings?service_id[]=1&service_id[]=x&start=soon&collection_id=1337")
    assert errors(response) == {
        "service_id": ["is not a number"],
        "start": ["is invalid"],
        "collection_id": ["is invalid"],
    }


async def test_paths_and_methods_that_are_not_there(clinic: Clinic) -> None:
    assert errors(await clinic.client.get("/cats"), 404) == NOT_FOUND
    assert errors(await clinic.client.get("/bookings/agenda"), 404) == NOT_FOUND
    response = await clinic.client.delete("/bookings")
    assert errors(response, 405) == {"error": {"description": "Method not allowed"}}


async def test_bodies_that_are_too_much(clinic: Clinic) -> None:
    response = await clinic.client.post("/bookings", content=b"x" * 2_000_000)
    assert "error" in errors(response, 413)
    deep = b'{"booking":' * 40 + b"{}" + b"}" * 40
    response = await clinic.client.post("/bookings", content=deep, headers={"content-type": "application/json"})
    assert "error" in errors(response)
    response = await clinic.client.post("/bookings", content="a[b]" + "[c]" * 40 + "=1")
    assert "error" in errors(response)


def test_a_server_at_fault_says_little() -> None:
    call = call_with()
    assert answer(Unexpected(), call).body == b'{"error":"system error"}'
    assert answer(Unexpected(), call).status == 500
    assert (answer(Unavailable(7), call).status, answer(Unavailable(7), call).headers) == (503, (("Retry-After", "7"),))
