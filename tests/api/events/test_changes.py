"""The feed of changes through the API: in order, without gaps, waited for, and as a stream."""

import asyncio
import json
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

from kalends.actions.accounts.keys import change_key, create_key, revoke_key
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.customers.change import change_customer
from kalends.engine.accounts.key import KeyPatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.web import streams
from kalends.web.shell import Shell
from tests.acts import change
from tests.api.conftest import Connect
from tests.desk import HOUR, SOON, made, visit
from tests.web.listener import Listener
from tests.world import World

STREAM = "/api/v1/stream"


async def read_on(client: httpx.AsyncClient, after: str = "", limit: int = 2) -> list[Any]:
    """All changes after a position, page by page."""
    entries: list[Any] = []
    while True:
        page = (await client.get("/changes", params={"after": after, "limit": limit})).json()
        entries += page["data"]
        after = page["next"]
        if not page["more"]:
            return entries


async def present(client: httpx.AsyncClient) -> str:
    """The position of the last change."""
    position: str = (await read_on(client, limit=500))[-1]["position"]
    return position


async def test_changes_are_told_in_the_words_of_the_api(api: httpx.AsyncClient, clinic: World) -> None:
    start = await present(api)
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(who="key:7"), item.id, {"starts_at": SOON + HOUR})
    created, changed = await read_on(api, start)
    assert (created["type"], created["subject"], created["before"]) == ("item.created", f"item_{item.id}", None)
    after = created["after"]
    assert (after["resource"], after["booking"], after["customer"], after["also_resources"]) == (
        f"res_{clinic.ada}",
        f"bkg_{item.booking_id}",
        f"cus_{clinic.kari}",
        [],
    )
    assert not {"account_id", "resource_id", "starts_at"} & after.keys()
    assert (changed["actor"], changed["revision"], changed["verb"]) == ("key_7", 1, "change")
    assert changed["before"] == {"from": "2027-03-01T10:00:00+00:00", "to": "2027-03-01T11:00:00+00:00"}
    assert changed["at"] == "2027-03-01T10:00:00+01:00"


async def test_replayed_from_the_beginning_the_feed_has_the_present(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(), item.id, {"starts_at": SOON + HOUR, "title": "Massage"})
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(notes="Comes late"))
    await change_item_state(clinic.ctx(), item.id, "cancel")
    replayed: dict[str, dict[str, Any]] = {}
    for entry in await read_on(api):
        record = replayed.setdefault(entry["subject"], {})
        record |= {**(entry["after"] or {}), "revision": entry["revision"]}
    shown = (await api.get(f"/items/item_{item.id}")).json()
    copy = replayed[shown["id"]]
    for name in ("id", "state", "title", "resource", "customer", "service", "booking"):
        assert copy[name] == shown[name], name
    assert replayed[f"cus_{clinic.kari}"]["notes"] == "Comes late"


async def test_what_commits_late_is_not_skipped(api: httpx.AsyncClient, clinic: World) -> None:
    start = await present(api)
    assert isinstance(clinic.db, asyncpg.Pool)
    async with clinic.db.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        late = await made(msgspec.structs.replace(clinic, db=connection), visit(clinic))
        early = await made(clinic, visit(clinic, resource_id=clinic.bo))
        assert await read_on(api, start) == []
        await transaction.commit()
    assert [entry["subject"] for entry in await read_on(api, start)] == [f"item_{late.id}", f"item_{early.id}"]


async def test_a_change_is_waited_for(api: httpx.AsyncClient, clinic: World) -> None:
    start = await present(api)
    waiting = [asyncio.create_task(api.get("/changes", params={"after": start, "wait": 20})) for _ in range(12)]
    item = await made(clinic, visit(clinic))
    answers = [(await task).json() for task in waiting]
    assert {answer["data"][0]["subject"] for answer in answers} == {f"item_{item.id}"}


async def test_who_only_reads_is_not_told_of_keys(clinic: World, connect: Connect) -> None:
    reader = await connect(clinic, scopes=["read"])
    admin = await connect(clinic, scopes=["read", "administer"])
    await create_key(clinic.ctx(), "api", "till")
    assert "key" not in {entry["kind"] for entry in await read_on(reader, limit=500)}
    assert "key" in {entry["kind"] for entry in await read_on(admin, limit=500)}


async def test_a_key_of_some_sites_has_no_feed(clinic: World, connect: Connect) -> None:
    client = await connect(clinic, site_ids=frozenset({clinic.site}))
    assert (await client.get("/changes")).status_code == 403
    assert (await client.get("/stream?seconds=0")).status_code == 403


@pytest.mark.parametrize("path", ["/changes", "/stream"])
@pytest.mark.parametrize(("after", "code"), [("x", "invalid"), ("9" * 18 + "-1", "unknown")])
async def test_what_is_no_position(api: httpx.AsyncClient, path: str, after: str, code: str) -> None:
    answer = await api.get(path, params={"after": after})
    fault = {"parameter": "after", "code": code}
    assert (answer.status_code, [{**each, **fault} == each for each in answer.json()["errors"]]) == (422, [True])


async def test_a_stream_has_what_is_there_and_ends(api: httpx.AsyncClient, clinic: World) -> None:
    start = await present(api)
    item = await made(clinic, visit(clinic))
    answer = await api.get("/stream", params={"after": start, "seconds": 0})
    [entry] = await read_on(api, start)
    lines = answer.text.splitlines()
    assert answer.headers["content-type"] == "text/event-stream"
    assert lines[:2] == [f"id: {entry['position']}", "event: item.created"]
    assert json.loads(lines[2].removeprefix("data: "))["subject"] == f"item_{item.id}"


async def test_who_listens_is_told_and_misses_nothing_after_a_break(
    served: Shell, api: httpx.AsyncClient, clinic: World
) -> None:
    _, secret = await create_key(clinic.ctx(), "api")
    first = Listener(secret, path=STREAM)
    task = first.listens_to(served)
    assert (await first.hears())["status"] == 200
    item = await made(clinic, visit(clinic))
    heard = (await first.hears())["body"].decode()
    assert f'"subject":"item_{item.id}"' in heard
    first.hangs_up.set()
    await task
    missed = await made(clinic, visit(clinic, resource_id=clinic.bo))
    again = Listener(secret, path=STREAM, last_event_id=heard.splitlines()[0].removeprefix("id: "))
    task = again.listens_to(served)
    await again.hears()
    assert f'"subject":"item_{missed.id}"' in (await again.hears())["body"].decode()
    again.hangs_up.set()
    await task


async def test_a_stream_ends_with_its_key(served: Shell, clinic: World) -> None:
    key, secret = await create_key(clinic.ctx(), "api")
    listener = Listener(secret, path=STREAM)
    task = listener.listens_to(served)
    await listener.hears()
    await revoke_key(clinic.ctx(), key.id)
    await made(clinic, visit(clinic))
    await task
    assert await listener.hears() == {"type": "http.response.body", "body": b"", "more_body": False}


async def test_a_stream_tells_what_its_key_may_see_now(served: Shell, clinic: World) -> None:
    key, secret = await create_key(clinic.ctx(), "api", scopes=("read", "administer"))
    listener = Listener(secret, path=STREAM)
    task = listener.listens_to(served)
    await listener.hears()
    await change_key(clinic.ctx(), key.id, KeyPatch(scopes=frozenset({"read"})))
    item = await made(clinic, visit(clinic))
    heard = (await listener.hears())["body"].decode()
    assert f'"subject":"item_{item.id}"' in heard
    listener.hangs_up.set()
    await task


async def test_a_key_has_so_many_streams_at_a_time(
    served: Shell, clinic: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_OF_KEY", 1)
    _, secret = await create_key(clinic.ctx(), "api")
    first, second, third = (Listener(secret, path=STREAM) for _ in range(3))
    task = first.listens_to(served)
    assert (await first.hears())["status"] == 200
    await second.listens_to(served)
    refused = await second.hears()
    assert (refused["status"], dict(refused["headers"])[b"retry-after"]) == (429, b"15")
    first.hangs_up.set()
    await task
    task = third.listens_to(served)
    assert (await third.hears())["status"] == 200
    third.hangs_up.set()
    await task
