"""A worker beside the test, in its process or as one of its own that can be killed."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from kalends.jobs.tasks import TASKS
from kalends.jobs.worker import Task, work
from tests.desk import PATIENCE

PROGRAM = """
import asyncio, sys
from kalends.jobs.tasks import TASKS
from kalends.jobs.worker import work
asyncio.run(work(sys.argv[1], asyncio.Event(), TASKS))
"""


@asynccontextmanager
async def working(url: str, tasks: Sequence[Task] = TASKS) -> AsyncIterator[None]:
    """While the block lasts, a worker works; what it has begun then, it ends."""
    stop = asyncio.Event()
    worker = asyncio.create_task(work(url, stop, tasks))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(worker, PATIENCE)


async def worker_process(url: str) -> Process:
    """A worker in a process of its own."""
    return await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, url, stdout=DEVNULL, stderr=DEVNULL)
