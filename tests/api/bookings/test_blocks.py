"""Blocks through the API."""

import httpx

from tests.api.bookings.test_bookings import massage
from tests.desk import made, visit
from tests.world import World

NOON = {"from": "2027-03-01T12:00:00", "to": "2027-03-01T13:00:00"}


async def test_a_resource_is_blocked_and_free_again(api: httpx.AsyncClient, clinic: World) -> None:
    answer = await api.post("/blocks", json={"resource": f"res_{clinic.ada}", "notes": "Lunch", **NOON})
    assert answer.status_code == 201
    (block,) = answer.json()["data"]
    assert (block["from"], block["notes"], block["under"]) == ("2027-03-01T12:00:00+01:00", "Lunch", [])
    at_noon = {"lines": [massage(clinic, "2027-03-01T12:00:00")]}
    assert (await api.post("/bookings", json=at_noon)).status_code == 409
    path = f"/blocks/{block['id']}"
    moved = (await api.patch(path, json={"from": "2027-03-01T14:00:00"})).json()
    assert moved["to"] == "2027-03-01T15:00:00+01:00"
    assert [row["id"] for row in (await api.get("/blocks", params={"resource": block["resource"]})).json()["data"]] == [
        block["id"]
    ]
    assert (await api.delete(path)).status_code == 204
    assert (await api.get("/blocks")).json()["data"] == []
    assert (await api.post("/bookings", json=at_noon)).status_code == 201


async def test_a_block_repeats(api: httpx.AsyncClient, clinic: World) -> None:
    sent = {"resource": f"res_{clinic.ada}", **NOON, "repeats": {"unit": "week", "times": 4}}
    blocks = (await api.post("/blocks", json=sent)).json()["data"]
    assert [block["from"][5:16] for block in blocks] == [
        "03-01T12:00", "03-08T12:00", "03-15T12:00", "03-22T12:00", "03-29T12:00"
    ]  # fmt: skip


async def test_a_site_is_blocked_over_what_is_booked(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    whole_day = {"site": f"site_{clinic.site}", "from": "2027-03-01T00:00:00", "to": "2027-03-02T00:00:00"}
    (block,) = (await api.post("/blocks", json=whole_day)).json()["data"]
    assert (block["resource"], block["under"]) == (None, [f"item_{item.id}"])
    assert (await api.post("/bookings", json={"lines": [massage(clinic)]})).status_code == 409


async def test_a_block_is_of_a_resource_or_of_a_site(api: httpx.AsyncClient, clinic: World) -> None:
    both = {"resource": f"res_{clinic.ada}", "site": f"site_{clinic.site}", **NOON}
    for sent, pointer in (
        (NOON, "/resource"),
        (both, "/resource"),
        ({"resource": f"res_{clinic.ada}", **NOON, "to": NOON["from"]}, "/to"),
        ({"resource": "res_999999", **NOON}, "/resource"),
    ):
        answer = await api.post("/blocks", json=sent)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    item = await made(clinic, visit(clinic))
    for method in ("GET", "DELETE"):
        assert (await api.request(method, f"/blocks/blk_{item.id}")).status_code == 404


async def test_a_block_is_removed_as_an_item_too(api: httpx.AsyncClient, clinic: World) -> None:
    (block,) = (await api.post("/blocks", json={"resource": f"res_{clinic.ada}", **NOON})).json()["data"]
    (item,) = (await api.get("/items?kind=block")).json()["data"]
    assert block["removed_at"] is None
    assert (await api.delete(f"/items/{item['id']}")).status_code == 204
    assert (await api.get(f"/blocks/{block['id']}")).json()["removed_at"] is not None
