"""Group sessions through the API, and who attends them."""

from typing import Any

import httpx

from tests.desk import hour_of, made
from tests.world import World


def yoga(clinic: World, **fields: Any) -> dict[str, Any]:
    usual = {"service": f"svc_{clinic.yoga}", "from": "2027-03-02T18:00:00", "to": "2027-03-02T19:00:00", "capacity": 2}
    return {**usual, **fields}


async def added(api: httpx.AsyncClient, clinic: World, **fields: Any) -> dict[str, Any]:
    answer = await api.post("/sessions", json=yoga(clinic, **fields))
    assert answer.status_code == 201, answer.text
    session: dict[str, Any] = answer.json()
    return session


async def test_a_session_is_added_changed_and_removed(api: httpx.AsyncClient, clinic: World) -> None:
    session = await added(api, clinic, resource=f"res_{clinic.left}")
    path = f"/sessions/{session['id']}"
    assert (session["from"], session["free"], session["title"]) == ("2027-03-02T18:00:00+01:00", 2, "Yoga")
    shown = await api.get(path)
    assert shown.json() == session
    tag = {"if-match": shown.headers["etag"]}
    changed = (await api.patch(path, json={"from": "2027-03-02T19:00:00", "capacity": 3}, headers=tag)).json()
    assert (changed["to"], changed["capacity"]) == ("2027-03-02T20:00:00+01:00", 3)
    assert (await api.patch(path, json={"title": "Pilates"}, headers=tag)).status_code == 412
    assert (await api.delete(path, headers=tag)).status_code == 412
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).json()["removed_at"] is not None
    assert (await api.get("/sessions")).json()["data"] == []
    assert [row["id"] for row in (await api.get("/sessions?removed=yes")).json()["data"]] == [session["id"]]


async def test_a_room_that_is_taken_is_named(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, hour_of(clinic.left))
    sent = yoga(clinic, resource=f"res_{clinic.left}", **{"from": "2027-03-01T11:00:00", "to": "2027-03-01T12:00:00"})
    refused = await api.post("/sessions", json=sent)
    assert refused.status_code == 409
    assert [conflict["item"] for conflict in refused.json()["conflicts"]] == [f"item_{item.id}"]


async def test_sessions_recur_and_are_removed_together(api: httpx.AsyncClient, clinic: World) -> None:
    sent = yoga(clinic, recurrence={"rrule": "FREQ=WEEKLY;COUNT=5"})
    answer = await api.post("/sessions/recurring", json=sent)
    assert answer.status_code == 201
    sessions = answer.json()["data"]
    assert [session["from"][:16] for session in sessions][-1:] == ["2027-03-30T18:00"]
    assert sessions[-1]["from"][-6:] == "+02:00"
    read, url = [], "/sessions?limit=2&order=-from"
    while url:
        page = await api.get(url)
        read += [row["id"] for row in page.json()["data"]]
        url = page.links["next"]["url"] if page.json()["next"] else ""
    assert read == [session["id"] for session in reversed(sessions)]
    third = f"/sessions/{sessions[2]['id']}"
    old = {"if-match": (await api.get(third)).headers["etag"]}
    assert (await api.delete(third, params={"scope": "following"}, headers=old)).status_code == 204
    assert [row["id"] for row in (await api.get("/sessions")).json()["data"]] == [row["id"] for row in sessions[:2]]
    for scope in ("this", "following", "all"):
        assert (await api.delete(third, params={"scope": scope}, headers=old)).status_code == 412
    assert (await api.delete(third, params={"scope": "all"})).status_code == 204
    assert (await api.get("/sessions")).json()["data"] == []
    unreadable = await api.post("/sessions/recurring", json=yoga(clinic, recurrence={"rrule": "FREQ=NEVER"}))
    assert unreadable.status_code == 422


async def test_seats_are_booked_listed_and_called(api: httpx.AsyncClient, clinic: World) -> None:
    session = await added(api, clinic)
    path = f"/sessions/{session['id']}"
    kari = await api.post(f"{path}/attendees", json={"customer": f"cus_{clinic.kari}"})
    new = await api.post(f"{path}/attendees", json={"customer_details": {"name": "Liv Ny", "email": "liv@example.org"}})
    assert (kari.status_code, new.status_code) == (201, 201)
    full = await api.post(f"{path}/attendees", json={"customer": f"cus_{clinic.ola}"})
    assert (full.status_code, full.json()["conflicts"][0]["session"]) == (409, session["id"])
    assert (await api.get(path)).json()["free"] == 0
    seats = [kari.json()["id"], new.json()["id"]]
    assert [row["id"] for row in (await api.get(f"{path}/attendees")).json()["data"]] == seats
    roll = {"attendance": [{"item": seats[0], "status": "checked_in"}, {"item": seats[1], "status": "no_show"}]}
    called = (await api.post(f"{path}/roll", json=roll)).json()["data"]
    assert [row["status"] for row in called] == ["checked_in", "no_show"]
    wrong = {"attendance": [{"item": seats[0], "status": None}, {"item": "item_999999", "status": "no_show"}]}
    refused = await api.post(f"{path}/roll", json=wrong)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/attendance/1/item")
    assert (await api.get("/sessions/ses_999999/attendees")).status_code == 404


async def test_the_following_and_all_of_a_series_are_changed(api: httpx.AsyncClient, clinic: World) -> None:
    sent = yoga(clinic, resource=f"res_{clinic.left}", recurrence={"rrule": "FREQ=DAILY;COUNT=3"})
    first, second, _ = (await api.post("/sessions/recurring", json=sent)).json()["data"]
    seat = (await api.post(f"/sessions/{second['id']}/attendees", json={"customer": f"cus_{clinic.kari}"})).json()

    async def times() -> list[tuple[str, str, int]]:
        listed = (await api.get("/sessions")).json()["data"]
        return [(each["from"][8:16], each["to"][11:16], each["capacity"]) for each in listed]

    later = {"scope": "following", "from": "2027-03-03T19:00:00", "capacity": 3}
    assert (await api.patch(f"/sessions/{second['id']}", json=later)).json()["capacity"] == 3
    assert await times() == [("02T18:00", "19:00", 2), ("03T19:00", "20:00", 3), ("04T19:00", "20:00", 3)]
    assert (await api.get(f"/items/{seat['id']}")).json()["from"][:16] == "2027-03-03T19:00"
    by_a_day = {"scope": "all", "from": "2027-03-03T18:00:00", "to": "2027-03-03T19:30:00"}
    assert (await api.patch(f"/sessions/{first['id']}", json=by_a_day)).status_code == 200
    assert await times() == [("03T18:00", "19:30", 2), ("04T19:00", "20:30", 3), ("05T19:00", "20:30", 3)]


async def test_of_a_series_of_sessions_all_are_changed_or_none(api: httpx.AsyncClient, clinic: World) -> None:
    sent = yoga(clinic, resource=f"res_{clinic.left}", recurrence={"rrule": "FREQ=DAILY;COUNT=2"})
    first, second = (await api.post("/sessions/recurring", json=sent)).json()["data"]
    await added(api, clinic, resource=f"res_{clinic.left}", **{"from": "2027-03-03T20:00", "to": "2027-03-03T21:00"})
    path = f"/sessions/{first['id']}"
    refused = await api.patch(path, json={"scope": "all", "from": "2027-03-02T20:00:00"})
    assert refused.status_code == 409
    assert (await api.get(path)).json() == first
    await api.post(f"/sessions/{second['id']}/attendees", json={"customer": f"cus_{clinic.kari}"})
    for sent, fault in (({"capacity": 0}, "capacity"), ({"to": "2027-03-02T17:00:00"}, "to")):
        faults = (await api.patch(path, json={"scope": "all", **sent})).json()["errors"]
        assert [each["pointer"] for each in faults] == [f"/{fault}"]
