"""What waits to be sent is leased by one worker at a time, and is due again when its lease runs out."""

import asyncio
from datetime import datetime, timedelta

from kalends.store.db import Db
from kalends.store.messages.leases import Lease, finish, give_back, postpone, retry_failed, take_due
from tests.desk import MINUTE, made, visit
from tests.world import World, open_clinic

LEASE = 2 * MINUTE


async def with_messages(db: Db, count: int = 1) -> World:
    """A clinic whose outbox has so many messages, all for its staff."""
    clinic = await open_clinic(db, notify_by_email=True)
    for day in range(count):
        await made(clinic, visit(clinic, starts_at=clinic.now + (day + 1) * timedelta(days=7)))
    return clinic


async def take(clinic: World, now: datetime | None = None, most: int = 10) -> list[Lease]:
    now = now or clinic.now
    return await take_due(
        clinic.db, "outbox", now, now + LEASE, most, "q.account_id = $3 and q.channel = $4", clinic.account.id, "email"
    )


async def row(clinic: World, lease: Lease) -> tuple[object, ...]:
    columns = "state, attempts, due_at, answer, reason, finished_at"
    found = await clinic.db.fetchrow(
        f"select {columns} from outbox where account_id = $1 and id = $2", lease.account_id, lease.id
    )
    assert found is not None
    return tuple(found)


async def test_what_is_leased_is_not_due_until_the_lease_ends(db: Db) -> None:
    clinic = await with_messages(db)
    (lease,) = await take(clinic)
    assert await take(clinic, clinic.now + LEASE - MINUTE) == []
    (again,) = await take(clinic, clinic.now + LEASE)
    assert (again.id, lease.attempts, again.attempts) == (lease.id, 1, 2)


async def test_two_workers_never_lease_the_same(db: Db) -> None:
    clinic = await with_messages(db, 6)
    taken = await asyncio.gather(*(take(clinic, most=2) for _ in range(5)))
    ids = [lease.id for leases in taken for lease in leases]
    assert len(set(ids)) == len(ids)
    while more := await take(clinic, most=2):
        ids += [lease.id for lease in more]
    assert len(set(ids)) == len(ids) == 6


async def test_a_row_that_is_locked_is_passed_over(db: Db) -> None:
    clinic = await with_messages(db, 2)
    async with clinic.db.acquire() as other, other.transaction():  # type: ignore[union-attr]
        statement = "select id from outbox where account_id = $1 order by id limit 1 for update"
        locked = await other.fetchval(statement, clinic.account.id)
        (lease,) = await take(clinic)
        assert lease.id != locked


async def test_what_failed_is_tried_again_when_it_is_due(db: Db) -> None:
    clinic = await with_messages(db)
    (lease,) = await take(clinic)
    await postpone(clinic.db, "outbox", lease, clinic.now, clinic.now + 5 * MINUTE, "no route")
    assert await row(clinic, lease) == ("waiting", 1, clinic.now + 5 * MINUTE, "no route", None, None)
    assert await take(clinic, clinic.now + 4 * MINUTE) == []
    assert len(await take(clinic, clinic.now + 5 * MINUTE)) == 1


async def test_what_is_given_up_is_kept_until_somebody_retries_it(db: Db) -> None:
    clinic = await with_messages(db)
    (lease,) = await take(clinic)
    await postpone(clinic.db, "outbox", lease, clinic.now, None, "no such user")
    assert (await row(clinic, lease))[:4:3] == ("failed", "no such user")
    assert await take(clinic, clinic.now + LEASE) == []
    assert await retry_failed(clinic.db, "outbox", clinic.now) >= 1
    (again,) = await take(clinic)
    assert again == Lease(lease.account_id, lease.id, 1)


async def test_what_is_given_back_was_no_attempt(db: Db) -> None:
    clinic = await with_messages(db)
    (lease,) = await take(clinic)
    await give_back(clinic.db, "outbox", lease, clinic.now)
    assert await take(clinic) == [lease]


async def test_a_worker_that_comes_too_late_changes_nothing(db: Db) -> None:
    clinic = await with_messages(db)
    (late,) = await take(clinic)
    (lease,) = await take(clinic, clinic.now + LEASE)
    before = await row(clinic, lease)
    await postpone(clinic.db, "outbox", late, clinic.now, None, "late")
    await give_back(clinic.db, "outbox", late, clinic.now)
    await finish(clinic.db, "outbox", late, clinic.now, "sent")
    assert await row(clinic, lease) == before
    await finish(clinic.db, "outbox", lease, clinic.now, "sent", answer="250 ok")
    assert (await row(clinic, lease))[:4:3] == ("sent", "250 ok")
    await finish(clinic.db, "outbox", lease, clinic.now, "dropped", reason="moved")
    assert (await row(clinic, lease))[:4:3] == ("sent", "250 ok")
