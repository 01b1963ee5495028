"""What the customer of an item is still to be told, through the API."""

import httpx
import pytest

from kalends.actions.messages.bounces import mark_bounced
from kalends.engine.bookings.request import MessageOverrides
from tests.desk import made, visit
from tests.world import World

_IN_AN_HOUR = MessageOverrides({("confirmation", "email"): True}, 3600)


@pytest.fixture
async def path(clinic: World) -> str:
    """Of what Kari is told in an hour: that she has booked."""
    booked = await made(clinic, visit(clinic, messages=_IN_AN_HOUR))
    return f"/items/item_{booked.id}/waiting-message"


async def test_it_is_seen_told_later_and_withdrawn(api: httpx.AsyncClient, path: str) -> None:
    seen = (await api.get(path)).json()
    assert (seen["template"], seen["address"], seen["due_at"]) == (
        "confirmation",
        "kari@example.org",
        "2027-03-01T11:00:00+01:00",
    )
    assert "11:00–12:00" in seen["text"]
    later = await api.patch(path, json={"due_at": "2027-03-02T08:00:00"})
    assert (later.status_code, later.json()["due_at"]) == (200, "2027-03-02T08:00:00+01:00")
    assert (await api.delete(path)).status_code == 204
    gone = await api.get(path)
    assert (gone.status_code, gone.json()["type"].rpartition("/")[2]) == (404, "not-found")
    assert (await api.delete(path)).status_code == 404
    assert (await api.patch(path, json={"due_at": "2027-03-02T08:00:00"})).status_code == 404


async def test_who_can_not_be_reached_is_not_told_and_it_is_said_why(
    api: httpx.AsyncClient, clinic: World, path: str
) -> None:
    await mark_bounced(clinic.ctx(), "kari@example.org")
    for answer in (await api.get(path), await api.patch(path, json={"due_at": "2027-03-02T08:00:00"})):
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (422, "unreachable")
        assert answer.json()["errors"][0]["detail"] == "tar ikke imot meldinger lenger"
    assert (await api.delete(path)).status_code == 204


async def test_it_is_told_within_sixty_days(api: httpx.AsyncClient, path: str) -> None:
    refused = await api.patch(path, json={"due_at": "2028-03-02T08:00:00Z"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/due_at")


async def test_what_was_changed_without_a_word_is_told_after_all(api: httpx.AsyncClient, clinic: World) -> None:
    item = f"/items/item_{(await made(clinic, visit(clinic))).id}"
    path = f"{item}/waiting-message"
    assert (await api.post(path, json={})).status_code == 412
    assert (await api.post(f"{item}/move", json={"from": "2027-03-01T14:00", "notify": False})).status_code == 200
    told = await api.post(path, json={"due_at": "2027-03-01T15:00:00"})
    assert (told.status_code, told.json()["template"]) == (201, "modification")
    assert "14:00–15:00" in told.json()["text"]
    assert (await api.post(path, json={})).status_code == 412
