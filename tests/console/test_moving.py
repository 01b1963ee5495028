"""Bookings are moved and cancelled by form, alone or with the others, and requests are answered."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from kalends.actions.bookings.appointments import book_appointments
from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.resource_blocks import add_resource_blocks
from kalends.engine.bookings.block import ResourceBlockRequest
from kalends.engine.bookings.views import ItemView
from kalends.engine.time.repeat_rule import RepeatRule
from tests.acts import change, request
from tests.console.desk_client import desk
from tests.console.grid import massage
from tests.console.screens import item_screen, physio
from tests.desk import DAY, HOUR, SOON
from tests.world import World


async def weekly(clinic: World) -> list[ItemView]:
    """Kari has physio at eleven, this Monday and the three after it."""
    fields = {"service_id": clinic.physio, "resource_id": clinic.ada, "starts_at": SOON, "customer_id": clinic.kari}
    booked = await book_appointments(clinic.ctx(), request(**fields), RepeatRule("week", 1, 3))
    return list(booked.items)


async def states(clinic: World, views: list[ItemView]) -> list[str]:
    return [(await get_item(clinic.ctx(), view.item.id)).item.state for view in views]


async def later(clinic: World, views: list[ItemView]) -> list[timedelta]:
    """By how much each was moved."""
    return [(await get_item(clinic.ctx(), view.item.id)).item.starts_at - view.item.starts_at for view in views]


async def test_a_free_time_is_one_click_and_so_is_undo(clinic: World, password: str, address: str) -> None:
    booked = await physio(clinic)
    path = item_screen(clinic, booked)
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/move?day=2027-03-02&on={clinic.ada}")
        assert "09:30–10:15" in marit.page
        assert await marit.send(f"{path}/move", take=f"{clinic.ada} 0 2027-03-02T09:30", start="", end="") == 200
        assert "It is moved." in marit.page
        assert await later(clinic, [booked]) == [DAY - 1.5 * HOUR]
        assert await marit.send(f"{path}/undo") == 200
        assert "It is as it was before." in marit.page
    assert await later(clinic, [booked]) == [timedelta()]


async def test_times_are_free_for_as_long_as_it_takes_and_its_own_time_is_given_up(
    clinic: World, password: str, address: str
) -> None:
    booked = await massage(clinic, clinic.ada)
    await change(clinic.ctx(), booked.item.id, {"ends_at": SOON + 1.5 * HOUR})
    await massage(clinic, clinic.ada, hours=3, customer_id=clinic.ola)
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{item_screen(clinic, booked)}/move")
        free = re.findall(r"\d\d:\d\d–\d\d:\d\d", marit.page.partition('class="times"')[2].partition("</ul>")[0])
        assert free == ["12:00–13:30"]


async def test_this_and_the_following_are_moved_and_their_number_is_said_before(
    clinic: World, password: str, address: str
) -> None:
    views = await weekly(clinic)
    path = item_screen(clinic, views[1])
    times = {"start": "2027-03-08T13:00", "end": "2027-03-08T13:45"}
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/move")
        assert "This one and the following: 3 dates" in marit.page
        assert await marit.send(f"{path}/move", **times, scope="following", tell="no") == 200
        assert "It is moved." in marit.page
    assert await later(clinic, views) == [timedelta(), *[2 * HOUR] * 3]


async def test_this_and_the_following_are_cancelled(clinic: World, password: str, address: str) -> None:
    views = await weekly(clinic)
    path = item_screen(clinic, views[2])
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/cancel")
        assert "All 4 dates of the booking" in marit.page
        assert "This one and the following: 2 dates" in marit.page
        assert await marit.send(f"{path}/cancel", scope="following", tell="no") == 200
        assert "The booking is cancelled." in marit.page
        assert await states(clinic, views) == ["confirmed", "confirmed", "cancelled", "cancelled"]
        await marit.open(f"{item_screen(clinic, views[0])}/cancel")
        assert "All 2 dates of the booking" in marit.page
        assert await marit.send(f"{item_screen(clinic, views[0])}/cancel", scope="all", tell="no") == 200
    assert await states(clinic, views) == ["cancelled"] * 4


async def test_requests_are_answered_one_after_the_other(clinic: World, password: str, address: str) -> None:
    views = [await physio(clinic, hours * HOUR, state="awaiting_confirmation") for hours in (0, 1)]
    first, second = [item_screen(clinic, view) for view in views]
    async with desk(address, clinic, password) as marit:
        await marit.open(f"/sites/{clinic.site}/requests")
        assert await marit.send(f"{first}/confirm") == 200
        assert "The booking is confirmed." in marit.page
        await marit.open(f"{second}/decline?back=requests")
        assert await marit.send(f"{second}/decline", reason="Full.", tell="no") == 200
        assert "No request waits for an answer." in marit.page
    assert await states(clinic, views) == ["confirmed", "declined"]


async def test_a_time_is_found_and_one_that_is_not_free_explained(clinic: World, password: str, address: str) -> None:
    await physio(clinic)
    path = f"/sites/{clinic.site}/find?service={clinic.physio}"
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}&why=2027-03-01T11:15")
        assert "11:15 is not free" in marit.page
        assert "Kari Nordmann" in marit.page
        assert f"/new?service={clinic.physio}&resource={clinic.ada}&at=2027-03-01T12:30" in marit.page
        await marit.open(f"{path}&why=2027-03-06T11:00")
        assert "It is closed then." in marit.page
        await marit.open(f"{path}&why=2027-03-28T02:30&from=nonsense")
        assert "There is no such time that day." in marit.page


async def test_free_times_are_shown_by_whole_days_and_lead_to_later_ones(
    clinic: World, password: str, address: str
) -> None:
    async with desk(address, clinic, password) as marit:
        await marit.open(f"/sites/{clinic.site}/find?service={clinic.physio}&after=12:00")
        first = re.findall(r'<h2 id="day-\d+">(.*)</h2>', marit.page)
        (later,) = re.findall(r'href="/console([^"]*)">Later days', marit.page)
        await marit.open(later)
        second = re.findall(r'<h2 id="day-\d+">(.*)</h2>', marit.page)
        assert "12:30–13:15" in marit.page
        assert "08:00–08:45" not in marit.page
    assert (first[0], first[-1], len(first)) == ("Monday, 1 March 2027", "Tuesday, 9 March 2027", 7)
    assert second[0] == "Wednesday, 10 March 2027"


async def test_in_the_hour_that_clocks_show_twice_it_is_chosen_where_to(
    clinic: World, password: str, address: str
) -> None:
    booked = await physio(clinic, resource_id=clinic.sauna, service_id=clinic.sauna_visit)
    path = item_screen(clinic, booked, "/move")
    sent = {"start": "2027-10-31T02:30", "end": "2027-10-31T04:00"}
    async with desk(address, clinic, password) as marit:
        await marit.open(path)
        assert 'name="fold"' not in marit.page
        assert await marit.send(path, **sent) == 422
        assert "is a time that comes twice" in marit.page
        assert await marit.send(path, **sent, fold="1") == 200
    item = (await get_item(clinic.ctx(), booked.item.id)).item
    assert item.starts_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


async def test_what_overlaps_is_listed(clinic: World, password: str, address: str) -> None:
    booked, other = await physio(clinic), await physio(clinic, 2 * HOUR, customer_id=clinic.ola)
    path = item_screen(clinic, other)
    async with desk(address, clinic, password) as marit:
        await marit.open(f"/sites/{clinic.site}/conflicts")
        assert "Nothing to come overlaps anything." in marit.page
        await marit.open(f"{path}/move")
        times = {"start": "2027-03-01T11:00", "end": "2027-03-01T11:45", "resource": clinic.ada}
        assert await marit.send(f"{path}/move", **times) == 409
        assert await marit.send(f"{path}/move", **times, overlap="An emergency.") == 200
        assert "Overlaps another booking on purpose. An emergency." in marit.page
        await marit.open(f"/sites/{clinic.site}/conflicts")
        assert "Ola Nordmann" in marit.page
        assert "An emergency." in marit.page
    assert booked.item.overlap_allowed is False


@pytest.mark.parametrize(
    "query", ["on=x&day=x", "day=0001-01-01", "start=x&end=y&resource=z", "take=1 2 3", "session=x"]
)
async def test_what_nobody_chooses_is_no_error(clinic: World, password: str, address: str, query: str) -> None:
    path = item_screen(clinic, await physio(clinic))
    async with desk(address, clinic, password) as marit:
        assert await marit.open(f"{path}/move?{query}") == 200
        assert "Move Kari Nordmann" in marit.page
        assert await marit.open(f"{path}/cancel?scope=x&tell=x&{query}") == 200
        assert await marit.open(f"{path}/change?was=[]&service=x&units=x&customer=x&{query}") == 200


async def test_what_can_not_be_is_said_at_its_field_and_nothing_typed_is_lost(
    clinic: World, password: str, address: str
) -> None:
    path = item_screen(clinic, await physio(clinic))
    times = {"start": "2027-03-08T13:00", "end": "2027-03-08T12:00"}
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}/move")
        assert await marit.send(f"{path}/move", **times) == 422
        assert re.search(r'id="end-fault"[^>]*>[^<]*must be after the start', marit.page)
        assert [value in marit.page for value in times.values()] == [True, True]
        for start, fault in (("", "is missing"), ("2027-03-28T02:30", "clocks skip"), ("0001-01-01T10:00", "out of")):
            assert await marit.send(f"{path}/move", start=start, end="") == 422
            assert re.search(rf'id="start-fault"[^>]*>[^<]*{fault}', marit.page)
        await marit.open(f"{path}/move?start=2027-03-08T13:00&end=2027-03-08T12:00&resource={clinic.ada}")
        assert "End: must be after the start" in marit.page


async def test_of_two_times_that_clocks_show_alike_either_is_explained(
    clinic: World, password: str, address: str
) -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    await add_resource_blocks(
        clinic.ctx(), ResourceBlockRequest(resource_id=clinic.sauna, starts_at=second, ends_at=second + HOUR)
    )
    path = f"/sites/{clinic.site}/find?service={clinic.sauna_visit}&why=2027-10-31T02:30"
    async with desk(address, clinic, password) as marit:
        await marit.open(path)
        assert "02:30 (UTC+2) is free" in marit.page
        assert '<option value="1">02:30 (UTC+1)</option>' in marit.page
        await marit.open(f"{path}&why_fold=1")
        assert "02:30 (UTC+1) is not free" in marit.page
