"""What was agreed stays so when customers move what they have booked."""

from datetime import datetime

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.actions.accounts.settings import change_settings
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.assignments import change_assignment, get_assignment_of
from kalends.actions.catalog.services import add_service, change_service
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.accounts.booking_page import BookingPagePatch
from kalends.engine.bookings.request import RequestedLine
from kalends.engine.catalog.assignment import ServiceAssignmentPatch
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.service import ServicePatch
from tests.desk import DAY, HOUR, MINUTE, SOON, broken, hour_of, made, sent
from tests.page.booking import Booker, plan, starts
from tests.page.moving import TUESDAY, booked, line, moment, move, staff_book
from tests.world import World


async def test_what_staff_made_longer_stays_so(studio: World, booker: Booker) -> None:
    """90 minutes instead of 60: from 07:00 to 08:30 UTC; at 14:30 there is an hour left, and at 15:00 less."""
    await staff_book(booker, line(studio, TUESDAY, ends_at=TUESDAY + 90 * MINUTE))
    page = await booker.client.get(f"{booker.own}/move", params={"day": "2027-03-02", "at": "14:45"})
    assert ("Massage, 90 minutes" in page.text, "closed then" in page.text) == (True, True)
    assert moment(starts(page)[-1]) == TUESDAY + 6 * HOUR
    refused = await move(booker, "2027-03-02T15:00:00+01:00", day="2027-03-02")
    await move(booker, "2027-03-02T14:00:00+01:00", day="2027-03-02")
    assert refused.status_code == 409
    assert await plan(studio, "starts_at", "ends_at") == [(TUESDAY + 6 * HOUR, TUESDAY + 7.5 * HOUR)]


async def test_what_was_agreed_stays_when_the_service_changes(studio: World, booker: Booker) -> None:
    await change_booking_page(studio.ctx(), BookingPagePatch(most_services=2))
    await booked(booker, studio.massage, TUESDAY, then=studio.physio)
    await change_service(studio.ctx(), studio.massage, ServicePatch(duration=30))
    await move(booker, "2027-03-02T09:00:00+01:00 then 2027-03-02T10:15:00+01:00", day="2027-03-02")
    (massage_at, massage_end), (_, physio_end) = await plan(studio, "starts_at", "ends_at")
    assert (massage_end - massage_at, physio_end - massage_at) == (HOUR, 2 * HOUR)


async def test_who_takes_another_time_for_it_takes_that(studio: World, booker: Booker) -> None:
    """Bo needs 90 minutes for a massage, and Ada 60."""
    with_bo = await get_assignment_of(studio.ctx(), studio.massage, studio.bo)
    await change_assignment(studio.ctx(), with_bo.id, ServiceAssignmentPatch(duration=90))
    await staff_book(booker, line(studio, TUESDAY, resource_id=studio.bo))
    await move(booker, "2027-03-02T09:00:00+01:00", day="2027-03-02", resource=str(studio.ada))
    assert await plan(studio, "resource_id", "ends_at") == [(studio.ada, TUESDAY + 2 * HOUR)]


async def test_an_extra_that_only_one_person_has_is_moved_with_that_person(studio: World, booker: Booker) -> None:
    stones = await add_service(studio.ctx(), ServicePatch(title="Hot stones", kind="product"), [studio.bo])
    await staff_book(booker, line(studio, TUESDAY, resource_id=studio.bo, extras=(Extra(1, service_id=stones.id),)))
    await made(studio, hour_of(studio.bo, TUESDAY + 2 * HOUR))
    page = await booker.client.get(f"{booker.own}/move", params={"day": "2027-03-02", "resource": str(studio.ada)})
    assert ("Bo" in page.text, "Ada" in page.text) == (True, False)
    assert TUESDAY + 2 * HOUR not in {moment(start) for start in starts(page)}
    refused = await move(booker, "2027-03-02T10:00:00+01:00")
    await move(booker, "2027-03-02T11:00:00+01:00")
    assert refused.status_code == 409
    assert (studio.bo, TUESDAY + 3 * HOUR) in await plan(studio, "resource_id", "starts_at")


async def test_an_extra_that_is_sold_no_more_goes_along_with_anybody(studio: World, booker: Booker) -> None:
    stones = await add_service(studio.ctx(), ServicePatch(title="Hot stones", kind="product"), [studio.bo])
    await staff_book(booker, line(studio, TUESDAY, resource_id=studio.bo, extras=(Extra(1, service_id=stones.id),)))
    await change_service(studio.ctx(), stones.id, ServicePatch(active=False))
    await move(booker, "2027-03-02T10:00:00+01:00", resource=str(studio.ada), day="2027-03-02")
    assert await plan(studio, "resource_id", "starts_at") == [(studio.ada, TUESDAY + 2 * HOUR)]


async def by_hand(studio: World) -> None:
    """From now on each booking is confirmed by hand, and all is told by mail."""
    policy = PolicyPatch(confirm_manually=True, verification="email", notify_by_email=True, notify_of_changes=True)
    await change_settings(studio.ctx(), SettingsPatch(account=AccountPatch(policy=policy)))


async def states(studio: World) -> list[tuple[str, datetime]]:
    query = "select state, starts_at from item where account_id = $1 order by starts_at"
    return [tuple(row) for row in await studio.db.fetch(query, studio.account.id)]


async def test_who_confirms_each_time_by_hand_is_asked_again(studio: World, booker: Booker) -> None:
    (item_id,) = await staff_book(booker, line(studio, TUESDAY))
    await by_hand(studio)
    page = await booker.client.get(f"{booker.own}/move")
    assert "the new one is a request until then" in page.text
    assert "It stays yours until another one is." not in page.text
    moved = await move(booker, "2027-03-02T10:00:00+01:00", day="2027-03-02")
    assert ("Your request is on its way" in moved.text, "this is your time now" in moved.text) == (True, False)
    assert await states(studio) == [("awaiting_confirmation", TUESDAY + 2 * HOUR)]
    assert await sent(studio) == ["staff email notification"]
    await change_item_state(studio.ctx(), item_id, "confirm")
    assert await states(studio) == [("confirmed", TUESDAY + 2 * HOUR)]
    assert await broken(studio) == []


async def test_who_leaves_it_where_it_is_asks_for_nothing(studio: World, booker: Booker) -> None:
    await staff_book(booker, line(studio, TUESDAY))
    await by_hand(studio)
    await move(booker, "2027-03-02T08:00:00+01:00", day="2027-03-02")
    assert (await states(studio), await sent(studio)) == ([("confirmed", TUESDAY)], [])


async def test_a_seat_is_asked_for_anew_too(studio: World, booker: Booker) -> None:
    first, second = [await studio.class_of(3, SOON + days * DAY) for days in (1, 2)]
    await staff_book(booker, RequestedLine(session_id=first))
    await by_hand(studio)
    await move(booker, f"session {second}")
    assert await states(studio) == [("awaiting_confirmation", SOON + 2 * DAY)]


async def test_the_time_that_it_has_is_not_offered_again_but_with_somebody_else(studio: World, booker: Booker) -> None:
    await staff_book(booker, line(studio, TUESDAY))
    query = {"day": "2027-03-02", "at": "08:00"}
    shown = {}
    for who in ("", studio.ada, studio.bo):
        page = await booker.client.get(f"{booker.own}/move", params={**query, "resource": str(who)})
        shown[who] = TUESDAY in {moment(start) for start in starts(page)}, "This is your time." in page.text
    assert shown == {"": (False, True), studio.ada: (False, True), studio.bo: (True, False)}
