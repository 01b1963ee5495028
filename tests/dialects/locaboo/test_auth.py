"""The key is a parameter of each call, wherever that stands."""

import io
from typing import Any

import pytest

from kalends.actions.accounts.keys import create_key, revoke_for_operator
from kalends.engine.accounts.principal import system
from kalends.web import logs
from tests.dialects.locaboo.venue import Venue, refused, worked

NO_KEY = "api_secret_key is missing or not valid"
JSON = {"content-type": "application/json"}


async def key(venue: Venue) -> str:
    return await venue.world.key("locaboo")


def keyless(venue: Venue) -> Any:
    """The client without the key that it puts into each query."""
    venue.client.params = {}
    return venue.client


@pytest.mark.parametrize("spelled", ["{}", " {} ", "%20{}%0A", "{}&api_secret_key2=x"])
async def test_a_key_in_the_query(venue: Venue, spelled: str) -> None:
    secret, client = await key(venue), keyless(venue)
    response = await client.get("/customer_list?api_secret_key=" + spelled.format(secret))
    assert worked(response)["total"] == 2


@pytest.mark.parametrize("way", ["data", "json", "files"])
async def test_a_key_in_the_body(venue: Venue, way: str) -> None:
    fields = {"api_secret_key": await key(venue), "first_name": "Eva"}
    sent = {name: (None, value) for name, value in fields.items()} if way == "files" else fields
    assert worked(await keyless(venue).post("/customer_add", **{way: sent}))["data"]


async def test_a_key_in_the_body_of_a_get(venue: Venue) -> None:
    content = b'{"api_secret_key": "%s"}' % (await key(venue)).encode()
    assert worked(await keyless(venue).request("GET", "/customer_list", content=content))["total"] == 2


async def test_a_blank_key_in_the_query_leaves_that_of_the_body(venue: Venue) -> None:
    body = {"api_secret_key": await key(venue), "first_name": "Eva"}
    assert worked(await keyless(venue).post("/customer_add?api_secret_key=", json=body))["data"]


@pytest.mark.parametrize("secret", [None, "", " ", "nobody", ["x"], {"a": 1}, 7, True])
async def test_no_key(venue: Venue, secret: object) -> None:
    client = keyless(venue)
    assert refused(await client.post("/customer_add", json={"api_secret_key": secret}), 401) == NO_KEY
    assert refused(await client.get("/customer_list?api_secret_key=nobody"), 401) == NO_KEY
    assert refused(await client.get("/customer_list"), 401) == NO_KEY


async def test_a_key_of_another_door_or_one_taken_back(venue: Venue) -> None:
    other = await venue.world.key("makeplans")
    _, gone = await create_key(venue.world.ctx(), "locaboo")
    await revoke_for_operator(venue.world.db, venue.world.now, gone, system("tests"))
    for secret, status in ((other, 403), (gone, 401)):
        refused(await keyless(venue).get(f"/customer_list?api_secret_key={secret}"), status)


async def test_a_header_is_no_parameter(venue: Venue) -> None:
    bearer = {"authorization": f"Bearer {await key(venue)}"}
    assert refused(await keyless(venue).get("/customer_list", headers=bearer), 401) == NO_KEY


async def test_no_log_has_the_key(venue: Venue) -> None:
    out, secret = io.BytesIO(), await key(venue)
    logs.configure("debug", out)
    try:
        for path in ("/customer_list", "/nothing"):
            await keyless(venue).get(f"{path}?api_secret_key={secret}")
        await keyless(venue).post("/customer_add", data={"api_secret_key": secret, "first_name": "Eva"})
    finally:
        logs.configure("warning")
    assert out.getvalue().count(b'"request"') == 3
    assert secret.encode() not in out.getvalue()
