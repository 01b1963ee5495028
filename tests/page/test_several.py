"""Several services one after another, several people at once, and courses: each is one booking, in four requests."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.actions.accounts.settings import change_settings
from kalends.actions.catalog.assignments import change_assignment, get_assignment_of
from kalends.actions.catalog.resources import add_resource, change_resource
from kalends.actions.catalog.services import add_service, change_service
from kalends.actions.catalog.sites import add_site
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.accounts.booking_page import BookingPagePatch
from kalends.engine.catalog.assignment import ServiceAssignmentPatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.time.recurrence import Recurrence
from tests.acts import add_sessions, book_item
from tests.desk import seat, visit
from tests.page.booking import Booker, hidden, plan, starts
from tests.world import World


@pytest.fixture
async def studio(studio: World) -> World:
    """The studio, whose page takes several services and people."""
    await change_booking_page(studio.ctx(), BookingPagePatch(most_services=3, most_people=2))
    return studio


async def yoga_course(studio: World, dates: int = 4) -> list[int]:
    """A session a week, tomorrow at first; their ids."""
    start = studio.now + timedelta(days=1)
    fields = {"service_id": studio.yoga, "starts_at": start, "ends_at": start + timedelta(hours=1), "capacity": 2}
    sessions = await add_sessions(studio.ctx(), fields, Recurrence(f"FREQ=WEEKLY;COUNT={dates}"))
    return [session.id for session in sessions]


async def test_a_service_follows_another_in_one_booking(studio: World, booker: Booker) -> None:
    page = await booker.look(studio.massage, then=studio.physio)
    assert "Massage, 60 minutes" in page.text
    assert "Physio, 45 minutes" in page.text
    assert " then " in starts(page)[0]
    held = await booker.choose(studio.massage, page)
    assert held.text.count("<dt>When</dt>") == 2
    assert "You are booked in" in (await booker.send()).text
    (massage, ends, _), (physio, _, starts_at) = await plan(studio, "service_id", "ends_at", "starts_at")
    assert (massage, physio) == (studio.massage, studio.physio)
    assert timedelta() <= starts_at - ends <= timedelta(minutes=30)
    assert len(set(await plan(studio, "booking_id"))) == 1


async def test_nothing_follows_at_another_site(studio: World, booker: Booker) -> None:
    branch = await add_site(studio.ctx(), SitePatch(name="Branch"))
    eve = await add_resource(studio.ctx(), ResourcePatch(title="Eve", site_id=branch.id))
    talk = await add_service(studio.ctx(), ServicePatch(title="Talk"), [eve.id])
    assert "No times are free" in (await booker.look(studio.massage, then=talk.id)).text
    await change_resource(studio.ctx(), eve.id, ResourcePatch(site_id=studio.site))
    assert starts(await booker.look(studio.massage, then=talk.id)) != []


async def test_what_was_chosen_stays_in_another_language(studio: World, booker: Booker) -> None:
    page = await booker.look(studio.massage, people=2, then=studio.massage, day="2027-03-03", theme="dark")
    (link,) = re.findall(r'href="[^"]*(/\d+[^"]*lang=de[^"]*)"', page.text)
    german = await booker.client.get(unescape(link))
    assert "Mittwoch, 3. März 2027" in german.text
    assert ('<option value="2" selected>' in german.text, 'data-theme="dark"' in german.text) == (True, True)
    assert [start.count(" then ") for start in starts(german)] == [1] * len(starts(german))
    assert hidden(german)["visit"] == hidden(page)["visit"]


async def test_whence_somebody_comes_stays_whatever_they_choose(studio: World, booker: Booker) -> None:
    page = await booker.look(studio.massage, ref="flyer", day="2027-03-03", theme="dark", lang="de")
    filters = page.text.partition('<form class="filters"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', filters))
    assert fields == {**fields, "ref": "flyer", "day": "2027-03-03", "theme": "dark", "lang": "de"}
    assert fields["visit"] == hidden(page)["visit"]


async def test_who_goes_back_to_choose_another_time_is_where_they_were(studio: World, booker: Booker) -> None:
    page = await booker.look(studio.massage, ref="flyer", day="2027-03-03")
    nth = next(n for n, start in enumerate(starts(page)) if start.startswith("2027-03-03"))
    held = await booker.choose(studio.massage, page, nth)
    (back,) = re.findall(r'class="crumb"><a href="[^"]*(/\d+[?][^"]*)"', held.text)
    again = await booker.client.get(unescape(back))
    assert ('tabindex="-1">Wednesday, 3 March 2027' in again.text, hidden(again)["ref"]) == (True, "flyer")


async def test_who_serves_may_cost_more(studio: World, booker: Booker) -> None:
    await change_service(studio.ctx(), studio.massage, ServicePatch(price=Decimal(500)))
    with_bo = await get_assignment_of(studio.ctx(), studio.massage, studio.bo)
    await change_assignment(studio.ctx(), with_bo.id, ServiceAssignmentPatch(price=Decimal(700)))
    services = (await booker.client.get("")).text
    anybody = await booker.look(studio.massage)
    page = await booker.look(studio.massage, resource=studio.bo)
    held = await booker.choose(studio.massage, page)
    shown = ["from 500" in services, "from 500" in anybody.text, "from 500" in page.text]
    assert (shown, "700" in held.text) == ([True, True, False], True)
    await change_resource(studio.ctx(), studio.bo, ResourcePatch(public=False))
    assert "from" not in (await booker.client.get("")).text


async def test_what_is_no_person_is_called_so(studio: World, booker: Booker) -> None:
    held = await booker.choose(studio.sauna_visit)
    assert ("<dt>Room</dt><dd>Sauna</dd>" in held.text, "<dt>With</dt>" in held.text) == (True, False)


async def test_either_all_of_it_is_held_or_nothing(studio: World, booker: Booker) -> None:
    page = await booker.look(studio.massage, then=studio.physio)
    at = datetime.fromisoformat(starts(page)[0].partition(" then ")[2])
    await book_item(studio.ctx(), visit(studio, service_id=studio.physio, starts_at=at))
    again = await booker.choose(studio.massage, page)
    assert (again.status_code, "somebody else" in again.text.lower()) == (409, True)
    assert await plan(studio, "service_id") == [(studio.physio,)]
    held = await studio.db.fetchval(
        "select count(*) from item where account_id = $1 and expires_at is not null", studio.account.id
    )
    assert held == 0


async def test_two_people_come_at_once_each_to_another(studio: World, booker: Booker) -> None:
    held = await booker.choose(studio.massage, await booker.look(studio.massage, people=2))
    assert "Ada, Bo" in held.text
    assert "for 2" in held.text
    await booker.send()
    (one, at), (other, also_at) = await plan(studio, "resource_id", "starts_at")
    assert ({one, other}, at) == ({studio.ada, studio.bo}, also_at)


async def test_two_people_come_at_once_also_to_who_takes_longer(studio: World, booker: Booker) -> None:
    longer = await get_assignment_of(studio.ctx(), studio.massage, studio.bo)
    await change_assignment(studio.ctx(), longer.id, ServiceAssignmentPatch(duration=90))
    held = await booker.choose(studio.massage, await booker.look(studio.massage, people=2))
    assert ("11:00–12:00" in held.text, "11:00–12:30" in held.text) == (True, True)
    assert "people=2" in held.text
    assert "You are booked in" in (await booker.send()).text
    assert len(await plan(studio, "id")) == 2


async def test_who_changes_their_mind_holds_the_other_alone(studio: World, booker: Booker) -> None:
    await booker.choose(studio.massage, await booker.look(studio.massage, people=2))
    token = booker.own.rpartition("/")[2]
    alone = await booker.look(studio.massage, visit=token)
    await booker.choose(studio.massage, alone)
    await booker.send()
    assert len(await plan(studio, "id")) == 1


async def test_a_course_is_booked_as_a_whole(studio: World, booker: Booker) -> None:
    sessions = await yoga_course(studio)
    page = await booker.look(studio.yoga)
    assert "4 dates, Tue, 2 Mar – Tue, 23 Mar" in page.text
    held = await booker.choose(studio.yoga, page)
    assert held.text.count("<dt>When</dt>") == 1
    assert held.text.count("data-instant") == 4
    assert "You are booked in" in (await booker.send()).text
    assert [session for (session,) in await plan(studio, "session_id")] == sessions


async def test_one_code_is_for_all_dates_of_a_course(studio: World, booker: Booker) -> None:
    policy = PolicyPatch(verification="email")
    await change_settings(studio.ctx(), SettingsPatch(account=AccountPatch(policy=policy)))
    await yoga_course(studio, dates=8)
    await booker.choose(studio.yoga)
    assert "Enter the code" in (await booker.send()).text
    assert "You are booked in" in (await booker.post("code", code=await booker.code())).text
    assert len(await plan(studio, "id")) == 8


async def test_a_course_with_a_date_that_is_full_is_not_offered(studio: World, booker: Booker) -> None:
    sessions = await yoga_course(studio)
    page = await booker.look(studio.yoga)
    for customer in (studio.kari, studio.ola):
        await book_item(studio.ctx(), seat(studio, sessions[2], customer_id=customer))
    assert "The whole course" not in (await booker.look(studio.yoga)).text
    again = await booker.choose(studio.yoga, page)
    assert again.status_code == 409


async def test_where_it_is_switched_off_addresses_do_not_switch_it_on(studio: World, booker: Booker) -> None:
    await change_booking_page(studio.ctx(), BookingPagePatch(most_services=1, most_people=1))
    page = await booker.look(studio.massage, then=studio.physio, people=2)
    assert " then " not in starts(page)[0]
    await booker.choose(studio.massage, page)
    await booker.send()
    assert len(await plan(studio, "id")) == 1


async def test_a_person_and_a_room_are_both_told(studio: World, booker: Booker) -> None:
    await change_service(studio.ctx(), studio.massage, ServicePatch(also_needs=("space",)))
    held = await booker.choose(studio.massage)
    assert "<dt>With</dt><dd>Ada</dd><dt>Room</dt><dd>" in held.text
