"""What is not found is told where the request names it: what the path names with 404, the rest with a pointer."""

from typing import Any

import httpx
import pytest

from kalends.api.id_fields import ids_at
from kalends.api.schemas.bookings import BookingInput, ListBookings
from tests.desk import SOON, made, visit
from tests.world import World

NOBODY = 999_999


async def places(api: httpx.AsyncClient, method: str, path: str, sent: dict[str, Any]) -> list[tuple[str, str]]:
    """The pointers and codes of a refusal."""
    answer = await api.request(method, path, json=sent)
    assert answer.status_code == 422, answer.text
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


async def test_what_the_body_names_is_a_fault_though_the_path_names_another_of_its_kind(
    api: httpx.AsyncClient, clinic: World
) -> None:
    kari = f"/customers/cus_{clinic.kari}"
    nobody = f"cus_{NOBODY}"
    assert await places(api, "POST", f"{kari}/merge", {"double": nobody}) == [("/double", "unknown")]
    assert await places(api, "PATCH", kari, {"parent": nobody}) == [("/parent", "unknown")]
    moved = await made(clinic, visit(clinic))
    unknown = {"resource": f"res_{NOBODY}"}
    assert await places(api, "POST", f"/items/item_{moved.id}/move", unknown) == [("/resource", "unknown")]


async def test_what_the_path_names_is_not_found(api: httpx.AsyncClient, clinic: World) -> None:
    for method, path, sent in (
        ("POST", f"/customers/cus_{NOBODY}/merge", {"double": f"cus_{clinic.ola}"}),
        ("PATCH", f"/customers/cus_{NOBODY}", {"parent": f"cus_{clinic.ola}"}),
        ("PATCH", f"/resources/res_{NOBODY}", {"site": f"site_{clinic.site}"}),
    ):
        assert (await api.request(method, path, json=sent)).status_code == 404, path


async def test_of_a_list_the_index_is_named(api: httpx.AsyncClient, clinic: World) -> None:
    session = await clinic.class_of(9)
    attendee = {"customer": f"cus_{clinic.kari}"}
    there = (await api.post(f"/sessions/ses_{session}/attendees", json=attendee)).json()["id"]
    roll = [{"item": there, "status": None}, *({"item": f"item_{NOBODY + n}", "status": "no_show"} for n in (0, 1))]
    assert await places(api, "POST", f"/sessions/ses_{session}/roll", {"attendance": roll}) == [
        ("/attendance/1/item", "unknown"),
        ("/attendance/2/item", "unknown"),
    ]
    booking = await made(clinic, visit(clinic))
    selected = {"bookings": [f"bkg_{booking.booking_id}", f"bkg_{NOBODY}"]}
    assert await places(api, "POST", "/invoices", selected) == [("/bookings/1", "unknown")]


async def test_each_place_that_has_an_unknown_id_is_named(api: httpx.AsyncClient, clinic: World) -> None:
    nothing, hours = f"svc_{NOBODY}", {"weekday": 1, "opens": "08:00", "closes": "12:00"}
    openings = [
        {**hours, "services": [f"svc_{clinic.massage}"]},
        {**hours, "services": [f"svc_{clinic.massage}", nothing]},
        {**hours, "services": [nothing]},
    ]
    assert await places(api, "PUT", f"/resources/res_{clinic.ada}/openings", {"openings": openings}) == [
        ("/openings/1/services/1", "unknown"),
        ("/openings/2/services/0", "unknown"),
    ]
    line = {"service": f"svc_{clinic.massage}", "resource": f"res_{clinic.ada}", "from": SOON.isoformat()}
    lines = [line, {**line, "also": [f"res_{clinic.bo}", f"res_{NOBODY}"]}, {**line, "customer": f"cus_{NOBODY}"}]
    assert await places(api, "POST", "/bookings", {"lines": lines}) == [
        ("/lines/1/also/1", "unknown"),
        ("/lines/2/customer", "unknown"),
    ]


@pytest.mark.parametrize("sent", [{"lines": "svc_1"}, {"lines": [7, None, {"service": 3}]}, {"customer": ["cus_1"]}])
def test_what_has_another_form_than_the_schema_has_no_ids(sent: dict[str, Any]) -> None:
    assert list(ids_at(BookingInput, sent)) == []


def test_the_ids_of_a_query_are_at_its_parameters() -> None:
    query = {"resource": ["res_1", "res_2", "svc_3"], "q": ["res_4"]}
    assert list(ids_at(ListBookings, query, "?")) == [("?resource", "resource", 1), ("?resource", "resource", 2)]


async def test_ids_of_nothing_are_all_named_whatever_they_are_of(api: httpx.AsyncClient, clinic: World) -> None:
    of_resource = {"parent": "res_987654", "site": "site_987654", "category": "cat_987654", "user": "usr_987654"}
    cases: dict[str, dict[str, object]] = {
        "/resources": {"title": "Box", **of_resource},
        "/cases": {"customer": "cus_987654", "name": "Knee", "items": []},
        "/customers": {"first_name": "Ola", "parent": "cus_987654", "group": "grp_987654"},
    }
    for path, sent in cases.items():
        answer = await api.post(path, json=sent)
        unknown = {fault["pointer"] for fault in answer.json()["errors"] if fault["code"] == "unknown"}
        assert unknown == {f"/{name}" for name, value in sent.items() if str(value).endswith("_987654")}, path
    providers = {"served_by_all": False, "providers": [{"resource": f"res_{number}"} for number in (987654, 987655)]}
    answer = await api.put(f"/services/svc_{clinic.massage}/providers", json=providers)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        "/providers/0/resource",
        "/providers/1/resource",
    ]


@pytest.mark.parametrize("path", ["/bookings", "/bookings/quote", "/series", "/sessions/{}/attendees"])
async def test_what_is_wrong_with_a_customer_is_told_where_the_customer_is(
    api: httpx.AsyncClient, clinic: World, path: str
) -> None:
    line = {"service": f"svc_{clinic.massage}", "resource": f"res_{clinic.ada}", "from": SOON.isoformat()}
    sent: dict[str, Any] = {"lines": [line]}
    if path == "/series":
        sent = {"line": line, "recurrence": {"rrule": "FREQ=DAILY;COUNT=2"}}
    elif "{}" in path:
        path, sent = path.format(f"ses_{await clinic.class_of(9)}"), {}
    details = {"email": "nobody", "phone": "none"}
    assert set(await places(api, "POST", path, {**sent, "customer_details": details})) == {
        ("/customer_details/email", "invalid"),
        ("/customer_details/phone", "invalid"),
    }
    twice = {**sent, "customer": f"cus_{clinic.kari}", "customer_details": {"email": "liv@example.org"}}
    assert await places(api, "POST", path, twice) == [("/customer_details", "too_many")]


async def test_a_line_that_can_not_be_booked_is_told(api: httpx.AsyncClient, clinic: World) -> None:
    line = {"service": f"svc_{clinic.massage}", "resource": f"res_{clinic.ada}", "from": SOON.isoformat()}
    for wrong, kind in (
        ({"units": 2}, "too-many"),
        ({"resource": f"res_{clinic.hall}"}, "not-served"),
        ({"from": "2020-03-02T11:00:00"}, "too-soon"),
        ({"from": "2027-03-02T03:00:00"}, "closed"),
    ):
        answer = await api.post("/bookings", json={"lines": [line, {**line, **wrong}], "public": True})
        assert (answer.json()["type"].rpartition("/")[2], answer.json()["line"]) == (kind, 1)


async def test_a_seat_is_named_once(api: httpx.AsyncClient, clinic: World) -> None:
    seat = await made(clinic, visit(clinic))
    session = await clinic.class_of(9)
    roll = [{"item": f"item_{seat.id}", "status": status} for status in (None, "no_show")]
    assert await places(api, "POST", f"/sessions/ses_{session}/roll", {"attendance": roll}) == [
        ("/attendance/1/item", "too_many")
    ]
