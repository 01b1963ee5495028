"""Taking back through the API what was just done to an item."""

import httpx

from tests.api.conftest import Connect
from tests.desk import made, visit
from tests.world import World


async def test_a_change_is_taken_back_by_who_made_it(api: httpx.AsyncClient, connect: Connect, clinic: World) -> None:
    path = f"/items/item_{(await made(clinic, visit(clinic))).id}"
    before = (await api.get(path)).json()
    moved = await api.post(f"{path}/move", json={"from": "2027-03-01T14:00"})
    assert moved.json()["from"] != before["from"]
    other = await connect(clinic)
    refused = await other.post(f"{path}/undo")
    assert (refused.status_code, refused.json()["current"]["from"]) == (412, moved.json()["from"])
    undone = await api.post(f"{path}/undo", headers={"if-match": moved.headers["etag"]})
    assert (undone.status_code, undone.json()["from"]) == (200, before["from"])


async def test_what_was_not_changed_is_not_taken_back(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/items/item_{(await made(clinic, visit(clinic))).id}"
    assert (await api.post(f"{path}/undo")).status_code == 412
    assert (await api.post("/items/item_987654/undo")).status_code == 404


async def test_what_a_key_has_just_made_is_removed(api: httpx.AsyncClient, clinic: World) -> None:
    line = {"service": f"svc_{clinic.physio}", "resource": f"res_{clinic.ada}", "from": "2027-03-02T11:00:00"}
    booked = await api.post("/bookings", json={"lines": [line], "customer": f"cus_{clinic.kari}"})
    assert booked.status_code == 201, booked.text
    item = booked.json()["items"][0]["id"]
    undone = await api.post(f"/items/{item}/undo")
    assert (undone.status_code, undone.json()["state"]) == (200, "deleted")
