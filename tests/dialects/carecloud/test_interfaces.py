"""Which resources each interface has, the calls that need no token, and errors of any request."""

import httpx
import pytest

from kalends.dialects.carecloud.interfaces import OpenRoute, Route
from kalends.dialects.carecloud.routes import ROUTES, door
from kalends.notices.texts import LANGUAGES
from kalends.store.db import open_pool
from kalends.web.config import WebSettings
from kalends.web.shell import create_app
from tests.dialects.carecloud.festival import CHECKED, CUSTOMER, ENTERPRISE, HOST, Festival, refused, token_of, worked
from tests.dialects.conftest import Connect
from tests.web.toy import running, transport_to
from tests.world import clock

ELSEWHERE = [route for route in ROUTES if len(route.interfaces) == 1]


@pytest.mark.parametrize("route", ELSEWHERE, ids=lambda route: f"{route.methods} {route.path}")
async def test_a_resource_of_the_other_interface(festival: Festival, route: Route | OpenRoute) -> None:
    is_customers = route.interfaces == ("customer",)
    client, name = (festival.anybody, "Enterprise") if is_customers else (festival.visitor, "Customer")
    resource = route.path.split("/")[1]
    error = refused(await client.request(route.methods, route.path), 403)
    assert (error["type"], error["exception"]) == ("interface_not_allowed_exception",) * 2
    assert error["error_data"] == {"invalid_resource_name": resource, "interface": name}


async def test_a_token_of_the_other_interface(festival: Festival, connect: Connect) -> None:
    for base, token, name in (
        (ENTERPRISE, festival.token, "Enterprise"),
        (CUSTOMER, await token_of(festival.world, "owner", "per@example.org"), "Customer"),
    ):
        client = connect(base, headers={"authorization": f"Bearer {token}"}, **CHECKED)
        error = refused(await client.get("/customers"), 403)
        assert error["error_data"] == {"invalid_resource_name": "customers", "interface": name}


async def test_a_key_of_the_door_is_a_token(festival: Festival, connect: Connect) -> None:
    key = await festival.world.key("carecloud")
    worked(await connect(ENTERPRISE, headers={"authorization": f"Bearer {key}"}, **CHECKED).get("/customers"))


@pytest.mark.parametrize(
    ("sent", "reversed_"),
    [
        ({"test_string": "Hello World!"}, "!dlroW olleH"),
        ({"test_string": "Hello, žluťoučký!"}, "!ýkčuoťulž ,olleH"),
        ({}, ""),
    ],
)
async def test_the_connection(festival: Festival, sent: dict[str, str], reversed_: str) -> None:
    for client in (festival.anybody, festival.visitor):
        assert worked(await client.get("/tests/connection", params=sent)) == {"test_string": reversed_}


async def test_languages(festival: Festival) -> None:
    data = worked(await festival.anybody.get("/languages"))
    assert [row["language_id"] for row in data["languages"]] == list(LANGUAGES)
    assert data["total_items"] == len(LANGUAGES)
    data = worked(await festival.anybody.get("/languages", params={"default_language": "true"}))
    assert data == {"languages": [{"language_id": "cs", "state": 1}], "total_items": 1}
    refused(await festival.anybody.get("/languages", params={"language_list_type": "x"}))


@pytest.mark.parametrize(
    ("header", "title"),
    [
        (None, "Nenalezeno"),
        ("cs, en-gb;q=0.8", "Nenalezeno"),
        ("de-AT", "Nicht gefunden"),
        ("en-gb", "Not found"),
        ("fr", "Not found"),
    ],
)
async def test_the_language_of_errors(connect: Connect, header: str | None, title: str) -> None:
    client = connect(ENTERPRISE, headers={} if header is None else {"accept-language": header})
    assert refused(await client.get("/nothing"), 404)["title"] == title


async def test_a_method_that_is_not_there(festival: Festival) -> None:
    answer = await festival.client.request("PATCH", "/customers")
    error = refused(answer, 405)
    assert error["error_data"] == {"http_method": "PATCH"}
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


async def test_an_interface_that_is_not_there(connect: Connect) -> None:
    for path in ("/partner-interface/v1.0/customers", "/enterprise-interface/v2.0/customers", "/customers"):
        refused(await connect(HOST).get(path), 404)


async def test_a_body_that_is_no_json(festival: Festival) -> None:
    error = refused(
        await festival.client.post("/customers", content=b"{", headers={"content-type": "application/json"})
    )
    assert error["detail"] == "The request can't be read."


async def test_on_a_host_of_its_own_the_paths_are_the_vendors(database_url: str) -> None:
    settings = WebSettings(door_hosts={"sandbox.example": "carecloud"})
    app = create_app(settings, [door], lambda: open_pool(database_url, 1, 1), clock=clock)
    base_url = "http://sandbox.example/webservice/rest-api/enterprise-interface/v1.0"
    async with running(app), httpx.AsyncClient(transport=transport_to(app), base_url=base_url) as client:
        assert worked(await client.get("/tests/connection", params={"test_string": "ab"})) == {"test_string": "ba"}
