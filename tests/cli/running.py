"""`kalends` as somebody at a terminal runs it: as processes, on a data folder of their own."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.ports import free_port

PATIENCE = 120.0  # seconds, on a machine that has much else to do
KALENDS = Path(sys.executable).parent / "kalends"


def surroundings(**said: str) -> dict[str, str]:
    """The environment without what it says of Kalends, and with what is said here."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KALENDS_")} | said


async def begin(*arguments: str, **said: str) -> Process:
    """The command, begun, in a process group of its own as at a terminal."""
    return await asyncio.create_subprocess_exec(
        KALENDS, *arguments, env=surroundings(**said), stdout=PIPE, stderr=PIPE, start_new_session=True
    )


async def kalends(*arguments: str, **said: str) -> tuple[int | None, str, str]:
    """Run a command; answers its exit code and what it wrote."""
    process = await begin(*arguments, **said)
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    return process.returncode, out.decode(), err.decode()


class House:
    """A running `kalends serve`."""

    def __init__(self, process: Process, port: int) -> None:
        self.process = process
        self.port = port
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30)

    async def is_ready(self) -> None:
        """Wait until it says so."""
        async with asyncio.timeout(PATIENCE):
            while not await self.says_ready():
                assert self.process.returncode is None, (await self.process.communicate())[1].decode()
                await asyncio.sleep(0.05)

    async def says_ready(self) -> bool:
        try:
            return (await self.client.get("/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    async def stopped(self, by: signal.Signals = signal.SIGTERM) -> tuple[int | None, str, str]:
        """Stop it; answers its exit code and what it wrote."""
        if self.process.returncode is None:
            self.process.send_signal(by)
        out, err = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        return self.process.returncode, out.decode(), err.decode()


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):  # it has ended since it was listed
        return []


def workers(house: House) -> list[int]:
    """The processes that work for the supervisor; what forks them stands between."""
    return [worker for between in children(house.process.pid) for worker in children(between)]


@asynccontextmanager
async def serving(*arguments: str, port: int | None = None, **said: str) -> AsyncIterator[House]:
    """`kalends serve`, ready: on a port of its own, or on this one."""
    with free_port() as free:
        port = port or free
        house = House(await begin("serve", "--port", str(port), *arguments, **said), port)
        try:
            await house.is_ready()
            yield house
        finally:
            await house.client.aclose()
            await house.stopped()
