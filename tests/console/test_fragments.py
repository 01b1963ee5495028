"""What scripts of a page ask for and put into it: the part that differs between pages, and where a form leads to."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.console.conftest import EMAIL
from tests.desk import PATIENCE
from tests.world import World


@pytest.fixture
async def script(clinic: World, password: str, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A script of a page that Marit has open."""
    async with httpx.AsyncClient(base_url=f"{address}/console", timeout=PATIENCE) as client:
        sent = {"account": clinic.account.slug, "email": EMAIL, "password": password}
        login = await client.post("/login", data=sent)
        cookie = login.headers["set-cookie"].partition(";")[0]
        client.headers.update({"x-fragment": "yes", "cookie": cookie, "accept-language": "en"})
        yield client


async def test_a_fragment_is_a_page_without_its_frame(script: httpx.AsyncClient) -> None:
    answer = await script.get("/account")
    assert answer.status_code == 200
    assert answer.text.startswith("<title>Your login</title>")
    assert "<h1>Your login</h1>" in answer.text
    assert "<html" not in answer.text
    assert "<header" not in answer.text
    assert "X-Fragment" in answer.headers["vary"]


async def test_what_was_wrong_and_errors_are_fragments_too(script: httpx.AsyncClient) -> None:
    refused = await script.post("/account/password", data={})
    assert (refused.status_code, "<html" in refused.text) == (422, False)
    assert 'id="summary"' in refused.text
    unknown = await script.get("/sites/1")
    assert (unknown.status_code, "<html" in unknown.text) == (404, False)


async def test_a_form_that_leads_on_says_where_to(script: httpx.AsyncClient) -> None:
    answer = await script.post("/logout")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["x-location"].startswith("/console/login?account=")
    out = await script.get("/account")
    assert (out.status_code, out.headers["x-location"]) == (204, "/console/login?next=%2Faccount")


@pytest.mark.parametrize("until", [-99999999999, 9999999999, 253402300800, 999999999999])
async def test_hours_that_no_clock_shows_are_passed_over(clinic: World, script: httpx.AsyncClient, until: int) -> None:
    path = f"/sites/{clinic.site}/day/2027-03-28?lanes={clinic.ada}"
    asked = await script.get(f"{path}&from={until - 60}&until={until}")
    assert asked.status_code == 200
