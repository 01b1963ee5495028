"""`kalends messages` shows what was sent, kept or dropped, and sends it once more."""

from collections.abc import AsyncIterator

import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.cli.messages import WHY
from kalends.engine.messages.decision import DROPPED
from kalends.jobs.sending import LEASE, Channel, send_some
from kalends.store.db import open_pool
from tests.cli.running import kalends
from tests.desk import made, visit
from tests.world import NOW, World, open_clinic


@pytest.fixture
async def clinic(own_database: str) -> AsyncIterator[World]:
    """A clinic that verifies by mail and has no mail server."""
    pool = await open_pool(own_database, 1, 4)
    clinic = await open_clinic(pool, verification="email")
    yield clinic
    await pool.close()


async def keep_all(clinic: World) -> None:
    while await send_some(Channel("email", None, "bookings@example.org", LEASE, lambda: NOW), clinic.db, NOW):
        pass


async def said(clinic: World, url: str, *arguments: str, code: int = 0) -> list[str]:
    ended, out, err = await kalends("messages", *arguments, "--account", clinic.account.slug, KALENDS_DATABASE_URL=url)
    assert ended == code, err
    return (out or err).splitlines()


async def test_what_was_kept_can_be_read_with_its_code(clinic: World, own_database: str) -> None:
    item = await made(clinic, visit(clinic, initiate=True))
    await keep_all(clinic)
    ((number, at, *columns),) = [line.split("\t") for line in await said(clinic, own_database, "list")]
    assert (at, columns[:5]) == (
        "2027-03-01 10:00",
        ["kept", "verification", "email", str(item.id), "kari@example.org"],
    )
    shown = await said(clinic, own_database, "show", number)
    assert shown[0] == f"Message: {number}, verification by email, kept"
    assert "To: kari@example.org" in shown
    assert any(item.verification_code in line for line in shown if item.verification_code)


async def test_what_was_not_sent_says_why(clinic: World, own_database: str) -> None:
    item = await made(clinic, visit(clinic))
    await change_item_state(clinic.ctx(), item.id, "cancel")
    await keep_all(clinic)
    (line,) = await said(clinic, own_database, "list", "--state", "dropped", "--item", str(item.id))
    assert line.endswith("the booking is in another state")
    (number, *_) = line.split("\t")
    assert "Not sent: the booking is in another state" in await said(clinic, own_database, "show", number)


async def test_a_message_is_sent_once_more_under_a_number_of_its_own(clinic: World, own_database: str) -> None:
    await made(clinic, visit(clinic))
    await keep_all(clinic)
    (number, *_) = (await said(clinic, own_database, "list"))[0].split("\t")
    (again,) = await said(clinic, own_database, "resend", number)
    states = [line.split("\t")[0:3:2] for line in await said(clinic, own_database, "list")]
    assert states == [[again, "waiting"], [number, "kept"]]


async def test_a_message_that_is_not_there(clinic: World, own_database: str) -> None:
    assert await said(clinic, own_database, "show", "0", code=1) == ["kalends: There is no message 0."]
    assert await said(clinic, own_database, "list", "--state", "lost", code=1) == ["kalends: State is not known."]


async def test_what_a_customer_refuses_is_noted_and_taken_back(clinic: World, own_database: str) -> None:
    kari = str(clinic.kari)
    assert await said(clinic, own_database, "refuse", kari) == ["Noted."]
    assert await said(clinic, own_database, "refuse", kari, "--kind", "confirmation", "--channel", "sms") == ["Noted."]
    refused = [line.split("\t")[:2] for line in await said(clinic, own_database, "refusals", kari)]
    assert refused == [["reminder", "email"], ["confirmation", "sms"]]
    assert await said(clinic, own_database, "accept", kari) == ["Noted."]
    (left,) = await said(clinic, own_database, "refusals", kari)
    assert left.startswith("confirmation\tsms\t")


async def test_what_must_be_known_can_not_be_refused(clinic: World, own_database: str) -> None:
    answer = await said(clinic, own_database, "refuse", str(clinic.kari), "--kind", "confirmation", code=1)
    assert answer == ["kalends: Kind can't be changed."]
    assert await said(clinic, own_database, "refuse", "0", code=1) == ["kalends: There is no customer 0."]
    assert await said(clinic, own_database, "refusals", "0") == []


def test_each_reason_not_to_send_has_words() -> None:
    assert set(WHY) == set(DROPPED)
