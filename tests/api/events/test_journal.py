"""The journal through the API: who changed what, when and through which door."""

from typing import Any

import httpx
import pytest

from kalends.actions.accounts.keys import create_key
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.resources import change_resource
from kalends.actions.catalog.sites import add_site
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.site import SitePatch
from tests.acts import change
from tests.api.conftest import Connect
from tests.desk import HOUR, SOON, made, visit
from tests.world import World


async def found(client: httpx.AsyncClient, path: str = "/journal", **asked: Any) -> list[Any]:
    """All entries that match, page by page."""
    entries: list[Any] = []
    params = {"limit": 2, **asked}
    while True:
        answer = await client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        entries += answer.json()["data"]
        if answer.json()["next"] is None:
            return entries
        params["cursor"] = answer.json()["next"]


async def test_an_item_has_its_story(api: httpx.AsyncClient, clinic: World) -> None:
    key, _ = await create_key(clinic.ctx(), "api", "Website")
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(who=f"key:{key.id}"), item.id, {"notes": "Window seat"})
    await change_item_state(clinic.ctx(), item.id, "cancel")
    entries = await found(api, subject=f"item_{item.id}")
    assert [(entry["verb"], entry["actor_name"]) for entry in entries] == [
        ("cancel", "Tester"),
        ("change", "Website"),
        ("create", "Tester"),
    ]
    assert (entries[1]["before"], entries[1]["after"]) == ({"notes": ""}, {"notes": "Window seat"}) or entries[1][
        "after"
    ] == {"notes": "Window seat"}


@pytest.mark.parametrize(
    "asked",
    [
        {"actor": "Ada"},
        {"kind": "item", "verb": "change"},
        {"door": "tests", "actor": "Ada"},
        {"from": "2027-03-01T11:00:00", "to": "2027-03-01T12:00:00"},
        {"from": "2027-03-01T10:00:00Z", "kind": "item"},
    ],
)
async def test_what_is_looked_for_is_found(api: httpx.AsyncClient, clinic: World, asked: dict[str, Any]) -> None:
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(SOON, "Ada"), item.id, {"notes": "Window seat"})
    assert [(entry["subject"], entry["verb"]) for entry in await found(api, **asked)] == [(f"item_{item.id}", "change")]


async def test_a_block_and_a_series_are_found_by_their_own_ids(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    assert len(await found(api, subject=f"blk_{item.id}")) == 1
    await change(clinic.ctx(), item.id, {"starts_at": SOON + HOUR})
    assert {entry["kind"] for entry in await found(api, subject=f"ser_{item.booking_id}")} <= {"booking"}
    assert [entry["subject"] for entry in await found(api, subject=f"profile_{clinic.account.id}")] == []


async def test_a_key_of_a_site_sees_what_is_there(clinic: World, connect: Connect) -> None:
    north = await add_site(clinic.ctx(), SitePatch(name="North"))
    here, there = await made(clinic, visit(clinic)), await made(clinic, visit(clinic, resource_id=clinic.bo))
    await change_resource(clinic.ctx(), clinic.bo, ResourcePatch(site_id=north.id))
    client = await connect(clinic, site_ids=frozenset({clinic.site}))
    assert [entry["subject"] for entry in await found(client, kind="item")] == [f"item_{here.id}"]
    assert await found(client, subject=f"item_{there.id}") == []


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [({"subject": "nobody"}, "subject"), ({"subject": "item_7", "kind": "site"}, "kind"), ({"cursor": "x"}, "cursor")],
)
async def test_what_can_not_be_looked_for(api: httpx.AsyncClient, asked: dict[str, str], parameter: str) -> None:
    answer = await api.get("/journal", params=asked)
    assert answer.status_code == 422
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [parameter]


async def test_a_cursor_is_for_its_own_filters(api: httpx.AsyncClient, clinic: World) -> None:
    await made(clinic, visit(clinic))
    page = await api.get("/journal", params={"limit": 1})
    assert f"cursor={page.json()['next']}" in page.headers["link"]
    other = await api.get("/journal", params={"limit": 1, "kind": "item", "cursor": page.json()["next"]})
    assert other.status_code == 422


async def test_an_item_has_a_journal_of_its_own(api: httpx.AsyncClient, connect: Connect, clinic: World) -> None:
    item, other = await made(clinic, visit(clinic)), await made(clinic, visit(clinic, starts_at=SOON + 3 * HOUR))
    await change(clinic.ctx(), item.id, {"notes": "Window seat"})
    await change_item_state(clinic.ctx(), other.id, "cancel")
    path = f"/items/item_{item.id}/journal"
    entries = await found(api, path)
    assert [(entry["subject"], entry["verb"]) for entry in entries] == [
        (f"item_{item.id}", "change"),
        (f"item_{item.id}", "create"),
    ]
    elsewhere = await add_site(clinic.ctx(), SitePatch(name="Elsewhere"))
    limited = await connect(clinic, site_ids=frozenset({elsewhere.id}))
    assert (await limited.get(path)).status_code == 404
    assert (await api.get("/items/item_999999/journal")).status_code == 404


async def test_each_change_names_its_request(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    path = f"/items/item_{item.id}"
    answers = [
        await api.patch(path, json={"notes": "Window seat"}),
        await api.post(f"{path}/cancel", json={}, headers={"x-request-id": "call-7"}),
        await api.patch(f"/sites/site_{clinic.site}", json={"city": "Bergen"}),
    ]
    assert [entry["request_id"] for entry in await found(api, subject=f"item_{item.id}")] == [
        "call-7",
        answers[0].headers["x-request-id"],
        None,
    ]
    (change, *_) = await found(api, subject=f"site_{clinic.site}")
    assert change["request_id"] == answers[2].headers["x-request-id"]
    feed = (await api.get("/changes?limit=500")).json()["data"]
    assert "call-7" in [each["request_id"] for each in feed if each["subject"] == f"item_{item.id}"]
