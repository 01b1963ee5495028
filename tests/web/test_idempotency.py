"""A request may be sent again: it has one effect, and every retry gets the same answer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from kalends.actions.accounts.forget import forget_answers
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.find import list_customers
from kalends.dialects.kit.error_names import ErrorNames
from kalends.dialects.kit.routing import Route, router_of
from kalends.engine.customers.customer import CustomerPatch, CustomerQuery
from kalends.engine.refusals import Fault, Invalid
from kalends.store import idempotency
from kalends.store.db import Db, transaction
from kalends.store.idempotency import RequestKey, claim_key
from kalends.web.body import read_body
from kalends.web.door import Answer, Door, WebRequest
from kalends.web.idempotency import idempotent, idempotent_form, key_scope, new_form_key
from kalends.web.shell import Shell
from tests.web.toy import bearer_or_user, running, say, served, shell
from tests.world import World, open_clinic

HEADER = "Idempotency-Key"


async def create(request: WebRequest, ctx: Any) -> Answer:
    body = await read_body(request, dict)
    if not body.get("first_name"):
        raise Invalid(Fault("first_name", "blank"))
    added = await add_customer(ctx, CustomerPatch(first_name=body["first_name"]))
    return Answer(201, msgspec.json.encode({"id": added.id}), headers=(("Location", f"/customers/{added.id}"),))


async def show_again(request: WebRequest, ctx: Any) -> Answer:
    """As `create`, but a form in which something is wrong is shown again."""
    try:
        return await create(request, ctx)
    except Invalid:
        return Answer(422, b"{}")


ROUTES: tuple[Route, ...] = (
    ("POST", "/customers", idempotent(create), ErrorNames()),
    ("POST", "/unsafe", create, ErrorNames()),
    ("POST", "/forms", idempotent_form(create), ErrorNames()),
    ("POST", "/shown-again", idempotent_form(show_again), ErrorNames()),
)


@pytest.fixture
async def clinic(db: Db) -> World:
    return await open_clinic(db)


@pytest.fixture
def app(database_url: str) -> Shell:
    return shell(database_url, doors=[Door("toy", "/toy/api/v1", router_of(ROUTES), bearer_or_user, say)])


@pytest.fixture
async def client(app: Shell, clinic: World) -> AsyncIterator[httpx.AsyncClient]:
    async with served(app, await clinic.key("toy")) as client:
        yield client


async def made(clinic: World, name: str) -> int:
    """How many customers there are of that name."""
    return (await list_customers(clinic.ctx(), CustomerQuery(name=name))).total


def shown(response: httpx.Response) -> tuple[int, bytes, str | None]:
    return response.status_code, response.content, response.headers.get("location")


async def test_64_at_once_make_one_and_all_get_its_answer(client: httpx.AsyncClient, clinic: World) -> None:
    asking = [client.post("/customers", json={"first_name": "Siri"}, headers={HEADER: "a"}) for _ in range(64)]
    answers = {shown(response) for response in await asyncio.gather(*asking)}
    assert {status for status, _, _ in answers} == {201}
    assert len(answers) == 1
    assert await made(clinic, "Siri") == 1


async def test_a_form_that_was_refused_can_be_mended(client: httpx.AsyncClient, clinic: World) -> None:
    form = {"first_name": "", "idempotency_key": new_form_key()}
    assert (await client.post("/shown-again", data=form)).status_code == 422
    for _ in range(2):
        assert (await client.post("/shown-again", data={**form, "first_name": "Siri"})).status_code == 201
    assert await made(clinic, "Siri") == 1


async def test_a_form_that_is_sent_twice_has_one_effect(client: httpx.AsyncClient, clinic: World) -> None:
    form = {"first_name": "Siri", "idempotency_key": new_form_key()}
    answers = {shown(answer) for answer in await asyncio.gather(*(client.post("/forms", data=form) for _ in range(8)))}
    assert ({status for status, _, _ in answers}, len(answers), await made(clinic, "Siri")) == ({201}, 1, 1)
    assert (await client.post("/forms", data={**form, "first_name": "Nils"})).json() == {
        "toy": "idempotency_key_reused"
    }
    assert (await client.post("/forms", data={**form, "idempotency_key": ""})).json() == {"toy": "malformed"}
    await client.post("/forms", data={**form, "idempotency_key": new_form_key()})
    assert await made(clinic, "Siri") == 2


async def test_without_a_key_each_request_has_its_effect(client: httpx.AsyncClient, clinic: World) -> None:
    for path, headers in (
        ("/customers", {}),
        ("/customers", {}),
        ("/unsafe", {HEADER: "a"}),
        ("/unsafe", {HEADER: "a"}),
    ):
        await client.post(path, json={"first_name": "Siri"}, headers=headers)
    assert await made(clinic, "Siri") == 4


@pytest.mark.parametrize(
    ("path", "body"),
    [("/customers", {"first_name": "Liv"}), ("/customers?x=1", None)],
)
async def test_a_key_is_for_one_request(client: httpx.AsyncClient, clinic: World, path: str, body: Any) -> None:
    first = {"first_name": "Siri"}
    await client.post("/customers", json=first, headers={HEADER: "a"})
    response = await client.post(path, json=body or first, headers={HEADER: "a"})
    assert (response.status_code, response.json()) == (400, {"toy": "idempotency_key_reused"})
    assert (await made(clinic, "Siri"), await made(clinic, "Liv")) == (1, 0)


async def test_a_key_is_its_callers_own(client: httpx.AsyncClient, clinic: World) -> None:
    other = {"authorization": f"Bearer {await clinic.key('toy')}"}
    for headers in ({}, other):
        response = await client.post("/customers", json={"first_name": "Siri"}, headers={HEADER: "a", **headers})
        assert response.status_code == 201
    assert await made(clinic, "Siri") == 2


async def test_what_is_refused_may_be_tried_again(client: httpx.AsyncClient, clinic: World) -> None:
    for body, status in (({}, 400), ({"first_name": "Siri"}, 201), ({"first_name": "Siri"}, 201)):
        response = await client.post("/customers", json=body, headers={HEADER: "a"})
        assert response.status_code == status
    assert await made(clinic, "Siri") == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "ä", "a\tb"])
async def test_a_key_that_is_none(client: httpx.AsyncClient, key: str) -> None:
    response = await client.post("/customers", json={}, headers=[(HEADER.encode(), key.encode())])
    assert (response.status_code, response.json()) == (400, {"toy": "malformed"})


async def test_one_that_is_still_running(
    client: httpx.AsyncClient, clinic: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "_LOCK_TIMEOUT", "50ms")
    [caller] = [
        f"key:{row['id']}"
        for row in await clinic.db.fetch("select id from access_token where account_id = $1", clinic.account.id)
    ]
    key = key_scope(b"POST", b"/toy/api/v1/customers") + "a"
    async with transaction(clinic.db) as running_one:
        await claim_key(running_one, RequestKey(clinic.account.id, "toy", caller, key), b"", clinic.now)
        response = await client.post("/customers", json={"first_name": "Siri"}, headers={HEADER: "a"})
    assert (response.status_code, response.json()) == (400, {"toy": "request_in_progress"})
    assert await made(clinic, "Siri") == 0


async def test_an_answer_that_never_arrived_is_given_to_the_retry(app: Shell, clinic: World) -> None:
    key = await clinic.key("toy")
    body = b'{"first_name":"Siri"}'
    headers = [
        (b"authorization", f"Bearer {key}".encode()),
        (b"idempotency-key", b"a"),
        (b"content-type", b"application/json"),
    ]
    scope: Any = {
        "type": "http",
        "method": "POST",
        "path": "/toy/api/v1/customers",
        "raw_path": b"/toy/api/v1/customers",
        "query_string": b"",
        "headers": headers,
        "scheme": "http",
        "http_version": "1.1",
        "server": ("here", 80),
        "client": None,
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def gone(message: Any) -> None:
        raise ConnectionResetError

    received: list[Any] = []

    async def arrives(message: Any) -> None:
        received.append(message)

    async with running(app):
        with pytest.raises(ConnectionResetError):
            await app(scope, receive, gone)
        assert await made(clinic, "Siri") == 1
        await app(scope, receive, arrives)
    assert received[0]["status"] == 201
    assert await made(clinic, "Siri") == 1


async def test_after_a_day_the_key_is_free(clinic: World) -> None:
    key = RequestKey(clinic.account.id, "toy", "key:1", "a")
    later, next_day = clinic.now + timedelta(hours=24), clinic.now + timedelta(hours=24, seconds=1)
    async with transaction(clinic.db) as db:
        assert await claim_key(db, key, b"1", clinic.now) is None
    for digest, now, free in ((b"1", later, False), (b"2", next_day, True), (b"3", next_day, False)):
        async with transaction(clinic.db) as db:
            stored_answer = await claim_key(db, key, digest, now)
            assert (stored_answer is None) is free
    await forget_answers(clinic.db, next_day + timedelta(hours=24, seconds=1))
    count = "select count(*) from idempotent_request where account_id = $1"
    assert await clinic.db.fetchval(count, clinic.account.id) == 0
