"""Pages are told of every change once, whatever becomes of the processes that tell them."""

import asyncio
import json
from functools import partial

import httpx

from kalends.store.db import open_pool
from tests.acts import book_item
from tests.console.office import office_of
from tests.console.web_worker import web_worker
from tests.desk import HOUR, PATIENCE, SOON, until, visit
from tests.ports import free_port
from tests.world import World, open_clinic

KILLS = 20


class Page:
    """Listens as browsers do: after a lost connection it asks again, for what comes after the last whole event."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.position = ""
        self.heard: list[int] = []
        self.connected = asyncio.Event()

    async def listen(self) -> None:
        """Until cancelled."""
        while True:
            headers = {"last-event-id": self.position} if self.position else {}
            try:
                async with self.client.stream("GET", "/live", headers=headers, timeout=PATIENCE) as answer:
                    assert answer.status_code == 200
                    self.connected.set()
                    await self._read(answer)
            except httpx.TransportError:
                await asyncio.sleep(0.01)

    async def _read(self, answer: httpx.Response) -> None:
        event: dict[str, str] = {}
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if line:
                event[name] = value
                continue
            if event.get("event") == "change":
                self.position = event["id"]
                self.heard.append(json.loads(event["data"])["id"])
            assert event.get("event") != "reload"
            event = {}


async def book_on(clinic: World, booked: list[int], stop: asyncio.Event) -> None:
    """Book one visit to the sauna after the other, also while nobody serves."""
    while not stop.is_set():
        start = SOON + len(booked) * HOUR
        item = visit(clinic, service_id=clinic.sauna_visit, resource_id=clinic.sauna, starts_at=start)
        booked.append((await book_item(clinic.ctx(), item)).item.id)
        await asyncio.sleep(0.02)


async def test_no_change_is_lost_or_told_twice_over_twenty_kills(own_database: str) -> None:
    pool = await open_pool(own_database, 2, 4)
    clinic = await open_clinic(pool)
    booked: list[int] = []
    stop = asyncio.Event()
    with free_port() as port:
        async with office_of(clinic, f"http://127.0.0.1:{port}") as office:
            page = Page(office.client)

            async def hears_more_than(count: int) -> bool:
                return len(page.heard) > count

            listening = asyncio.create_task(page.listen())
            worker = web_worker(own_database, port)
            await asyncio.wait_for(page.connected.wait(), PATIENCE)
            booking = asyncio.create_task(book_on(clinic, booked, stop))
            for _ in range(KILLS):
                await until(partial(hears_more_than, len(page.heard)), True)
                worker.kill()
                worker.join(PATIENCE)
                worker = web_worker(own_database, port)
            stop.set()
            await booking
            await until(partial(hears_more_than, len(booked) - 1), True)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            worker.kill()
            worker.join(PATIENCE)
    assert page.heard == booked
    await pool.close()
