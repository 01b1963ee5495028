"""When the house can't answer, the door says so, keeps nothing of what was begun, and opens again by itself."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from asyncpg import DataError

from kalends.store import embedded
from kalends.store.db import LATE, Db, open_pool, transaction
from kalends.store.migrations import migrate
from kalends.web.answers import understood
from kalends.web.config import WebSettings
from kalends.web.problems import TimedOut, Unexpected
from kalends.web.shell import create_app
from tests.web.toy import door, served, shell
from tests.world import open_clinic


async def test_a_lost_database_comes_back(tmp_path: Path) -> None:
    with embedded.running(tmp_path) as server:
        url = server.url()
        await migrate(url)
        pool = await open_pool(url, 1, 1)
        key = await (await open_clinic(pool)).key("toy")
        await pool.close()
        app = shell(url)
        life = served(app, key)
        client = await life.__aenter__()
        assert (await client.get("/things/7")).status_code == 200
    try:
        for _ in range(6):
            lost = await client.get("/things/7")
            assert (lost.status_code, lost.json()) == (503, {"toy": "unavailable"})
            assert lost.headers["retry-after"] == "5"
        assert (await client.get("http://here/readyz")).status_code == 503
        assert (await client.get("http://here/healthz")).status_code == 200
        assert "kalends_occurrences_oldest_seconds" not in (await client.get("http://here/metrics")).text
        with embedded.running(tmp_path):
            assert (await client.get("/things/7")).status_code == 200
            assert (await client.get("http://here/readyz")).status_code == 200
    finally:
        await life.__aexit__(None, None, None)


async def test_a_broken_connection_is_replaced(db: Db, database_url: str) -> None:
    key = await (await open_clinic(db)).key("toy")
    app = create_app(WebSettings(), [door()], lambda: open_pool(database_url, 1, 1))
    async with served(app, key) as client:
        assert app.pool is not None
        first = await app.pool.fetchval("select pg_backend_pid()")
        assert await db.fetchval("select pg_terminate_backend($1, 1000)", first)
        seen = [(await client.get("/things/7")).status_code for _ in range(2)]
        assert seen in ([200, 200], [503, 200])
        assert await app.pool.fetchval("select pg_backend_pid()") != first


async def test_a_database_without_its_migrations_is_not_ready(empty_database: str) -> None:
    async with served(shell(empty_database)) as client:
        answer = await client.get("http://here/readyz")
    assert (answer.status_code, answer.json()) == (503, {"error": "unavailable"})


async def test_draining_turns_away_and_ends(db: Db, database_url: str, tmp_path: Path) -> None:
    key, drain = await (await open_clinic(db)).key("toy"), tmp_path / "draining"
    async with served(shell(database_url, WebSettings(drain_file=drain)), key) as client:
        drain.touch()
        turned_away = await client.get("/things/7")
        assert (turned_away.status_code, turned_away.json()) == (503, {"toy": "unavailable"})
        assert (await client.get("http://here/readyz")).status_code == 503
        assert (await client.get("http://here/healthz")).status_code == 200
        drain.unlink()
        assert (await client.get("/things/7")).status_code == 200


async def test_before_it_starts_and_after_it_stops_nobody_is_let_in(db: Db, database_url: str) -> None:
    key, app = await (await open_clinic(db)).key("toy"), shell(database_url)
    async with served(app, key) as client:
        assert (await client.get("/things/7")).status_code == 200
    async with served(shell(database_url), key) as client:
        transport: Any = client._transport
        transport.app = app
        assert (await client.get("/things/7")).status_code == 503


async def test_what_takes_too_long_is_undone(db: Db, database_url: str) -> None:
    clinic = await open_clinic(db)
    async with served(shell(database_url, WebSettings(request_seconds=0.3)), await clinic.key("toy")) as client:
        answer = await client.post("/half-done")
    assert (answer.status_code, answer.json()) == (504, {"toy": "timed_out"})
    assert await halves(db, clinic.account.id) == 0


async def test_a_client_that_leaves_takes_its_work_along(db: Db, database_url: str) -> None:
    clinic = await open_clinic(db)
    async with served(shell(database_url), await clinic.key("toy")) as client:
        asking = asyncio.create_task(client.post("/half-done"))
        await asyncio.sleep(0.3)
        asking.cancel()
        await asyncio.wait([asking])
        assert await halves(db, clinic.account.id) == 0
        assert (await client.get("/things/7")).status_code == 200


async def test_waiting_for_a_connection_has_an_end(db: Db, database_url: str) -> None:
    key = await (await open_clinic(db)).key("toy")
    app = create_app(WebSettings(request_seconds=0.3), [door()], lambda: open_pool(database_url, 1, 1))
    async with served(app, key) as client:
        assert app.pool is not None
        async with app.pool.acquire():
            assert (await client.get("/things/7")).status_code == 504
        assert (await client.get("/things/7")).status_code == 200


async def test_waiting_for_a_lock_has_an_end(db: Db) -> None:
    async with transaction(db) as holder, transaction(db) as waiter:
        await holder.execute("select pg_advisory_xact_lock(7)")
        await waiter.execute("set local lock_timeout = 10")
        with pytest.raises(LATE) as late:
            await waiter.execute("select pg_advisory_xact_lock(7)")
    assert isinstance(understood(late.value, 1), TimedOut)


async def test_two_that_wait_for_each_other_are_told_apart(db: Db) -> None:
    async def both(tx: Db, first: int, second: int) -> None:
        await tx.execute("select pg_advisory_xact_lock($1)", first)
        await asyncio.sleep(0.1)
        await tx.execute("select pg_advisory_xact_lock($1)", second)

    async with transaction(db) as one, transaction(db) as two:
        results = await asyncio.gather(both(one, 8, 9), both(two, 9, 8), return_exceptions=True)
    [loser] = [result for result in results if isinstance(result, Exception)]
    assert isinstance(understood(loser, 1), TimedOut)


async def test_a_wrong_argument_is_a_bug_and_no_lost_database(db: Db) -> None:
    with pytest.raises(DataError) as wrong:
        await db.fetchval("select $1::bigint", 2**70)
    assert isinstance(understood(wrong.value, 1), Unexpected)


async def halves(db: Db, account_id: int) -> int:
    count: int = await db.fetchval(
        "select count(*) from customer where account_id = $1 and first_name = 'Half'", account_id
    )
    return count
