"""Calendar feeds as a calendar program sees them: what is booked, in three details, until the address changes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from kalends.actions.bookings.blocks import add_block
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.feeds import add_feed, change_feed, remove_feed, rotate_feed
from kalends.engine.bookings.block import BlockRequest
from kalends.engine.bookings.feed import Detail, FeedPatch
from kalends.engine.refusals import Invalid, NotFound
from kalends.feeds.routes import door
from tests.desk import DAY, HOUR, SOON, hour_of, made, visit
from tests.web.toy import served, shell
from tests.world import World, at_sites


@pytest.fixture
async def programs(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A calendar program."""
    async with served(shell(database_url, doors=[door])) as client:
        yield client


async def subscribed(clinic: World, detail: Detail = "full", **subject: int) -> str:
    """The path of a new feed, of Ada unless it is of something else."""
    _, secret = await add_feed(clinic.ctx(), "Ada", detail, **(subject or {"resource_id": clinic.ada}))
    return f"http://here/feeds/{secret}.ics"


async def events(programs: httpx.AsyncClient, path: str) -> list[Any]:
    answer = await programs.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


async def test_a_feed_has_what_is_booked(clinic: World, programs: httpx.AsyncClient) -> None:
    await made(clinic, visit(clinic, notes="Left shoulder"))
    await made(clinic, visit(clinic, resource_id=clinic.bo))
    (event,) = await events(programs, await subscribed(clinic))
    assert str(event["summary"]) == "Kari Nordmann: Massage"
    assert str(event["location"]).startswith("Ada")
    assert str(event["description"]) == "22 33 44 55\nkari@example.org\nLeft shoulder"
    assert event["dtstart"].dt.isoformat() == "2027-03-01T11:00:00+01:00"
    assert event["dtend"].dt - event["dtstart"].dt == HOUR


@pytest.mark.parametrize(("detail", "summary"), [("busy", "Opptatt"), ("titles", "Massage")])
async def test_less_is_told_to_those_who_need_not_know(
    clinic: World, programs: httpx.AsyncClient, detail: Detail, summary: str
) -> None:
    await made(clinic, visit(clinic, notes="Left shoulder"))
    path = await subscribed(clinic, detail)
    (event,) = await events(programs, path)
    assert str(event["summary"]) == summary
    text = (await programs.get(path)).text
    assert not any(private in text for private in ("Kari", "22 33", "kari@", "shoulder"))
    assert ("LOCATION:Ada" in text) == (detail == "titles")


async def test_a_hall_has_its_parts_its_classes_and_the_blocks_of_the_site(
    clinic: World, programs: httpx.AsyncClient
) -> None:
    await made(clinic, hour_of(clinic.left, title="Choir"))
    await clinic.class_with((clinic.hall,), starts_at=SOON + DAY, ends_at=SOON + DAY + HOUR, title="Yoga")
    found = await events(programs, await subscribed(clinic, "titles", resource_id=clinic.hall))
    assert [str(event["summary"]) for event in found] == ["Choir", "Yoga"]


async def test_somebody_has_what_they_take_part_in_and_the_blocks_of_the_site(
    clinic: World, programs: httpx.AsyncClient
) -> None:
    await made(clinic, visit(clinic, resource_id=clinic.bo, also_resource_ids=(clinic.ada,)))
    await clinic.class_with((clinic.hall, clinic.ada), starts_at=SOON + DAY, ends_at=SOON + DAY + HOUR, title="Yoga")
    await add_block(clinic.ctx(), BlockRequest(clinic.site, SOON + 2 * DAY, SOON + 3 * DAY, "Fair"))
    found = await events(programs, await subscribed(clinic, "titles"))
    assert [str(event["summary"]) for event in found] == ["Massage", "Yoga", "Ada, Bo, Hall, Sauna, Projectors, Clinic"]


async def test_what_is_cancelled_is_not_in_it(clinic: World, programs: httpx.AsyncClient) -> None:
    item, path = await made(clinic, visit(clinic)), await subscribed(clinic)
    assert len(await events(programs, path)) == 1
    await change_item_state(clinic.ctx(), item.id, "cancel")
    assert await events(programs, path) == []


async def test_who_has_it_as_it_is_gets_nothing_again(clinic: World, programs: httpx.AsyncClient) -> None:
    path = await subscribed(clinic)
    etag = (await programs.get(path)).headers["etag"]
    same = await programs.get(path, headers={"if-none-match": etag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    await made(clinic, visit(clinic))
    assert (await programs.get(path, headers={"if-none-match": etag})).status_code == 200


async def test_a_new_address_ends_the_former_and_none_is_left_of_a_removed_feed(
    clinic: World, programs: httpx.AsyncClient
) -> None:
    feed, secret = await add_feed(clinic.ctx(), resource_id=clinic.ada)
    _, renewed = await rotate_feed(clinic.ctx(), feed.id)
    statuses = [(await programs.get(f"http://here/feeds/{each}.ics")).status_code for each in (secret, renewed)]
    assert statuses == [404, 200]
    await remove_feed(clinic.ctx(), feed.id)
    assert (await programs.get(f"http://here/feeds/{renewed}.ics")).status_code == 404


async def test_a_feed_is_of_one_thing_that_the_caller_sees(clinic: World) -> None:
    with pytest.raises(Invalid):
        await add_feed(clinic.ctx(), resource_id=clinic.ada, site_id=clinic.site)
    with pytest.raises(Invalid):
        await add_feed(clinic.ctx())
    with pytest.raises(NotFound):
        await add_feed(at_sites(clinic.ctx(), frozenset({0})), resource_id=clinic.ada)
    feed, _ = await add_feed(clinic.ctx(), site_id=clinic.site)
    with pytest.raises(NotFound):
        await change_feed(at_sites(clinic.ctx(), frozenset({0})), feed.id, FeedPatch(title="Mine"))


async def test_times_that_clocks_show_twice_are_told_in_utc(clinic: World, programs: httpx.AsyncClient) -> None:
    night = SOON.replace(month=10, day=31, hour=0, minute=30)
    await made(clinic, hour_of(clinic.hall, night))
    (event,) = await events(programs, await subscribed(clinic, resource_id=clinic.hall))
    assert event["dtstart"].to_ical() == b"20271031T003000Z"
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(hours=1)
