"""The processes of one `kalends serve`: web workers, and one that runs the background jobs."""

import errno
import gc
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from importlib import import_module
from multiprocessing import forkserver
from pathlib import Path

import setproctitle
import structlog

from kalends import main
from kalends.cli.errors import CommandError
from kalends.cli.signals import ending_event
from kalends.settings import Settings, hand_down
from kalends.web.server import serve

log = structlog.get_logger()

# Forked from a process that has loaded all modules and does nothing else: quick to start, and sharing memory.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["kalends.cli.forked", "kalends.cli.processes"])
BACKLOG = 2048
GC_THRESHOLD = 20_000  # objects allocated between collections of cycles
STARTUP_SECONDS = 10.0  # a process that dies within them has not started
ATTEMPTS = 5
PORT_WAIT = 3.0  # seconds for which the workers of a killed server may still hold the port


class SupervisedProcess:
    """A process that is restarted when it dies, until `ending` is set.

    When it dies ATTEMPTS times in a row within STARTUP_SECONDS, `failed` and `ending` are set, so that all others end.
    """

    def __init__(self, name: str, ending: threading.Event, work: Callable[..., None], *args: object) -> None:
        self.name, self.ending = name, ending
        self.work, self.args = work, args
        self.lock = threading.Lock()  # to start it again, or to end it
        self.attempts, self.started, self.failed = 0, time.monotonic(), False
        self.process = self.start()
        threading.Thread(target=self.keep, daemon=True).start()

    def start(self) -> multiprocessing.process.BaseProcess:
        process = FORKS.Process(target=at_work, args=(self.name, self.work, *self.args))
        process.start()
        self.started = time.monotonic()
        return process

    def keep(self) -> None:
        while not self.ending.is_set():
            self.process.join()
            lived = time.monotonic() - self.started
            self.ending.wait(1.0)
            with self.lock:
                if self.ending.is_set():
                    return
                log.error(f"{self.name}.died", exit_code=self.process.exitcode)
                self.attempts = self.attempts + 1 if lived < STARTUP_SECONDS else 1
                if self.attempts >= ATTEMPTS:
                    self.failed = True
                    self.ending.set()
                    return
                self.process = self.start()

    def end(self) -> None:
        """Let it finish what it has begun."""
        with self.lock:
            self.process.terminate()

    def await_end(self, seconds: float) -> None:
        """So long at most; then it is killed."""
        self.process.join(seconds)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def load_for_forks(settings: Settings, shared: Path) -> None:
    """Start the process from which all others are forked: it loads the modules while the database is started."""
    if settings.workers > 1:
        # They add up their metrics in files, and must know where before prometheus_client is loaded.
        hand_down("PROMETHEUS_MULTIPROC_DIR", str(shared))
    forkserver.ensure_running()


def supervise(settings: Settings, listener: socket.socket, shared: Path) -> None:
    """Run web workers on the socket and the jobs until SIGTERM, SIGINT or SIGHUP; the web ends first, then the jobs.

    Raises CommandError when one of them can't be started.
    """
    ending = ending_event()
    jobs = SupervisedProcess("jobs", ending, jobs_worker, settings)
    web = [SupervisedProcess("web", ending, web_worker, settings, listener, shared) for _ in range(settings.workers)]
    ending.wait()
    (shared / main.DRAINING).touch()
    listener.close()
    for ends in (web, [jobs]):
        for process in ends:
            process.end()
        deadline = time.monotonic() + settings.drain_seconds
        for process in ends:
            process.await_end(max(0.0, deadline - time.monotonic()))
    for process in (*web, jobs):
        if process.failed:
            raise CommandError(
                f"The {process.name} process died {ATTEMPTS} times as soon as it was started; see above."
            )


def at_work(name: str, work: Callable[..., None], *args: object) -> None:
    """In the new process: do its work for as long as the supervisor lives."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    setproctitle.setproctitle(f"kalends: {name}")
    threading.Thread(target=end_with_supervisor, daemon=True).start()
    work(*args)


def end_with_supervisor() -> None:
    """When it is killed nobody is left to end this process, which would keep the port and the database."""
    supervisor = multiprocessing.parent_process()
    assert supervisor is not None
    supervisor.join()
    os.kill(os.getpid(), signal.SIGTERM)


def jobs_worker(settings: Settings) -> None:
    """Run the background jobs until SIGTERM, SIGINT or SIGHUP. Raises ValueError when there is no database URL."""
    import_module("kalends.work").run(settings)  # by its name, so that a web worker does not load what it imports


def web_worker(settings: Settings, listener: socket.socket, shared: Path) -> None:
    """Answer requests, those that are still to come until told to end, those that have begun to their end."""
    app = main.build(settings, shared)
    tune_garbage_collector()
    serve(app, listener, settings.drain_seconds)


def tune_garbage_collector() -> None:
    """What is loaded by now stays; a list makes thousands of short-lived objects, hardly any of them in cycles."""
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD, 20, 100)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; whoever comes before the workers are ready waits for them. Raises CommandError."""
    deadline = time.monotonic() + PORT_WAIT
    while True:
        try:
            return bound(host, port)
        except OSError as taken:
            if taken.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise CommandError(f"Can't listen on {host}:{port}: {taken.strerror or taken}.") from taken
        time.sleep(0.1)


def bound(host: str, port: int) -> socket.socket:
    family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
