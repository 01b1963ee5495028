"""The free times that a refused change is told, for whatever is changed."""

import httpx

from tests.api.bookings.test_bookings import booked, massage, on
from tests.api.bookings.test_series import begun
from tests.desk import DAY, HOUR, SOON, made, visit
from tests.world import World


async def test_what_can_not_be_restored_or_confirmed_is_told_free_times(api: httpx.AsyncClient, clinic: World) -> None:
    item = (await booked(api, massage(clinic)))["items"][0]
    draft = (await booked(api, massage(clinic), state="draft"))["items"][0]
    assert (await api.post(f"/items/{item['id']}/cancel", json={})).status_code == 200
    await made(clinic, visit(clinic))
    for path in (f"/items/{item['id']}/restore", f"/items/{draft['id']}/confirm"):
        refused = await api.post(path)
        assert refused.status_code == 409
        free = refused.json()["next_free"]
        assert {time["line"] for time in free} == {0}
    moved = await api.post(f"/items/{draft['id']}/move", json={"from": free[0]["from"]})
    assert moved.status_code == 200
    confirmed = await api.post(f"/items/{draft['id']}/confirm")
    assert (confirmed.status_code, confirmed.json()["from"]) == (200, free[0]["from"])


async def test_items_of_a_hold_are_told_apart_where_they_are_refused(api: httpx.AsyncClient, clinic: World) -> None:
    await made(clinic, visit(clinic, starts_at=SOON + 2 * DAY))
    hold = (await api.post("/holds", json={"lines": [massage(clinic), massage(clinic, on(2))]})).json()
    path, (first, second) = f"/holds/{hold['id']}", [item["id"] for item in hold["items"]]
    still = {"item": first}
    taken = (await api.patch(path, json={"items": [still, {"item": second, "from": on(3)}]})).json()
    assert [way["line"] for way in taken["conflicts"]] == [1]
    assert {time["line"] for time in taken["next_free"]} == {1}
    for sent, pointer in (
        ({"item": second, "to": on(1)}, "/items/1/to"),
        ({"item": second, "resource": "res_999999"}, "/items/1/resource"),
        ({"item": first, "from": on(3)}, "/items/1/item"),
        ({"item": second, "from": "2027-03-28T02:30:00"}, "/items/1/from"),
    ):
        refused = (await api.patch(path, json={"items": [still, sent]})).json()
        faults = refused.get("errors", [refused])
        assert [fault["pointer"] for fault in faults] == [pointer]
    freed = {"item": second, "from": taken["next_free"][0]["from"]}
    assert (await api.patch(path, json={"items": [still, freed]})).status_code == 200


async def test_times_that_suit_all_of_a_series_are_told(api: httpx.AsyncClient, clinic: World) -> None:
    series = await begun(api, clinic)
    third = await made(clinic, visit(clinic, starts_at=SOON + 2 * DAY + HOUR))
    refused = await api.patch(f"/series/{series['id']}", json={"from": "2027-03-01T12:00:00"})
    assert refused.status_code == 409
    assert [way["item"] for way in refused.json()["conflicts"]] == [f"item_{third.id}"]
    free = [time["from"] for time in refused.json()["next_free"]]
    assert free
    assert not {time[11:16] for time in free} & {"11:30", "12:00", "12:30"}
    for path, sent in (
        (f"/items/{series['occurrences'][0]['item']}", {"scope": "all", "from": free[0]}),
        (f"/series/{series['id']}", {"from": free[1]}),
    ):
        assert (await api.patch(path, json=sent)).status_code == 200


async def test_a_series_whose_first_time_is_taken_is_told_free_times(api: httpx.AsyncClient, clinic: World) -> None:
    await made(clinic, visit(clinic))
    sent = {"line": massage(clinic), "recurrence": {"rrule": "FREQ=DAILY;COUNT=3"}}
    refused = await api.post("/series", json=sent)
    assert refused.status_code == 409
    later = {**sent, "line": massage(clinic, refused.json()["next_free"][0]["from"])}
    assert (await api.post("/series", json=later)).status_code == 201
