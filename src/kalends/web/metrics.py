"""What is counted, for Prometheus.

Several worker processes are one installation: when `PROMETHEUS_MULTIPROC_DIR` is set before they start (and handed to
the shell as `metrics_dir`), each keeps its counts in a file of that folder and `/metrics` adds them up, whichever
worker answers. Without it, `/metrics` tells of the one process there is.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from kalends.store.health import Backlog

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

REQUESTS = Counter("kalends_requests", "Requests answered.", ["door", "method", "route", "status"])
SECONDS = Histogram(
    "kalends_request_seconds",
    "From a request's arrival to the end of its answer.",
    ["door"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
# Its class has no types.
ADDED_UP: Callable[..., object] = MultiProcessCollector
REFUSALS = Counter("kalends_refusals", "Requests refused, and problems with requests.", ["door", "code"])


def answered(door: str, method: str, route: str, status: int, seconds: float) -> None:
    """Count a request by what was asked and how it ended."""
    _requests(door, method, route, str(status)).inc()
    _seconds(door).observe(seconds)


def refused(door: str, code: str) -> None:
    """Count a refusal or problem."""
    _refusals(door, code).inc()


def page(shared: Path | None, backlog: Backlog | None) -> bytes:
    """All counts of this installation as Prometheus reads them; `backlog` is None when unknown."""
    counts = REGISTRY
    if shared is not None:
        counts = CollectorRegistry()
        ADDED_UP(counts, path=str(shared))
    moment = CollectorRegistry()
    if backlog is not None:
        moment.register(_BacklogCollector(backlog))
    return generate_latest(counts) + generate_latest(moment)


_BACKLOG = {
    "pending": "Occurrences of series that are still to be made.",
    "oldest_seconds": "For how long the pending occurrence that waits longest has been due.",
    "failed": "Occurrences of series given up after repeated errors, for somebody to look at.",
}


class _BacklogCollector(Collector):
    """Measured when it is asked for: a process that counted it would tell of a backlog that is worked off by now."""

    def __init__(self, backlog: Backlog) -> None:
        self.backlog = backlog

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, help_text in _BACKLOG.items():
            yield GaugeMetricFamily(f"kalends_occurrences_{name}", help_text, getattr(self.backlog, name))


# `labels` checks and locks on each call; which labels there are is bounded by the routes, so what it finds is kept.
@cache
def _requests(door: str, method: str, route: str, status: str) -> Counter:
    return REQUESTS.labels(door, method, route, status)


@cache
def _seconds(door: str) -> Histogram:
    return SECONDS.labels(door)


@cache
def _refusals(door: str, code: str) -> Counter:
    return REFUSALS.labels(door, code)
