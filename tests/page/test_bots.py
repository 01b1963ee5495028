"""Programs that book in masses get nowhere, and people beside them are not hindered."""

from datetime import timedelta

import httpx

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.engine.accounts.booking_page import BookingPagePatch
from tests.page.booking import Booker, hidden, starts
from tests.page.conftest import Clock
from tests.world import NOW, World


async def test_a_field_that_people_do_not_see(studio: World, booker: Booker) -> None:
    await booker.choose(studio.massage)
    page = await booker.send(website="https://spam.example")
    assert (page.status_code, "Leave the field “Website” empty" in page.text) == (422, True)
    assert "You are booked in" in (await booker.send()).text


async def test_a_form_that_is_filled_in_at_once(studio: World, booker: Booker, clock: Clock) -> None:
    await booker.choose(studio.massage)
    clock.now = NOW
    page = await booker.send()
    assert (page.status_code, "That was very quick" in page.text) == (422, True)
    assert "You are booked in" in (await booker.send()).text


async def test_a_token_that_was_made_up_or_is_old(studio: World, booker: Booker, clock: Clock) -> None:
    page = await booker.look(studio.massage)
    form = {**hidden(page), "start": starts(page)[0]}
    for token in ("", "0" * 72, form["visit"][:-1] + "x"):
        made_up = {**form, "visit": token}
        answer = await booker.client.post(f"/{studio.massage}", data=made_up)
        assert (answer.status_code, "Choose your time once more" in answer.text) == (409, True)
    clock.now += timedelta(days=2)
    assert "Choose your time once more" in (await booker.choose(studio.massage, page)).text


async def test_one_address_holds_so_many_times_and_no_more(studio: World, client: httpx.AsyncClient) -> None:
    page = await client.get(f"/{studio.sauna_visit}?day=2027-03-02")
    statuses = []
    for start in starts(page)[:5] * 10:
        form = {**hidden(await client.get(f"/{studio.sauna_visit}")), "start": start}
        statuses.append((await client.post(f"/{studio.sauna_visit}", data=form)).status_code)
    assert statuses.count(429) == 10
    await change_booking_page(studio.ctx(), BookingPagePatch(most_holds=60))
    assert (await client.post(f"/{studio.sauna_visit}", data=form)).status_code == 409
    messages = await studio.db.fetchval("select count(*) from outbox where account_id = $1", studio.account.id)
    assert messages == 0


async def test_nonsense_is_answered_and_never_a_fault(studio: World, booker: Booker) -> None:
    page = await booker.look(studio.massage)
    for start in (
        "",
        "session x",
        "session 99999999999",
        "2027-03-01",
        "2027-03-01T11:00:00 7",
        "0001-01-01T00:00:00Z",
        "2027-03-01T11:00:00+01:00 then x",
        "2027-03-01T11:00:00+01:00 then 2027-03-01T12:00:00+01:00",
        "course x",
    ):
        answer = await booker.client.post(f"/{studio.massage}", data={**hidden(page), "start": start})
        assert answer.status_code == 409, start
    await booker.choose(studio.massage)
    extra = {"extra-resource-1": "-1", "name": "x" * 5000, "email": "a@b" * 90}
    assert (await booker.client.post(booker.own, data=extra)).status_code == 422
