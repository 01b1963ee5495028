"""Customers move what they have booked when it is more than one time, by its link: visits, courses, separate times."""

from datetime import datetime

import msgspec
import pytest

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.actions.accounts.settings import change_settings
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.resources import add_resource, change_resource
from kalends.actions.catalog.services import assign_resources, change_service
from kalends.actions.catalog.sites import add_site
from kalends.actions.customers.find import get_customer
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.accounts.booking_page import BookingPagePatch
from kalends.engine.bookings.own import proof_of
from kalends.engine.bookings.request import RequestedLine
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.time.recurrence import Recurrence
from tests.acts import Series, add_sessions, start_series
from tests.desk import DAY, HOUR, MINUTE, SOON, broken, hour_of, made, make_occurrences, new_york, seat, sent
from tests.desk import visit as massage
from tests.page.booking import Booker, hidden, plan, starts
from tests.page.conftest import Clock, Visit
from tests.page.moving import TUESDAY, booked, follow, line, links, move, staff_book
from tests.world import World


@pytest.fixture
async def studio(studio: World) -> World:
    """The studio, whose page takes several services and people."""
    await change_booking_page(studio.ctx(), BookingPagePatch(most_services=3, most_people=2))
    return studio


async def test_a_chain_is_moved_as_a_whole_into_its_own_time(studio: World, booker: Booker) -> None:
    """An hour later: the massage where the physio was, for which the plan is free once it is given up."""
    await booked(booker, studio.massage, TUESDAY, then=studio.physio)
    before = await plan(studio, "id", "service_id", "booking_id")
    assert list(await links(booker)) == ["Choose another time"]
    assert "Massage, 60 minutes" in (await booker.client.get(f"{booker.own}/move")).text
    done = await move(booker, "2027-03-02T09:00:00+01:00 then 2027-03-02T10:15:00+01:00", day="2027-03-02")
    assert "You are booked in" in done.text
    assert await plan(studio, "id", "service_id", "booking_id") == before
    (_, ends), (physio, _) = await plan(studio, "starts_at", "ends_at")
    assert (ends, physio) == (TUESDAY + 2 * HOUR, TUESDAY + 2 * HOUR + 15 * MINUTE)
    assert await broken(studio) == []


async def test_one_message_tells_of_a_moved_visit(studio: World, booker: Booker) -> None:
    await booked(booker, studio.massage, TUESDAY, then=studio.physio)
    policy = PolicyPatch(verification="email")
    await change_settings(studio.ctx(), SettingsPatch(account=AccountPatch(policy=policy)))
    before = await sent(studio)
    await move(booker)
    assert (await sent(studio))[len(before) :] == ["customer email modification"]


async def test_who_comes_together_is_moved_together(studio: World, booker: Booker) -> None:
    await booked(booker, studio.massage, TUESDAY, people=2)
    before = await plan(studio, "id", "resource_id")
    await move(booker, "2027-03-02T08:00:00+01:00")
    assert await plan(studio, "id", "resource_id") == before
    await move(booker, "2027-03-03T09:00:00+01:00", day="2027-03-03")
    assert await plan(studio, "starts_at") == [(TUESDAY + DAY + HOUR,)] * 2
    assert await plan(studio, "id", "resource_id") == before


async def test_the_same_people_are_kept_if_they_are_free(studio: World, booker: Booker) -> None:
    (item_id,) = await staff_book(booker, line(studio, TUESDAY, resource_id=studio.bo))
    await move(booker, "2027-03-02T10:00:00+01:00", day="2027-03-02")
    assert await plan(studio, "id", "resource_id") == [(item_id, studio.bo)]
    await made(studio, hour_of(studio.bo, TUESDAY + 5 * HOUR))
    await move(booker, "2027-03-02T13:00:00+01:00", day="2027-03-02")
    assert (item_id, studio.ada) in await plan(studio, "id", "resource_id")


async def test_a_visit_keeps_its_rooms_or_gets_others(studio: World, booker: Booker) -> None:
    await change_service(studio.ctx(), studio.massage, ServicePatch(also_needs=("space",)))
    await booked(booker, studio.massage, TUESDAY, people=2)
    assert await plan(studio, "also_resource_ids") == [([studio.hall],), ([studio.sauna],)]
    await made(studio, hour_of(studio.left, TUESDAY + 5 * HOUR))
    await move(booker, "2027-03-02T13:00:00+01:00", day="2027-03-02")
    rooms = [rooms for rooms, service in await plan(studio, "also_resource_ids", "service_id") if service]
    assert rooms == [[studio.right], [studio.sauna]]
    assert await broken(studio) == []


async def test_a_visit_is_moved_at_its_own_site(studio: World, booker: Booker) -> None:
    branch = await add_site(studio.ctx(), SitePatch(name="Branch"))
    eve = await add_resource(studio.ctx(), ResourcePatch(title="Eve", site_id=branch.id))
    for service in (studio.massage, studio.physio):
        await assign_resources(studio.ctx(), service, [studio.ada, studio.bo, eve.id])
    await booked(booker, studio.massage, TUESDAY, then=studio.physio, site=branch.id)
    page = await booker.client.get(f"{booker.own}/move", params={"day": "2027-03-02"})
    assert f'<option value="{branch.id}" selected>' in page.text
    await move(booker, "2027-03-02T18:00:00+01:00 then 2027-03-02T19:30:00+01:00", day="2027-03-02")
    assert await plan(studio, "resource_id") == [(eve.id,)] * 2
    assert [at for (at,) in await plan(studio, "starts_at")] == [TUESDAY + 10 * HOUR, TUESDAY + 11.5 * HOUR]


async def test_one_time_is_moved_at_its_own_site_unless_another_is_chosen(studio: World, booker: Booker) -> None:
    broadway = await new_york(studio)
    await assign_resources(studio.ctx(), studio.massage, [studio.ada, studio.bo, broadway])
    await staff_book(booker, line(studio, TUESDAY + 8 * HOUR, resource_id=broadway))
    page = await booker.client.get(f"{booker.own}/move")
    assert ("New York time" in page.text, "Anywhere" in page.text) == (True, False)
    await booker.post("move", **hidden(page), start=starts(page)[-1])
    assert await plan(studio, "resource_id") == [(broadway,)]
    page = await booker.client.get(f"{booker.own}/move", params={"site": studio.site})
    await booker.post("move", **hidden(page), start=starts(page)[-1])
    assert await plan(studio, "resource_id") != [(broadway,)]


async def test_nobody_is_written_to_of_a_move_at_an_address_that_is_not_verified(studio: World, booker: Booker) -> None:
    await change_settings(studio.ctx(), SettingsPatch(account=AccountPatch(policy=PolicyPatch(verification="email"))))
    await booker.choose(studio.massage)
    held = await booker.client.get(f"{booker.own}/move")
    await booker.send()
    assert (held.status_code, (await move(booker, "2027-03-02T09:00:00+01:00")).status_code) == (422, 422)
    assert await sent(studio) == ["customer email verification"]


async def test_somebody_else_is_chosen_for_another_time(studio: World, booker: Booker) -> None:
    (item_id,) = await staff_book(booker, line(studio, TUESDAY))
    page = await booker.client.get(f"{booker.own}/move/{item_id}", params={"resource": studio.bo, "day": "2027-03-02"})
    await booker.post(f"move/{item_id}", **hidden(page), start="2027-03-02T08:00:00+01:00")
    assert await plan(studio, "id", "resource_id", "starts_at") == [(item_id, studio.bo, TUESDAY)]


async def test_who_changes_the_language_moves_the_same(studio: World, booker: Booker) -> None:
    first, second = await staff_book(booker, line(studio, TUESDAY), line(studio, TUESDAY + DAY))
    page = await booker.client.get(f"{booker.own}/move/{second}")
    assert f"{booker.own}/move/{second}?lang=de" in page.text
    assert f"{booker.own}/move/{first}" not in page.text


async def test_who_loses_the_race_keeps_all_of_a_visit(studio: World, booker: Booker) -> None:
    await booked(booker, studio.massage, TUESDAY, then=studio.physio)
    before = await plan(studio, "starts_at")
    page = await booker.client.get(f"{booker.own}/move", params={"day": "2027-03-03"})
    start = starts(page)[-1]
    then = datetime.fromisoformat(start.partition(" then ")[2])
    taken = await made(studio, massage(studio, service_id=studio.physio, starts_at=then))
    again = await booker.post("move", **hidden(page), start=start)
    assert (again.status_code, "Your booking stays as it is" in again.text) == (409, True)
    assert await plan(studio, "starts_at") == sorted([*before, (taken.starts_at,)])


@pytest.mark.parametrize(
    "start", ["2027-03-03T09:00:00+01:00", "2027-03-03T09:07:00+01:00 then 2027-03-03T10:30:00+01:00"]
)
async def test_a_visit_is_moved_to_nothing_that_is_not_offered(studio: World, booker: Booker, start: str) -> None:
    await booked(booker, studio.massage, TUESDAY, then=studio.physio)
    before = await plan(studio, "starts_at")
    assert (await move(booker, start)).status_code == 409
    assert await plan(studio, "starts_at") == before


async def test_their_own_time_is_not_in_the_way(studio: World, booker: Booker) -> None:
    await change_service(studio.ctx(), studio.massage, ServicePatch(step=30))
    for who in (studio.ada, studio.bo):
        await made(studio, hour_of(who, TUESDAY + 2 * HOUR, ends_at=TUESDAY + 8 * HOUR))
    await made(studio, hour_of(studio.bo, TUESDAY, ends_at=TUESDAY + 2 * HOUR))
    await booked(booker, studio.massage, TUESDAY)
    page = await booker.client.get(f"{booker.own}/move", params={"day": "2027-03-02", "at": "08:30"})
    assert "2027-03-02T08:30:00+01:00" in starts(page)
    assert "It is free." in page.text
    await move(booker, "2027-03-02T08:30:00+01:00")
    assert await plan(studio, "starts_at", "resource_id") != []
    assert (TUESDAY + 30 * MINUTE, studio.ada) in await plan(studio, "starts_at", "resource_id")


async def test_a_visit_that_has_begun_is_not_moved(studio: World, booker: Booker, clock: Clock) -> None:
    await booked(booker, studio.massage, TUESDAY, then=studio.physio)
    clock.now = TUESDAY + 10 * MINUTE
    assert await links(booker) == {}
    assert "It is too late" in (await booker.client.get(f"{booker.own}/move")).text


async def test_what_is_cancelled_takes_no_part(studio: World, booker: Booker) -> None:
    first, second = await staff_book(booker, line(studio, TUESDAY), line(studio, TUESDAY + HOUR))
    await change_item_state(studio.ctx(), first, "cancel")
    page = await booker.client.get(booker.own)
    assert ("You are booked in" in page.text, "08:00–09:00" in page.text) == (True, False)
    assert await links(booker) == {"Choose another time": str(second)}


async def test_times_that_have_nothing_to_do_with_each_other_are_moved_one_by_one(
    studio: World, booker: Booker
) -> None:
    first, second = await staff_book(booker, line(studio, TUESDAY), line(studio, TUESDAY + DAY))
    shown = await links(booker)
    assert shown == {
        "Massage, Tuesday, 2 March 2027, 08:00–09:00": str(first),
        "Massage, Wednesday, 3 March 2027, 08:00–09:00": str(second),
    }
    page = (await booker.client.get(booker.own)).text
    assert "calendar.google.com" not in page  # it would have the first alone
    assert f"Number of the booking: {first}, {second}<" in page  # as in messages, and as staff find it
    await move(booker, "2027-03-05T09:00:00+01:00", which=str(second), day="2027-03-05")
    assert await plan(studio, "id", "starts_at") == [(first, TUESDAY), (second, TUESDAY + 3 * DAY + HOUR)]


async def test_what_is_at_the_same_time_is_told_apart(studio: World, booker: Booker) -> None:
    """By who serves; of two seats by who comes, where that may be told, else by a number."""
    await change_service(studio.ctx(), studio.massage, ServicePatch(most_units=2))
    await change_resource(studio.ctx(), studio.bo, ResourcePatch(capacity=2))
    two = line(studio, TUESDAY, resource_id=studio.bo, units=2)
    await staff_book(booker, line(studio, TUESDAY), two)
    when = "Massage, Tuesday, 2 March 2027, 08:00–09:00"
    assert list(await links(booker)) == [f"{when}, with Ada", f"{when}, with Bo"]
    yoga = RequestedLine(session_id=await studio.class_of(3, SOON + DAY))
    await staff_book(booker, yoga, msgspec.structs.replace(yoga, customer_id=studio.ola))
    when = "Yoga, Tuesday, 2 March 2027, 11:00–12:00"
    assert list(await links(booker)) == [f"{when} (1)", f"{when} (2)"]
    kari = await get_customer(studio.ctx(), studio.kari)
    booking_id = await studio.db.fetchval("select max(id) from booking where account_id = $1", studio.account.id)
    await follow(booker, booking_id, proof=proof_of("email", kari))
    assert list(await links(booker)) == [f"{when}, Kari Nordmann", f"{when}, Ola Nordmann"]


async def test_one_date_of_a_series_is_moved(studio: World, booker: Booker) -> None:
    uid = await start_series(
        studio.ctx(), Series(massage(studio, starts_at=TUESDAY), Recurrence("FREQ=WEEKLY;COUNT=3"))
    )
    booking_id = await studio.db.fetchval("select id from booking where uid = $1::text::uuid", uid)
    await make_occurrences(studio.ctx(), booking_id)
    await follow(booker, booking_id)
    first, second, third = [item_id for (item_id,) in await plan(studio, "id")]
    await move(booker, "2027-03-10T09:00:00+01:00", which=str(second), day="2027-03-10")
    assert await plan(studio, "id", "starts_at") == [
        (first, TUESDAY),
        (second, TUESDAY + 8 * DAY + HOUR),
        (third, TUESDAY + 14 * DAY),
    ]


@pytest.mark.parametrize("which", ["999999999", "x", "course-1", "1" * 40])
async def test_of_what_is_not_there_it_is_said_so(studio: World, booker: Booker, which: str) -> None:
    await staff_book(booker, line(studio, TUESDAY), line(studio, TUESDAY + DAY))
    before = await plan(studio, "starts_at")
    shown = await booker.client.get(f"{booker.own}/move/{which}")
    refused = await booker.post(f"move/{which}", start="2027-03-05T09:00:00+01:00")
    for page in (shown, refused):
        assert (page.status_code, "That can&#39;t be changed here" in page.text) == (422, True)
    assert await plan(studio, "starts_at") == before


async def test_a_service_that_is_not_public_any_more_is_not_moved(studio: World, booker: Booker) -> None:
    await booked(booker, studio.massage, TUESDAY)
    await change_service(studio.ctx(), studio.massage, ServicePatch(public=False))
    assert await links(booker) == {}
    assert (await booker.client.get(f"{booker.own}/move")).status_code == 422


async def test_nothing_is_moved_to_somebody_who_is_not_public(studio: World, booker: Booker) -> None:
    await booked(booker, studio.massage, TUESDAY)
    await change_resource(studio.ctx(), studio.bo, ResourcePatch(public=False))
    refused = await move(booker, f"2027-03-03T09:00:00+01:00 {studio.bo}")
    assert (refused.status_code, await plan(studio, "starts_at")) == (409, [(TUESDAY,)])


async def courses(studio: World, *days: int, seats: int = 2, dates: int = 3) -> list[list[int]]:
    """The sessions of weekly courses of yoga that begin after so many days."""
    return [
        [
            session.id
            for session in await add_sessions(
                studio.ctx(),
                {
                    "service_id": studio.yoga,
                    "starts_at": SOON + day * DAY,
                    "ends_at": SOON + day * DAY + HOUR,
                    "capacity": seats,
                },
                Recurrence(f"FREQ=WEEKLY;COUNT={dates}"),
            )
        ]
        for day in days
    ]


async def test_a_date_of_a_course_is_made_up_for_in_another_class(studio: World, booker: Booker) -> None:
    ((first, _, third),) = await courses(studio, 1)
    await booked(booker, studio.yoga)
    other = await studio.class_of(3, SOON + 10 * DAY)
    _, which, _ = [item_id for (item_id,) in await plan(studio, "id")]
    await move(booker, f"session {other}", which=str(which))
    assert [session for (session,) in await plan(studio, "session_id")] == [first, other, third]
    assert await broken(studio) == []


async def test_a_date_of_a_course_is_not_moved_to_another_date_of_it(studio: World, booker: Booker) -> None:
    own, other = await courses(studio, 1, 2)
    await booked(booker, studio.yoga)
    second = (await plan(studio, "id"))[1][0]
    page = await booker.client.get(f"{booker.own}/move/{second}")
    assert {*starts(page)} == {f"session {session}" for session in other}
    assert (await move(booker, f"session {own[2]}", which=str(second))).status_code == 409
    assert "You are booked in" in (await move(booker, f"session {own[1]}", which=str(second))).text
    assert [session for (session,) in await plan(studio, "session_id")] == own


async def test_a_whole_course_is_moved_to_another(studio: World, booker: Booker) -> None:
    own, other, full = await courses(studio, 1, 2, 3)
    await courses(studio, 4, dates=4)
    for customer in (studio.kari, studio.ola):
        await made(studio, seat(studio, full[1], customer_id=customer))
    page = await booker.look(studio.yoga)
    await booker.choose(studio.yoga, page)
    await booker.send()
    own_seats = [each for each in await plan(studio, "session_id", "id") if each[0] in own]
    text, which = next((text, which) for text, which in (await links(booker)).items() if which.startswith("course-"))
    assert text == "The whole course: Yoga, from Tuesday, 2 March 2027, 11:00–12:00"
    shown = await booker.client.get(f"{booker.own}/move/{which}")
    assert shown.text.count('name="start"') == 1
    done = await booker.post(f"move/{which}", **hidden(shown), start=starts(shown)[0])
    assert "You are booked in" in done.text
    after = {item_id: session for session, item_id in await plan(studio, "session_id", "id")}
    assert [after[item_id] for _, item_id in own_seats] == other
    assert await broken(studio) == []


async def test_a_course_that_has_begun_is_moved_date_by_date_only(studio: World, booker: Booker, clock: Clock) -> None:
    await courses(studio, 1, 2)
    await booked(booker, studio.yoga)
    clock.now = SOON + 2 * DAY
    shown = await links(booker)
    assert (len(shown), any(which.startswith("course-") for which in shown.values())) == (2, False)
    refused = await booker.post(f"move/course-{min(shown.values())}", start="course x")
    assert refused.status_code == 422


@pytest.mark.parametrize("start", ["course x", "session 1", "2027-03-03T09:00:00+01:00", "nonsense"])
async def test_a_course_is_moved_to_nothing_that_is_not_offered(studio: World, booker: Booker, start: str) -> None:
    (own,) = await courses(studio, 1)
    await booked(booker, studio.yoga)
    which = next(which for which in (await links(booker)).values() if which.startswith("course-"))
    refused = await booker.post(f"move/{which}", start=start)
    assert (refused.status_code, "No other course" in refused.text) == (409, True)
    assert [session for (session,) in await plan(studio, "session_id")] == own


async def test_without_scripts_a_chain_is_moved_in_a_browser(studio: World, booker: Booker, visit: Visit) -> None:
    await booked(booker, studio.massage, TUESDAY, then=studio.physio)
    visitor = await visit(java_script_enabled=False)
    await visitor.open(booker.own)
    await visitor.page.click("text=Choose another time")
    await visitor.page.locator("td a").nth(1).click()
    await visitor.page.locator(".times button").last.click()
    assert "You are booked in" in await visitor.text()
    (massage_at, _), (_, _) = await plan(studio, "starts_at", "ends_at")
    assert massage_at != TUESDAY


async def test_by_keyboard_and_for_everybody(studio: World, booker: Booker, visit: Visit) -> None:
    await courses(studio, 1, 2)
    await booked(booker, studio.yoga)
    visitor = await visit()
    for path in ("", *(f"/move/{which}" for which in (await links(booker)).values())):
        await visitor.open(booker.own + path)
        await visitor.check()
