"""Bookings through the API."""

from typing import Any

import httpx

from kalends.actions.catalog.sites import add_site
from kalends.engine.catalog.site import SitePatch
from tests.api.conftest import Connect
from tests.desk import DAY, SOON, hour_of, made, seat, visit
from tests.world import World

AT_11, AT_12 = "2027-03-01T11:00:00+01:00", "2027-03-01T12:00:00+01:00"


def massage(clinic: World, at: str = "2027-03-01T11:00:00", **fields: Any) -> dict[str, Any]:
    return {"service": f"svc_{clinic.massage}", "resource": f"res_{clinic.ada}", "from": at, **fields}


def on(day: int) -> str:
    return f"2027-03-0{day}T11:00:00"


async def booked(api: httpx.AsyncClient, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    answer = await api.post("/bookings", json={"lines": list(lines), **fields})
    assert answer.status_code == 201, answer.text
    booking: dict[str, Any] = answer.json()
    return booking


async def test_a_time_is_booked_and_shown_by_the_clock_of_its_site(api: httpx.AsyncClient, clinic: World) -> None:
    answer = await api.post(
        "/bookings", json={"lines": [massage(clinic, notes="Back")], "customer": f"cus_{clinic.kari}", "title": "Visit"}
    )
    assert answer.status_code == 201
    booking = answer.json()
    assert answer.headers["location"] == f"http://here/api/v1/bookings/{booking['id']}"
    (item,) = booking["items"]
    assert (item["from"], item["to"], item["time_zone"]) == (AT_11, AT_12, "Europe/Oslo")
    assert (item["state"], item["customer"], item["notes"]) == ("confirmed", f"cus_{clinic.kari}", "Back")
    assert (booking["title"], booking["series"]) == ("Visit", None)
    (outcome,) = booking["outcomes"]
    assert outcome == {"line": 0, "outcome": "booked", "item": item["id"], "from": AT_11, "to": AT_12, "reason": None}
    shown = await api.get(f"/bookings/{booking['id']}")
    assert shown.json() == {name: value for name, value in booking.items() if name != "outcomes"}
    assert (await api.get(f"/items/{item['id']}")).json() == item


async def test_a_customer_is_found_by_their_address_or_added(api: httpx.AsyncClient, clinic: World) -> None:
    known = await booked(api, massage(clinic), customer_details={"name": "Kari N", "email": "kari@example.org"})
    assert known["customer"] == f"cus_{clinic.kari}"
    new = await booked(api, massage(clinic, on(2)), customer_details={"name": "Liv Ny", "email": "liv@example.org"})
    assert new["customer"] not in (None, f"cus_{clinic.kari}")


async def test_all_faults_of_all_lines_are_named_at_once(api: httpx.AsyncClient, clinic: World) -> None:
    lines = [
        {"from": "2027-03-01T11:00:00"},
        massage(clinic, to="2027-03-01T10:00:00", units=0, extras=[{"units": 1}]),
        {"session": "ses_1", "from": "2027-03-01T11:00:00", "colour": "red"},
        {"service": f"res_{clinic.ada}", "from": "soon"},
    ]
    answer = await api.post("/bookings", json={"lines": lines, "state": "cancelled", "customer": 7})
    assert answer.status_code == 422
    assert {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]} == {
        ("/lines/1/units", "out_of_range"),
        ("/lines/2/colour", "unsupported"),
        ("/lines/2/session", "unknown"),
        ("/lines/3/service", "unknown"),
        ("/lines/3/from", "invalid"),
        ("/state", "not_included"),
        ("/customer", "unknown"),
    }
    lines = [lines[0], massage(clinic, extras=[{"units": 1}]), {"session": "ses_1", "from": "2027-03-01T11:00:00"}]
    answer = await api.post("/bookings", json={"lines": lines})
    assert {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]} == {
        ("/lines/0/resource", "blank"),
        ("/lines/0/to", "blank"),
        ("/lines/1/extras/0/resource", "blank"),
        ("/lines/2/session", "unknown"),
        ("/lines/2/from", "fixed"),
    }
    backwards = await api.post("/bookings", json={"lines": [massage(clinic, to="2027-03-01T10:00:00")]})
    assert backwards.json()["errors"][0]["pointer"] == "/lines/0/to"
    assert (await api.post("/bookings", json={})).json()["errors"][0]["pointer"] == "/lines"


async def test_all_ids_of_nothing_are_named_with_their_lines(api: httpx.AsyncClient, clinic: World) -> None:
    nothing = 10**9
    lines = [massage(clinic), massage(clinic, resource=f"res_{nothing}"), massage(clinic, service=f"svc_{nothing}")]
    answer = await api.post("/bookings", json={"lines": lines, "customer": f"cus_{nothing}"})
    assert answer.status_code == 422
    assert {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]} == {
        ("/customer", "unknown"),
        ("/lines/1/resource", "unknown"),
        ("/lines/2/service", "unknown"),
    }
    alone = await api.post("/bookings", json={"lines": lines[:2]})
    assert [fault["pointer"] for fault in alone.json()["errors"]] == ["/lines/1/resource"]


async def test_what_lines_can_not_have_is_named_with_them(api: httpx.AsyncClient, clinic: World) -> None:
    lines = [massage(clinic), massage(clinic, units=50), massage(clinic, on(2), resource=f"res_{10**9}")]
    answer = await api.post("/bookings", json={"lines": lines})
    assert {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]} == {
        ("/lines/1/units", "too_many"),
        ("/lines/2/resource", "unknown"),
    }


async def test_what_is_taken_is_refused_with_all_that_is_in_the_way(api: httpx.AsyncClient, clinic: World) -> None:
    first, third = [await made(clinic, visit(clinic, starts_at=SOON + turn * DAY)) for turn in (0, 2)]
    answer = await api.post("/bookings", json={"lines": [massage(clinic, on(day)) for day in (1, 2, 3)]})
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"] == "http://here/api/v1/docs/problems/taken"
    assert [conflict["line"] for conflict in problem["conflicts"]] == [0, 2]
    assert [conflict["item"] for conflict in problem["conflicts"]] == [f"item_{first.id}", f"item_{third.id}"]
    assert problem["conflicts"][0]["from"] == AT_11
    assert problem["next_free"][0] == {
        "line": 0,
        "resource": f"res_{clinic.ada}",
        "session": None,
        "from": AT_12,
        "to": "2027-03-01T13:00:00+01:00",
    }


async def test_lines_that_are_in_the_way_of_each_other_name_each_other(api: httpx.AsyncClient, clinic: World) -> None:
    lines = [massage(clinic), massage(clinic, "2027-03-01T11:30:00+01:00")]
    (conflict,) = (await api.post("/bookings", json={"lines": lines})).json()["conflicts"]
    assert {conflict["line"], conflict["other_line"]} == {0, 1}
    assert (conflict["item"], conflict["resource"]) == (None, f"res_{clinic.ada}")


async def test_a_key_of_a_site_is_not_told_what_is_at_others(connect: Connect, clinic: World) -> None:
    annex = await add_site(clinic.ctx(), SitePatch(name="Annex"))
    await clinic.db.execute("update resource set site_id = $2 where id = $1", clinic.left, annex.id)
    await made(clinic, hour_of(clinic.left))
    here = await connect(clinic, site_ids=frozenset({clinic.site}))
    hall = {"resource": f"res_{clinic.hall}", "from": AT_11, "to": AT_12}
    (conflict,) = (await here.post("/bookings", json={"lines": [hall]})).json()["conflicts"]
    assert (conflict["item"], conflict["resource"], conflict["from"]) == (None, None, AT_11)


async def test_lines_that_are_taken_are_skipped_moved_or_booked_over(api: httpx.AsyncClient, clinic: World) -> None:
    await made(clinic, visit(clinic, starts_at=SOON + DAY))
    lines = [massage(clinic, on(1)), massage(clinic, on(2))]
    skipped = (await booked(api, *lines, on_conflict="skip"))["outcomes"][1]
    assert (skipped["outcome"], skipped["item"], skipped["reason"]) == ("skipped", None, "full")
    lines[0] = massage(clinic, on(3))
    moved = (await booked(api, *lines, on_conflict="nearest"))["outcomes"][1]
    assert (moved["outcome"], moved["from"]) == ("moved", "2027-03-02T10:00:00+01:00")
    lines[0] = massage(clinic, on(4))
    over = await booked(api, *lines, on_conflict="overlap")
    assert [item["overlap"] for item in over["items"]] == [True, False]


async def test_a_hundred_lines_are_booked_or_none(api: httpx.AsyncClient, clinic: World) -> None:
    days = [(SOON + turn * DAY).isoformat() for turn in range(101)]
    lines = [{"resource": f"res_{clinic.hall}", "from": day, "to": day.replace("10:00", "11:00")} for day in days]
    assert (await api.post("/bookings", json={"lines": lines})).json()["errors"][0]["pointer"] == "/lines"
    booking = await booked(api, *lines[:100])
    assert len(booking["items"]) == 100
    again = await api.post("/bookings", json={"lines": [massage(clinic), *lines[:99]]})
    assert again.status_code == 409
    listed = await api.get("/items", params={"resource": f"res_{clinic.ada}"})
    assert listed.json()["data"] == []


async def test_a_booking_is_changed_and_cancelled_as_a_whole(api: httpx.AsyncClient, clinic: World) -> None:
    booking = await booked(api, massage(clinic), massage(clinic, on(2)))
    path = f"/bookings/{booking['id']}"
    sent = {"title": "Two", "customer": f"cus_{clinic.ola}", "status": "checked_in"}
    changed = (await api.patch(path, json=sent)).json()
    assert (changed["title"], changed["customer"]) == ("Two", f"cus_{clinic.ola}")
    assert [item["status"] for item in changed["items"]] == ["checked_in"] * 2
    cancelled = (await api.post(f"{path}/cancel", json={"reason": "Ill"})).json()
    assert [(item["state"], item["cancellation_reason"]) for item in cancelled["items"]] == [("cancelled", "Ill")] * 2
    again = await api.post(f"{path}/cancel")
    assert (again.status_code, again.json()["title"]) == (409, "Not in this state")


async def test_what_was_read_before_an_item_changed_is_not_written(api: httpx.AsyncClient, clinic: World) -> None:
    booking = await booked(api, massage(clinic))
    path = f"/bookings/{booking['id']}"
    tag = (await api.get(path)).headers["etag"]
    assert (await api.get(path, headers={"if-none-match": tag})).status_code == 304
    await api.post(f"/items/{booking['items'][0]['id']}/check-in")
    refused = await api.patch(path, json={"title": "Late"}, headers={"if-match": tag})
    assert refused.status_code == 412
    assert refused.json()["current"]["items"][0]["status"] == "checked_in"
    assert (await api.get(path, headers={"if-none-match": tag})).status_code == 200
    present = refused.headers["etag"]
    assert (await api.patch(path, json={"title": "Late"}, headers={"if-match": present})).status_code == 200
    assert (await api.post(f"{path}/cancel", headers={"if-match": present})).status_code == 412


async def test_bookings_are_listed_by_what_is_in_them(api: httpx.AsyncClient, clinic: World) -> None:
    yoga = await clinic.class_of(3)
    both = await booked(api, massage(clinic), {"session": f"ses_{yoga}"}, title="Party")
    other = await booked(api, massage(clinic, on(2)))
    everything = (await api.get("/bookings", params={"count": "true"})).json()
    assert ([row["id"] for row in everything["data"]], everything["total"]) == ([other["id"], both["id"]], 2)
    for params in ({"session": f"ses_{yoga}"}, {"q": "part"}, {"kind": "seat,block"}, {"to": "2027-03-01T12:00:00"}):
        (row,) = (await api.get("/bookings", params=params)).json()["data"]
        assert (row["id"], len(row["items"])) == (both["id"], 2), params
    first = await api.get("/bookings", params={"limit": 1, "order": "created"})
    second = await api.get(first.links["next"]["url"])
    assert [page.json()["data"][0]["id"] for page in (first, second)] == [both["id"], other["id"]]


async def test_an_unknown_id_in_a_body_is_a_fault(api: httpx.AsyncClient, clinic: World) -> None:
    answer = await api.post("/bookings", json={"lines": [massage(clinic)], "customer": "cus_999999"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/customer")


async def test_a_seat_is_booked_with_the_others(api: httpx.AsyncClient, clinic: World) -> None:
    yoga = await clinic.class_of(1)
    await made(clinic, seat(clinic, yoga))
    answer = await api.post("/bookings", json={"lines": [{"session": f"ses_{yoga}"}]})
    (conflict,) = answer.json()["conflicts"]
    assert (conflict["line"], conflict["session"], conflict["from"]) == (0, f"ses_{yoga}", "2027-03-02T10:00:00+01:00")
