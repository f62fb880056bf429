"""What a platform watches: Prometheus' metrics of this server, of all its worker processes together.

Worker processes share them through files in the folder that PROMETHEUS_MULTIPROC_DIR names, as
prometheus_client does it; whoever starts workers sets it.
"""

import os
from typing import Any

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# From a classification (about a tenth of a millisecond) to a training (minutes).
BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0)


class Metrics:
    """The requests of one process: how many, how long, with which outcome."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each label set, of use to few
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "duet_request_duration_seconds",
            "Time from a request's arrival, whole, to its answer.",
            ("method", "route", "status", "model", "version"),
            registry=self._registry,
            buckets=BUCKETS,
        )
        self._children: dict[tuple[object, ...], Any] = {}

    def observe(
        self, method: str, route: str | None, status: int, model: str | None, version: int | None, seconds: float
    ) -> None:
        """Count one answer. Every label is bounded: `route` is a rule of the table, not a path that was asked for."""
        key = (method if route is not None else "other", route, status, model, version)
        child = self._children.get(key)
        if child is None:
            labels = ("" if value is None else str(value) for value in key)
            child = self._children[key] = self._requests.labels(*labels)
        child.observe(seconds)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format 0.0.4."""
        if not os.environ.get(FOLDER_VARIABLE):
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus_client annotates it in part
        return generate_latest(registry)
