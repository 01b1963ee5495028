"""A write is done once, however often it is sent with its Idempotency-Key."""

import asyncio
from typing import Any

import httpx
import pytest

from kalends.api.routes import OPERATIONS
from kalends.store import idempotency
from kalends.store.db import transaction
from kalends.store.idempotency import RequestKey, claim_key
from kalends.web.idempotency import key_scope
from kalends.web.shell import Shell
from tests.api.conftest import Connect
from tests.api.examples import call, ids_of
from tests.world import World

HEADER = "Idempotency-Key"
SITE = {"name": "North"}


async def sites(api: httpx.AsyncClient) -> list[str]:
    return [site["name"] for site in (await api.get("/sites")).json()["data"]][1:]


async def test_64_retries_at_once_have_one_effect_and_one_answer(api: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(api.post("/sites", json=SITE, headers={HEADER: "a"}) for _ in range(64)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({(answer.content, answer.headers["etag"], answer.headers["location"]) for answer in answers}) == 1
    assert sorted("idempotency-replayed" in answer.headers for answer in answers) == [False] + [True] * 63
    assert await sites(api) == ["North"]


async def test_another_body_is_refused(api: httpx.AsyncClient) -> None:
    await api.post("/sites", json=SITE, headers={HEADER: "a"})
    refused = await api.post("/sites", json={"name": "South"}, headers={HEADER: "a"})
    assert (refused.status_code, refused.json()["title"]) == (422, "Idempotency-Key used before")
    assert await sites(api) == ["North"]


async def test_another_path_or_method_has_keys_of_its_own(api: httpx.AsyncClient) -> None:
    site = (await api.post("/sites", json=SITE, headers={HEADER: "a"})).json()["id"]
    renamed = await api.patch(f"/sites/{site}", json={"name": "South"}, headers={HEADER: "a"})
    assert (renamed.status_code, "idempotency-replayed" in renamed.headers) == (200, False)
    assert (await api.delete(f"/sites/{site}", headers={HEADER: "a"})).status_code == 204
    again = await api.post("/sites", json=SITE, headers={HEADER: "a"})
    assert (again.json()["id"], again.headers["idempotency-replayed"]) == (site, "true")


async def test_one_that_is_running_is_waited_for_and_then_told(
    api: httpx.AsyncClient, clinic: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "_LOCK_TIMEOUT", "50ms")
    key_id = await clinic.db.fetchval("select id from access_token where account_id = $1", clinic.account.id)
    async with transaction(clinic.db) as running_one:
        key = RequestKey(clinic.account.id, "api", f"key:{key_id}", key_scope(b"POST", b"/api/v1/sites") + "a")
        await claim_key(running_one, key, b"", clinic.now)
        refused = await api.post("/sites", json=SITE, headers={HEADER: "a"})
    assert (refused.status_code, refused.headers["retry-after"], refused.json()["retry_after"]) == (409, "1", 1)
    assert await sites(api) == []


async def test_what_was_refused_is_decided_anew(api: httpx.AsyncClient) -> None:
    assert (await api.post("/sites", json={}, headers={HEADER: "a"})).status_code == 422
    assert (await api.post("/sites", json=SITE, headers={HEADER: "a"})).status_code == 201


async def test_an_answer_that_got_lost_after_the_commit_is_given_to_the_retry(
    served: Shell, api: httpx.AsyncClient
) -> None:
    scope: Any = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/sites",
        "raw_path": b"/api/v1/sites",
        "query_string": b"",
        "headers": [
            (b"authorization", api.headers["authorization"].encode()),
            (b"content-type", b"application/json"),
            (b"idempotency-key", b"a"),
        ],
        "scheme": "http",
        "http_version": "1.1",
        "server": ("here", 80),
        "client": None,
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b'{"name":"North"}', "more_body": False}

    async def gone(message: Any) -> None:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await served(scope, receive, gone)
    assert await sites(api) == ["North"]
    retry = await api.post(
        "/sites", content=b'{"name":"North"}', headers={HEADER: "a", "content-type": "application/json"}
    )
    assert (retry.status_code, retry.headers["idempotency-replayed"]) == (201, "true")
    assert await sites(api) == ["North"]


async def test_each_write_takes_a_key(clinic: World, connect: Connect) -> None:
    """A key that can't be one is refused before anything else, so each write looks at it."""
    ids, client = await ids_of(clinic), await connect(clinic)
    for operation in OPERATIONS:
        if operation.writes:
            answer = await call(client, operation, ids, headers={HEADER: "x" * 256})
            assert answer.status_code == 400, f"{operation.id}: {answer.text}"
