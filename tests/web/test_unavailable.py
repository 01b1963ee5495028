"""When the house can't answer, the door says so, keeps nothing of what was begun, and opens again by itself."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
from asyncpg import DataError, DiskFullError, ReadOnlySQLTransactionError, TooManyConnectionsError

from kalends.store import embedded
from kalends.store.db import LATE, UNAVAILABLE, CommitLost, Db, ReadOnly, open_pool, transaction
from kalends.store.migrations import migrate
from kalends.web.answers import classify
from kalends.web.config import WebSettings
from kalends.web.problems import TimedOut, Unavailable, Unexpected
from kalends.web.shell import create_app
from tests.desk import HERE, until
from tests.web.toy import BEGUN, SLOW_COMMIT, door, served, shell
from tests.world import World, clock, open_clinic


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


async def test_a_database_that_is_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    with embedded.running(tmp_path) as server:
        url = server.url()
        await migrate(url)
    async with served(shell(url)) as client:
        assert (await client.get("/things/7")).status_code == 503
        assert (await client.get("http://here/healthz")).status_code == 200
        with embedded.running(tmp_path):
            await until(lambda: readiness(client), 200)


async def test_a_server_that_is_read_only_is_not_ready(own_database: str) -> None:
    pool = await open_pool(own_database, 1, 1)
    key = await (await open_clinic(pool)).key("toy")
    await pool.close()
    await let_write(own_database, "off")
    with pytest.raises(ReadOnly):
        await open_pool(own_database, 1, 1)
    mark = "&" if "?" in own_database else "?"
    settings = WebSettings(key_limit="1000/3600")
    async with served(shell(f"{own_database}{mark}target_session_attrs=any", settings), key) as client:
        assert await readiness(client) == 503
        answer = await client.get("/things/7")
        assert (answer.status_code, answer.json()) == (503, {"toy": "unavailable"})
        await let_write(own_database, "on")
        assert (await client.get("/things/7")).status_code == 200  # on a new connection


async def test_a_full_disk_is_not_ready(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk, embedded.running(disk / "data") as server:
        await migrate(server.url())
        pool = await open_pool(server.url(), 1, 1)
        key = await (await open_clinic(pool)).key("toy")
        async with served(shell(server.url()), key) as client:
            assert await readiness(client) == 200
            fill(disk / "ballast")
            assert await readiness(client) == 503
            with pytest.raises(UNAVAILABLE) as full:
                await pool.execute("create table more as select * from generate_series(1, 1000000)")
            assert isinstance(classify(full.value), Unavailable)
            (disk / "ballast").unlink()
            assert await readiness(client) == 200
        await pool.close()


async def test_a_broken_connection_is_replaced(db: Db, database_url: str) -> None:
    key = await (await open_clinic(db)).key("toy")
    app = create_app(WebSettings(), [door()], lambda: open_pool(database_url, 1, 1), clock=clock)
    async with served(app, key) as client:
        assert app.pool is not None
        first = await app.pool.fetchval("select pg_backend_pid()")
        assert await db.fetchval("select pg_terminate_backend($1, 60000)", first)
        statuses = [(await client.get("/things/7")).status_code for _ in range(2)]
        assert statuses in ([200, 200], [503, 200])
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


async def test_a_body_that_drips_is_not_waited_for(db: Db, database_url: str) -> None:
    key = await (await open_clinic(db)).key("toy")

    async def drip() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(300)

    async with served(shell(database_url, WebSettings(request_seconds=3)), key) as client:
        answer = await client.post("/things", content=drip())
    assert (answer.status_code, answer.json()) == (408, {"toy": "too_slow"})
    assert answer.headers["connection"] == "close"


async def test_what_commits_when_the_time_is_over_is_kept_and_answered(db: Db, database_url: str) -> None:
    clinic = await open_clinic(db)
    async with served(shell(database_url), await clinic.key("toy")) as client:
        answer = await client.post("/slow-commit")
    assert (answer.status_code, await halves(db, clinic.account.id)) == (200, 1)


async def test_a_statement_that_commits_by_itself_is_awaited(db: Db, database_url: str) -> None:
    clinic = await open_clinic(db)
    waiting = f"select exists (select from pg_locks where relation = 'customer'::regclass and not granted and {HERE})"
    async with served(shell(database_url), await clinic.key("toy")) as client:
        async with transaction(db) as held:
            await held.execute("lock table customer in share mode")
            writing = asyncio.create_task(client.post("/one-statement"))
            await until(lambda: held.fetchval(waiting), True)
            await asyncio.wait([writing], timeout=2)
            assert not writing.done()
        answer = await writing
    assert (answer.status_code, await halves(db, clinic.account.id)) == (200, 1)


async def test_a_commit_whose_end_nobody_saw_is_said_to_be_uncertain(db: Db, own_database: str) -> None:
    pool = await open_pool(own_database, 1, 1)

    async def commit() -> None:
        async with transaction(pool) as tx:
            await tx.execute("create table slow (id int)")
            await tx.execute(SLOW_COMMIT.format(seconds=300))
            await tx.execute("insert into slow values (1)")

    end = """
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = $1 and query = 'COMMIT;' and state = 'active'
    """
    database = await pool.fetchval("select current_database()")
    committing = asyncio.create_task(commit())
    await until(lambda: db.fetchval(end, database), True)
    with pytest.raises(CommitLost) as lost:
        await committing
    no = classify(lost.value)
    assert isinstance(no, Unavailable)
    assert no.maybe_kept
    await pool.close()


@pytest.mark.parametrize("fault", [DiskFullError(), ReadOnlySQLTransactionError(), TooManyConnectionsError()])
def test_a_server_that_can_not_write_is_unavailable(fault: Exception) -> None:
    assert isinstance(classify(fault), Unavailable)


async def test_a_client_that_leaves_takes_its_work_along(db: Db, database_url: str) -> None:
    clinic = await open_clinic(db)
    async with served(shell(database_url), await clinic.key("toy")) as client:
        asking = asyncio.create_task(client.post("/half-done"))
        await until(lambda: has_begun(clinic), True)
        asking.cancel()
        await asyncio.wait([asking])
        assert await halves(db, clinic.account.id) == 0
        assert (await client.get("/things/7")).status_code == 200


async def test_waiting_for_a_connection_has_an_end(db: Db, database_url: str) -> None:
    key = await (await open_clinic(db)).key("toy")
    app = create_app(WebSettings(request_seconds=0.3), [door()], lambda: open_pool(database_url, 1, 1), clock=clock)
    async with served(app, key) as client:
        assert app.pool is not None
        async with app.pool.acquire():
            assert await status(client) == 504
        await until(lambda: status(client), 200)


async def test_waiting_for_a_lock_has_an_end(db: Db) -> None:
    async with transaction(db) as holder, transaction(db) as waiter:
        await holder.execute("select pg_advisory_xact_lock(7)")
        await waiter.execute("set local lock_timeout = 10")
        with pytest.raises(LATE) as late:
            await waiter.execute("select pg_advisory_xact_lock(7)")
    assert isinstance(classify(late.value), TimedOut)


async def test_two_that_wait_for_each_other_are_told_apart(db: Db) -> None:
    begun = asyncio.Barrier(2)

    async def both(tx: Db, first: int, second: int) -> None:
        await tx.execute("select pg_advisory_xact_lock($1)", first)
        await begun.wait()
        await tx.execute("select pg_advisory_xact_lock($1)", second)

    async with transaction(db) as one, transaction(db) as two:
        results = await asyncio.gather(both(one, 8, 9), both(two, 9, 8), return_exceptions=True)
    [loser] = [result for result in results if isinstance(result, Exception)]
    assert isinstance(classify(loser), TimedOut)


async def test_a_wrong_argument_is_a_bug_and_no_lost_database(db: Db) -> None:
    with pytest.raises(DataError) as wrong:
        await db.fetchval("select $1::bigint", 2**70)
    assert isinstance(classify(wrong.value), Unexpected)


async def let_write(url: str, writing: str) -> None:
    """Whether connections that are made from now on can write to the database: on or off."""
    connection = await asyncpg.connect(url)
    name, read_only = urlsplit(url).path.strip("/"), "off" if writing == "on" else "on"
    await connection.execute("set default_transaction_read_only = off")
    await connection.execute(f"alter database {name} set default_transaction_read_only = {read_only}")
    await connection.close()


async def status(client: httpx.AsyncClient) -> int:
    return (await client.get("/things/7")).status_code


async def has_begun(clinic: World) -> bool:
    return clinic.account.id in BEGUN


async def readiness(client: httpx.AsyncClient) -> int:
    return (await client.get("http://here/readyz")).status_code


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 150 MB."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=150m,mode=755", "kalends", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("needs a small disk, which may not be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(file: Path) -> None:
    """Write until the disk is full."""
    with file.open("wb", buffering=0) as growing, suppress(OSError):
        while True:
            growing.write(bytes(4096))


async def halves(db: Db, account_id: int) -> int:
    count: int = await db.fetchval(
        "select count(*) from customer where account_id = $1 and first_name = 'Half'", account_id
    )
    return count
