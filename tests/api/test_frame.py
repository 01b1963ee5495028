"""What holds for every operation: scopes, accounts, versions, unknown parameters, languages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from kalends.api.routes import OPERATIONS
from kalends.api.routes import door as api_door
from kalends.api.serving import endpoint
from kalends.engine.accounts.principal import SCOPES, Scope
from kalends.store.db import Db, open_pool
from kalends.web.auth import bearer
from kalends.web.config import WebSettings
from kalends.web.door import Door, WebRequest
from kalends.web.routing import build_router
from kalends.web.shell import create_app
from tests.api.conftest import BASE, Connect
from tests.api.examples import call, ids_of, path_of
from tests.web.toy import running, say, transport_to
from tests.world import World, clock, open_clinic


async def test_each_operation_needs_its_scope(clinic: World, connect: Connect) -> None:
    ids = await ids_of(clinic)
    scopes: tuple[Scope, ...] = ("read", "book", "manage")
    for scope in scopes:
        client = await connect(clinic, scopes=[scope])
        for operation in OPERATIONS:
            if operation.scope in {"read", scope}:
                continue
            answer = await call(client, operation, ids)
            assert answer.status_code == 403, f"{operation.id} with {scope}: {answer.text}"


async def test_a_key_that_reads_may_read(clinic: World, connect: Connect) -> None:
    ids, client = await ids_of(clinic), await connect(clinic, scopes=["read"])
    for operation in OPERATIONS:
        if operation.scope == "read":
            answer = await call(client, operation, ids)
            assert answer.status_code not in {401, 403, 500}, f"{operation.id}: {answer.text}"


async def test_ids_of_another_account_are_not_found(db: Db, clinic: World, connect: Connect) -> None:
    ids, client = await ids_of(await open_clinic(db)), await connect(clinic, scopes=SCOPES)
    for operation in OPERATIONS:
        if "{" in operation.path:
            answer = await call(client, operation, ids)
            assert answer.status_code == 404, f"{operation.id}: {answer.status_code} {answer.text}"


async def test_parameters_that_an_operation_does_not_have_are_refused(api: httpx.AsyncClient, clinic: World) -> None:
    ids = await ids_of(clinic)
    for operation in OPERATIONS:
        sent = {"never_heard_of": 1} if operation.body else None
        path = path_of(operation, ids)
        answer = await api.request(operation.method, path, params={"never/heard~of": "1"}, json=sent)
        assert answer.status_code == 422, f"{operation.id}: {answer.text}"
        faults = {(fault.get("parameter") or fault.get("pointer"), fault["code"]) for fault in answer.json()["errors"]}
        expected = {("never/heard~of", "unsupported")} | ({("/never_heard_of", "unsupported")} if sent else set())
        assert expected <= faults, operation.id


@pytest.mark.parametrize(
    ("body", "media_type", "status", "slug"),
    [
        (b"{", "application/json", 400, "malformed"),
        (b"[]", "application/json", 400, "malformed"),
        (b"name=North", "application/x-www-form-urlencoded", 415, "unsupported-media"),
        (b"[" * 40 + b"]" * 40, "application/json", 400, "too-deep"),
        (b'{"name": "' + b"x" * 2**20 + b'"}', "application/json", 413, "too-large"),
        (b"", "application/json", 422, "invalid"),
    ],
)
async def test_bodies_that_can_not_be_read(
    api: httpx.AsyncClient, body: bytes, media_type: str, status: int, slug: str
) -> None:
    answer = await api.post("/sites", content=body, headers={"content-type": media_type})
    assert (answer.status_code, answer.json()["type"]) == (status, f"{BASE}/docs/problems/{slug}")


async def test_problems_are_told_in_the_language_of_the_caller(api: httpx.AsyncClient) -> None:
    for language, detail in (("de-AT", "Das gibt es nicht."), ("sk", "Nenašlo sa."), ("xx", "Finnes ikke.")):
        answer = await api.get("/sites/site_1", headers={"accept-language": language})
        assert answer.json()["detail"] == detail


async def test_a_key_is_needed_and_asked_for(api: httpx.AsyncClient, clinic: World) -> None:
    answer = await api.get("/sites", headers={"authorization": ""})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    elsewhere = {"authorization": f"Bearer {await clinic.key('makeplans')}"}
    assert (await api.get("/sites", headers=elsewhere)).status_code == 403
    assert (await api.get("/nowhere")).json()["type"].endswith("/no-route")
    assert (await api.put("/sites", json={})).headers["allow"] == "GET, HEAD, OPTIONS, POST"


async def test_100_writers_of_one_version_win_one_by_one_and_none_is_lost(
    api: httpx.AsyncClient, clinic: World
) -> None:
    path = f"/sites/site_{clinic.site}"
    await api.patch(path, json={"postcode": "0"})

    async def count_up() -> int:
        """One more than there is, read and written by its version; how often it was refused meanwhile."""
        for refused in range(1000):
            site = await api.get(path)
            sent = {"postcode": str(int(site.json()["postcode"]) + 1)}
            answer = await api.patch(path, json=sent, headers={"if-match": site.headers["etag"]})
            if answer.status_code == 200:
                return refused
            assert answer.status_code == 412
        raise AssertionError

    refusals = await asyncio.gather(*(count_up() for _ in range(100)))
    assert (await api.get(path)).json()["postcode"] == "100"
    assert sum(refusals) > 0


async def test_each_change_compares_the_version_also_when_there_is_nothing_to_change(
    api: httpx.AsyncClient, clinic: World
) -> None:
    """It is refused before, where the state does not allow the verb, or the sample names what is not there."""
    ids = await ids_of(clinic)
    for operation in OPERATIONS:
        if operation.writes and operation.tracked and operation.tracked.kind in ids:
            for _ in range(2):
                answer = await call(api, operation, ids, headers={"if-match": '"none"'})
                unknown = {fault["code"] for fault in answer.json().get("errors", ())} == {"unknown"}
                assert answer.status_code in {404, 409, 412} or unknown, f"{operation.id}: {answer.text}"
                done = await call(api, operation, ids)
                assert done.status_code != 500, f"{operation.id}: {done.text}"


async def test_if_match_of_anything_or_several(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/sites/site_{clinic.site}"
    tag = (await api.get(path)).headers["etag"]
    for sent, status in (("*", 200), ('"77", W/"none"', 412), ("none", 412)):
        answer = await api.patch(path, json={"phone": sent}, headers={"if-match": sent})
        assert answer.status_code == status, sent
    present = (await api.get(path)).headers["etag"]
    assert (await api.patch(path, json={}, headers={"if-match": tag})).status_code == 412
    several = {"if-match": f'"none", {present}'}
    assert (await api.patch(path, json={"phone": "1"}, headers=several)).status_code == 200


@asynccontextmanager
async def own_door(
    database_url: str, clinic: World, operation_id: str, **changes: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a door with nothing but this operation, changed so."""
    operation = msgspec.structs.replace(next(each for each in OPERATIONS if each.id == operation_id), **changes)

    async def key_of(request: WebRequest) -> str | None:
        return bearer(request)

    door = Door("old", "/old", build_router([endpoint(operation)]), key_of, say)
    app = create_app(WebSettings(), [door], lambda: open_pool(database_url, 1, 1), clock=clock)
    headers = {"authorization": f"Bearer {await clinic.key('old')}"}
    async with (
        running(app),
        httpx.AsyncClient(transport=transport_to(app), base_url="http://here/old", headers=headers) as client,
    ):
        yield client


async def test_a_version_that_no_action_compares_is_not_ignored(
    database_url: str, api: httpx.AsyncClient, clinic: World
) -> None:
    path = f"/sites/site_{clinic.site}"
    before = (await api.get(path)).json()
    unlike = next(each.tracked for each in OPERATIONS if each.id == "change_site")
    assert unlike is not None
    tracked = msgspec.structs.replace(unlike, kind="never")
    async with own_door(database_url, clinic, "change_site", tracked=tracked) as client:
        answer = await client.patch(path, json={"city": "Bergen"}, headers={"if-match": '"0"'})
    assert (answer.status_code, (await api.get(path)).json()) == (500, before)


async def test_what_is_going_to_end_says_so(database_url: str, clinic: World) -> None:
    ends = {"deprecated_at": datetime(2027, 1, 1, tzinfo=UTC), "sunset_at": datetime(2028, 1, 1, tzinfo=UTC)}
    async with own_door(database_url, clinic, "list_sites", **ends) as client:
        answer = await client.get("/sites")
    assert answer.headers["deprecation"] == "@1798761600"
    assert answer.headers["sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"


async def test_answers_say_how_much_is_left_of_the_limit(database_url: str, clinic: World) -> None:

    app = create_app(WebSettings(key_limit="2/3600"), [api_door], lambda: open_pool(database_url, 1, 1), clock=clock)
    headers = {"authorization": f"Bearer {await clinic.key('api')}"}
    async with (
        running(app),
        httpx.AsyncClient(transport=transport_to(app), base_url=BASE, headers=headers) as client,
    ):
        answers = [await client.get("/account") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["ratelimit"] for answer in answers] == [f'"key";r={left};t=3600' for left in (1, 0, 0)]
    assert answers[0].headers["ratelimit-policy"] == '"key";q=2;w=3600'
    assert answers[2].json()["retry_after"] == int(answers[2].headers["retry-after"])


async def test_the_catalog_of_apis_leads_to_the_document(api: httpx.AsyncClient) -> None:
    catalog = (await api.get("http://here/.well-known/api-catalog")).json()
    [links] = catalog["linkset"]
    assert links["anchor"] == BASE
    assert (await api.get(links["service-desc"][0]["href"])).json()["openapi"] == "3.1.1"
    assert (await api.get(links["service-doc"][0]["href"])).status_code == 200


@pytest.mark.parametrize("path", ["", "/problems/taken", "/operations/create_booking"])
async def test_the_documentation_is_found_at_the_root_of_the_server_too(api: httpx.AsyncClient, path: str) -> None:
    answer = await api.get(f"http://here/docs{path}")
    assert (answer.status_code, answer.headers["location"]) == (307, f"{BASE}/docs{path}")
    assert (await api.get(answer.headers["location"])).status_code == 200
    assert (await api.post(f"http://here/docs{path}")).status_code == 404


async def test_an_account_can_require_versions(api: httpx.AsyncClient, clinic: World) -> None:
    assert (await api.patch("/account", json={"policy": {"require_versions": True}})).status_code == 200
    path = f"/sites/site_{clinic.site}"
    refused = await api.patch(path, json={"city": "Bergen"})
    assert (refused.status_code, refused.json()["type"]) == (428, f"{BASE}/docs/problems/version-required")
    for if_match in ((await api.get(path)).headers["etag"], "*"):
        answer = await api.patch(path, json={"city": if_match}, headers={"if-match": if_match})
        assert answer.status_code == 200
    assert (await api.post("/sites", json={"name": "New"})).status_code == 201
