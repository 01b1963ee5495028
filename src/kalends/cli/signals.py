"""How commands end on a signal: they release what they hold, such as the embedded PostgreSQL."""

import signal
import threading
from typing import NoReturn

import structlog

log = structlog.get_logger()

ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def end_orderly() -> None:
    """From now on SIGTERM and SIGHUP end this command as Ctrl-C does; it exits with 128 and the signal's number."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)


def ending_event() -> threading.Event:
    """From now on SIGTERM, SIGINT and SIGHUP do nothing but set this event."""
    ending = threading.Event()

    def stop(number: int, _: object) -> None:
        log.info("stopping", signal=signal.Signals(number).name)
        ending.set()

    for number in ENDING:
        signal.signal(number, stop)
    return ending


def _end(number: int, _: object) -> NoReturn:
    for ending in ENDING:
        signal.signal(ending, signal.SIG_IGN)  # the cleanup is not to be interrupted
    raise SystemExit(128 + number)
