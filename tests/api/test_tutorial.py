"""What the tutorial says is so: its lines are run, and what it shows is what is answered."""

import asyncio
import json
import os
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec
import pytest
from starlette.types import ASGIApp

from kalends.api.routes import door
from kalends.cli.demo.load import fill
from kalends.store.db import open_pool
from kalends.web.config import WebSettings
from kalends.web.server import make_server
from kalends.web.shell import create_app
from tests.api.node import compile_and_run
from tests.api.tutorial import Step, blocks, differences, steps
from tests.desk import PATIENCE
from tests.world import NOW, clock

NEXT = "@@ next step @@"


class Demo(msgspec.Struct, frozen=True):
    """The demo account, served, as programs find it in their environment."""

    url: str
    key: str

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "API": self.url, "KEY": self.key}


@pytest.fixture
async def demo(own_database: str) -> AsyncIterator[Demo]:
    pool = await open_pool(own_database)
    try:
        report = await fill(pool, NOW)
    finally:
        await pool.close()
    app = create_app(WebSettings(), [door], lambda: open_pool(own_database, 1, 4), clock=clock)
    async with _listening(app) as port:
        yield Demo(f"http://127.0.0.1:{port}/api/v1", report.keys["api"])


@asynccontextmanager
async def _listening(app: ASGIApp) -> AsyncIterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = make_server(app, 5)
        running = asyncio.create_task(server._serve([listener]))
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await running


async def output(demo: Demo, folder: Path, *command: str) -> str:
    """What a command writes, with the account in its environment. Fails if the command does."""
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=demo.environment, stdout=PIPE, stderr=PIPE)
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


async def test_its_lines_answer_what_is_shown(demo: Demo, tmp_path: Path) -> None:
    script = f"\necho; echo '{NEXT}'\n".join(step.lines for step in steps())
    answers = (await output(demo, tmp_path, "bash", "-euc", script)).split(NEXT)
    wrong = [
        (step.lines, answer, found)
        for step, answer in zip(steps(), answers, strict=True)
        if (found := _of(step, answer))
    ]
    assert wrong == []


def _of(step: Step, answer: str) -> list[str]:
    """Where the answer to a step is not as the page shows it; of lines that are no JSON, each must be there."""
    if step.shown.startswith("{"):
        return differences(json.loads(step.shown), json.loads(answer))
    return [line for line in step.shown.splitlines() if line not in answer]


async def test_the_quick_start_in_python_runs(demo: Demo, tmp_path: Path) -> None:
    (program,) = blocks("python")
    assert len(program.splitlines()) <= 12
    assert await output(demo, tmp_path, sys.executable, "-c", program) == "confirmed 409 confirmed cancelled\n"


async def test_the_quick_start_in_typescript_runs(demo: Demo) -> None:
    (program,) = blocks("typescript")
    assert len(program.splitlines()) <= 12
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        document = (await client.get(f"{demo.url}/openapi.json")).content
    written = await compile_and_run(program, document, {"API": demo.url, "KEY": demo.key})
    assert written == "confirmed 409 confirmed cancelled\n"


def test_what_differs_is_found() -> None:
    real = {"id": "item_7", "from": "2027-03-01T10:00:00.5+01:00", "list": [1, 2], "state": "held"}
    assert differences({"id": "item_1", "from": "2027-03-01T10:00:00+01:00", "list": [1]}, real) == []
    assert len(differences({"id": "res_7", "list": [2], "state": "confirmed", "no": 1}, real)) == 4
