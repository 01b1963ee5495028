"""What every response carries, what is counted, and what is never written into a log."""

import asyncio
import io
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from kalends.store.db import Db
from kalends.store.health import Backlog, QueueBacklog
from kalends.web import logs, metrics
from kalends.web.config import WebSettings
from kalends.web.shell import Shell
from tests.web.toy import running, served, shell, transport_to
from tests.world import open_clinic


@pytest.fixture
async def key(db: Db) -> str:
    return await (await open_clinic(db)).key("toy")


@pytest.fixture
async def client(database_url: str, key: str) -> AsyncIterator[httpx.AsyncClient]:
    async with served(shell(database_url), key) as client:
        yield client


@pytest.fixture
def stream() -> Iterator[io.BytesIO]:
    root = logging.getLogger()
    before, level, handlers = structlog.get_config(), root.level, root.handlers[:]
    stream = io.BytesIO()
    logs.configure("info", stream)
    yield stream
    structlog.configure(**before)
    root.setLevel(level)
    root.handlers[:] = handlers


def lines(stream: io.BytesIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("path", ["/things/7", "/nowhere", "/broken", "http://here/healthz"])
async def test_every_answer_is_hardened(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cache-control"] == "no-store"


async def test_a_request_id_is_given_or_kept(client: httpx.AsyncClient) -> None:
    kept = await client.get("/things/7", headers={"x-request-id": "order-66:a"})
    made = [(await client.get("/things/7")).headers["x-request-id"] for _ in range(2)]
    replaced = await client.get("/things/7", headers={"x-request-id": "two words"})
    assert kept.headers["x-request-id"] == "order-66:a"
    assert made[0] != made[1]
    assert {len(made[0]), len(replaced.headers["x-request-id"])} == {32}


async def test_what_nobody_foresaw_is_told_to_the_log_only(client: httpx.AsyncClient, stream: io.BytesIO) -> None:
    answer = await client.get("/broken")
    assert (answer.status_code, answer.json()) == (500, {"toy": "unexpected"})
    error, request = lines(stream)
    assert error["event"] == "request.unexpected"
    assert error["request_id"] == request["request_id"] == answer.headers["x-request-id"]
    assert "builtins.RuntimeError" in str(error["errors"])
    assert "broken" in str(error["errors"])
    assert "Kari" not in stream.getvalue().decode()


async def test_a_log_line_tells_the_route_and_nobody_s_data(
    client: httpx.AsyncClient, stream: io.BytesIO, key: str
) -> None:
    await client.post(f"/things?email=kari@example.org&key={key}", data={"name": "Kari"})
    await client.get("/nowhere/kari@example.org")
    posted, missed = lines(stream)
    assert posted["route"] == "/toy/api/v1/things"
    assert (posted["door"], posted["method"], posted["status"], posted["problem"]) == ("toy", "POST", 200, None)
    assert isinstance(posted["ms"], float)
    assert (missed["route"], missed["status"], missed["problem"]) == ("-", 404, "route_not_found")
    written = stream.getvalue().decode()
    assert not [secret for secret in (key, "kari", "Kari", "example") if secret in written]


async def test_requests_and_refusals_are_counted(client: httpx.AsyncClient) -> None:
    requests = 'kalends_requests_total{door="toy",method="GET",route="/toy/api/v1/refused",status="404"}'
    refusals = 'kalends_refusals_total{code="not_found",door="toy"}'
    before = await counts(client)
    await client.get("/refused")
    after = await counts(client)
    assert after[requests] - before.get(requests, 0) == 1
    assert after[refusals] - before.get(refusals, 0) == 1
    assert after["kalends_occurrences_oldest_seconds"] >= 0
    assert after['kalends_request_seconds_count{door="toy"}'] >= 1


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 403),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.7"}, 403),
        ("127.0.0.1", {"via": "1.1 proxy"}, 403),
        ("192.0.2.7", {"authorization": "Bearer let-me-count-them"}, 200),
        ("192.0.2.7", {"authorization": "Bearer let-me-count"}, 403),
    ],
)
async def test_counts_are_for_this_machine_or_a_token(
    database_url: str, address: str, headers: dict[str, str], status: int
) -> None:
    app = shell(database_url, WebSettings(metrics_token="let-me-count-them"))
    async with running(app), client_at(app, address) as client:
        answer = await client.get("http://here/metrics", headers=headers)
    assert answer.status_code == status


async def test_without_a_token_none_is_right(database_url: str) -> None:
    app = shell(database_url)
    async with running(app), client_at(app, "192.0.2.7") as client:
        assert (await client.get("http://here/metrics", headers={"authorization": "Bearer "})).status_code == 403


async def test_the_counts_of_all_workers_are_added_up(tmp_path: Path) -> None:
    worker = "from kalends.web import metrics; metrics.count_request('toy', 'GET', '/things', 200, 0.1)"
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", worker, env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
        )
        assert await process.wait() == 0
    gauges = metrics.gauges(Backlog(5, 1.5, 2), [QueueBacklog("email", 7, 2.5, 1)])
    page = metrics.page(tmp_path, gauges).decode()
    assert 'kalends_requests_total{door="toy",method="GET",route="/things",status="200"} 2.0' in page
    assert "kalends_occurrences_pending 5.0" in page
    assert "kalends_occurrences_oldest_seconds 1.5" in page
    assert "kalends_occurrences_failed 2.0" in page
    for line in ('waiting{channel="email"} 7.0', 'oldest_seconds{channel="email"} 2.5'):
        assert f"kalends_messages_{line}" in page


async def test_a_client_that_leaves_while_it_sends_is_no_surprise(
    database_url: str, key: str, stream: io.BytesIO
) -> None:
    app = shell(database_url)
    sent: list[Any] = []
    scope: Any = {
        "type": "http",
        "method": "POST",
        "path": "/toy/api/v1/things",
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {key}".encode())],
        "scheme": "http",
        "server": None,
        "client": None,
    }

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    async with running(app):
        await app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert [line["event"] for line in lines(stream)] == ["request"]


def client_at(app: Shell, address: str) -> httpx.AsyncClient:
    """A client that is at this address."""
    return httpx.AsyncClient(transport=transport_to(app, address))


async def counts(client: httpx.AsyncClient) -> dict[str, float]:
    page = await client.get("http://here/metrics")
    assert page.headers["content-type"].startswith("text/plain; version=")
    pairs = (line.rsplit(" ", 1) for line in page.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}
