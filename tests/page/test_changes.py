"""Customers cancel and move what they have booked, by its link."""

from datetime import datetime

import httpx
import pytest

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.bookings.move_own import move_own
from kalends.actions.bookings.sessions import remove_session
from kalends.actions.catalog.services import add_service, change_service
from kalends.actions.context import Context
from kalends.engine.accounts.booking_page import BookingPagePatch
from kalends.engine.bookings.own import NewPlace
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import NotFound
from tests.acts import add_session
from tests.desk import DAY, HOUR, SOON, broken, hour_of, made
from tests.desk import visit as massage
from tests.page.booking import Booker, hidden, starts
from tests.page.conftest import Visit
from tests.world import NOW, World

LEFT = "item where account_id = $1 and state <> 'deleted'"
"""What is left once a hold is booked."""


@pytest.fixture
async def booked(booker: Booker) -> Booker:
    """Somebody who has booked a massage, at the next free time."""
    await booker.choose(booker.clinic.massage)
    await booker.send()
    return booker


async def times(studio: World) -> list[tuple[str, str]]:
    """State and wall time in UTC of all that is booked."""
    rows = await studio.db.fetch(
        f"select state, to_char(starts_at at time zone 'utc', 'DD HH24:MI') from {LEFT} order by id",
        studio.account.id,
    )
    return [tuple(row) for row in rows]


async def test_a_booking_is_cancelled_by_a_form_after_its_terms_were_shown(studio: World, booked: Booker) -> None:
    await change_booking_page(studio.ctx(), BookingPagePatch(cancellation_terms="Free until the day before."))
    own = await booked.client.get(booked.own)
    assert f"{booked.own}/cancel" in own.text
    asked = await booked.client.get(f"{booked.own}/cancel")
    assert "Free until the day before." in asked.text
    assert [state for state, _ in await times(studio)] == ["confirmed"]  # whoever follows the link cancels nothing
    done = await booked.post("cancel", reason="Ill")
    assert "cancelled" in done.text
    assert [state for state, _ in await times(studio)] == ["cancelled"]
    assert await studio.db.fetchval(f"select cancellation_reason from {LEFT}", studio.account.id) == "Ill"
    assert f"{booked.own}/cancel" not in done.text
    assert await broken(studio) == []


async def test_a_reason_that_is_too_long_is_not_cut(studio: World, booked: Booker) -> None:
    reason = "Ill. " * 20_000
    page = await booked.post("cancel", reason=reason)
    assert (page.status_code, "“Why?”: this is too long." in page.text, reason in page.text) == (422, True, True)
    assert [state for state, _ in await times(studio)] == ["confirmed"]


async def test_a_booking_is_moved_to_a_free_time(studio: World, booked: Booker) -> None:
    before = await times(studio)
    page = await booked.client.get(f"{booked.own}/move")
    assert "It stays yours until another one is." in page.text
    assert await times(studio) == before
    moved = await booked.post("move", **hidden(page), start=starts(page)[-1])
    assert (moved.status_code, "this is your time now" in moved.text) == (200, True)
    ((state, when),) = await times(studio)
    assert (state, when != before[0][1]) == ("confirmed", True)
    assert await broken(studio) == []


async def test_the_room_moves_along_or_is_another_one(studio: World, booker: Booker) -> None:
    await change_service(studio.ctx(), studio.massage, ServicePatch(also_needs=("space",)))
    await booker.choose(studio.massage)
    await booker.send()
    (room,) = await _rooms(studio)
    own = (await booker.client.get(booker.own)).text
    assert "<dt>With</dt><dd>Ada</dd><dt>Room</dt><dd>Hall</dd>" in own
    page = await booker.client.get(f"{booker.own}/move")
    later, last = starts(page)[-2:]
    await booker.post("move", **hidden(page), start=later)
    assert await _rooms(studio) == [room]
    await made(studio, hour_of(room, _moment(last)))
    await booker.post("move", **hidden(page), start=last)
    (other,) = await _rooms(studio)
    assert other != room
    assert await broken(studio) == []


async def test_who_loses_the_race_keeps_the_old_time(studio: World, booked: Booker) -> None:
    before = await times(studio)
    page = await booked.client.get(f"{booked.own}/move", params={"resource": str(studio.ada)})
    start = starts(page)[-1]
    await made(studio, massage(studio, starts_at=_moment(start), overlap_allowed=True))
    again = await booked.post("move", **hidden(page), start=start)
    assert (again.status_code, "Your booking stays as it is" in again.text) == (409, True)
    assert (await times(studio))[0] == before[0]


async def test_what_is_cancelled_already_is_shown_as_that(studio: World, booked: Booker) -> None:
    for _ in range(2):
        page = await booked.post("cancel")
        assert (page.status_code, "The booking is cancelled" in page.text, "too late" in page.text) == (
            200,
            True,
            False,
        )
    for path in ("move", "cancel"):
        assert "too late" not in (await booked.client.get(f"{booked.own}/{path}")).text


async def test_another_time_is_looked_for_on_the_day_of_the_present_one(studio: World, booker: Booker) -> None:
    page = await booker.look(studio.massage, day="2027-03-09")
    await booker.choose(studio.massage, page, -1)
    assert "You are booked in" in (await booker.send()).text
    page = await booker.client.get(f"{booker.own}/move")
    assert '<h2 id="times" tabindex="-1">Tuesday, 9 March 2027' in page.text


async def test_it_is_too_late_when_the_account_says_so(studio: World, booked: Booker) -> None:
    await change_booking_page(studio.ctx(), BookingPagePatch(change_hours=48))
    for path in ("move", "cancel"):
        assert f"{booked.own}/{path}" not in (await booked.client.get(booked.own)).text
        assert "It is too late" in (await booked.client.get(f"{booked.own}/{path}")).text
        assert "It is too late" in (await booked.post(path, start="2027-03-02T10:00:00+01:00")).text
    assert [state for state, _ in await times(studio)] == ["confirmed"]


async def test_of_a_class_that_is_called_off_nobody_is_told_that_they_gave_it_back(
    studio: World, booker: Booker, client: httpx.AsyncClient
) -> None:
    yoga, holder = await studio.class_of(3), Booker(studio, client)
    await holder.choose(studio.yoga)
    await booker.choose(studio.yoga)
    await booker.send()
    await remove_session(studio.ctx(), yoga)
    for each in (holder, booker):
        page = await client.get(each.own)
        assert "It does not take place" in page.text
        assert "Choose a time" in page.text
        assert "free for others" not in page.text
        assert "gave it back" not in page.text


async def test_a_seat_is_moved_to_another_class(studio: World, booker: Booker) -> None:
    first, second = [await studio.class_of(3, SOON + days * DAY) for days in (1, 2)]
    await booker.choose(studio.yoga)
    await booker.send()
    page = await booker.client.get(f"{booker.own}/move")
    await booker.post("move", **hidden(page), start=f"session {second}")
    rows = await studio.db.fetch(f"select session_id from {LEFT}", studio.account.id)
    assert [row[0] for row in rows] == [second] != [first]


async def test_nothing_is_moved_to_a_class_of_another_service(studio: World, booked: Booker) -> None:
    seat = await studio.class_of(3, SOON + DAY)
    refused = await booked.post("move", start=f"session {seat}")
    assert refused.status_code == 409
    assert await studio.db.fetchval(f"select session_id from {LEFT}", studio.account.id) is None


@pytest.mark.parametrize("other", ["dear", "begun"])
async def test_a_seat_is_moved_to_nothing_that_is_not_offered(studio: World, booker: Booker, other: str) -> None:
    first, begun = await studio.class_of(3, SOON + DAY), await studio.class_of(3, NOW - HOUR, hours=3)
    service = await add_service(studio.ctx(), ServicePatch(title="Retreat", kind="attendance", public=False), [])
    fields = {"service_id": service.id, "starts_at": SOON, "ends_at": SOON + HOUR, "capacity": 5}
    dear = (await add_session(studio.ctx(), fields)).id
    await booker.choose(studio.yoga)
    await booker.send()
    refused = await booker.post("move", start=f"session {dear if other == 'dear' else begun}")
    assert refused.status_code == 409
    assert await studio.db.fetchval(f"select session_id from {LEFT}", studio.account.id) == first


async def test_from_a_link_that_is_over_one_gets_to_what_can_be_booked(studio: World, booked: Booker) -> None:
    dead, other = await booked.client.get("/h/abc"), await booked.client.get("/no/page")
    assert (dead.status_code, f'/book/{studio.account.slug}">All services<' in dead.text) == (404, True)
    assert (other.status_code, "All services" in other.text) == (404, False)


async def test_a_link_leads_to_one_booking_only(studio: World, booked: Booker) -> None:
    other = await made(studio, massage(studio, starts_at=SOON + DAY))
    place = NewPlace(starts=(SOON + DAY + HOUR,))
    with pytest.raises(NotFound):
        await move_own(await _guest(studio, booked), other.booking_id, str(other.id), place)


async def test_by_keyboard_and_for_everybody(booked: Booker, visit: Visit) -> None:
    visitor = await visit()
    for path in ("/cancel", "/move", ""):
        await visitor.open(booked.own + path)
        await visitor.check()


async def _rooms(studio: World) -> list[int]:
    """What the massage takes besides."""
    query = f"select also_resource_ids from {LEFT} and service_id = $2"
    return list(await studio.db.fetchval(query, studio.account.id, studio.massage))


def _moment(start: str) -> datetime:
    """The time of a button."""
    return datetime.fromisoformat(start.partition(" ")[0])


async def _guest(studio: World, booker: Booker) -> Context:
    """The context of whoever has the link."""
    return await authenticate_secret(studio.db, studio.now, "page", booker.own.removeprefix("/h/"))
