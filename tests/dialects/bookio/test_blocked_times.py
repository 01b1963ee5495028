"""Blocked times: a whole facility is closed for all doors, for what stands there now and later."""

import asyncio
from datetime import timedelta

import pytest

from kalends.actions.catalog.resources import add_resource, change_resource
from kalends.actions.catalog.sites import add_site
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.site import SitePatch
from tests.acts import book_item, request
from tests.desk import broken
from tests.dialects.bookio.practice import Practice, refused, result_of, worked


async def test_a_blocked_time_is_made_and_shown(practice: Practice) -> None:
    data = (await practice.block(123))["data"]
    assert data == {"blockedTimeId": data["blockedTimeId"], "externalId": 123}
    listed = worked(await practice.client.get("/blocked-times"))
    assert listed.pop("lastSync") > 0
    assert listed == {
        "pagination": {"total": 1, "offset": 0, "limit": 100},
        "blockedTimes": [
            {
                "id": data["blockedTimeId"],
                "externalId": 123,
                "dateFrom": practice.at(9),
                "dateTo": practice.at(10),
                "note": "A note.",
            }
        ],
        "removed": [],
    }
    assert await practice.reservations() == []
    assert refused(await practice.set_status(data["blockedTimeId"], "CANCELLED")) == ["12: reservationId was not found"]


async def test_it_blocks_all_doors(practice: Practice) -> None:
    await practice.block()
    assert refused(await practice.client.post("/reservations", json=practice.new_reservation())) == [
        "30: There is no capacity left"
    ]
    start = practice.monday() + timedelta(hours=9)
    world = practice.world
    for resource_id in (world.ada, world.hall, world.left, world.sauna, world.projectors):
        times = {"booked_from": start.isoformat(), "booked_to": (start + timedelta(hours=1)).isoformat()}
        answer = await practice.makeplans.post("/bookings", json={"booking": {**times, "resource_id": resource_id}})
        assert answer.json() == {"resource_id": ["Not available for booking at this time"]}
    assert await broken(world) == []


async def test_what_comes_later_is_blocked_too(practice: Practice) -> None:
    ctx = practice.world.ctx()
    await practice.block()
    new = await add_resource(ctx, ResourcePatch(title="Eve"))
    start = practice.monday() + timedelta(hours=9)
    hour = {"starts_at": start, "ends_at": start + timedelta(hours=1)}

    async def free(resource_id: int) -> bool:
        sent = {"booked_from": hour["starts_at"].isoformat(), "booked_to": hour["ends_at"].isoformat()}
        answer = await practice.makeplans.post("/bookings", json={"booking": {**sent, "resource_id": resource_id}})
        if answer.status_code == 200:
            await practice.makeplans.delete(f"/bookings/{answer.json()['booking']['id']}")
        return answer.status_code == 200

    assert not await free(new.id)
    other = await add_site(ctx, SitePatch(name="Branch"))
    await change_resource(ctx, new.id, ResourcePatch(site_id=other.id))
    assert await free(new.id)
    await change_resource(ctx, new.id, ResourcePatch(site_id=practice.world.site))
    assert not await free(new.id)
    await change_resource(ctx, new.id, ResourcePatch(active=False))
    await change_resource(ctx, new.id, ResourcePatch(active=True))
    assert not await free(new.id)
    assert await broken(practice.world) == []


async def test_reservations_that_are_there_stay_and_are_named(practice: Practice) -> None:
    reservation_id = await practice.book()
    number = (await practice.reservation(reservation_id))["number"]
    blocked = await practice.block(1, 8, 12)
    assert blocked["errors"] == [f"Reservation {number} at {practice.at(9)} stays, although the time is blocked"]
    assert (await practice.reservation(reservation_id))["status"] == "CONFIRMED"
    path = f"/blockedTimes/{blocked['data']['blockedTimeId']}/term"
    later = {"dateFrom": practice.at(13), "dateTo": practice.at(14)}
    assert result_of(await practice.client.put(path, json=later))["errors"] == []
    earlier = {"dateFrom": practice.at(9), "dateTo": practice.at(10)}
    assert len(result_of(await practice.client.put(path, json=earlier))["errors"]) == 1
    assert await broken(practice.world) == []


async def test_moved_and_removed(practice: Practice) -> None:
    block_id = (await practice.block(5))["data"]["blockedTimeId"]
    answer = await practice.client.put(f"/blockedTimes/{block_id}/term", json={"dateFrom": practice.at(11)})
    assert worked(answer) == {"reservationId": block_id, "blockedTimeId": block_id, "externalId": 5}
    await practice.book()
    (row,) = worked(await practice.client.get("/blockedTimes"))["blockedTimes"]
    assert (row["dateFrom"], row["dateTo"]) == (practice.at(11), practice.at(12))
    assert worked(await practice.client.delete(f"/blockedTimes/{block_id}")) == {"blockedTimeId": block_id}
    assert worked(await practice.client.get("/blockedTimes"))["blockedTimes"] == []
    await practice.book(2, 11)
    for answer in (
        await practice.client.delete(f"/blockedTimes/{block_id}"),
        await practice.client.put(f"/blockedTimes/{block_id}/term", json={"dateFrom": practice.at(9)}),
    ):
        assert refused(answer)[0].startswith("1")


async def test_external_ids_are_told_apart_by_kind(practice: Practice) -> None:
    await practice.book(7)
    block_id = (await practice.block(7, 11, 12))["data"]["blockedTimeId"]
    times = {"dateFrom": practice.at(13), "dateTo": practice.at(14)}
    again = {**times, "externalId": 7, "note": "", "facilityId": practice.world.site}
    answers = await asyncio.gather(*(practice.client.post("/blockedTimes", json=again) for _ in range(3)))
    assert {refused(answer)[0] for answer in answers} == {f"40: externalId is taken already, by {block_id}"}
    fresh = {**again, "externalId": 8}
    answers = await asyncio.gather(*(practice.client.post("/blockedTimes", json=fresh) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400]


async def test_all_faults_are_named_at_once(practice: Practice) -> None:
    assert refused(await practice.client.post("/blockedTimes", json={})) == [
        "10: facilityId is required",
        "10: dateFrom is required",
        "10: dateTo is required",
        "10: externalId is required",
        "10: note is required",
    ]
    wrong = {"dateFrom": practice.at(10), "dateTo": practice.at(10), "externalId": 1, "note": ""}
    answer = await practice.client.post("/blockedTimes", json={**wrong, "facilityId": practice.world.site})
    assert refused(answer) == ["10: dateTo must not be before dateFrom"]
    for path in ("/blockedTimes/77/term", "/blockedTimes/x/term"):
        assert refused(await practice.client.put(path, json={})) == ["12: blockedTimeId was not found"]
    reservation_id = await practice.book()
    assert refused(await practice.client.delete(f"/blockedTimes/{reservation_id}")) == [
        "12: blockedTimeId was not found"
    ]


@pytest.mark.parametrize(("params", "count"), [({}, 1), ({"dateFrom": 0}, 1), ({"dateTo": 0}, 1), ({"dateFrom": 1}, 0)])
async def test_listed_by_days(practice: Practice, params: dict[str, int], count: int) -> None:
    await practice.block()
    days = {name: practice.day(day) for name, day in params.items()}
    assert len(worked(await practice.client.get("/blockedTimes", params=days))["blockedTimes"]) == count


async def test_those_that_were_removed_since(practice: Practice) -> None:
    kept, gone = [(await practice.block(nr, 8 + nr, 9 + nr))["data"]["blockedTimeId"] for nr in (1, 2)]
    before = worked(await practice.client.get("/blockedTimes"))["lastSync"]
    worked(await practice.client.delete(f"/blockedTimes/{gone}"))
    await add_resource(practice.world.ctx(), ResourcePatch(title="Eve"))
    since = worked(await practice.client.get("/blockedTimes", params={"lastSync": before}))
    assert (since["blockedTimes"], since["removed"]) == ([], [{"id": gone, "externalId": 2}])
    worked(await practice.client.put(f"/blockedTimes/{kept}/term", json={"dateTo": practice.at(12)}))
    again = worked(await practice.client.get("/blockedTimes", params={"lastSync": since["lastSync"]}))
    assert ([row["id"] for row in again["blockedTimes"]], again["removed"]) == ([kept], [])


async def test_a_resource_and_a_block_come_at_one_time(practice: Practice) -> None:
    """Whichever is first: what is added is blocked."""
    ctx = practice.world.ctx()
    added, _ = await asyncio.gather(
        asyncio.gather(*(add_resource(ctx, ResourcePatch(title=f"New {nr}")) for nr in range(8))),
        asyncio.gather(*(practice.block(nr, 8 + nr, 9 + nr) for nr in range(4))),
    )
    start = practice.monday() + timedelta(hours=8)
    for resource in added:
        claimed = await practice.world.db.fetchval(
            "select count(*) from claim where account_id = $1 and resource_id = $2", ctx.account.id, resource.id
        )
        assert claimed == 4
    after = request(resource_id=added[0].id, starts_at=start + timedelta(hours=4), ends_at=start + timedelta(hours=5))
    await book_item(ctx, after)
