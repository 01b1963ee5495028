"""Series through the API: one occurrence, the following ones, or all."""

from typing import Any

import httpx

from kalends.api.ids import read_id
from tests.api.bookings.test_bookings import massage
from tests.desk import DAY, SOON, made, make_occurrences, visit
from tests.world import World


async def begun(api: httpx.AsyncClient, clinic: World, most: int | None = None) -> dict[str, Any]:
    sent = {"line": massage(clinic), "recurrence": {"rrule": "FREQ=DAILY;COUNT=3"}, "customer": f"cus_{clinic.kari}"}
    answer = await api.post("/series", json=sent)
    assert answer.status_code == 201, answer.text
    series: dict[str, Any] = answer.json()
    assert [each["outcome"] for each in series["occurrences"]] == ["pending"] * 3
    await make_occurrences(clinic.ctx(), read_id("series", series["id"]) or 0, most)
    shown: dict[str, Any] = (await api.get(f"/series/{series['id']}")).json()
    return shown


async def test_a_series_says_what_became_of_each_time(api: httpx.AsyncClient, clinic: World) -> None:
    await made(clinic, visit(clinic, starts_at=SOON + DAY))
    series = await begun(api, clinic)
    outcomes = [(each["outcome"], each["reason"], each["item"] is None) for each in series["occurrences"]]
    assert outcomes == [("made", None, False), ("refused", "full", True), ("made", None, False)]
    booking = (await api.get(f"/bookings/{series['booking']}")).json()
    assert (booking["series"], len(booking["items"])) == (series["id"], 2)


async def test_all_are_moved_also_those_to_come(api: httpx.AsyncClient, clinic: World) -> None:
    series = await begun(api, clinic, most=2)
    moved = await api.patch(f"/series/{series['id']}", json={"from": "2027-03-01T12:00:00", "title": "Window"})
    assert moved.json()["occurrences"][2]["from"][:16] == "2027-03-03T12:00"
    items = (await api.get(f"/bookings/{series['booking']}")).json()["items"]
    assert [(item["from"][11:16], item["title"]) for item in items] == [("12:00", "Window")] * 2


async def test_the_following_are_cancelled(api: httpx.AsyncClient, clinic: World) -> None:
    series = await begun(api, clinic, most=2)
    second = series["occurrences"][1]["item"]
    sent = {"scope": "following", "item": second, "reason": "Ill"}
    cancelled = (await api.post(f"/series/{series['id']}/cancel", json=sent)).json()
    assert [each["outcome"] for each in cancelled["occurrences"]] == ["made", "made", "withdrawn"]
    items = (await api.get(f"/bookings/{series['booking']}")).json()["items"]
    assert [item["state"] for item in items] == ["confirmed", "cancelled"]


async def test_faults_of_a_series_have_places(api: httpx.AsyncClient, clinic: World) -> None:
    bad = {"line": {"from": "2027-03-01T11:00:00"}, "recurrence": {}}
    answer = await api.post("/series", json=bad)
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/line/resource", "/line/to"}
    item = await made(clinic, visit(clinic))
    assert (await api.get(f"/series/ser_{item.booking_id}")).status_code == 404


async def test_a_series_has_a_version_which_each_of_its_items_changes(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/series/{(await begun(api, clinic, most=2))['id']}"
    read = await api.get(path)
    old = {"if-match": read.headers["etag"]}
    second = read.json()["occurrences"][1]["item"]
    assert (await api.patch(f"/items/{second}", json={"notes": "Window"})).status_code == 200
    refused = await api.patch(path, json={"title": "Visit"}, headers=old)
    assert (refused.status_code, refused.json()["current"]["id"]) == (412, read.json()["id"])
    assert (await api.post(f"{path}/cancel", json={}, headers=old)).status_code == 412
    new = {"if-match": (await api.get(path)).headers["etag"]}
    changed = await api.patch(path, json={"title": "Visit"}, headers=new)
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] == (await api.get(path)).headers["etag"]
    cancelled = await api.post(f"{path}/cancel", json={}, headers={"if-match": changed.headers["etag"]})
    assert cancelled.json()["occurrences"][2]["outcome"] == "withdrawn"


async def test_what_became_of_an_occurrence_is_part_of_the_version(api: httpx.AsyncClient, clinic: World) -> None:
    sent = {"line": massage(clinic), "recurrence": {"rrule": "FREQ=DAILY;COUNT=2"}}
    begun = await api.post("/series", json=sent)
    path = f"/series/{begun.json()['id']}"
    assert begun.headers["etag"] == (await api.get(path)).headers["etag"]
    assert (await api.post(f"{path}/cancel", json={})).status_code == 200
    late = await api.post(f"{path}/cancel", json={}, headers={"if-match": begun.headers["etag"]})
    assert late.status_code == 412


async def test_of_a_series_none_is_changed_before_one_is_made(api: httpx.AsyncClient, clinic: World) -> None:
    sent = {"line": massage(clinic), "recurrence": {"rrule": "FREQ=DAILY;COUNT=3"}}
    series = (await api.post("/series", json=sent)).json()
    refused = await api.patch(f"/series/{series['id']}", json={"from": "2027-03-01T12:00:00"})
    assert (refused.status_code, refused.json()["state"]) == (409, "pending")


async def test_what_recurs_says_how(api: httpx.AsyncClient, clinic: World) -> None:
    times = {"from": "2027-03-01T18:00:00", "to": "2027-03-01T19:00:00"}
    for path, sent in (("/series", {"line": massage(clinic)}), ("/sessions/recurring", times)):
        refused = await api.post(path, json={**sent, "recurrence": {"exdate": "VALUE=DATE:20270301"}})
        assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/recurrence/rrule"]
