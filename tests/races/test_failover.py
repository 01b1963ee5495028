"""The primary is lost while people book: what was acknowledged is on the standby that takes over, and they go on."""

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec

from kalends.actions.bookings.book import book
from kalends.store.db import UNAVAILABLE, Pool, open_pool
from kalends.store.hosts import split_hosts
from kalends.store.laws import find_breaches
from kalends.store.migrations import migrate
from tests.desk import DAY, SOON, hour_of, until
from tests.nodes import join, primary_and_standby
from tests.world import NOW, World, open_clinic

CLIENTS = 4


class Diary:
    """Clients who book an hour a day each, one after the other, and what they were told."""

    def __init__(self, pool: Pool, clinic: World) -> None:
        self.pool, self.clinic = pool, clinic
        self.booked: list[list[int]] = [[] for _ in range(CLIENTS)]
        self.closing = False

    async def keep_booking(self, number: int) -> None:
        ctx = msgspec.structs.replace(self.clinic.ctx(), db=self.pool)
        day = 0
        while not self.closing:
            starts_at = SOON + day * DAY + timedelta(hours=number)
            try:
                booked = await book(ctx, hour_of(self.clinic.ada, starts_at))
            except UNAVAILABLE:
                await asyncio.sleep(0.05)
            else:
                self.booked[number].append(booked.items[0].item.id)
            day += 1  # it may have been kept, though nobody heard of it

    async def counts(self) -> list[int]:
        return [len(booked) for booked in self.booked]

    async def have_booked(self, counts: list[int], more: int) -> bool:
        return all(now >= then + more for now, then in zip(await self.counts(), counts, strict=True))


async def test_no_acknowledged_booking_is_lost_with_the_primary(tmp_path: Path) -> None:
    with primary_and_standby(tmp_path) as (primary, standby):
        await migrate(primary.url())
        await primary.execute("alter system set synchronous_standby_names = '*'", "select pg_reload_conf()")
        pool = await open_pool(join([primary.url(), standby.url()]), 2, 4)
        diary = Diary(pool, await open_clinic(pool))
        booking = [asyncio.create_task(diary.keep_booking(number)) for number in range(CLIENTS)]
        await until(lambda: diary.have_booked([0] * CLIENTS, 5), True)
        primary.kill()
        standby.promote()
        counts = await diary.counts()
        await until(lambda: diary.have_booked(counts, 5), True)
        diary.closing = True
        await asyncio.gather(*booking)
        kept = {row[0] for row in await pool.fetch("select id from item")}
        assert {item_id for booked in diary.booked for item_id in booked} <= kept
        assert [finding async for finding in find_breaches(pool, NOW)] == []
        await pool.close()


def test_each_host_has_a_url_of_its_own() -> None:
    assert split_hosts("postgresql://ada:x@one,two:5433/kalends?sslmode=require") == [
        "postgresql://ada:x@one/kalends?sslmode=require",
        "postgresql://ada:x@two:5433/kalends?sslmode=require",
    ]
    assert split_hosts("postgresql:///kalends?host=/run") == ["postgresql:///kalends?host=/run"]
