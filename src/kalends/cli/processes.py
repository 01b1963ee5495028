"""The processes of one `kalends serve`: web workers, and beside them one that does the jobs."""

import errno
import gc
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import setproctitle
import structlog

from kalends import main
from kalends.cli.house import Wrong
from kalends.cli.signals import ending_event
from kalends.settings import Settings, hand_down
from kalends.web.server import serve

log = structlog.get_logger()

# Forked from a process that has loaded all there is and does nothing else: soon ready, and sharing memory.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["kalends.cli.forked", "kalends.cli.app"])
BACKLOG = 2048
SELDOM = 20_000  # objects made between looks for cycles
SOON = 10.0  # seconds: whoever dies within them has not begun
ATTEMPTS = 5
PORT_AWAITED = 3.0  # seconds: as long as the workers of a server that was killed may hold it


class Kept:
    """A process that is started again when it dies, until all are to end.

    One that dies ATTEMPTS times in a row as SOON as it is started can't do its work: then all end, and `failed` is set.
    """

    def __init__(self, name: str, ending: threading.Event, work: Callable[..., None], *told: object) -> None:
        self.name, self.ending = name, ending
        self.work, self.told = work, told
        self.turn = threading.Lock()  # to start it again, or to end it
        self.attempts, self.started, self.failed = 0, time.monotonic(), False
        self.process = self.start()
        threading.Thread(target=self.keep, daemon=True).start()

    def start(self) -> multiprocessing.process.BaseProcess:
        process = FORKS.Process(target=at_work, args=(self.name, self.work, *self.told))
        process.start()
        self.started = time.monotonic()
        return process

    def keep(self) -> None:
        while not self.ending.is_set():
            self.process.join()
            lived = time.monotonic() - self.started
            self.ending.wait(1.0)
            with self.turn:
                if self.ending.is_set():
                    return
                log.error(f"{self.name}.died", exit_code=self.process.exitcode)
                self.attempts = self.attempts + 1 if lived < SOON else 1
                if self.attempts >= ATTEMPTS:
                    self.failed = True
                    self.ending.set()
                    return
                self.process = self.start()

    def end(self) -> None:
        """Let it finish what it has begun."""
        with self.turn:
            self.process.terminate()

    def await_end(self, seconds: float) -> None:
        """So long at most; then it is killed."""
        self.process.join(seconds)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def keep_running(settings: Settings, listener: socket.socket, shared: Path) -> None:
    """Web workers on the socket and the jobs, until SIGTERM, SIGINT or SIGHUP; first the web ends, then the jobs.

    Raises Wrong when one of them can't be started.
    """
    if settings.workers > 1:
        # They add up their counts in files, which they must know of before they load what counts.
        hand_down("PROMETHEUS_MULTIPROC_DIR", str(shared))
    ending = ending_event()
    jobs = Kept("jobs", ending, main.worker, settings)
    web = [Kept("web", ending, web_worker, settings, listener, shared) for _ in range(settings.workers)]
    ending.wait()
    (shared / main.DRAINING).touch()
    listener.close()
    for ends in (web, [jobs]):
        for one in ends:
            one.end()
        deadline = time.monotonic() + settings.drain_seconds
        for one in ends:
            one.await_end(max(0.0, deadline - time.monotonic()))
    for one in (*web, jobs):
        if one.failed:
            raise Wrong(f"The {one.name} process died {ATTEMPTS} times as soon as it was started; see above.")


def at_work(name: str, work: Callable[..., None], *told: object) -> None:
    """In a process of the house: its work, for as long as the supervisor lives."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    setproctitle.setproctitle(f"kalends: {name}")
    threading.Thread(target=end_with_supervisor, daemon=True).start()
    work(*told)


def end_with_supervisor() -> None:
    """When it is killed nobody is left to end this process, which would keep the port and the database."""
    supervisor = multiprocessing.parent_process()
    assert supervisor is not None
    supervisor.join()
    os.kill(os.getpid(), signal.SIGTERM)


def web_worker(settings: Settings, listener: socket.socket, shared: Path) -> None:
    """Answer requests, those that are still to come until told to end, those that have begun to their end."""
    app = main.build(settings, shared)
    collect_seldom()
    serve(app, listener, settings.drain_seconds)


def collect_seldom() -> None:
    """What is loaded by now stays; a list makes thousands of short-lived objects, hardly any of them in cycles."""
    gc.freeze()
    gc.set_threshold(SELDOM, 20, 100)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; whoever comes before the workers are ready waits for them. Raises Wrong."""
    deadline = time.monotonic() + PORT_AWAITED
    while True:
        try:
            return bound(host, port)
        except OSError as taken:
            if taken.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise Wrong(f"Can't listen on {host}:{port}: {taken.strerror or taken}.") from taken
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
