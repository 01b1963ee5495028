"""Limits hold across workers, and are off unless they are set."""

import secrets
from datetime import timedelta

import pytest

from kalends.engine.accounts.rate_limit import Limit
from kalends.store.accounts.rate_limits import count_hit, forget_hits
from kalends.store.db import Db
from kalends.web.config import WebSettings
from kalends.web.limits import address, parse
from tests.web.toy import served, shell
from tests.world import NOW, open_clinic


async def test_a_key_is_limited_across_workers(db: Db, database_url: str) -> None:
    key = await (await open_clinic(db)).key("toy")
    settings = WebSettings(key_limit="3/3600")
    async with served(shell(database_url, settings), key) as one, served(shell(database_url, settings), key) as other:
        answers = [await worker.get("/things/7") for worker in (one, other, one, other)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json() == {"toy": "limited"}
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 3600


async def test_an_address_is_limited_before_its_key_is_looked_at(database_url: str) -> None:
    settings = WebSettings(address_limit="2/3600", trust_proxy=True)
    net = f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}"
    async with served(shell(database_url, settings)) as client:
        statuses = [
            (await client.get("/things/7", headers={"x-forwarded-for": f"{net}::{host}"})).status_code
            for host in ("1", "2", "3")
        ]
        elsewhere = await client.get("/things/7", headers={"x-forwarded-for": "2001:db8:1::1, 2001:db8:2::1"})
    assert (statuses, elsewhere.status_code) == ([401, 401, 429], 401)


async def test_what_a_caller_says_of_its_address_is_not_believed(database_url: str) -> None:
    settings = WebSettings(address_limit="2/3600", trust_proxy=True)
    caller = f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"
    async with served(shell(database_url, settings)) as client:
        statuses = [
            (
                await client.get("/things/7", headers=[("x-forwarded-for", made_up), ("x-forwarded-for", caller)])
            ).status_code
            for made_up in ("192.0.2.1", "192.0.2.2", "192.0.2.3, 192.0.2.4")
        ]
    assert statuses == [401, 401, 429]


async def test_a_new_window_begins_at_nothing(db: Db) -> None:
    subject, later = secrets.token_hex(8), NOW + timedelta(seconds=20)
    assert [await count_hit(db, subject, start) for start in (NOW, NOW, later)] == [1, 2, 1]
    await forget_hits(db, later)
    assert [await count_hit(db, subject, start) for start in (NOW, later)] == [1, 2]


def test_a_limit_is_count_and_seconds() -> None:
    assert (parse("80/20"), parse("")) == (Limit(80, 20), None)
    for bad in ("80", "80/", "/20", "0/20", "80/0", "a/b", "-1/5"):
        with pytest.raises(ValueError, match="COUNT/SECONDS"):
            parse(bad)


def test_an_ipv6_address_counts_as_its_network() -> None:
    assert address("2001:db8::1") == address("2001:db8::ffff") != address("2001:db8:0:1::1")
    assert address("192.0.2.1") != address("192.0.2.2")
