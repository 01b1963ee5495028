"""A visitor books: a time is chosen and held, the details are sent, the code is entered."""

import asyncio
import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.accounts.settings import change_settings
from kalends.actions.bookings.holds import book_hold
from kalends.actions.catalog.add_ons import add_inventory
from kalends.actions.catalog.services import change_service
from kalends.actions.context import Context
from kalends.actions.customers.change import block_customer
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.accounts.booking_page import BookingPagePatch
from kalends.engine.bookings.hold import HeldBooking
from kalends.engine.bookings.request import Booked
from kalends.engine.catalog.add_on import AddOnPatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.time.recurrence import Recurrence
from tests.acts import add_sessions
from tests.desk import HOUR, SOON
from tests.page.booking import Booker, hidden, starts
from tests.page.conftest import Clock
from tests.races.stage import staged
from tests.world import World


async def with_policy(studio: World, **policy: Any) -> None:
    await change_settings(studio.ctx(), SettingsPatch(account=AccountPatch(policy=PolicyPatch(**policy))))


async def items(studio: World, *states: str) -> int:
    """How many items there are in these states."""
    count: int = await studio.db.fetchval(
        "select count(*) from item where account_id = $1 and state = any($2)", studio.account.id, list(states)
    )
    return count


async def test_four_requests_from_the_service_to_the_booking(studio: World, booker: Booker) -> None:
    assert f"/{studio.physio}" in (await booker.client.get("")).text
    page = await booker.look(studio.physio)
    held = await booker.choose(studio.physio, page)
    assert "This time is yours until 10:" in held.text
    assert "Monday, 1 March 2027, 10:15–11:00" in held.text
    done = await booker.send(phone="+47 22 33 44 66", comments="My left knee")
    assert (done.status_code, "You are booked in" in done.text) == (200, True)
    assert await items(studio, "confirmed") == 1
    again = await booker.client.get(booker.own)
    assert "You are booked in" in again.text
    calendar = await booker.client.get(f"{booker.own}/booking.ics")
    assert "DTSTART;TZID=Europe/Oslo:20270301T101500" in calendar.text


async def test_with_a_code(studio: World, booker: Booker) -> None:
    await with_policy(studio, verification="email")
    await booker.choose(studio.massage)
    assert "Enter the code" in (await booker.send()).text
    assert await items(studio, "awaiting_verification") == 1
    wrong = await booker.post("code", code="000000" if await booker.code() != "000000" else "111111")
    assert (wrong.status_code, "You can try 4 more times" in wrong.text) == (422, True)
    assert "You can ask for a new one in" in (await booker.post("new-code")).text
    code = await booker.code()
    done = await booker.post("code", code=f" {code[:3]} {code[3:]} ")
    assert "You are booked in" in done.text
    assert await items(studio, "confirmed") == 1


async def test_in_another_window_nobody_is_asked_again_for_the_code(studio: World, booker: Booker) -> None:
    await with_policy(studio, verification="email")
    await booker.choose(studio.massage)
    await booker.send()
    await booker.post("code", code=await booker.code())
    for below, answer in (("code", "Enter the code"), ("new-code", "A new code is on its way")):
        page = await booker.post(below)
        assert ("You are booked in" in page.text, answer in page.text) == (True, False)


async def test_whose_code_went_astray_starts_again(studio: World, booker: Booker) -> None:
    await with_policy(studio, verification="email")
    await booker.choose(studio.massage)
    assert "Start again with another address" in (await booker.send(email="kari@exampel.org")).text
    astray, gone = booker.own, await booker.code()
    times = await booker.post("release")
    assert (times.status_code, await items(studio, "cancelled")) == (200, 1)
    await booker.choose(studio.massage, times)
    await booker.send()
    assert "You are booked in" in (await booker.post("code", code=await booker.code())).text
    booker.own = astray
    assert "You are booked in" not in (await booker.post("code", code=gone)).text
    assert await items(studio, "confirmed") == 1


async def test_who_gives_the_time_back_is_offered_others_when_they_open_it_again(studio: World, booker: Booker) -> None:
    await booker.choose(studio.massage)
    await booker.post("release")
    page = await booker.client.get(booker.own)
    assert ("This time is free again" in page.text, "cancelled" in page.text) == (True, False)
    (anew,) = re.findall(r'href="/book/[^"/]+(/[^"]+)">Choose a time<', page.text)
    await booker.choose(studio.massage, await booker.client.get(unescape(anew)))
    assert "You are booked in" in (await booker.send()).text


async def test_what_is_booked_is_not_given_back(studio: World, booker: Booker) -> None:
    await booker.choose(studio.massage)
    await booker.send()
    assert "You are booked in" in (await booker.post("release")).text


async def test_who_books_and_gives_back_at_the_same_moment_sees_what_came_of_it(
    studio: World, booker: Booker, clock: Clock
) -> None:
    await booker.choose(studio.massage)

    async def book(ctx: Context) -> Booked:
        own = await authenticate_secret(ctx.db, clock(), "page", booker.own.removeprefix("/h/"))
        kari = CustomerPatch(name="Kari Moe", email="kari.moe@example.org")
        return await book_hold(own, own.principal.booking_id or 0, HeldBooking(customer=kari))

    _, page = await staged(studio, book, lambda _: booker.post("release"))
    assert "You are booked in" in page.text


async def test_a_link_of_the_page_proves_no_address(studio: World, booker: Booker) -> None:
    await with_policy(studio, verification="email")
    await booker.choose(studio.massage)
    await booker.send()
    assert "Enter the code that we sent you" in (await booker.post("code")).text
    assert await items(studio, "confirmed") == 0


async def test_what_is_wrong_is_said_all_at_once_and_nothing_is_lost(studio: World, booker: Booker) -> None:
    await change_booking_page(studio.ctx(), BookingPagePatch(consent="I agree."))
    await booker.choose(studio.massage)
    page = await booker.send(name=" ", email="", comments="<b>My knee</b>")
    assert page.status_code == 422
    for text in ("Enter your name.", "Enter your e-mail address.", "Tick the box to agree.", "&lt;b&gt;My knee"):
        assert text in page.text
    page = await booker.send(email="kari@", phone="at home")
    for text in ("The e-mail address is not complete", "The phone number can't be dialled", "Tick the box to agree."):
        assert text in unescape(page.text)
    assert 'value="Kari Moe"' in page.text
    assert "You are booked in" in (await booker.send(consent="1")).text


async def test_what_is_too_long_is_not_cut(studio: World, booker: Booker) -> None:
    await booker.choose(studio.massage)
    page = await booker.send(name="Kari " * 60, email="kari@", comments="My knee " * 10_000)
    said = [unescape(text) for text in re.findall(r'<li><a href="#[a-z]+">(.*)</a>', page.text)]
    assert said == [
        "“Your name”: this is too long. Shorten it.",
        "The e-mail address is not complete. It looks like name@example.com.",
        "“Anything that we should know?”: this is too long. Shorten it.",
    ]
    assert ("Kari " * 60 in page.text, "My knee " * 10_000 in page.text) == (True, True)


async def test_another_time_is_held_instead(studio: World, booker: Booker) -> None:
    await booker.choose(studio.massage)
    page = await booker.look(studio.massage, visit=booker.own.removeprefix("/h/"))
    assert "Monday, 1 March 2027, 11:00–12:00 is yours until" in page.text
    held = await booker.choose(studio.massage, page, nth=2)
    assert "Monday, 1 March 2027, 13:00–14:00" in held.text
    assert await items(studio, "awaiting_confirmation") == 1
    await booker.post("release")
    assert await items(studio, "awaiting_confirmation") == 0
    assert "This time is free again" in (await booker.client.get(booker.own)).text


async def test_who_holds_a_time_gets_no_other_than_the_page_shows(studio: World, booker: Booker) -> None:
    page = await booker.look(studio.massage)
    await booker.choose(studio.massage, page)
    page = await booker.look(studio.massage, visit=booker.own.removeprefix("/h/"))
    for start in ("2027-03-02T10:07:00+01:00", "2027-03-02T10:00:00+01:00 then 2027-03-02T15:00:00+01:00"):
        refused = await booker.client.post(f"/{studio.massage}", data={**hidden(page), "start": start})
        assert refused.status_code == 409
    shown = await booker.client.get(booker.own)
    assert "Monday, 1 March 2027, 11:00–12:00" in shown.text
    assert await items(studio, "awaiting_confirmation") == 1


async def test_what_somebody_holds_is_not_in_their_own_way(studio: World, booker: Booker) -> None:
    held, overlapping = "2027-03-01T10:15:00+01:00", "2027-03-01T10:30:00+01:00"
    await change_service(studio.ctx(), studio.physio, ServicePatch(step=15))
    await booker.choose(studio.physio)
    token = booker.own.removeprefix("/h/")
    assert held not in starts(await booker.look(studio.physio))
    page = await booker.look(studio.physio, visit=token, day="2027-03-01", at="10:30")
    assert {held, overlapping} <= set(starts(page))
    assert "It is free." in page.text
    assert "10:30–11:15" in (await booker.choose(studio.physio, page, nth=starts(page).index(overlapping))).text
    assert await items(studio, "awaiting_confirmation") == 1


async def test_the_last_seats_of_a_course_are_not_in_the_way_of_who_holds_them(studio: World, booker: Booker) -> None:
    fields = {"service_id": studio.yoga, "starts_at": SOON, "ends_at": SOON + HOUR, "capacity": 1}
    await add_sessions(studio.ctx(), fields, Recurrence("FREQ=WEEKLY;COUNT=3"))
    whole, first, *_ = starts(await booker.look(studio.yoga))
    for start in (whole, first, whole):
        page = await booker.look(studio.yoga, visit=booker.own.removeprefix("/h/"))
        assert whole in starts(page)
        held = await booker.choose(studio.yoga, page, nth=starts(page).index(start))
        assert "Your details" in held.text
    assert await items(studio, "awaiting_confirmation") == 3


async def test_a_form_that_is_sent_twice_holds_and_books_once(studio: World, booker: Booker) -> None:
    page = await booker.look(studio.physio)
    both = await asyncio.gather(*(booker.choose(studio.physio, page) for _ in range(2)))
    assert ["Your details" in each.text for each in both] == [True, True]
    assert await items(studio, "awaiting_confirmation") == 1
    both = await asyncio.gather(*(booker.send() for _ in range(2)))
    assert {each.status_code for each in both} == {200}
    assert await items(studio, "confirmed") == 1


async def test_a_form_that_is_sent_twice_takes_one_of_two_who_are_free(studio: World, booker: Booker) -> None:
    page = await booker.look(studio.massage)
    held = await asyncio.gather(*(booker.choose(studio.massage, page) for _ in range(4)))
    assert ["Your details" in each.text for each in held] == [True] * 4
    assert await items(studio, "awaiting_confirmation") == 1
    again = {**hidden(page), "start": starts(page)[2]}
    held = await asyncio.gather(*(booker.client.post(f"/{studio.massage}", data=again) for _ in range(4)))
    assert ["Your details" in each.text for each in held] == [True] * 4
    assert await items(studio, "awaiting_confirmation") == 1


async def test_who_is_late_sees_the_nearest_times_at_once(studio: World, client: httpx.AsyncClient) -> None:
    first, second = Booker(studio, client), Booker(studio, client)
    page = await second.look(studio.physio)
    await first.choose(studio.physio)
    late = await second.choose(studio.physio, page)
    assert late.status_code == 409
    assert "Somebody else was a moment faster" in late.text
    assert "Nearest free times" in late.text
    assert starts(page)[0] not in starts(late)
    assert "Your details" in (await second.choose(studio.physio, late)).text


async def test_64_race_for_one_place(studio: World, client: httpx.AsyncClient) -> None:
    await change_booking_page(studio.ctx(), BookingPagePatch(most_holds=100))
    pages = [await client.get(f"/{studio.physio}") for _ in range(64)]
    forms = [{**hidden(page), "start": starts(pages[0])[0]} for page in pages]
    answers = await asyncio.gather(*(client.post(f"/{studio.physio}", data=form) for form in forms))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 63]
    assert await items(studio, "awaiting_confirmation") == 1


async def test_a_hold_that_is_over_is_booked_if_it_is_still_free(studio: World, booker: Booker, clock: Clock) -> None:
    page = await booker.look(studio.massage)
    await booker.choose(studio.massage, page, nth=3)
    clock.now += timedelta(minutes=21)
    assert "if it is still free, it is yours" in (await booker.client.get(booker.own)).text
    assert "You are booked in" in (await booker.send()).text


async def test_a_hold_that_is_lost_offers_other_times_and_keeps_the_form(
    studio: World, booker: Booker, clock: Clock
) -> None:
    page = await booker.look(studio.physio)
    await booker.choose(studio.physio, page, nth=3)
    clock.now += timedelta(minutes=21)
    other = Booker(studio, booker.client)
    page = await other.look(studio.physio)
    await other.choose(studio.physio, page, nth=2)
    await other.send(email="other@example.org")
    lost = await booker.send(comments="My knee")
    assert lost.status_code == 409
    assert "What you have typed is kept" in lost.text
    held = await booker.choose(studio.physio, lost)
    assert 'value="kari.moe@example.org"' in held.text
    assert "My knee" in held.text


async def test_more_time(studio: World, booker: Booker, clock: Clock) -> None:
    await booker.choose(studio.massage)
    clock.now += timedelta(minutes=15)
    page = await booker.post("extend")
    assert "This time is yours until 10:35" in page.text
    await booker.post("leave")
    clock.now += timedelta(minutes=2)
    assert "if it is still free" in (await booker.client.get(booker.own)).text


async def test_extras_and_their_price(studio: World, booker: Booker) -> None:
    lamp = await add_inventory(studio.ctx(), AddOnPatch(title="Lamp", quantity=2))
    await add_inventory(studio.ctx(), AddOnPatch(title="Spare keys", quantity=2, public=False))
    held = await booker.choose(studio.massage)
    assert "Lamp" in held.text
    assert "Spare keys" not in held.text
    shown = await booker.send(price="yes", **{f"extra-resource-{lamp.thing.id}": "2"})
    assert (shown.status_code, 'value="2"' in shown.text, await items(studio, "confirmed")) == (200, True, 0)
    done = await booker.send(**{f"extra-resource-{lamp.thing.id}": "2"})
    assert ("You are booked in" in done.text, "2 × Lamp" in done.text) == (True, True)
    extras = await studio.db.fetchval("select count(*) from claim where resource_id = $1", lamp.thing.id)
    assert extras > 0


async def test_of_an_extra_there_are_too_few_then_and_the_time_stays_theirs(studio: World, booker: Booker) -> None:
    lamp = await add_inventory(studio.ctx(), AddOnPatch(title="Lamp", quantity=1))
    field = f"extra-resource-{lamp.thing.id}"
    page = await booker.look(studio.massage, resource=studio.bo)
    await booker.choose(studio.massage, await booker.look(studio.massage, resource=studio.ada))
    assert "You are booked in" in (await booker.send(**{field: "1"})).text
    await booker.choose(studio.massage, page)
    refused = await booker.send(**{field: "1"})
    assert (refused.status_code, f'href="#{field}"' in refused.text) == (422, True)
    assert "There are not so many of “Lamp” left at that time." in refused.text
    assert "This time is yours until" in refused.text
    assert "You are booked in" in (await booker.send()).text


async def test_seats_in_a_class_for_two(studio: World, booker: Booker) -> None:
    await change_service(studio.ctx(), studio.yoga, ServicePatch(most_units=3))
    await studio.class_of(5)
    page = await booker.look(studio.yoga, units=2)
    assert "5 seats left" in page.text
    await booker.choose(studio.yoga, page)
    assert "You are booked in" in (await booker.send()).text
    assert "3 seats left" in (await booker.look(studio.yoga)).text


async def test_who_is_blocked_is_asked_to_call(studio: World, booker: Booker) -> None:
    await block_customer(studio.ctx(), studio.kari)
    await booker.choose(studio.massage)
    page = await booker.send(name="Kari Nordmann", email="kari@example.org")
    assert (page.status_code, "This can&#39;t be booked online" in page.text) == (422, True)
