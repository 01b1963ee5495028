"""Webhooks and deliveries through the API."""

import json
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from kalends.actions.messages.webhook_feed import read_feed
from kalends.api.routes import door
from kalends.engine.messages.delivery import WebhookAnswer, WebhookCall
from kalends.jobs.webhooks import send_deliveries
from kalends.store.db import open_pool
from kalends.web.config import WebSettings
from kalends.web.shell import create_app
from kalends.work import FORMS
from tests.api.conftest import BASE, Connect
from tests.desk import HOUR, made, visit
from tests.web.toy import running, transport_to
from tests.world import World, clock, open_clinic

HOOK = {"url": "https://hooks.example.org/kalends", "events": ["item.*", "customer.created"]}


async def added(client: httpx.AsyncClient, **more: Any) -> Any:
    answer = await client.post("/webhooks", json={**HOOK, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_webhook_from_its_beginning_to_its_end(api: httpx.AsyncClient) -> None:
    webhook = await added(api, description="To the till")
    path = f"/webhooks/{webhook['id']}"
    assert (webhook["secret"][:6], webhook["door"], webhook["active"]) == ("whsec_", "api", True)
    shown = await api.get(path)
    assert shown.json() == webhook
    changed = await api.patch(
        path, json={"events": ["*"], "active": False}, headers={"if-match": shown.headers["etag"]}
    )
    assert (changed.json()["events"], changed.json()["active"]) == (["*"], False)
    assert (await api.patch(path, json={}, headers={"if-match": shown.headers["etag"]})).status_code == 412
    assert [each["id"] for each in (await api.get("/webhooks?active=false")).json()["data"]] == [webhook["id"]]
    assert (await api.get("/webhooks?active=true")).json()["data"] == []
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).status_code == 404


async def test_all_that_is_wrong_is_named_at_once(api: httpx.AsyncClient) -> None:
    wrong = {"url": "http://10.0.0.8/x", "events": ["all of them"], "secret": "short"}
    answer = await api.post("/webhooks", json=wrong)
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/url", "/events", "/secret"}


async def test_a_secret_is_rotated_with_an_overlap(api: httpx.AsyncClient) -> None:
    webhook = await added(api)
    path = f"/webhooks/{webhook['id']}/rotate"
    rotated = (await api.post(path, json={})).json()
    assert rotated["secret"] != webhook["secret"]
    assert rotated["previous_secret_until"][:13] == "2027-03-02T10"
    leaked = (await api.post(path, json={"overlap_hours": 0, "secret": "a" * 32})).json()
    assert (leaked["secret"], leaked["previous_secret_until"]) == ("a" * 32, None)
    assert (await api.post(path, json={"overlap_hours": 169})).status_code == 422


async def test_an_event_is_delivered_as_the_document_says(own_database: str) -> None:
    """In a database of its own: the worker would send what its neighbours have, too."""
    app = create_app(WebSettings(), [door], lambda: open_pool(own_database, 1, 4), clock=clock)
    pool = await open_pool(own_database, 1, 2)
    clinic = await open_clinic(pool)
    headers = {"authorization": f"Bearer {await clinic.key('api')}"}
    async with (
        running(app),
        httpx.AsyncClient(transport=transport_to(app), base_url=BASE, headers=headers) as client,
    ):
        await deliver(client, clinic)
    await pool.close()


async def deliver(api: httpx.AsyncClient, clinic: World) -> None:
    """A booking is told, first to a receiver that fails, then again."""
    webhook, calls = await added(api), list[WebhookCall]()

    async def post(url: str, call: WebhookCall) -> WebhookAnswer:
        calls.append(call)
        return WebhookAnswer(500, "oops") if len(calls) == 1 else WebhookAnswer(200, "ok")

    item = await made(clinic, visit(clinic))
    await read_feed(clinic.db, clinic.now)
    await send_deliveries(FORMS, post, clinic.db, clinic.now)
    [delivery] = (await api.get("/deliveries", params={"webhook": webhook["id"]})).json()["data"]
    assert (delivery["type"], delivery["state"], delivery["status"]) == ("item.created", "waiting", 500)
    again = await api.post(f"/deliveries/{delivery['id']}/redeliver")
    assert (again.status_code, again.json()["id"], again.json()["attempts"]) == (202, delivery["id"], 0)
    await send_deliveries(FORMS, post, clinic.db, clinic.now + HOUR)
    shown = (await api.get(f"/deliveries/{delivery['id']}")).json()
    assert (shown["state"], shown["answer"], shown["due_at"]) == ("sent", "ok", None)
    told = json.loads(calls[1].body)
    assert told["data"]["subject"] == f"item_{item.id}"
    feed = (await api.get("/changes", params={"limit": 500})).json()["data"]
    [change] = [each for each in feed if each["position"] == shown["position"]]
    assert {**told["data"], "at": change["at"]} == change
    document = (await api.get("/openapi.json")).json()
    body = document["webhooks"]["change"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schema = {**body, "components": document["components"]}
    assert list(Draft202012Validator(schema).iter_errors(told)) == []


async def test_a_test_call_and_the_lists_of_deliveries(api: httpx.AsyncClient) -> None:
    webhook = await added(api)
    path = f"/webhooks/{webhook['id']}"
    called = [(await api.post(f"{path}/test")).json() for _ in range(3)]
    assert (called[0]["type"], called[0]["position"]) == ("webhook.test", None)
    page = (await api.get("/deliveries", params={"limit": 2})).json()
    rest = (await api.get("/deliveries", params={"limit": 2, "cursor": page["next"]})).json()
    assert [each["id"] for each in page["data"] + rest["data"]] == [each["id"] for each in called[::-1]]
    assert len((await api.get("/deliveries?state=waiting&type=webhook.test")).json()["data"]) == 3
    assert (await api.get("/deliveries?state=sent")).json()["data"] == []
    await api.patch(path, json={"active": False})
    refused = await api.post(f"{path}/test")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "retired")


@pytest.mark.parametrize("terms", [{"scopes": ["read", "book"]}, {}])
async def test_webhooks_are_for_keys_that_manage_the_whole_account(
    clinic: World, connect: Connect, terms: dict[str, Any]
) -> None:
    client = await connect(clinic, **terms, site_ids=frozenset({clinic.site}))
    assert (await client.post("/webhooks", json=HOOK)).status_code == 403
