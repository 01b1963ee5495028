"""Errors that depend on the server's state, each in the vendor's form."""

import json
from pathlib import Path

import httpx
import pytest

from kalends.dialects.carecloud.errors import answer
from kalends.dialects.carecloud.routes import door
from kalends.engine.refusals import TooManyAttempts
from kalends.store.db import open_pool
from kalends.web.config import WebSettings
from kalends.web.problems import Limited, TimedOut, Unavailable, Unexpected
from kalends.web.shell import create_app
from tests.dialects.carecloud.festival import CONTRACT, ENTERPRISE, Festival, refused
from tests.web.calls import call_with
from tests.web.toy import running, transport_to
from tests.world import clock


@pytest.mark.parametrize(
    ("error", "status", "exception", "retry_after"),
    [
        (Limited(7), 429, "too_many_requests_exception", "7"),
        (TooManyAttempts(9), 429, "too_many_requests_exception", "9"),
        (Unavailable(5), 503, "service_unavailable_exception", "5"),
        (TimedOut(), 503, "service_unavailable_exception", None),
        (Unexpected(), 500, "internal_error_exception", None),
    ],
)
def test_when_to_try_again(error: Exception, status: int, exception: str, retry_after: str | None) -> None:
    written = answer(error, call_with(accept_language="en"))
    content = json.loads(written.body)["error"]
    assert (written.status, content["exception"], content["type"]) == (status, exception, "about:blank")
    assert dict(written.headers).get("Retry-After") == retry_after
    CONTRACT.check_body({"error": content}, {"$ref": "#/components/schemas/BadRequestErrorBody"})


async def test_while_the_server_drains(festival: Festival, database_url: str, tmp_path: Path) -> None:
    settings = WebSettings(drain_file=tmp_path / "draining")
    app = create_app(settings, [door], lambda: open_pool(database_url, 1, 2), clock=clock)
    headers = festival.client.headers
    async with (
        running(app),
        httpx.AsyncClient(transport=transport_to(app), base_url=ENTERPRISE, headers=headers) as client,
    ):
        assert (await client.get("/customers")).status_code == 200
        (tmp_path / "draining").touch()
        for response in (await client.get("/customers"), await client.post("/users/actions/login")):
            assert refused(response, 503)["title"] == "Temporarily unavailable"
            assert int(response.headers["retry-after"]) > 0


async def test_too_many_requests_with_a_token(festival: Festival, database_url: str) -> None:
    app = create_app(WebSettings(key_limit="2/60"), [door], lambda: open_pool(database_url, 1, 2), clock=clock)
    headers = festival.client.headers
    async with (
        running(app),
        httpx.AsyncClient(transport=transport_to(app), base_url=ENTERPRISE, headers=headers) as client,
    ):
        responses = [await client.get("/customers") for _ in range(3)]
    assert [response.status_code for response in responses] == [200, 200, 429]
    assert int(responses[2].headers["retry-after"]) > 0
