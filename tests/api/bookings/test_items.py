"""Items through the API."""

from typing import Any

import httpx
import pytest

from tests.api.bookings.test_bookings import booked, massage, on
from tests.desk import DAY, HOUR, SOON, made, seat, visit
from tests.world import World


async def test_an_item_is_moved_by_the_clock_of_its_site(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    moved = await api.post(f"/items/item_{item.id}/move", json={"from": "2027-03-01T13:00:00"})
    assert (moved.json()["from"][11:], moved.json()["to"][11:]) == ("13:00:00+01:00", "14:00:00+01:00")
    other = await api.post(f"/items/item_{item.id}/move", json={"resource": f"res_{clinic.bo}"})
    assert other.json()["resource"] == f"res_{clinic.bo}"
    await made(clinic, visit(clinic))
    taken = await api.post(f"/items/item_{item.id}/move", json={"resource": f"res_{clinic.ada}", "from": on(1)})
    assert taken.status_code == 409
    assert taken.json()["conflicts"][0]["resource"] == f"res_{clinic.ada}"
    over = {"resource": f"res_{clinic.ada}", "from": on(1), "overlap": True}
    assert (await api.post(f"/items/item_{item.id}/move", json=over)).json()["overlap"] is True


async def test_an_item_is_changed_and_read_as_it_was_written(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    sent = {"title": "Window", "notes": "Dog", "status": "checked_in", "custom": {"tea": True}, "external_id": "A-1"}
    changed = (await api.patch(f"/items/item_{item.id}", json=sent)).json()
    assert {name: changed[name] for name in sent} == sent
    written = await api.patch(f"/items/item_{item.id}", json={name: changed[name] for name in sent})
    assert written.json() == changed
    emptied = await api.patch(f"/items/item_{item.id}", json={"title": None, "status": None, "custom": None})
    assert [emptied.json()[name] for name in ("title", "status", "custom")] == [None, None, None]


async def test_the_following_are_moved_along(api: httpx.AsyncClient, clinic: World) -> None:
    booking = await booked(api, *(massage(clinic, on(day)) for day in (1, 2, 3)))
    second = booking["items"][1]["id"]
    answer = await api.post(f"/items/{second}/move", json={"from": "2027-03-02T12:00:00", "scope": "following"})
    assert answer.status_code == 200
    items = (await api.get(f"/bookings/{booking['id']}")).json()["items"]
    assert [item["from"][11:16] for item in items] == ["11:00", "12:00", "12:00"]


@pytest.mark.parametrize(
    ("verb", "status"), [("check-in", "checked_in"), ("complete", "completed"), ("no-show", "no_show")]
)
async def test_how_a_customer_attended(api: httpx.AsyncClient, clinic: World, verb: str, status: str) -> None:
    item = await made(clinic, visit(clinic))
    assert (await api.post(f"/items/item_{item.id}/{verb}")).json()["status"] == status


async def test_an_item_goes_through_its_states(api: httpx.AsyncClient, clinic: World) -> None:
    booking = await booked(api, massage(clinic), state="awaiting_confirmation")
    path = f"/items/{booking['items'][0]['id']}"
    states = [
        (await api.post(f"{path}/{verb}", json=body)).json()["state"]
        for verb, body in (("decline", {}), ("restore", {"notify": False}), ("cancel", {"reason": "Ill"}))
    ]
    assert states == ["declined", "confirmed", "cancelled"]
    refused = await api.post(f"{path}/confirm")
    assert (refused.status_code, refused.json()["type"][-18:]) == (409, "illegal-transition")
    assert (await api.delete(path)).status_code == 204
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).json()["state"] == "deleted"


async def test_what_was_read_before_a_change_is_not_written(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    path = f"/items/item_{item.id}"
    tag = (await api.get(path)).headers["etag"]
    assert (await api.post(f"{path}/move", json={"from": on(2)}, headers={"if-match": tag})).status_code == 200
    for verb in ("move", "cancel", "check-in", "confirm"):
        refused = await api.post(f"{path}/{verb}", headers={"if-match": tag})
        assert (refused.status_code, refused.json()["current"]["from"][:10]) == (412, "2027-03-02"), verb
    assert (await api.delete(path, headers={"if-match": tag})).status_code == 412


async def test_items_are_listed_by_their_fields_page_by_page(api: httpx.AsyncClient, clinic: World) -> None:
    yoga = await clinic.class_of(3)
    seated = await made(clinic, seat(clinic, yoga, starts_at=None))
    visits = [await made(clinic, visit(clinic, starts_at=SOON + turn * DAY)) for turn in range(3)]

    async def ids(**params: str) -> list[int]:
        rows = (await api.get("/items", params=params)).json()["data"]
        return [int(row["id"].removeprefix("item_")) for row in rows]

    first, second, third = (item.id for item in visits)
    assert await ids() == [first, seated.id, second, third]
    assert await ids(order="-from") == [third, second, seated.id, first]
    assert await ids(kind="seat") == [seated.id]
    assert await ids(resource=f"res_{clinic.ada}", to="2027-03-03T00:00:00") == [first, second]
    assert await ids(customer=f"cus_{clinic.kari}", service=f"svc_{clinic.massage}") == [first, second, third]
    overlapping = {"from": (SOON + DAY + HOUR / 2).isoformat(), "to": (SOON + DAY + HOUR).isoformat()}
    assert await ids(**overlapping) == [second]
    await api.post(f"/items/item_{second}/cancel")
    assert await ids(state="cancelled,declined") == [second]
    assert await ids(q="nordmann", kind="appointment", state="confirmed") == [first, third]
    read, url = [], "/items?limit=1"
    while url:
        page = await api.get(url)
        read += [row["id"] for row in page.json()["data"]]
        url = page.links["next"]["url"] if page.json()["next"] else ""
    assert read == [f"item_{item_id}" for item_id in (first, seated.id, second, third)]


async def test_a_time_that_clocks_skip_or_repeat_is_refused_with_both_readings(
    api: httpx.AsyncClient, clinic: World
) -> None:
    item = await made(clinic, visit(clinic))
    for at, slug in (("2027-03-28T02:30:00", "time-does-not-exist"), ("2027-10-31T02:30:00", "time-is-twice")):
        problem = (await api.post(f"/items/item_{item.id}/move", json={"from": at})).json()
        assert problem["type"].endswith(slug)
        assert (problem["pointer"], len(problem["readings"])) == ("/from", 2)


async def test_only_bookings_have_no_blocks_and_only_items_are_items(api: httpx.AsyncClient, clinic: World) -> None:
    for path in ("/items/item_999999", "/items/bkg_1", "/items/7", "/bookings/bkg_999999"):
        assert (await api.get(path)).status_code == 404


async def test_a_move_to_a_time_that_is_taken_is_told_the_nearest_free_ones(
    api: httpx.AsyncClient, clinic: World
) -> None:
    await made(clinic, visit(clinic))
    item = await made(clinic, visit(clinic, starts_at=SOON + HOUR))
    before = (await api.get(f"/items/item_{item.id}")).json()
    for method, path in (("POST", f"/items/item_{item.id}/move"), ("PATCH", f"/items/item_{item.id}")):
        taken = await api.request(method, path, json={"from": "2027-03-01T11:30:00"})
        assert taken.status_code == 409
        problem = taken.json()
        assert [(way["line"], way["resource"]) for way in problem["conflicts"]] == [(0, f"res_{clinic.ada}")]
        assert {way["item"] for way in problem["conflicts"]}.isdisjoint({f"item_{item.id}"})
        times = [time["from"] for time in problem["next_free"]]
        assert (len(times), before["from"] in times) == (3, False)
    assert (await api.get(f"/items/item_{item.id}")).json() == before
    accepted = await api.post(f"/items/item_{item.id}/move", json={"from": times[0]})
    assert accepted.status_code == 200


async def test_a_seat_that_finds_no_room_is_told_other_sessions(api: httpx.AsyncClient, clinic: World) -> None:
    full, own, other = [await clinic.class_of(1, starts_at=SOON + turn * DAY) for turn in range(3)]
    await made(clinic, seat(clinic, full))
    late = await made(clinic, seat(clinic, own, customer_id=clinic.ola))
    refused = await api.post(f"/items/item_{late.id}/move", json={"session": f"ses_{full}"})
    assert (refused.status_code, refused.json()["conflicts"][0]["session"]) == (409, f"ses_{full}")
    assert [time["session"] for time in refused.json()["next_free"]] == [f"ses_{other}"]


async def test_items_of_a_resource_are_also_those_that_take_it_besides(api: httpx.AsyncClient, clinic: World) -> None:
    both = await booked(api, massage(clinic, also=[f"res_{clinic.left}"]))
    alone = await booked(api, massage(clinic, on(2)))
    by_resource = {clinic.left: [both], clinic.ada: [both, alone], clinic.right: []}
    for resource, bookings in by_resource.items():
        params: dict[str, Any] = {"resource": f"res_{resource}", "count": True}
        whens: tuple[dict[str, str], ...] = ({}, {"from": "2027-03-01T00:00:00", "to": "2027-03-08T00:00:00"})
        for when in whens:
            listed = (await api.get("/items", params={**params, **when})).json()
            assert [item["booking"] for item in listed["data"]] == [booking["id"] for booking in bookings]
            assert listed["total"] == len(bookings)
        page = (await api.get("/bookings", params={**params, "order": "created"})).json()
        assert [booking["id"] for booking in page["data"]] == [booking["id"] for booking in bookings]


async def test_who_made_and_changed_an_item_is_named_as_in_the_journal(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    changed = (await api.patch(f"/items/item_{item.id}", json={"title": "Window"})).json()
    entry, first = (await api.get(f"/items/item_{item.id}/journal")).json()["data"]
    assert (changed["created_by"], changed["updated_by"]) == (first["actor"], entry["actor"])
    assert changed["updated_by"].startswith("key_")


async def test_a_verb_without_a_body_takes_none(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/items/item_{(await made(clinic, visit(clinic))).id}"
    for verb, method in (("/check-in", "POST"), ("/no-show", "POST"), ("", "DELETE")):
        refused = await api.request(method, path + verb, json={"notify": False})
        assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/notify"]
    assert (await api.post(f"{path}/check-in", json={})).status_code == 200


async def test_a_state_that_allows_no_verb_names_it_as_the_path_does(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    refused = await api.post(f"/items/item_{item.id}/restore")
    assert (refused.status_code, refused.json()["verb"]) == (409, "restore")
    assert "restore" in refused.json()["detail"]
