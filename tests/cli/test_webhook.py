"""`kalends webhook` adds webhooks, shows what became of their deliveries, and tries them."""

from collections.abc import AsyncIterator

import pytest

from kalends.actions.messages.webhook_feed import read_feed
from kalends.delivery.standard_webhooks import public_key
from kalends.engine.messages.delivery import WebhookAnswer, WebhookCall
from kalends.jobs.webhooks import send_deliveries
from kalends.store.db import open_pool
from kalends.store.installation import load_opaque_id_secret
from kalends.work import FORMS
from tests.cli.running import kalends, serving
from tests.desk import made, visit
from tests.receiver import receiving, response
from tests.world import World, open_clinic

URL = "https://hooks.example.org/kalends"


@pytest.fixture
async def clinic(own_database: str) -> AsyncIterator[World]:
    pool = await open_pool(own_database, 1, 4)
    yield await open_clinic(pool)
    await pool.close()


async def said(clinic: World, url: str, *arguments: str, code: int = 0, **settings: str) -> list[str]:
    settings = {"KALENDS_DATABASE_URL": url, **settings}
    ended, out, err = await kalends("webhook", *arguments, "--account", clinic.account.slug, **settings)
    assert ended == code, err
    return (out or err).splitlines()


async def refuse(url: str, call: WebhookCall) -> WebhookAnswer:
    return WebhookAnswer(500, "oops")


async def test_a_webhook_from_its_beginning_to_its_end(clinic: World, own_database: str) -> None:
    (added,) = await said(clinic, own_database, "create", "--url", URL, "--event", "item.*", "--event", "customer.*")
    number, secret = added.split("\t")
    await made(clinic, visit(clinic))
    await read_feed(clinic.db, clinic.now)
    await send_deliveries(FORMS, refuse, clinic.db, clinic.now)
    assert await said(clinic, own_database, "list") == [
        f"{number}\tapi\tfailing since 2027-03-01 10:00:00\t{URL}\titem.* customer.*"
    ]
    shown = await said(clinic, own_database, "show", number)
    assert f"Secret: {secret}" in shown
    (rotated,) = await said(clinic, own_database, "rotate", number)
    assert rotated != secret
    assert f"Secret: {rotated}" in await said(clinic, own_database, "show", number)
    assert shown[-1].split("\t")[1:] == [
        "2027-03-01 10:00:00",
        "item.created",
        "waiting until 2027-03-01 10:00:05",
        "1",
        "500 oops",
    ]
    await said(clinic, own_database, "disable", number)
    assert (await said(clinic, own_database, "show", number))[-1].endswith("dropped\t1\tthe webhook was disabled")
    refused = await said(clinic, own_database, "send-again", number, code=1)
    assert refused == ["kalends: This webhook is not in use any more."]
    await said(clinic, own_database, "enable", number)
    assert await said(clinic, own_database, "send-again", number) == ["1"]
    await said(clinic, own_database, "remove", number)
    assert await said(clinic, own_database, "list") == []
    assert await said(clinic, own_database, "show", number, code=1) == [f"kalends: There is no webhook {number}."]


async def test_private_addresses_are_for_those_who_are_allowed(clinic: World, own_database: str) -> None:
    create = ("create", "--url", "http://127.0.0.1/hook", "--event", "*")
    assert await said(clinic, own_database, *create, code=1) == ["kalends: Url is not valid."]
    assert await said(clinic, own_database, *create, KALENDS_WEBHOOK_PRIVATE="yes")


async def test_it_is_tried_with_a_worker_that_runs(clinic: World, own_database: str) -> None:
    async with receiving(lambda request: response(418 if b"test" in request.body else 200)) as receiver:
        create = ("create", "--url", receiver.url, "--event", "item.created")
        number = (await said(clinic, own_database, *create, KALENDS_WEBHOOK_PRIVATE="yes"))[0].split("\t")[0]
        async with serving(KALENDS_DATABASE_URL=own_database, KALENDS_WEBHOOK_PRIVATE="yes"):
            tried = await said(clinic, own_database, "test", number, code=1)
    assert tried == ["kalends: It failed: 418, ok"]


async def test_the_public_key_is_printed(clinic: World, own_database: str) -> None:
    code, out, err = await kalends("webhook", "public-key", KALENDS_DATABASE_URL=own_database)
    assert (code, out.strip()) == (0, public_key(await load_opaque_id_secret(clinic.db))), err
