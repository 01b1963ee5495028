"""One command runs the house; it stops cleanly, and comes back after whatever has happened to it."""

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import httpx
import pytest

from kalends.main import DOORS
from kalends.store import embedded
from tests.cli.running import PATIENCE, House, begin, kalends, serving, workers
from tests.desk import until
from tests.folders import passable
from tests.ports import free_port

DOOR = "/makeplans/api/v1"
SERVICES = f"{DOOR}/services"
# Jobs may wait for the same table at any moment, but they change it.
READS_WAITING = "select count(*) from pg_locks where mode = 'AccessShareLock' and not granted"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A data folder that all tests here use, one after the other, as time goes by."""
    return str(passable(tmp_path_factory.mktemp("house")) / "data")


@pytest.fixture
async def house(data: str) -> AsyncIterator[House]:
    async with serving("--demo", KALENDS_DATA=data) as running:
        yield running


def database(data: str) -> str:
    return f"postgresql://postgres@/postgres?host={data}/postgres"


def is_stopped(data: str) -> bool:
    return not (Path(data) / "postgres" / "postmaster.pid").exists()


def title(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().strip("\0")


def memory_of(pid: int) -> dict[str, int]:
    """By the names of the kernel, in kB."""
    said = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return {name: int(size) for name, size in re.findall(r"^(\w+): +(\d+) kB$", said, re.MULTILINE)}


def postmaster(data: str) -> int:
    return int(Path(data, "postgres", "postmaster.pid").read_text().split()[0])


def event(name: str, said: str) -> dict[str, object]:
    """The line of the log about it."""
    lines: list[dict[str, object]] = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    return next(line for line in lines if line["event"] == name)


async def status(client: httpx.AsyncClient) -> int:
    return (await client.get("/readyz")).status_code


async def count(processes: set[int]) -> int:
    return len(processes)


def words(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


async def test_a_newcomer_is_told_a_key_that_opens_the_door(tmp_path: Path) -> None:
    data = str(tmp_path)
    async with serving("--demo", KALENDS_DATA=data) as house:
        lost = {"answer": await house.client.get(SERVICES), "page": await house.client.get(DOOR)}
        code, out, _ = await house.stopped()
        assert code == 0
        key = next(line.split()[1] for line in out.splitlines() if line.split()[:1] == ["key"])
        base = f"http://127.0.0.1:{house.port}{DOOR}"
        assert base in out
        assert lost["page"].status_code == 200
    assert lost["answer"].status_code == 401
    assert is_stopped(data)
    async with serving("--demo", KALENDS_DATA=data) as house:
        assert (await house.client.get(SERVICES, headers=words(key))).status_code == 200


async def test_keys_are_made_and_taken_back_beside_the_running_house(house: House, data: str) -> None:
    code, key, _ = await kalends("key", "create", "--account", "demo", "--door", "makeplans", KALENDS_DATA=data)
    assert code == 0
    assert len(bytes.fromhex(key.removesuffix("\n"))) == 32
    assert (await house.client.get(SERVICES, headers=words(key.strip()))).status_code == 200
    code, _, said = await kalends("key", "revoke", key.strip(), KALENDS_DATA=data)
    assert code == 0, said
    assert (await house.client.get(SERVICES, headers=words(key.strip()))).status_code == 401
    _, keys, _ = await kalends("key", "list", "--account", "demo", KALENDS_DATA=data)
    with_keys = {door.name for door in DOORS} - {"carecloud"}  # whose callers log in
    assert {line.split("\t")[1] for line in keys.splitlines()} == with_keys
    assert await house.says_ready()


async def test_a_request_in_flight_is_answered_before_the_end(house: House, data: str) -> None:
    connection = await asyncpg.connect(database(data))
    held = connection.transaction()
    await held.start()
    await connection.execute("lock table access_token in access exclusive mode")
    flying = asyncio.create_task(house.client.get(SERVICES, headers=words("0" * 64)))
    await until(lambda: connection.fetchval(READS_WAITING), 1)
    house.process.send_signal(signal.SIGINT)
    async with httpx.AsyncClient(base_url=house.client.base_url, timeout=PATIENCE) as other:
        await until(lambda: status(other), 503)
    assert not flying.done()
    await held.rollback()
    await connection.close()
    assert (await flying).status_code == 401
    assert (await house.stopped())[0] == 0
    assert is_stopped(data)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
async def test_all_that_are_told_at_once_finish_what_has_begun(house: House, data: str, number: signal.Signals) -> None:
    connection, watching = await asyncpg.connect(database(data)), await asyncpg.connect(database(data))
    held = connection.transaction()
    await held.start()
    await connection.execute("lock table access_token in access exclusive mode")
    flying = [asyncio.create_task(house.client.get(SERVICES, headers=words("0" * 64))) for _ in range(4)]
    await until(lambda: watching.fetchval(READS_WAITING), 4)
    await watching.close()
    os.killpg(house.process.pid, number)
    async with httpx.AsyncClient(base_url=house.client.base_url, timeout=PATIENCE) as other:
        await until(lambda: status(other), 503)
    await held.rollback()
    await connection.close()
    assert [(await one).status_code for one in flying] == [401] * 4
    code, _, said = await house.stopped()
    assert code == 0
    assert {"event": "stopping", "signal": number.name}.items() <= event("stopping", said).items()
    assert is_stopped(data)


async def test_what_is_told_to_end_while_it_starts_leaves_nothing_running(tmp_path: Path) -> None:
    async def begun() -> bool:
        return (tmp_path / "postgres" / "postmaster.pid").exists()

    with embedded.running(tmp_path) as server:
        connection = await asyncpg.connect(server.url())
        await connection.execute("alter system set post_auth_delay = 30")  # the house can't be ready before that
        await connection.close()
    with free_port() as port:
        starting = await begin("serve", "--port", str(port), KALENDS_DATA=str(tmp_path))
        await until(begun, True)
        starting.terminate()
        await asyncio.wait_for(starting.communicate(), PATIENCE)
    assert starting.returncode == 128 + signal.SIGTERM
    assert is_stopped(str(tmp_path))


async def test_what_can_not_be_kept_running_is_given_up_in_one_line(data: str) -> None:
    async with serving(KALENDS_DATA=data) as house:
        web, killed = workers(house)[-1:], set[int]()
        while house.process.returncode is None:
            for worker in set(workers(house)) - killed:
                with suppress(ProcessLookupError):  # it has ended since it was listed
                    os.kill(worker, signal.SIGKILL)
                killed.add(worker)
            await asyncio.sleep(0.05)
        code, _, said = await house.stopped()
    assert web
    assert code == 1
    lines = [line for line in said.splitlines() if not line.startswith("{")]
    assert len(lines) == 1
    assert lines[0].endswith("process died 5 times as soon as it was started; see above.")
    assert is_stopped(data)


async def test_processes_have_names_and_share_what_they_have_loaded(house: House) -> None:
    async def titles() -> set[str]:
        return {title(worker) for worker in workers(house)}

    await until(titles, {"kalends: web", "kalends: jobs"})
    (web,) = (worker for worker in workers(house) if title(worker) == "kalends: web")
    memory = memory_of(web)
    assert memory["Pss"] < 0.6 * memory["Rss"]  # what processes share counts in part for each


async def test_a_second_house_does_not_take_the_port(house: House, data: str) -> None:
    code, _, said = await kalends("serve", "--port", str(house.port), KALENDS_DATA=data)
    assert (code, said) == (1, f"kalends: Can't listen on 127.0.0.1:{house.port}: Address already in use.\n")
    assert await house.says_ready()


async def test_two_houses_share_one_database(house: House, data: str) -> None:
    async with serving(KALENDS_DATA=data) as other:
        assert (await house.stopped())[0] == 0
        assert (await other.client.get("/readyz")).status_code == 200
        assert not is_stopped(data)
    assert is_stopped(data)


async def test_a_killed_house_comes_back_on_the_same_port(house: House, data: str) -> None:
    await house.stopped(signal.SIGKILL)
    async with serving(port=house.port, KALENDS_DATA=data) as again:
        code, _, said = await kalends("check", KALENDS_DATA=data)
        assert code == 0, said
        assert await again.says_ready()
    assert is_stopped(data)


async def test_a_lost_database_comes_back_under_the_running_house(house: House, data: str) -> None:
    os.kill(postmaster(data), signal.SIGKILL)
    statuses = {(await house.client.get(SERVICES, headers=words("0" * 64))).status_code for _ in range(5)}
    assert statuses <= {401, 503}
    await house.is_ready()
    assert (await house.client.get(SERVICES, headers=words("0" * 64))).status_code == 401


async def test_killed_workers_are_followed_by_others(house: House) -> None:
    killed = workers(house)
    assert len(killed) == 2  # one for the web, one for the jobs
    for worker in killed:
        os.kill(worker, signal.SIGKILL)
    await house.is_ready()
    await until(lambda: count(set(workers(house)) - set(killed)), 2)
    await until(lambda: count(set(workers(house)) & set(killed)), 0)


async def test_several_workers_countgether(data: str) -> None:
    async with serving("--workers", "2", KALENDS_DATA=data) as house:
        for _ in range(20):
            # A connection each, so that both workers get some.
            async with httpx.AsyncClient(base_url=house.client.base_url, timeout=PATIENCE) as client:
                assert (await client.get("/healthz")).status_code == 200
        counted = [
            line
            for line in (await house.client.get("/metrics")).text.splitlines()
            if line.startswith("kalends_requests_total") and "/healthz" in line
        ]
        assert [float(line.split()[-1]) for line in counted] == [20.0]
        assert (await house.stopped(signal.SIGINT))[0] == 0


async def test_logs_are_json(data: str) -> None:
    async with serving(KALENDS_DATA=data) as house:
        _, _, said = await house.stopped()
    assert {"postgres.started", "request"} <= {json.loads(line)["event"] for line in said.splitlines()}
