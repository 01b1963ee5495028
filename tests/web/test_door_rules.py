"""What a door may have otherwise than the others: headers, bounds, and users known by a cookie."""

from typing import Any

import pytest

from kalends.store.db import Db
from kalends.web.config import WebSettings
from kalends.web.door import DoorRules
from kalends.web.shell import Shell
from tests.web.toy import door, served, shell
from tests.world import open_clinic

POLICY = "default-src 'self'"


@pytest.fixture
async def key(db: Db) -> str:
    return await (await open_clinic(db)).key("toy")


def ruled(database_url: str, settings: WebSettings | None = None, **rules: Any) -> Shell:
    return shell(database_url, settings, [door(rules=DoorRules(**rules)), door("plain", "/plain")])


async def test_headers_of_a_door_are_on_all_its_answers_and_on_no_others(database_url: str, key: str) -> None:
    headers = (("Content-Security-Policy", POLICY), ("X-Toy", "1"))
    async with served(ruled(database_url, headers=headers), key) as client:
        for path in ("/things/7", "/nowhere", "/broken"):
            answer = await client.get(path)
            assert answer.headers.get_list("content-security-policy") == [POLICY]
            assert (answer.headers["x-toy"], answer.headers["x-frame-options"]) == ("1", "DENY")
        other = await client.get("http://here/plain/things/7")
    assert "x-toy" not in other.headers
    assert other.headers["content-security-policy"] != POLICY


@pytest.mark.parametrize(
    ("rules", "body", "problem"),
    [
        ({"body_bytes": 10}, {"name": "longer than that"}, "too_large"),
        ({"nesting": 2}, {"a": {"b": {"c": 1}}}, "too_deep"),
        ({"parameters": 1}, {"a": 1, "b": 2}, "too_many_parameters"),
    ],
)
async def test_bounds_of_a_door_are_its_own(
    database_url: str, key: str, rules: dict[str, Any], body: Any, problem: str
) -> None:
    async with served(ruled(database_url, **rules), key) as client:
        assert (await client.post("/things", json=body)).json() == {"toy": problem}
        assert (await client.post("http://here/plain/things", json=body)).json() == {"toy": "forbidden"}
        assert (await client.post("/things", json={})).status_code == 200


@pytest.mark.parametrize(("limited", "statuses"), [("9/3600", [200, 200, 429]), ("", [200, 200, 200])])
async def test_a_door_has_a_limit_of_its_own_where_limits_are_on(
    database_url: str, key: str, limited: str, statuses: list[int]
) -> None:
    app = ruled(database_url, WebSettings(key_limit=limited), key_limit="2/3600")
    async with served(app, key) as client:
        assert [(await client.get("/things/7")).status_code for _ in range(3)] == statuses


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://here"}, 403),
        ({"origin": "http://here"}, 200),
        ({"origin": "https://here"}, 403),
        ({"origin": "http://here.evil.example"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
async def test_a_door_with_cookies_refuses_changes_of_other_sites(
    database_url: str, key: str, headers: dict[str, str], status: int
) -> None:
    async with served(ruled(database_url, cookies=True), key) as client:
        assert (await client.post("/things", json={}, headers=headers)).status_code == status
        assert (await client.get("/things/7", headers=headers)).status_code == 200
    async with served(ruled(database_url), key) as client:
        assert (await client.post("/things", json={}, headers=headers)).status_code == 200
