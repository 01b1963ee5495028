"""Keys, errors, limits and links: what all routes share."""

import base64

import asyncpg
import httpx
import pytest

from kalends.dialects.cliniko.routes import door
from kalends.store.db import open_pool
from kalends.web.config import WebSettings
from kalends.web.shell import create_app
from tests.dialects.cliniko.clinic import BASE, Clinic
from tests.dialects.conftest import Connect
from tests.web.toy import running, transport_to
from tests.world import NOW, clock, open_clinic

FORWARDED = {"x-forwarded-proto": "https", "x-forwarded-host": "book.example.com", "x-forwarded-prefix": "/api"}


@pytest.mark.parametrize("scheme", ["Basic", "Basic:", "basic"])
@pytest.mark.parametrize("shard", ["", "-au1", "-UK12"])
async def test_a_key_is_the_user_of_basic(clinic: Clinic, connect: Connect, scheme: str, shard: str) -> None:
    shown = base64.b64encode(f"{await clinic.world.key('cliniko')}{shard}:".encode()).decode()
    response = await connect(BASE).get("/patients", headers={"authorization": f"{scheme} {shown}"})
    assert response.status_code == 200


async def test_without_a_key_or_with_that_of_another_door(clinic: Clinic, connect: Connect) -> None:
    response = await connect(BASE).get("/patients")
    assert (response.status_code, response.json()) == (401, {"message": "Invalid or missing API key"})
    assert response.headers["www-authenticate"] == 'Basic realm="Kalends", charset="UTF-8"'
    response = await connect(BASE, auth=(await clinic.world.key("makeplans"), "")).get("/patients")
    assert (response.status_code, response.json()) == (403, {"message": "Not permitted"})


async def test_errors_are_in_the_language_that_is_asked_for(clinic: Clinic) -> None:
    response = await clinic.client.post("/patients", json={"first_name": "Liv"}, headers={"accept-language": "de"})
    assert response.json() == {"message": "Prüfung fehlgeschlagen", "errors": {"last_name": "darf nicht leer sein"}}


async def test_a_body_that_can_not_be_read(clinic: Clinic) -> None:
    response = await clinic.client.post("/patients", content=b"{", headers={"content-type": "application/json"})
    assert (response.status_code, response.json()) == (400, {"message": "The body is not a JSON object"})
    assert (await clinic.client.delete("/patients")).status_code == 405


async def test_one_key_has_200_requests_a_minute_where_there_are_limits(db: asyncpg.Pool, database_url: str) -> None:
    clinic = await open_clinic(db)
    settings = WebSettings(key_limit="80/20", trust_proxy=True)
    app = create_app(settings, [door], lambda: open_pool(database_url, 1, 2), clock=clock)
    auth = (await clinic.key("cliniko"), "")
    async with running(app), httpx.AsyncClient(transport=transport_to(app), base_url=BASE, auth=auth) as client:
        first = await client.get("/patients", headers=FORWARDED)
        await db.execute("update request_count set hits = 200 where subject like 'key %'")
        refused = await client.get("/patients")
    assert first.json()["links"]["self"].startswith("https://book.example.com/api/cliniko/v1/patients?")
    assert refused.status_code == 429
    assert refused.headers["x-ratelimit-reset"] == str(int(NOW.timestamp()) // 60 * 60 + 60)
