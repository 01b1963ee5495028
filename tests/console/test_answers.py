"""What browsers are told beside the page: what may be loaded and kept, and by whom changes may be asked for."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.console.conftest import EMAIL
from tests.desk import PATIENCE
from tests.world import World

LOGIN = {"account": "demo", "email": "nobody@example.org", "password": "guessed wrong"}


@pytest.fixture
async def client(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{address}/console", timeout=PATIENCE) as client:
        yield client


async def test_pages_load_only_what_is_their_own(client: httpx.AsyncClient) -> None:
    answer = await client.get("/login")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "style=" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_files_are_kept_for_ever_under_the_name_of_their_content(client: httpx.AsyncClient) -> None:
    page = (await client.get("/login")).text
    path = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = await client.get(path.removeprefix("/console"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in answer.headers["cache-control"]
    assert (await client.get("/static/console.css")).status_code == 404


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]
)
async def test_pages_of_other_sites_change_nothing(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await client.post("/login", data=LOGIN, headers=headers)
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert "You may not do this" in answer.text


async def test_where_browsers_keep_no_cookie_nobody_is_asked_again_and_again(
    clinic: World, password: str, client: httpx.AsyncClient
) -> None:
    sent = {"account": clinic.account.slug, "email": EMAIL, "password": password}
    answer = await client.post("/login", data=sent, headers={"host": "booking.example"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (422, False)
    assert "over HTTPS" in answer.text
    assert (await client.post("/login", data=sent)).status_code == 303


async def test_a_key_or_a_made_up_cookie_opens_nothing(clinic: World, client: httpx.AsyncClient) -> None:
    key = await clinic.key("api")
    for sent in ({"authorization": f"Bearer {key}"}, {"cookie": "__Host-kalends-console=made-up"}):
        answer = await client.get("/account", headers=sent)
        assert (answer.status_code, answer.headers["location"].rpartition("/")[2]) == (303, "login?next=%2Faccount")
    assert (await client.get("/account", headers={"cookie": f"__Host-kalends-console={key}"})).status_code == 403


async def test_an_unknown_method_and_a_page_that_is_no_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/logout")
    assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")
    assert "Go back and use the button" in answer.text
    assert (await client.post("/login", content=b"\xff=1")).status_code == 400


async def test_a_change_without_a_login_says_that_it_was_not_made(client: httpx.AsyncClient) -> None:
    answer = await client.post("/account/password", data={"password": "guessed wrong"})
    assert answer.status_code == 401
    assert "Nothing was changed. Log in and do it again." in answer.text
