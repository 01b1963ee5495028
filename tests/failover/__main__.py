"""`make failover`: Kalends under load on two servers that Patroni keeps, and the primary is killed.

Prints how long nobody could book, and what of the acknowledged bookings is missing. Ends with 1 if one is lost, or if a
killed server is not replaced within five seconds. Needs patroni, etcd and PostgreSQL, on Linux.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx

from kalends.store.db import open_pool
from tests.cli.running import serving
from tests.desk import until
from tests.failover.patroni import PASSWORD, Machine, await_that, begin_etcd
from tests.nodes import join
from tests.world import open_clinic

CLIENTS, BOOKINGS = 8, 100
MOST_SECONDS = 5.0
HOUR = timedelta(hours=1)
FIRST = datetime(2040, 1, 1, tzinfo=UTC)


class Load:
    """Clients who book one hour after the other through the API, and what they were told when."""

    def __init__(self, port: int, key: str, resource: int, first: datetime) -> None:
        self.port, self.key, self.resource, self.start = port, key, resource, first
        self.acknowledged: list[tuple[float, str]] = []
        self.failed, self.ending = 0, False

    async def book(self) -> None:
        headers = {"authorization": f"Bearer {self.key}"}
        url = f"http://127.0.0.1:{self.port}/api/v1"
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
            while not self.ending:
                self.start, start = self.start + HOUR, self.start
                line = {"resource": f"res_{self.resource}", "from": _text(start), "to": _text(start + HOUR)}
                answer = await client.post("/bookings", json={"lines": [line]})
                if answer.status_code == 201:
                    self.acknowledged.append((time.monotonic(), answer.json()["id"]))
                else:
                    assert answer.status_code == 503, answer.text
                    self.failed += 1
                    await asyncio.sleep(0.05)

    async def during(self, kill: Callable[[], None]) -> None:
        """Book, kill, and book on until all is as before."""
        clients = [asyncio.create_task(self.book()) for _ in range(CLIENTS)]
        await until(lambda: self.have_booked(BOOKINGS), True)
        kill()
        at = time.monotonic()
        await until(lambda: self.has_booked_since(at + 1), True)
        most = len(self.acknowledged) + BOOKINGS
        await until(lambda: self.have_booked(most), True)
        self.ending = True
        await asyncio.gather(*clients)

    async def have_booked(self, count: int) -> bool:
        return len(self.acknowledged) >= count

    async def has_booked_since(self, at: float) -> bool:
        return self.acknowledged[-1][0] > at

    def missing(self, kept: set[str]) -> int:
        """How many were acknowledged and are not kept."""
        return len({booking for _, booking in self.acknowledged} - kept)

    def longest_gap(self) -> float:
        """The longest time in which nobody was told that they had booked, in seconds."""
        times = [at for at, _ in self.acknowledged]
        return max(later - earlier for earlier, later in pairwise(times))


def main() -> int:
    """Begin etcd and the machines; answers the exit code."""
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="kalends-failover-")))
        folder.chmod(0o755)
        ending.callback(begin_etcd(folder).terminate)
        machines = [Machine(folder, number) for number in (1, 2)]
        for machine in machines:
            ending.callback(machine.end)
        await_that(lambda: any(machine.is_primary for machine in machines), "a primary")
        url = join([f"postgresql://postgres:{PASSWORD}@{machine.address}:5432/postgres" for machine in machines])
        return asyncio.run(under_load(url, machines))


async def under_load(url: str, machines: list[Machine]) -> int:
    """Serve on the servers, kill the primary's server, then the machine of the next one; answers the exit code."""
    pool = await open_pool(url, 0, 1)
    ok = True
    async with serving("--workers", "2", KALENDS_DATABASE_URL=url, KALENDS_LOG_LEVEL="error") as house:
        clinic = await open_clinic(pool)
        key = await clinic.key("api")
        for year, (what, most) in enumerate((("server", MOST_SECONDS), ("machine", None))):
            await_that(lambda: any(machine.is_sync_standby for machine in machines), "a synchronous standby")
            [primary] = [machine for machine in machines if machine.is_primary]
            load = Load(house.port, key, clinic.ada, FIRST.replace(year=FIRST.year + 10 * year))
            await load.during(primary.kill if most is None else primary.kill_server)
            missing = load.missing({f"bkg_{row[0]}" for row in await pool.fetch("select id from booking")})
            gap = load.longest_gap()
            sys.stdout.write(
                f"{what} killed: {len(load.acknowledged)} bookings acknowledged, {missing} of them lost, "
                f"{load.failed} requests answered 503; nobody could book for {gap:.1f} s\n"
            )
            ok = ok and missing == 0 and (most is None or gap <= most)
    await pool.close()
    return 0 if ok else 1


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    sys.exit(main())
