"""A worker for webhooks in a process of its own, which is quickly there and can be killed."""

import asyncio
import multiprocessing
from multiprocessing.process import BaseProcess

import msgspec

from kalends.delivery.outbound import new_client
from kalends.delivery.webhooks import poster
from kalends.jobs.webhooks import webhook_tasks
from kalends.jobs.worker import work
from kalends.work import FORMS

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


def start_worker(url: str) -> BaseProcess:
    """A worker on the database of the URL, which may call this machine."""
    process = _FORKS.Process(target=_work, args=(url,), daemon=True)
    process.start()
    return process


def kill(process: BaseProcess) -> None:
    """End it at once, whatever it does."""
    process.kill()
    process.join()


def _work(url: str) -> None:
    asyncio.run(_run(url))


async def _run(url: str) -> None:
    async with new_client() as client:
        tasks = webhook_tasks(FORMS, poster(client, private=True))
        await work(url, asyncio.Event(), [msgspec.structs.replace(task, every=0.05) for task in tasks])
