"""Pages use a door with publishable keys, from the origins that these list; no page uses another key."""

from collections.abc import AsyncIterator

import httpx
import pytest

from kalends.actions.accounts.keys import create_key
from kalends.store.db import Db
from kalends.web.config import WebSettings
from kalends.web.door import DoorRules
from tests.web.toy import door, served, shell
from tests.world import World, open_clinic

ELSEWHERE = {"origin": "https://elsewhere.example"}


@pytest.fixture
async def clinic(db: Db) -> World:
    return await open_clinic(db)


@pytest.fixture
async def client(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    app = shell(database_url, doors=[door(rules=DoorRules(cors=True))])
    async with served(app) as client:
        yield client


def shop(clinic: World) -> str:
    """An origin that is of this clinic alone."""
    return f"https://{clinic.account.slug}.example"


async def key_of(clinic: World, *, publishable: bool = True) -> dict[str, str]:
    """The header that shows a new key."""
    _, secret = await create_key(clinic.ctx(), "toy", origins=[shop(clinic)] if publishable else None)
    return {"authorization": f"Bearer {secret}"}


async def test_a_page_of_a_listed_origin_reads_the_answer(clinic: World, client: httpx.AsyncClient) -> None:
    answer = await client.get("/things/7", headers={**await key_of(clinic), "origin": shop(clinic)})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, shop(clinic))
    assert "ETag" in answer.headers["access-control-expose-headers"]
    assert answer.headers["vary"] == "Origin"


async def test_a_page_reads_also_why_it_was_refused(clinic: World, client: httpx.AsyncClient) -> None:
    answer = await client.get("/refused", headers={**await key_of(clinic), "origin": shop(clinic)})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (404, shop(clinic))


@pytest.mark.parametrize("headers", [{}, ELSEWHERE, {"origin": "null"}])
async def test_a_publishable_key_is_of_no_use_elsewhere(
    clinic: World, client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await client.get("/things/7", headers={**await key_of(clinic), **headers})
    assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (403, False)


async def test_a_secret_key_is_not_for_pages(clinic: World, client: httpx.AsyncClient) -> None:
    answer = await client.get("/things/7", headers={**await key_of(clinic, publishable=False), **ELSEWHERE})
    assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (200, False)


async def test_a_browser_asks_before_it_shows_the_key(clinic: World, client: httpx.AsyncClient) -> None:
    await key_of(clinic)
    asks = {"access-control-request-method": "POST", "origin": shop(clinic)}
    answer = await client.options("/things", headers=asks)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, shop(clinic))
    assert "Idempotency-Key" in answer.headers["access-control-allow-headers"]
    assert "POST" in answer.headers["access-control-allow-methods"]
    refused = await client.options("/things", headers={**asks, **ELSEWHERE})
    assert (refused.status_code, "access-control-allow-origin" in refused.headers) == (204, False)


async def test_a_door_for_programs_answers_no_browser(clinic: World, database_url: str) -> None:
    asks = {"access-control-request-method": "POST", "origin": shop(clinic)}
    await key_of(clinic)
    async with served(shell(database_url)) as client:
        answer = await client.options("/things", headers=asks)
    assert "access-control-allow-origin" not in answer.headers


async def test_each_address_has_a_limit_of_its_own_with_a_publishable_key(clinic: World, database_url: str) -> None:
    app = shell(database_url, WebSettings(key_limit="1/1000", trust_proxy=True), [door(rules=DoorRules(cors=True))])
    headers = {**await key_of(clinic), "origin": shop(clinic)}
    async with served(app) as client:
        statuses = [
            (await client.get("/things/7", headers={**headers, "x-forwarded-for": address})).status_code
            for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1")
        ]
    assert statuses == [200, 200, 429]
