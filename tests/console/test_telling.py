"""Whoever changes a booking sees what its customer will be told, and says whether and when."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from kalends.actions.messages.log import list_messages
from kalends.engine.messages.message import MessageQuery, OutboxMessage
from tests.console.desk_client import desk
from tests.console.screens import item_screen, physio
from tests.console.test_moving import weekly
from tests.desk import DAY, HOUR
from tests.world import World


async def waiting(clinic: World) -> list[OutboxMessage]:
    """What waits to be sent to customers."""
    return [each for each in await list_messages(clinic.ctx(), MessageQuery()) if each.audience == "customer"]


def letter(page: str) -> str:
    """The message that a page shows."""
    return page.partition('class="paper"')[2].partition("</div>")[0]


async def test_a_move_shows_the_message_with_the_new_time(clinic: World, password: str, address: str) -> None:
    path = item_screen(clinic, await physio(clinic))
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/move")
        assert letter(marit.page) == ""
        await marit.open(f"{path}/move?take={clinic.ada} 0 2027-03-02T09:30")
        assert "Free: Tuesday, 2 March 2027, 09:30–10:15, Ada" in marit.page
        assert "tirsdag 2. mars 2027, 09:30–10:15" in letter(marit.page)
        assert "mandag 1. mars 2027, 11:00–11:45" in letter(marit.page)
        await marit.open(f"{path}/move?start=2027-03-01T11:00&end=2027-03-01T11:45")
        assert letter(marit.page) == ""
    assert await waiting(clinic) == []


async def test_a_time_that_is_taken_says_by_whom_and_what_is_free_near_it(
    clinic: World, password: str, address: str
) -> None:
    path = item_screen(clinic, await physio(clinic))
    await physio(clinic, 2 * HOUR, customer_id=clinic.ola)
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/move?start=2027-03-01T13:00&end=2027-03-01T13:45&resource={clinic.ada}")
        assert "Ola Nordmann" in marit.page
        assert 'value="2027-03-01T13:00"' in marit.page
        assert "Free near that time:" in marit.page


async def test_all_dates_of_a_series_are_in_the_message_and_on_the_button(
    clinic: World, password: str, address: str
) -> None:
    path = item_screen(clinic, (await weekly(clinic))[1])
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/move?start=2027-03-08T13:00&scope=following")
        assert "Move 3 dates" in marit.page
        assert all(f"{day}. mars 2027, 13:00–13:45" in letter(marit.page) for day in (8, 15, 22))
        await marit.open(f"{path}/cancel?scope=all&reason=Ada is ill.")
        assert "Cancel 4 dates" in marit.page
        assert "Ada is ill." in letter(marit.page)


@pytest.mark.parametrize(("tell", "waits"), [("yes", timedelta(seconds=30)), ("later", 5 * HOUR), ("no", None)])
async def test_a_customer_is_told_at_once_later_or_not(
    clinic: World, password: str, address: str, tell: str, waits: timedelta | None
) -> None:
    path = item_screen(clinic, await physio(clinic, DAY))
    chosen = {"tell": tell, "tell_at": "2027-03-01T15:00"}
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/move")
        assert await marit.send(f"{path}/move", start="2027-03-02T14:00", end="2027-03-02T14:45", **chosen) == 200
    due = [each.due_at - clinic.now for each in await waiting(clinic)]
    assert [round(each / timedelta(seconds=1)) for each in due] == (
        [round(waits / timedelta(seconds=1))] if waits else []
    )


@pytest.mark.parametrize(("at", "fault"), [("2027-03-01T09:00", "must be in the future"), ("soon", "is not valid")])
@pytest.mark.parametrize("form", ["move", "cancel"])
async def test_later_is_soon_to_come_and_what_was_typed_stays(
    clinic: World, password: str, address: str, form: str, at: str, fault: str
) -> None:
    booked = await physio(clinic, DAY)
    path = item_screen(clinic, booked)
    sent = {"start": "2027-03-02T14:00", "end": "2027-03-02T14:45", "tell": "later", "tell_at": at, "reason": "Ill."}
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/{form}")
        assert await marit.send(f"{path}/{form}", **sent) == 422
        assert fault in marit.page
        assert ("2027-03-02T14:00" if form == "move" else "Ill.") in marit.page
    assert await waiting(clinic) == []


async def test_of_a_new_booking_the_message_is_seen_before_it_is_made(
    clinic: World, password: str, address: str
) -> None:
    path = f"/sites/{clinic.site}/new"
    asked = {"customer": clinic.kari, "service": clinic.physio, "resource": clinic.ada, "start": "2027-03-02T11:00"}
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}?resource={clinic.ada}&at=2027-03-02T11:00")
        assert letter(marit.page) == ""
        await marit.open(f"{path}?{urlencode(asked)}")
        assert "tirsdag 2. mars 2027, 11:00–11:45" in letter(marit.page)
        assert "Bestillingsnummer" not in letter(marit.page)
        assert await waiting(clinic) == []
        assert await marit.send(path, **asked, tell="later", tell_at="2027-03-01T09:00") == 422
        assert "must be in the future" in marit.page
        assert await marit.send(path, **asked, tell="later", tell_at="2027-03-01T15:00") == 200
    (message,) = await waiting(clinic)
    assert (message.template, round((message.due_at - clinic.now) / HOUR, 2)) == ("confirmation", 5)
