"""Holds through the API: by keys, and by visitors of a page."""

from typing import Any

import httpx

from tests.api.bookings.test_bookings import massage, on
from tests.api.conftest import Connect
from tests.desk import is_refused, visit
from tests.world import World

PAGE = {"origin": "https://www.clinic.example"}


async def held(api: httpx.AsyncClient, clinic: World, **fields: Any) -> dict[str, Any]:
    answer = await api.post("/holds", json={"lines": [massage(clinic)], **fields})
    assert answer.status_code == 201, answer.text
    hold: dict[str, Any] = answer.json()
    return hold


async def test_a_hold_becomes_a_booking(api: httpx.AsyncClient, clinic: World) -> None:
    hold = await held(api, clinic, minutes=15)
    assert (hold["state"], hold["secret"], hold["expires_at"][:16]) == ("held", None, "2027-03-01T10:15")
    assert (await api.post("/bookings", json={"lines": [massage(clinic)]})).status_code == 409
    sent = {"hold": hold["id"], "customer": f"cus_{clinic.kari}", "title": "Visit"}
    booked = await api.post("/bookings", json=sent)
    assert booked.status_code == 201
    booking = booked.json()
    assert (booking["title"], booking["customer"]) == ("Visit", f"cus_{clinic.kari}")
    assert [(item["id"], item["state"]) for item in booking["items"]] == [(hold["items"][0]["id"], "confirmed")]
    assert (await api.get(f"/holds/{hold['id']}")).status_code == 404
    again = await api.post("/bookings", json=sent)
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/hold")


async def test_a_hold_is_of_itself_and_nothing_else(api: httpx.AsyncClient, clinic: World) -> None:
    hold = await held(api, clinic)
    both = await api.post("/bookings", json={"hold": hold["id"], "lines": [massage(clinic)], "state": "draft"})
    assert {fault["pointer"] for fault in both.json()["errors"]} == {"/lines", "/state"}


async def test_a_hold_is_extended_moved_and_released(api: httpx.AsyncClient, clinic: World) -> None:
    hold = await held(api, clinic)
    path, item = f"/holds/{hold['id']}", hold["items"][0]["id"]
    tag = (await api.get(path)).headers["etag"]
    sent = {"minutes": 60, "items": [{"item": item, "from": on(2)}]}
    changed = await api.patch(path, json=sent, headers={"if-match": tag})
    assert (changed.json()["expires_at"][:16], changed.json()["items"][0]["from"][:10]) == (
        "2027-03-01T11:00",
        "2027-03-02",
    )
    assert (await api.patch(path, json={"minutes": 5}, headers={"if-match": tag})).status_code == 412
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).status_code == 404
    assert (await api.post("/bookings", json={"lines": [massage(clinic, on(2))]})).status_code == 201


async def test_when_a_hold_ends_is_checked(api: httpx.AsyncClient, clinic: World) -> None:
    for sent, pointer in (
        ({"minutes": 15, "expires_at": on(1)}, "/minutes"),
        ({"expires_at": "2027-03-01T08:00:00"}, "/expires_at"),
        ({"expires_at": "2027-03-04T08:00:00"}, "/expires_at"),
        ({"minutes": 1441}, "/minutes"),
    ):
        answer = await api.post("/holds", json={"lines": [massage(clinic)], **sent})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_visitor_holds_what_is_offered_and_has_a_link_to_it(connect: Connect, clinic: World) -> None:
    page = await connect(clinic, scopes=["read", "book"], origins=[PAGE["origin"]])
    page.headers.update(PAGE)
    lines = [massage(clinic, "2027-03-01T11:30:00")]
    mine = await page.post("/holds", json={"lines": lines})
    assert mine.status_code == 201, mine.text
    hold = mine.json()
    path = f"/holds/{hold['id']}"
    await is_refused(clinic, visit(clinic), Exception)
    assert (await page.get(path)).status_code == 404
    as_visitor = {**PAGE, "authorization": f"Bearer {hold['secret']}"}
    assert (await page.get(path, headers=as_visitor)).json()["state"] == "held"
    assert (await page.patch(path, json={"minutes": 19}, headers=as_visitor)).status_code == 200
    assert (await page.patch(path, json={"minutes": 60}, headers=as_visitor)).status_code == 422
    moved = {"items": [{"item": hold["items"][0]["id"], "from": on(2)}]}
    assert (await page.patch(path, json=moved, headers=as_visitor)).status_code == 403
    assert (await page.delete(path, headers=as_visitor)).status_code == 204
    assert (await page.post("/bookings", json={"lines": lines})).status_code == 403


async def test_a_visitor_holds_by_the_rules_for_the_public(connect: Connect, clinic: World) -> None:
    page = await connect(clinic, scopes=["read", "book"], origins=[PAGE["origin"]])
    page.headers.update(PAGE)
    closed = await page.post("/holds", json={"lines": [massage(clinic, "2027-03-01T20:00:00")]})
    assert closed.json()["type"].endswith("closed")
    for line in (massage(clinic, overlap=True), massage(clinic, customer=f"cus_{clinic.kari}")):
        assert (await page.post("/holds", json={"lines": [line]})).status_code == 403


async def test_what_holds_of_a_hold_can_not_be_said_again(api: httpx.AsyncClient, clinic: World) -> None:
    hold = (await api.post("/holds", json={"lines": [massage(clinic)], "minutes": 5})).json()
    again = {"public": True, "on_conflict": "nearest", "initiate": True, "state": "draft", "lines": [massage(clinic)]}
    refused = await api.post("/bookings", json={"hold": hold["id"], **again})
    assert refused.status_code == 422
    faults = {(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]}
    assert faults == {(f"/{name}", "fixed") for name in again}
