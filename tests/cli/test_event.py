from datetime import UTC, datetime

import pytest

from kalends.provision.apply import apply
from kalends.provision.description import read
from kalends.store.db import open_pool
from tests.cli.running import kalends

BAKERY = read(
    {
        "slug": "bakery",
        "time_zone": "UTC",
        "currency": "EUR",
        "country": "DE",
        "events": [{"title": "Open day", "day": "2027-06-05", "starts": "10:00", "ends": "24:00"}],
    }
)


@pytest.fixture
async def url(own_database: str) -> str:
    """A bakery with an open day."""
    pool = await open_pool(own_database, 1, 1)
    await apply(pool, datetime(2027, 3, 1, tzinfo=UTC), BAKERY)
    await pool.close()
    return own_database


async def said(url: str, *arguments: str) -> list[str]:
    code, out, err = await kalends("event", *arguments, "--account", "bakery", KALENDS_DATABASE_URL=url)
    assert code == 0, err
    return out.splitlines()


async def wrong(url: str, *arguments: str) -> str:
    code, out, err = await kalends("event", *arguments, "--account", "bakery", KALENDS_DATABASE_URL=url)
    assert (code, out) == (1, "")
    return err.splitlines()[-1]


async def test_documents_about_an_event(url: str) -> None:
    ((event_id, *event),) = [line.split("\t") for line in await said(url, "list")]
    assert event == ["2027-06-05", "2027-06-05", "Open day"]
    assert await said(url, "document", "--event", event_id, "--kind", "offer", "--amount", "120.5") == ["OFFER 1"]
    ((document_id, *offer),) = [line.split("\t") for line in await said(url, "documents", "--event", event_id)]
    assert (offer[:3], offer[4]) == (["offer", "OFFER 1", "120.50"], "open")
    await said(url, "process", document_id, "--day", "2127-06-05")
    ((*_, processed),) = [line.split("\t") for line in await said(url, "documents", "--event", event_id)]
    assert processed == "2127-06-05"


async def test_what_cannot_be_is_said_in_one_line(url: str) -> None:
    ((event_id, *_),) = [line.split("\t") for line in await said(url, "list")]
    add = ("document", "--event", event_id, "--kind")
    assert await wrong(url, *add, "poster") == "kalends: Kind is not known."
    assert await wrong(url, *add, "invoice", "--invoice", "2027-0001") == "kalends: There is no invoice 2027-0001."
    assert await wrong(url, "documents", "--event", "0") == "kalends: There is no event 0."
