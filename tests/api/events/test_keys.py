"""Keys through the API: made by keys that administer, and publishable ones used by pages."""

import asyncio
from typing import Any

import httpx
import pytest

from kalends.actions.accounts.keys import create_key
from kalends.engine.accounts.principal import SCOPES
from kalends.web.shell import Shell
from tests.api.conftest import BASE, Connect
from tests.web.toy import transport_to
from tests.world import World


@pytest.fixture
async def admin(clinic: World, connect: Connect) -> httpx.AsyncClient:
    """A client with a key that administers, too."""
    return await connect(clinic, scopes=SCOPES, name="maker")


def with_key(served: Shell, secret: str, **headers: str) -> httpx.AsyncClient:
    """A client that shows this key."""
    sent = {"authorization": f"Bearer {secret}", **headers}
    return httpx.AsyncClient(transport=transport_to(served), base_url=BASE, headers=sent)


async def test_a_key_from_its_beginning_to_its_end(admin: httpx.AsyncClient, served: Shell, clinic: World) -> None:
    sent = {"name": "Till", "scopes": ["book"], "sites": [f"site_{clinic.site}"], "expires_at": "2027-12-31T00:00:00"}
    made = await admin.post("/keys", json=sent)
    key, secret = made.json()["key"], made.json()["secret"]
    assert (made.status_code, key["scopes"], key["sites"]) == (201, ["read", "book"], sent["sites"])
    assert (key["expires_at"], key["origins"], key["door"]) == ("2027-12-31T00:00:00+01:00", None, "api")
    path = f"/keys/{key['id']}"
    async with with_key(served, secret) as till:
        assert (await till.get("/sites")).status_code == 200
        assert (await till.get(path)).status_code == 403
        changed = await admin.patch(path, json={"name": "Shop", "scopes": ["read"], "sites": None, "expires_at": None})
        assert (changed.json()["name"], changed.json()["sites"], changed.json()["expires_at"]) == ("Shop", None, None)
        assert (await till.post("/bookings", json={})).status_code in {403, 422}
        assert (await admin.delete(path)).status_code == 204
        assert (await till.get("/sites")).status_code == 401
    assert (await admin.get(path)).json()["revoked_at"] is not None
    assert key["id"] not in [each["id"] for each in (await admin.get("/keys")).json()["data"]]
    assert [each["id"] for each in (await admin.get("/keys?revoked=yes")).json()["data"]] == [key["id"]]
    assert (await admin.patch(path, json={"name": "x"})).json()["type"].endswith("/retired")
    assert (await admin.delete(path)).status_code == 204


async def test_a_key_that_is_revoked_takes_along_what_it_made(
    admin: httpx.AsyncClient, served: Shell, clinic: World
) -> None:
    made = (await admin.post("/keys", json={"name": "Till", "scopes": ["read"]})).json()
    maker = made["key"]["made_by"]
    assert (await admin.get(f"/keys/{maker}")).json()["name"] == "maker"
    assert (await admin.delete(f"/keys/{maker}")).status_code == 204
    async with with_key(served, made["secret"]) as till:
        assert (await till.get("/sites")).status_code == 401


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"scopes": ["administer"]}, ("/scopes", "not_granted")),
        ({"scopes": []}, ("/scopes", "blank")),
        ({"scopes": ["fly"]}, ("/scopes/0", "not_included")),
        ({"sites": ["site_99999999"]}, ("/sites", "unknown")),
        ({"origins": ["https://shop.example/x"]}, ("/origins", "invalid")),
        ({"origins": ["https://shop.example"], "scopes": ["manage"]}, ("/scopes", "not_for_publishable")),
        ({"expires_at": "2020-01-01T00:00:00Z"}, ("/expires_at", "past")),
    ],
)
async def test_a_key_that_can_not_be(admin: httpx.AsyncClient, sent: dict[str, Any], code: tuple[str, str]) -> None:
    answer = await admin.post("/keys", json=sent)
    assert answer.status_code == 422, answer.text
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [code]


async def test_one_key_is_made_however_often_it_is_asked_for(admin: httpx.AsyncClient) -> None:
    headers = {"idempotency-key": "once"}
    answers = await asyncio.gather(*(admin.post("/keys", json={"name": "T"}, headers=headers) for _ in range(8)))
    secrets = {answer.json()["secret"] for answer in answers if answer.status_code == 201}
    assert len(secrets) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert [key["name"] for key in (await admin.get("/keys")).json()["data"]].count("T") == 1


async def test_a_page_uses_a_publishable_key(admin: httpx.AsyncClient, served: Shell, clinic: World) -> None:
    origin = f"https://{clinic.account.slug}.example"
    made = (await admin.post("/keys", json={"name": "Widget", "origins": [origin]})).json()
    assert (made["key"]["origins"], made["key"]["scopes"]) == ([origin], ["read", "book"])
    async with with_key(served, made["secret"], origin=origin) as page:
        services = await page.get("/availability", params=_availability(clinic))
        assert (services.status_code, services.headers["access-control-allow-origin"]) == (200, origin)
        for path in ("/customers", "/items", "/bookings", "/changes", "/journal", "/keys", "/webhooks", "/users"):
            assert (await page.get(path)).status_code == 403, path
        asked = {"access-control-request-method": "GET"}
        allowed = await page.options("/availability", headers={**asked, "authorization": ""})
        assert allowed.headers["access-control-allow-origin"] == origin
    async with with_key(served, made["secret"], origin="https://elsewhere.example") as page:
        assert (await page.get("/availability", params=_availability(clinic))).status_code == 403


async def test_a_visitor_of_a_page_holds_a_time_and_nobody_elses(
    admin: httpx.AsyncClient, served: Shell, clinic: World
) -> None:
    origin = f"https://{clinic.account.slug}.example"
    made = (await admin.post("/keys", json={"origins": [origin]})).json()
    line = {"service": f"svc_{clinic.massage}", "resource": f"res_{clinic.ada}", "from": "2027-03-02T10:00:00"}
    async with with_key(served, made["secret"], origin=origin) as page:
        held = await page.post("/holds", json={"lines": [line], "minutes": 10})
        assert held.status_code == 201, held.text
        path = f"/holds/{held.json()['id']}"
        assert (await page.get(path)).status_code == 404
    async with with_key(served, held.json()["secret"], origin=origin) as visitor:
        assert (await visitor.get(path)).status_code == 200
        assert (await visitor.delete(path)).status_code == 204
    async with with_key(served, held.json()["secret"]) as program:
        assert (await program.get(path)).status_code == 403


async def test_a_maker_does_not_administer_makers(admin: httpx.AsyncClient, clinic: World) -> None:
    other, _ = await create_key(clinic.ctx(), "api", scopes=SCOPES)
    assert (await admin.delete(f"/keys/key_{other.id}")).status_code == 403
    assert (await admin.patch(f"/keys/key_{other.id}", json={"name": "mine"})).status_code == 403


def _availability(clinic: World) -> dict[str, str]:
    return {"service": f"svc_{clinic.massage}", "from": "2027-03-02T00:00:00", "to": "2027-03-03T00:00:00"}
