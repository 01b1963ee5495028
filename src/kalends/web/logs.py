"""Logs: one JSON object per line on stderr.

What goes in are codes, ids and templates. The texts of exceptions stay out: those of the
database repeat the values that it refused.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec
import structlog
from structlog.typing import EventDict, WrappedLogger


def configure(level: str = "info", stream: BinaryIO | None = None) -> None:
    """From now on this process logs what is of this level or above to the stream, by default stderr.

    Warnings that libraries log through `logging` come out in the same form. `level` is debug, info, warning or error.
    """
    least = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_texts,
            _line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.BytesLoggerFactory(stream or sys.stderr.buffer),
        cache_logger_on_first_use=False,
    )
    # Less than a warning may be anything, such as each URL that was asked.
    logging.basicConfig(level=max(least, logging.WARNING), handlers=[_Forward()], force=True)


class _Forward(logging.Handler):
    """Hands on what libraries log."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(record.levelno, record.getMessage(), logger=record.name, exc_info=error)


def _without_texts(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """An exception as its types and places, the outermost first."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["errors"] = [_told(one) for one in _chain(error)]
    return event


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    told: dict[str, Any] = {"type": kind, "at": [f"{one.filename}:{one.lineno} {one.name}" for one in frames]}
    for name in ("sqlstate", "constraint_name"):
        if isinstance(value := getattr(error, name, None), str):
            told[name] = value
    return told


def _line(_: WrappedLogger, __: str, event: EventDict) -> bytes:
    return msgspec.json.encode(event, enc_hook=lambda value: type(value).__qualname__)
