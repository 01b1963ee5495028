"""Booking statuses through the API."""

import httpx

from tests.api.conftest import Connect
from tests.world import World


async def test_they_are_added_shown_changed_and_listed_in_display_order(api: httpx.AsyncClient) -> None:
    late = await api.post("/booking-statuses", json={"name": "Booked", "position": 2, "is_default": True})
    sent = {"name": "Pencilled in", "names": {"de": "Vorgemerkt"}, "state": "awaiting_confirmation"}
    early = await api.post("/booking-statuses", json=sent)
    assert (early.status_code, early.json()["position"], early.json()["active"]) == (201, 0, True)
    path = early.headers["location"]
    assert (await api.get(path)).json() == early.json()
    changed = await api.patch(path, json={"is_default": True}, headers={"if-match": early.headers["etag"]})
    assert changed.json()["is_default"]
    assert (await api.patch(path, json={"position": 1}, headers={"if-match": early.headers["etag"]})).status_code == 412
    listed = (await api.get("/booking-statuses")).json()["data"]
    assert [(each["id"], each["is_default"]) for each in listed] == [
        (early.json()["id"], True),
        (late.json()["id"], False),
    ]


async def test_all_that_is_wrong_is_told(api: httpx.AsyncClient, connect: Connect, clinic: World) -> None:
    sent = {"name": "", "names": {"de": " "}, "is_default": True, "active": False}
    answer = await api.post("/booking-statuses", json=sent)
    assert {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]} == {
        ("/name", "blank"),
        ("/names", "blank"),
        ("/is_default", "invalid"),
    }
    await api.post("/booking-statuses", json={"name": "Booked"})
    again = await api.post("/booking-statuses", json={"name": "Booked"})
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, "/name")
    limited = await connect(clinic, site_ids=frozenset({clinic.site}))
    assert (await limited.post("/booking-statuses", json={"name": "Here"})).status_code == 403
