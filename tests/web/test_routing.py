"""Whatever way a request spells its path, it finds its door; and a door that has nothing there says so itself."""

from collections.abc import AsyncIterator

import httpx
import pytest

from kalends.store.db import Db
from kalends.web.config import WebSettings
from tests.web.toy import door, served, shell
from tests.world import open_clinic

SETTINGS = WebSettings(door_hosts={"toy.example": "toy"}, trust_proxy=True)


@pytest.fixture
async def client(db: Db, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    key = await (await open_clinic(db)).key("toy")
    doors = [door(), door("other", "/api/v1")]
    async with served(shell(database_url, SETTINGS, doors), key) as client:
        yield client


@pytest.mark.parametrize(
    "url",
    [
        "http://here/toy/api/v1/things/7",
        "http://here/toy/api/v1/things/7/",
        "http://here/toy/api/v1/things/7.json?",
        "http://here/toy/api/v1/things/7/.json",
        "http://here/toy//api/v1///things//7",
        "http://here//toy/api/v1/things/7//",
        "http://here/toy/api/v1/numbered/7",
        "http://toy.example/toy/api/v1/things/7",
        "http://toy.example/api/v1/things/7",
        "http://TOY.example:8000/things/7.json",
        "http://toy.example//api//v1/things/7/",
    ],
)
async def test_clients_spell_paths_as_they_like(client: httpx.AsyncClient, url: str) -> None:
    answer = await client.get(url)
    assert (answer.status_code, answer.json()["id"]) == (200, 7)


@pytest.mark.parametrize(
    ("url", "headers", "link"),
    [
        ("http://here:81/toy/api/v1/links", {}, "http://here:81/toy/api/v1/things?page=2"),
        ("https://toy.example/api/v1//links", {}, "https://toy.example/api/v1/things?page=2"),
        ("https://toy.example/links", {}, "https://toy.example/things?page=2"),
        (
            "http://here/toy/api/v1/links",
            {"x-forwarded-proto": "https", "x-forwarded-host": "shop.example", "x-forwarded-prefix": "/book/"},
            "https://shop.example/book/toy/api/v1/things?page=2",
        ),
    ],
)
async def test_links_lead_where_the_caller_came_from(
    client: httpx.AsyncClient, url: str, headers: dict[str, str], link: str
) -> None:
    assert (await client.get(url, headers=headers)).json() == link


async def test_forwarded_headers_are_believed_of_a_trusted_proxy_only(db: Db, database_url: str) -> None:
    key = await (await open_clinic(db)).key("toy")
    async with served(shell(database_url), key) as client:
        answer = await client.get("/links", headers={"x-forwarded-host": "elsewhere.example"})
    assert answer.json() == "http://here/toy/api/v1/things?page=2"


@pytest.mark.parametrize(
    "url",
    [
        "/nowhere",
        "/links%0A",
        "/things/7/8",
        "/things/7%00",
        f"/numbered/{2**63}",
        f"/numbered/{'7' * 5000}",
        "http://toy.example/nowhere",
        "http://toy.example/other/api/v1/things/7",
    ],
)
async def test_the_door_says_that_there_is_nothing(client: httpx.AsyncClient, url: str) -> None:
    answer = await client.get(url)
    assert (answer.status_code, answer.json()) == (404, {"toy": "route_not_found"})


async def test_the_door_says_that_a_method_is_not_for_this_path(client: httpx.AsyncClient) -> None:
    for method in ("DELETE", "PURGE"):
        answer = await client.request(method, "/things/7")
        assert (answer.status_code, answer.json()) == (405, {"toy": "method_not_allowed"})


async def test_a_path_tells_of_all_its_methods(client: httpx.AsyncClient) -> None:
    for path, allowed in (("/things", "OPTIONS, POST, PUT"), ("/things/7", "GET, HEAD, OPTIONS")):
        answer = await client.options(path)
        assert (answer.status_code, answer.headers["allow"]) == (204, allowed)


async def test_a_word_goes_before_a_parameter(client: httpx.AsyncClient) -> None:
    assert (await client.get("/things/links")).json() == "http://here/toy/api/v1/things?page=2"


@pytest.mark.parametrize("url", ["http://here/toy", "http://here/toy/api/v10", "http://here/toyapi/v1"])
async def test_what_is_no_door_s_is_answered_plainly(client: httpx.AsyncClient, url: str) -> None:
    answer = await client.get(url)
    assert (answer.status_code, answer.json()) == (404, {"error": "route_not_found"})


async def test_a_person_finds_the_way_from_the_first_page(client: httpx.AsyncClient) -> None:
    html = {"accept": "text/html,*/*;q=0.8"}
    first = await client.get("http://here/", headers=html)
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    base = first.text.split('href="')[2].split('"')[0]
    assert base == "http://here/toy/api/v1"
    page = await client.get(base, headers=html)
    assert page.status_code == 200
    assert "kalends key create --account ACCOUNT --door toy" in page.text
    assert "All of &lt;toys&gt;." in page.text
    assert "script" not in page.headers["content-security-policy"]


async def test_a_program_is_told_the_same(client: httpx.AsyncClient) -> None:
    assert (await client.get("http://here/")).json()["doors"] == {
        "other": "http://here/api/v1",
        "toy": "http://here/toy/api/v1",
    }
    for url in ("http://toy.example/", "http://toy.example/api/v1/", "http://here/toy/api/v1"):
        about = (await client.get(url)).json()
        assert (about["name"], about["coverage"], about["show_key"]) == ("toy", "All of <toys>.", "a bearer")
        assert (await client.get(about["url"])).json() == about
    assert (await client.head("http://here/toy/api/v1")).status_code == 200
    assert (await client.post("http://here/toy/api/v1")).status_code == 404


async def test_a_front_page_is_behind_the_proxy_too(client: httpx.AsyncClient) -> None:
    forwarded = {"x-forwarded-proto": "https", "x-forwarded-host": "shop.example", "x-forwarded-prefix": "/book"}
    assert (await client.get("http://here/", headers=forwarded)).json()["doors"]["toy"] == (
        "https://shop.example/book/toy/api/v1"
    )


async def test_operators_are_served_on_every_host(client: httpx.AsyncClient) -> None:
    for host in ("here", "toy.example"):
        assert (await client.get(f"http://{host}/readyz")).json() == {"ready": True}


async def test_a_bad_host_is_malformed(client: httpx.AsyncClient) -> None:
    answer = await client.get("/things/7", headers={"host": "a b"})
    assert (answer.status_code, answer.json()) == (400, {"toy": "malformed"})
