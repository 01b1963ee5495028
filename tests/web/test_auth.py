"""A key opens its own door, wherever its client puts it, until the moment it is taken back."""

from base64 import b64encode

import asyncpg
import msgspec
import pytest

from kalends.actions.accounts.keys import revoke_for_operator
from kalends.actions.context import Context
from kalends.engine.accounts.principal import system
from kalends.store.db import Db
from kalends.web.auth import keyed, unkeyed
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.routing import build_router
from tests.web.toy import door, parameter, served, shell
from tests.world import NOW, open_clinic


async def test_a_key_opens_its_door(db: Db, database_url: str) -> None:
    clinic = await open_clinic(db)
    async with served(shell(database_url), await clinic.key("toy")) as client:
        answer = await client.get("/things/7")
    assert answer.status_code == 200
    assert (answer.json()["account"], answer.json()["id"]) == (clinic.account.slug, 7)
    assert answer.json()["who"].startswith("key:")


async def test_a_key_may_be_the_user_of_basic(db: Db, database_url: str) -> None:
    clinic = await open_clinic(db)
    encoded = b64encode(f"{await clinic.key('toy')}:".encode()).decode()
    async with served(shell(database_url)) as client:
        for scheme in ("Basic", "basic", "Basic:"):
            answer = await client.get("/things/7", headers={"authorization": f"{scheme} {encoded}"})
            assert answer.json()["account"] == clinic.account.slug


async def test_a_key_may_be_a_parameter(db: Db, database_url: str) -> None:
    clinic = await open_clinic(db)
    key = await clinic.key("toy")
    async with served(shell(database_url, doors=[door(key_of=parameter)])) as client:
        in_query = await client.post(f"/things?key={key}&a=1")
        in_form = await client.post("/things", data={"key": key, "a": "1"})
        missing = await client.post("/things", data={"a": "1"})
    assert in_query.json() == {"query": [["key", key], ["a", "1"]], "body": {}}
    assert in_form.json() == {"query": [], "body": {"key": key, "a": "1"}}
    assert missing.json() == {"toy": "unauthenticated"}


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer  ", "Bearer nobody", "Token x", "Basic !", "Basic Og==", "Basic /w==", "\xff \xfe"]
)
async def test_a_bad_key_opens_nothing(database_url: str, header: str) -> None:
    async with served(shell(database_url)) as client:
        answer = await client.get("/things/7", headers=[(b"authorization", header.encode("latin-1"))])
    assert (answer.status_code, answer.json()) == (401, {"toy": "unauthenticated"})


async def test_some_routes_need_no_key_and_some_hold_no_connection(db: Db, database_url: str) -> None:
    async def open_to_all(request: WebRequest) -> Answer:
        return Answer(200, call_of(request).operation.encode())

    async def is_pooled(request: WebRequest, ctx: Context) -> Answer:
        return Answer(200, str(isinstance(ctx.db, asyncpg.Pool)).encode())

    routes = [
        unkeyed("GET", "/open/{id}", open_to_all),
        keyed("GET", "/pooled", is_pooled, pooled=True),
        keyed("GET", "/held", is_pooled),
    ]
    toy = msgspec.structs.replace(door(), router=build_router(routes))
    async with served(shell(database_url, doors=[toy])) as client:
        assert (await client.get("/open/7")).text == "/toy/api/v1/open/{id}"
        assert (await client.get("/pooled")).status_code == 401
        bearer = {"authorization": f"Bearer {await (await open_clinic(db)).key('toy')}"}
        answers = [(await client.get(path, headers=bearer)).text for path in ("/pooled", "/held")]
    assert answers == ["True", "False"]


async def test_a_key_of_another_door_is_forbidden(db: Db, database_url: str) -> None:
    clinic = await open_clinic(db)
    async with served(shell(database_url), await clinic.key("second")) as client:
        answer = await client.get("/things/7")
    assert (answer.status_code, answer.json()) == (403, {"toy": "forbidden"})


async def test_a_revoked_key_is_refused_at_once_by_every_worker(db: Db, database_url: str) -> None:
    key = await (await open_clinic(db)).key("toy")
    async with served(shell(database_url), key) as first, served(shell(database_url), key) as second:
        assert [(await worker.get("/things/7")).status_code for worker in (first, second)] == [200, 200]
        assert await revoke_for_operator(db, NOW, key, system("tests"))
        assert [(await worker.get("/things/7")).status_code for worker in (first, second)] == [401, 401]
