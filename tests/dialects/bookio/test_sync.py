"""Two systems kept in step: what others change is told to each, once, and nothing is lost in between."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.customers.change import change_customer
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.customers.customer import CustomerPatch
from tests.dialects.bookio.practice import Practice, slow_clock, worked

STEPS = 1000


def now_ms() -> int:
    """The time as clients send it."""
    return int(slow_clock().timestamp() * 1000)


async def confirm(client: httpx.AsyncClient, reservation_id: int, external_id: int | None = None) -> Any:
    """What the confirmation of a reservation is answered."""
    body = {} if external_id is None else {"externalId": external_id}
    return worked(await client.put(f"/reservations/{reservation_id}/sync", json=body))


async def changed_since(practice: Practice, since: int, client: httpx.AsyncClient | None = None) -> list[int]:
    """The ids of the reservations that were changed since then."""
    return [row["id"] for row in await practice.reservations(client, lastSync=since)]


async def test_own_changes_need_no_sync(practice: Practice) -> None:
    reservation_id = await practice.book()
    worked(await practice.client.put(f"/reservations/{reservation_id}/term", json={"dateFrom": practice.at(11)}))
    worked(await practice.set_status(reservation_id, "CANCELLED"))
    assert await practice.unsynced() == []
    assert await practice.unsynced(practice.other) == [reservation_id]


async def test_changes_elsewhere_need_sync(practice: Practice) -> None:
    reservation_id, ctx = await practice.book(), practice.world.ctx(slow_clock())
    item = (await practice.makeplans.get(f"/bookings/{reservation_id}")).json()["booking"]

    async def through_makeplans() -> None:
        moved = {"booking": {"booked_from": (practice.monday() + timedelta(hours=14)).isoformat()}}
        assert (await practice.makeplans.put(f"/bookings/{reservation_id}", json=moved)).status_code == 200

    async def through_locaboo() -> None:
        listed = (await practice.locaboo.get("/booking_list")).json()["data"]
        cancelled = {"booking_id": listed[0]["id"], "booking_status": "Cancel"}
        assert (await practice.locaboo.post("/booking_save", data=cancelled)).status_code == 200

    async def through_another_token() -> None:
        worked(await practice.other.put(f"/reservations/{reservation_id}/status", json={"status": "CONFIRMED"}))

    async def through_an_action() -> None:
        await change_item(ctx, reservation_id, ItemPatch(notes="Called."))

    async def by_a_new_name() -> None:
        await change_customer(ctx, item["person_id"], CustomerPatch(last_name="Audrey-Berg"))

    for change in (through_makeplans, through_locaboo, through_another_token, through_an_action, by_a_new_name):
        await change()
        assert await practice.unsynced() == [reservation_id], change.__name__
        await confirm(practice.client, reservation_id)
        assert await practice.unsynced() == [], change.__name__
    await change_customer(ctx, item["person_id"], CustomerPatch(notes="Nobody is shown this."))
    assert await practice.unsynced() == []


async def test_a_reservation_made_elsewhere_gets_an_id(practice: Practice) -> None:
    start = practice.monday() + timedelta(hours=9)
    wish = {"service_id": practice.world.massage, "booked_from": start.isoformat(), "person_id": practice.world.kari}
    made = (await practice.makeplans.post("/bookings", json={"booking": wish})).json()["booking"]
    (row,) = await practice.reservations(onlyUnsynced="true")
    assert (row["id"], row["externalId"], row["needsSync"], row["name"]) == (made["id"], None, True, "Kari Nordmann")
    assert await confirm(practice.client, made["id"], 77) == {"reservationId": made["id"], "externalId": 77}
    assert [row["externalId"] for row in await practice.reservations()] == [77]
    assert [row["externalId"] for row in await practice.reservations(practice.other)] == [None]
    assert await confirm(practice.client, made["id"]) == {"reservationId": made["id"], "externalId": 77}
    other = await practice.book(5, 12)
    taken = await practice.client.put(f"/reservations/{other}/sync", json={"externalId": 77})
    assert taken.json()["result"]["errors"] == [f"40: externalId is taken already, by {made['id']}"]


async def test_a_change_between_list_and_confirmation_is_not_lost(practice: Practice) -> None:
    reservation_id, ctx = await practice.book(), practice.world.ctx(slow_clock())
    await change_item(ctx, reservation_id, ItemPatch(notes="One"))
    assert await practice.unsynced() == [reservation_id]
    await change_item(ctx, reservation_id, ItemPatch(notes="Two"))
    await confirm(practice.client, reservation_id)
    (row,) = await practice.reservations(onlyUnsynced="true")
    assert row["note"] == "Two"
    await confirm(practice.client, reservation_id)
    assert await practice.unsynced() == []


async def test_what_was_never_shown_is_not_confirmed(practice: Practice) -> None:
    reservation_id = await practice.book()
    await change_item(practice.world.ctx(slow_clock()), reservation_id, ItemPatch(notes="One"))
    await confirm(practice.client, reservation_id, 9)
    assert await practice.unsynced() == [reservation_id]


@pytest.mark.parametrize("taken", ["before", "after", "answered"])
async def test_changed_since(practice: Practice, taken: str) -> None:
    """Whether the client takes the time before it asks, when it was answered, or as it was told."""

    async def sync(since: int) -> tuple[list[int], int]:
        before = now_ms()
        data = worked(await practice.client.get("/reservations", params={"lastSync": since}))
        times = {"before": before, "after": now_ms() + 1, "answered": data["lastSync"]}
        return [row["id"] for row in data["reservations"]], times[taken]

    ids = [await practice.book(nr, 9 + nr) for nr in range(3)]
    changed, since = await sync(0)
    assert changed == ids
    changed, since = await sync(since)
    assert changed == []
    await change_item(practice.world.ctx(slow_clock()), ids[1], ItemPatch(notes="One"))
    before = since
    changed, since = await sync(since)
    assert changed == [ids[1]]
    changed, _ = await sync(before)
    assert changed == [ids[1]]
    changed, _ = await sync(since)
    assert changed == []


@pytest.mark.parametrize("taken", ["before", "after", "answered"])
async def test_who_commits_late_is_not_missed(practice: Practice, taken: str) -> None:
    reservation_id, ctx = await practice.book(), practice.world.ctx(slow_clock())
    assert isinstance(ctx.db, asyncpg.Pool)
    since = now_ms()
    async with ctx.db.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await change_item_state(msgspec.structs.replace(ctx, db=connection), reservation_id, "cancel")
        before = now_ms()
        data = worked(await practice.client.get("/reservations", params={"lastSync": since}))
        assert [row["status"] for row in data["reservations"]] in ([], ["CONFIRMED"])
        since = {"before": before, "after": now_ms() + 1, "answered": data["lastSync"]}[taken]
        await transaction.commit()
    (row,) = await practice.reservations(lastSync=since)
    assert row["status"] == "CANCELLED"
    assert await practice.unsynced() == [reservation_id]


async def test_pages_of_what_was_changed(practice: Practice) -> None:
    for nr in range(5):
        await practice.book(nr, 9 + nr)
    pages = [await practice.reservations(lastSync=0, offset=offset, limit=2) for offset in (0, 2, 4)]
    assert [row["externalId"] for page in pages for row in page] == [0, 1, 2, 3, 4]


class System:
    """A system that keeps a copy of the reservations, and changes them."""

    def __init__(self, practice: Practice, client: httpx.AsyncClient, chance: random.Random) -> None:
        self.practice, self.client, self.chance = practice, client, chance
        self.copy: dict[int, dict[str, Any]] = {}
        self.last_sync = 0

    async def make(self, external_id: int) -> None:
        hour, day = self.chance.randrange(8, 15), self.chance.randrange(40)
        sent = self.practice.new_reservation(external_id, dateFrom=self.practice.at(hour, days=day))
        answer = await self.client.post("/reservations", json=sent)
        if answer.status_code == 200:
            await self.look(answer.json()["result"]["data"]["reservationId"])

    async def look(self, which: int) -> None:
        """Take what became of an own change."""
        self.copy[which] = told(await self.practice.reservation(which, self.client))

    async def change(self, path: str, body: dict[str, Any]) -> None:
        if self.copy:
            which = self.chance.choice(sorted(self.copy))
            answer = await self.client.put(f"/reservations/{which}/{path}", json=body)
            assert answer.status_code in (200, 400)
            await self.look(which)

    async def move(self) -> None:
        moved = self.practice.at(self.chance.randrange(8, 15), days=self.chance.randrange(40))
        await self.change("term", {"dateFrom": moved})

    async def end(self) -> None:
        await self.change("status", {"status": self.chance.choice(["CANCELLED", "CONFIRMED", "DID_NOT_COME"])})

    async def sync_unsynced(self) -> None:
        """Take what needs sync, and confirm it; some confirmations are lost on the way."""
        for row in await self.practice.reservations(self.client, onlyUnsynced="true"):
            self.copy[row["id"]] = told(row)
            if self.chance.random() < 0.8:
                worked(await self.client.put(f"/reservations/{row['id']}/sync", json={}))

    async def sync_changed(self) -> None:
        """Take what was changed since the last time."""
        data = worked(await self.client.get("/reservations", params={"lastSync": self.last_sync}))
        assert data["pagination"]["total"] <= 100
        self.copy.update({row["id"]: told(row) for row in data["reservations"]})
        self.last_sync = data["lastSync"]


def told(row: dict[str, Any]) -> dict[str, Any]:
    """What both systems are to know of a reservation."""
    return {name: row[name] for name in ("dateFrom", "dateTo", "status", "note", "name", "number", "service")}


@pytest.mark.parametrize("seed", [1, 2])
async def test_two_systems_end_equal(practice: Practice, seed: int) -> None:
    """One follows by what needs sync, the other by what was changed; a third changes things through another door."""
    chance = random.Random(seed)
    unsynced, changed = (System(practice, client, chance) for client in (practice.client, practice.other))
    for step in range(STEPS // 2):
        system = chance.choice([unsynced, changed])
        turn = chance.random()
        if turn < 0.12 and len(system.copy) < 60:
            await system.make(step)
        elif turn < 0.3:
            await asyncio.gather(system.move(), system.end())
        elif turn < 0.4 and system.copy:
            which = chance.choice(sorted(system.copy))
            note = {"booking": {"notes": f"step {step}"}}
            await practice.makeplans.put(f"/bookings/{which}", json=note)
        elif turn < 0.7:
            await unsynced.sync_unsynced()
        else:
            await changed.sync_changed()
    for _ in range(40):
        await unsynced.sync_unsynced()
    await changed.sync_changed()
    every = {row["id"]: told(row) for row in await practice.reservations()}
    assert len(every) > 20
    assert unsynced.copy == every
    assert changed.copy == every
