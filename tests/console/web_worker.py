"""A process that serves the console, which can be killed."""

import multiprocessing
from multiprocessing.process import BaseProcess

import uvicorn

from kalends.console.routes import door as console
from kalends.store.db import open_pool
from kalends.web.config import WebSettings
from kalends.web.shell import create_app
from tests.world import clock

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


def serve(database_url: str, port: int) -> None:
    """Serve until killed."""
    app = create_app(WebSettings(), [console], lambda: open_pool(database_url, 1, 2), clock=clock)
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, lifespan="on", ws="none")


def web_worker(database_url: str, port: int) -> BaseProcess:
    """A process that has been started."""
    process = FORKS.Process(target=serve, args=(database_url, port), daemon=True)
    process.start()
    return process
