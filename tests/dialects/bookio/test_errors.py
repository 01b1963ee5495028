"""Tokens, scopes, and whatever can't be answered: always in the envelope, always with a code of the page."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from kalends.actions.accounts.keys import create_key, revoke_for_operator
from kalends.actions.catalog.sites import add_site, change_site
from kalends.dialects.bookio.errors import ANSWERS, CODES, PAYMENT, answer
from kalends.dialects.bookio.routes import door
from kalends.engine.accounts.principal import system
from kalends.engine.catalog.site import SitePatch
from kalends.store.db import open_pool
from kalends.web import problems
from kalends.web.config import WebSettings
from kalends.web.shell import create_app
from tests.dialects.bookio.practice import BASE, Practice, refused, worked
from tests.dialects.conftest import Connect
from tests.rules.test_answers import sample
from tests.web.calls import call_with
from tests.web.toy import running, transport_to

TOKEN = ["20: Invalid token or missing access rights"]
PERMISSION = ["403: You don't have enough permissions for this"]


async def test_a_token_is_needed(practice: Practice, connect: Connect) -> None:
    world = practice.world
    _, gone = await create_key(world.ctx(), "bookio")
    await revoke_for_operator(world.db, world.now, gone, system("tests"))
    for shown in ({}, {"authorization": "Bearer nobody"}, {"authorization": f"Bearer {gone}"}):
        client = connect(BASE, headers=shown)
        for path in ("/facilities/cgm", "/reservations"):
            assert refused(await client.get(path)) == TOKEN
    elsewhere = {"authorization": f"Bearer {await world.key('makeplans')}"}
    assert refused(await connect(BASE, headers=elsewhere).get("/reservations")) == PERMISSION


async def test_scopes(practice: Practice, connect: Connect) -> None:
    reads = await practice.limited_client(connect, "read", here=False)
    books = await practice.limited_client(connect, "read", "book", here=False)
    reservation_id = await practice.book()
    for path in ("/facilities/cgm", "/calendars", "/reservations", "/blockedTimes"):
        worked(await reads.get(path))
    worked(await reads.put(f"/reservations/{reservation_id}/sync", json={"externalId": 5}))
    for client, path, body in (
        (reads, "/reservations", practice.new_reservation(2, 11)),
        (reads, f"/reservations/{reservation_id}/status", {"status": "CANCELLED"}),
        (reads, f"/reservations/{reservation_id}/term", {"dateFrom": practice.at(11)}),
        (books, "/calendars", practice.new_calendar()),
        (books, f"/calendars/{practice.world.ada}", practice.new_calendar()),
        (books, f"/calendars/{practice.world.ada}/end", {"validTo": practice.day()}),
    ):
        assert refused(await client.post(path, json=body)) == PERMISSION
    worked(await books.post("/reservations", json=practice.new_reservation(2, 11)))


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [
        ("GET", "/nothing", "404: Not found"),
        ("GET", "/facilities", "404: Not found"),
        ("GET", "/reservations/7", "404: Not found"),
        ("DELETE", "/reservations", "404: The path does not take this method"),
        ("GET", "/blockedTimes/7/term", "404: The path does not take this method"),
    ],
)
async def test_paths_and_methods_that_are_none(practice: Practice, method: str, path: str, error: str) -> None:
    assert refused(await practice.client.request(method, path)) == [error]


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff", b'"x"', b'{"a": ' * 200 + b"1" + b"}" * 200])
async def test_bodies_that_are_none(practice: Practice, content: bytes) -> None:
    headers = {"content-type": "application/json"}
    (error,) = refused(await practice.client.post("/reservations", content=content, headers=headers))
    assert error.startswith("10: ")


async def test_forms_are_read_too(practice: Practice) -> None:
    sent = {name: str(value) for name, value in practice.new_reservation().items()}
    worked(await practice.client.post("/reservations", data=sent))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("sk", "10: status je povinné"),
        ("cs-CZ", "10: status je povinné"),
        ("de", "10: status fehlt"),
        ("en", "10: status is required"),
        ("tlh", "10: status is required"),
        (None, "10: status is required"),
    ],
)
async def test_the_language(practice: Practice, lang: str | None, text: str) -> None:
    reservation_id = await practice.book()
    params = {} if lang is None else {"lang": lang, "someParam": "1"}
    answered = await practice.client.put(f"/reservations/{reservation_id}/status", json={}, params=params)
    assert refused(answered) == [text]


async def test_a_server_that_is_about_to_stop(practice: Practice, database_url: str, tmp_path: Path) -> None:
    drain_file = tmp_path / "draining"
    app = create_app(WebSettings(drain_file=drain_file), [door], lambda: open_pool(database_url, 1, 1))
    async with running(app), httpx.AsyncClient(transport=transport_to(app), base_url=BASE) as client:
        drain_file.touch()
        response = await client.get("/reservations")
        assert refused(response, 503) == ["666: The service is not available; try again shortly"]
        assert response.headers["retry-after"]


def test_every_code_is_one_of_the_page() -> None:
    answered = {answer(sample(kind), call_with()).body.split(b'"errors":["')[1].split(b":")[0] for kind in ANSWERS}
    assert {code.decode() for code in answered} == {*CODES} - {PAYMENT} - {"40"} | {"10"}
    statuses = {answer(sample(kind), call_with()).status for kind in ANSWERS}
    assert statuses == {400, 429, 500, 503}
    assert answer(sample(problems.Unexpected), call_with()).status == 500


async def test_a_facility_lacks_what_is_not_known(practice: Practice) -> None:
    ctx = practice.world.ctx()
    await add_site(ctx, SitePatch(name="Gone", active=False))
    await change_site(ctx, practice.world.site, SitePatch(postcode="0150 A"))
    (facility,) = worked(await practice.client.get("/facilities/cgm"))["facilities"]
    assert facility == {
        "id": practice.world.site,
        "name": "Clinic",
        "address": {
            "street": "",
            "city": "",
            "postcode": "0150 A",
            "country": None,
            "gps": None,
        },
        "contact": {"phone": None, "email": None},
        "timeZone": "Europe/Oslo",
    }


@pytest.mark.parametrize(
    ("sent", "shown"), [("2027-03-28T02:30:00", "2027-03-28T03:30:00"), ("2027-10-31T02:30:00", "2027-10-31T02:30:00")]
)
async def test_hours_that_do_not_come_or_come_twice(practice: Practice, sent: str, shown: str) -> None:
    times: dict[str, Any] = {"dateFrom": sent, "dateTo": f"{sent[:10]}T12:00:00"}
    await practice.block(1, 9, 10, **times)
    (row,) = worked(await practice.client.get("/blockedTimes"))["blockedTimes"]
    assert row["dateFrom"] == shown
