"""A channel that is limited to some facilities, and every route of the door."""

from typing import Any

import msgspec

from kalends.actions.bookings.blocks import add_block
from kalends.dialects.bookio.routes import ROUTES
from kalends.engine.bookings.block import BlockRequest
from tests.desk import HOUR
from tests.dialects.bookio.practice import Practice, service
from tests.dialects.conftest import Connect
from tests.dialects.elsewhere import (
    HIDDEN,
    LEFT_OUT,
    MARK,
    SHARED,
    TAKEN,
    UNKNOWN,
    Answers,
    Ids,
    Row,
    everything_at,
    names,
    open_branch,
    rows,
    walk,
)

CALENDAR, RESERVATION, BLOCKED = (
    "/calendars/{calendar_id}",
    "/reservations/{reservation_id}",
    "/blockedTimes/{blocked_time_id}",
)
CHANGE = ("PUT", "POST", "PATCH")


def calendar(ids: Ids) -> dict[str, Any]:
    dates = {"validFrom": ids["day"], "validTo": ids["day"]}
    lists: dict[str, Any] = {"services": [service("Laser")], "intervals": []}
    return {"facilityId": ids["own_site"], "name": "x", "note": "x", **dates, **lists}


def reservation(ids: Ids) -> dict[str, Any]:
    person = {"name": "Liv", "surname": "Moe", "email": "liv@example.org", "phone": "99 11 22 33", "locale": "sk"}
    of_site = {"serviceId": ids["care_id"], "facilityId": ids["own_site"], "externalId": 5}
    return {**person, **of_site, "dateFrom": f"{ids['day']}T22:00:00"}


def blocked(ids: Ids) -> dict[str, Any]:
    times = {"dateFrom": f"{ids['day']}T22:00:00", "dateTo": f"{ids['day']}T23:00:00"}
    return {**times, "externalId": 5, "note": "x", "facilityId": ids["own_site"]}


def elsewhere(row: Row) -> Row:
    """The same about the other site."""
    return msgspec.structs.replace(
        row, answer=UNKNOWN, sent=lambda ids: {**row.sent(ids), "facilityId": ids["site_id"]}
    )


NEW = [Row("POST /calendars", SHARED, calendar), Row("POST /blockedTimes", SHARED, blocked)]
TABLE = [
    *rows(LEFT_OUT, "GET /facilities/cgm", "GET /calendars", "GET /reservations", "GET /blockedTimes"),
    *NEW,
    *map(elsewhere, [*NEW, Row("POST /reservations", SHARED, reservation)]),
    Row("POST /reservations", TAKEN, reservation),
    *(Row(f"{method} {CALENDAR}", HIDDEN, calendar) for method in CHANGE),
    *(Row(f"{method} {CALENDAR}/end", HIDDEN, lambda ids: {"validTo": ids["day"]}) for method in CHANGE),
    *(Row(f"{method} {RESERVATION}/status", HIDDEN, lambda ids: {"status": "CANCELLED"}) for method in CHANGE),
    *(Row(f"{method} {RESERVATION}/{verb}", HIDDEN, blocked) for method in CHANGE for verb in ("term", "sync")),
    *(Row(f"{method} {BLOCKED}/term", HIDDEN, blocked) for method in CHANGE),
    *rows(HIDDEN, f"DELETE {BLOCKED}"),
]
ANSWERS: Answers = {
    HIDDEN: (400, "12: "),
    UNKNOWN: (400, "12: facilityId was not found"),
    TAKEN: (400, "30: There is no capacity left"),
}


def test_every_route_has_a_row() -> None:
    assert sorted({row.route for row in TABLE}) == names(ROUTES)


async def test_another_facility_is_not_there_for_a_channel_of_this_one(practice: Practice, connect: Connect) -> None:
    world = practice.world
    branch = await open_branch(world)
    start = world.now + 40 * HOUR
    block = await add_block(world.ctx(), BlockRequest(branch["site_id"], start, start + HOUR, MARK))
    ids = {
        **branch,
        "own_site": world.site,
        "calendar_id": branch["resource_id"],
        "reservation_id": branch["item_id"],
        "blocked_time_id": block.view.item.id,
    }
    limited = await practice.limited_client(connect)
    services = await everything_at(world, branch["site_id"])
    wrong = await walk(TABLE, ids, ANSWERS, (limited, practice.client))
    assert wrong == []
    after = await everything_at(world, branch["site_id"])
    assert [thing for thing in services if thing not in after] == []


async def test_names_of_services_that_others_offer_too(practice: Practice, connect: Connect) -> None:
    """A channel of some facilities gives its calendars what there is, and names what is its own."""
    branch = await open_branch(practice.world)
    limited = await practice.limited_client(connect)
    mine = practice.new_calendar(service("Laser"), validTo=practice.day(90))
    made = (await limited.post("/calendars", json=mine)).json()["result"]["data"]["calendarId"]
    calendar = await practice.calendar(made)
    own = {**calendar["services"][0], "name": "Laser 2"}
    shared = service("Massage", 60, id=practice.world.massage)
    sent = {**calendar, "services": [own, shared]}
    assert (await limited.put(f"/calendars/{made}", json=sent)).status_code == 200
    renamed = {**sent, "services": [own, {**shared, "name": "Massages"}]}
    answer = await limited.put(f"/calendars/{made}", json=renamed)
    assert answer.json()["result"]["errors"] == ["403: You don't have enough permissions for this"]
    assert branch["site_id"] != practice.world.site
