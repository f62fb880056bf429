"""What a platform watches: Prometheus' metrics of this server, of all its worker processes together.

Worker processes share them through files in the folder that PROMETHEUS_MULTIPROC_DIR names, as
prometheus_client does it; whoever starts workers sets it, and tells when one of them has ended.
"""

import os
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from shared.domain.version import ModelVersion
from shared.training.job import Stage

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# From a classification (about a tenth of a millisecond) to a training (minutes).
REQUEST_SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0)
INFERENCE_SECONDS = (2e-06, 5e-06, 1e-05, 2.5e-05, 5e-05, 0.0001, 0.00025, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5)
ROWS = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10000.0)


class Metrics:
    """The numbers of one process, and the exposition of all. Every label is bounded by what exists."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each label set, of use to few
        self._registry = own = CollectorRegistry()
        self._is_one_of_many = bool(os.environ.get(FOLDER_VARIABLE))
        if not self._is_one_of_many:  # of several processes, those of the one that is asked would mislead
            ProcessCollector(registry=own)
        self._requests = Histogram(
            "duet_request_duration_seconds",
            "Time from a request's arrival, whole, to its answer.",
            ("method", "route", "status", "model", "version"),
            registry=own,
            buckets=REQUEST_SECONDS,
        )
        self._in_flight = Gauge(
            "duet_requests_in_flight",
            "Requests that arrived, whole, and wait for their answer; this one included.",
            registry=own,
            multiprocess_mode="livesum",
        )
        self._inference = Histogram(
            "duet_inference_duration_seconds",
            "Time that a model took to answer the rows of one call.",
            ("model", "version"),
            registry=own,
            buckets=INFERENCE_SECONDS,
        )
        self._rows = Histogram("duet_inference_rows", "Rows of one call.", ("model",), registry=own, buckets=ROWS)
        self._champion = Gauge(
            "duet_champion_version",
            "The number of the version that answers for a model.",
            ("model",),
            registry=own,
            multiprocess_mode="livemostrecent",
        )
        self._trainings = Counter(
            "duet_training_runs",
            "Trainings asked for that have come to an end.",
            ("model", "outcome"),
            registry=own,
        )
        self._waiting = Gauge(
            "duet_training_queue_length",
            "Trainings that wait for their turn.",
            ("model",),
            registry=own,
            multiprocess_mode="livesum",
        )
        self._running = Gauge(
            "duet_trainings_running", "Trainings that run.", ("model",), registry=own, multiprocess_mode="livesum"
        )
        # What `labels` looks up takes longer than to add a number to it.
        self._requests_by_key: dict[tuple[object, ...], Any] = {}
        self._calls_by_key: dict[tuple[str | None, int | None], tuple[Any, Any]] = {}

    def observe(
        self, method: str, route: str | None, status: int, model: str | None, version: int | None, seconds: float
    ) -> None:
        """Count one answer; `route` is a rule of the table, not a path that was asked for."""
        key = (method if route is not None else "other", route, status, model, version)
        requests = self._requests_by_key.get(key)
        if requests is None:
            labels = ("" if value is None else str(value) for value in key)
            requests = self._requests_by_key[key] = self._requests.labels(*labels)
        requests.observe(seconds)

    def inferred(self, model: str | None, version: int | None, rows: int, seconds: float) -> None:
        """Count one call of a model."""
        call = self._calls_by_key.get((model, version))
        if call is None:
            call = self._inference.labels(str(model), str(version)), self._rows.labels(str(model))
            self._calls_by_key[model, version] = call
        call[0].observe(seconds)
        call[1].observe(rows)

    def began(self, requests: int = 1) -> None:
        """So many more requests (fewer, where negative) wait for their answer."""
        self._in_flight.inc(requests)

    def training(self, model: str, stage: Stage) -> None:
        """A training of `model` has come to `stage`."""
        waiting, running = self._waiting.labels(model), self._running.labels(model)
        if stage == "waiting":
            waiting.inc()
        elif stage == "running":
            waiting.dec()
            running.inc()
        else:
            self._trainings.labels(model, stage).inc()
            if stage != "refused":
                running.dec()

    def crowned(self, version: ModelVersion) -> None:
        """`version` answers for its model from now on."""
        self._champion.labels(version.model).set(version.number)

    def unloaded(self, model: str) -> None:
        """No version answers for `model` in this process; of several processes others may still have one."""
        if not self._is_one_of_many:
            self._champion.remove(model)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format 0.0.4."""
        if not self._is_one_of_many:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus_client annotates it in part
        return generate_latest(registry)
