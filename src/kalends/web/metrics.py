"""Metrics for Prometheus.

The workers of one installation share a folder: it is named by PROMETHEUS_MULTIPROC_DIR, which must be set before they
start, and by `metrics_dir` of the settings. Each worker writes its metrics to a file there, and `/metrics` returns the
sums, whichever worker answers. Without a folder, `/metrics` returns the metrics of the one process that answers.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from kalends.store.health import Backlog, QueueBacklog

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

REQUESTS = Counter("kalends_requests", "Requests answered.", ["door", "method", "route", "status"])
SECONDS = Histogram(
    "kalends_request_seconds",
    "From a request's arrival to the end of its answer.",
    ["door"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
REFUSALS = Counter("kalends_refusals", "Requests refused, and problems with requests.", ["door", "code"])
STANDBY_READS = Counter("kalends_standby_reads", "Requests answered from a standby.", ["door"])
_collect_all_processes: Callable[..., object] = MultiProcessCollector  # its constructor has no type hints


def count_request(door: str, method: str, route: str, status: int, seconds: float) -> None:
    """Count an answered request and its duration."""
    _requests(door, method, route, str(status)).inc()
    _seconds(door).observe(seconds)


def count_refusal(door: str, code: str) -> None:
    """Count a refusal or problem by its code."""
    _refusals(door, code).inc()


def count_standby_read(door: str) -> None:
    """Count a request that was answered from a standby."""
    _standby_reads(door).inc()


def page(shared_dir: Path | None, gauges: Sequence[GaugeMetricFamily] = ()) -> bytes:
    """All metrics in the text format of Prometheus, with these gauges."""
    counts = REGISTRY
    if shared_dir is not None:
        counts = CollectorRegistry()
        _collect_all_processes(counts, path=str(shared_dir))
    measured = CollectorRegistry()
    measured.register(_Measured(gauges))
    return generate_latest(counts) + generate_latest(measured)


_OCCURRENCES = {
    "pending": "Occurrences of series that are still to be made.",
    "oldest_seconds": "For how long the pending occurrence that waits longest has been due.",
    "failed": "Occurrences of series given up after repeated errors, for somebody to look at.",
}
_MESSAGES = {
    "waiting": "Messages that are still to be sent.",
    "oldest_seconds": "How long ago the oldest message that is still to be sent was asked for.",
    "failed": "Messages that were given up, or refused by the server.",
}


def gauges(backlog: Backlog, queues: Sequence[QueueBacklog]) -> list[GaugeMetricFamily]:
    """What waits to be done, and to be sent by each channel, as it was measured."""
    families = [
        GaugeMetricFamily(f"kalends_occurrences_{name}", help_text, getattr(backlog, name))
        for name, help_text in _OCCURRENCES.items()
    ]
    for name, help_text in _MESSAGES.items():
        family = GaugeMetricFamily(f"kalends_messages_{name}", help_text, labels=["channel"])
        for queue in queues:
            family.add_metric([queue.channel], getattr(queue, name))
        families.append(family)
    return families


class _Measured(Collector):
    """What was measured for this page: a gauge kept by a process would soon be out of date."""

    def __init__(self, families: Sequence[GaugeMetricFamily]) -> None:
        self.families = families

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self.families


# `labels` validates and locks on each call. Its results are cached; there are as many as routes and statuses at most.
@cache
def _requests(door: str, method: str, route: str, status: str) -> Counter:
    return REQUESTS.labels(door, method, route, status)


@cache
def _seconds(door: str) -> Histogram:
    return SECONDS.labels(door)


@cache
def _refusals(door: str, code: str) -> Counter:
    return REFUSALS.labels(door, code)


@cache
def _standby_reads(door: str) -> Counter:
    return STANDBY_READS.labels(door)
