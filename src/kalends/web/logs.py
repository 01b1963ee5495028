"""Logs: one JSON object per line on standard error.

They contain codes, ids and templates of routes. The texts of exceptions are left out, because those of the database
repeat the values that it refused.
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
    """Make this process log events of `level` (debug, info, warning, error) and above to the stream, or standard error.

    Warnings and errors that libraries log through `logging` are written in the same form.
    """
    lowest_level = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _describe_exception,
            _encode_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(lowest_level),
        logger_factory=structlog.BytesLoggerFactory(stream or sys.stderr.buffer),
        cache_logger_on_first_use=False,
    )
    # What libraries log below a warning may contain personal data, such as the URL of each request.
    logging.basicConfig(level=max(lowest_level, logging.WARNING), handlers=[_ForwardToStructlog()], force=True)


class _ForwardToStructlog(logging.Handler):
    """Writes what libraries log through `logging`."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(record.levelno, record.getMessage(), logger=record.name, exc_info=error)


def _describe_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace the exception of an event, if any, by descriptions of it and of its causes, without their texts."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["errors"] = [_description(exception) for exception in _with_causes(error)]
    return event


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception, its cause, the cause of that, and so on."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _description(error: BaseException) -> dict[str, Any]:
    """Type and stack of an exception, and what else of it contains no data."""
    frames = traceback.extract_tb(error.__traceback__)
    description: dict[str, Any] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    for name in ("sqlstate", "constraint_name"):
        if isinstance(value := getattr(error, name, None), str):
            description[name] = value
    return description


def _encode_line(_: WrappedLogger, __: str, event: EventDict) -> bytes:
    """An event as JSON; values of types that JSON does not have are replaced by the name of their type."""
    return msgspec.json.encode(event, enc_hook=lambda value: type(value).__qualname__)
