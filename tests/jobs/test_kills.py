"""Workers that are killed at any moment, under load, lose no message, and what they send twice has one name."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime

from kalends.actions.context import Context
from kalends.store.db import open_pool
from tests.acts import book_item
from tests.desk import DAY, HOUR, PATIENCE, until, visit
from tests.jobs.mail_worker import mail_worker
from tests.mail import MailServer, mail_server
from tests.world import World, open_clinic

KILLS = 50
MOST_WAITING = 40


async def book_until(clinic: World, stop: asyncio.Event) -> int:
    """Book one visit to the sauna after the other, so that there is always something to send. Returns how many."""
    count = 0
    while not stop.is_set():
        waiting: int = await clinic.db.fetchval("select count(*) from outbox where state = 'waiting'")
        if waiting < MOST_WAITING:
            now = datetime.now(UTC)
            ctx = Context(clinic.ctx().principal, clinic.account, now, clinic.db)
            start = now + DAY + count * HOUR
            await book_item(
                ctx, visit(clinic, service_id=clinic.sauna_visit, resource_id=clinic.sauna, starts_at=start)
            )
            count += 1
        else:
            await asyncio.sleep(0.01)
    return count


async def kill_one(url: str, server: MailServer, after: int) -> None:
    """Start a worker, and kill it once it has sent so many."""
    worker, before = mail_worker(url, server.url), len(server.received)

    async def has_sent() -> bool:
        return len(server.received) >= before + after

    await until(has_sent, True)
    worker.kill()
    worker.join(PATIENCE)


async def test_fifty_kills_under_load_lose_no_mail(own_database: str) -> None:
    pool = await open_pool(own_database, 2, 4)
    clinic = await open_clinic(pool, verification="email")
    rolls = random.Random(7)
    stop = asyncio.Event()

    async def all_sent() -> bool:
        waiting: int = await pool.fetchval("select count(*) from outbox where state = 'waiting'")
        return waiting == 0

    async with mail_server(delay=0.005) as server:
        booking = asyncio.create_task(book_until(clinic, stop))
        for _ in range(KILLS):
            await kill_one(own_database, server, rolls.randint(1, 4))
        stop.set()
        count = await booking
        worker = mail_worker(own_database, server.url)
        await until(all_sent, True)
        worker.kill()
        worker.join(PATIENCE)
    times = Counter(str(message["Message-ID"]) for message in server.received)
    assert len(times) == count, Counter(times.values())
    assert await pool.fetchval("select count(*) from outbox where state = 'sent'") == count
    subjects = {(str(message["Message-ID"]), str(message["Subject"])) for message in server.received}
    assert len(subjects) == count
    await pool.close()
