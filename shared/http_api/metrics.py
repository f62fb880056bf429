"""What a platform watches: Prometheus' metrics of this server, of all its worker processes together.

Worker processes share them through files in the folder that PROMETHEUS_MULTIPROC_DIR names, the variable that
prometheus_client uses for this; whoever starts workers sets it.
"""

import os
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Literal, NamedTuple

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from shared.domain.version import ModelVersion
from shared.http_api.tallies import Key, Row, Tallies
from shared.training.job import Stage

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Family(NamedTuple):
    """One metric. A gauge is the sum over the processes that live; "info" is 1 or absent."""

    name: str
    kind: Literal["histogram", "counter", "gauge", "info"]
    help: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()


REQUESTS = Family(
    "duet_request_duration_seconds",
    "histogram",
    "Time from a request's arrival, whole, to its answer.",
    ("method", "route", "status", "model", "version"),
    # From a classification (about a tenth of a millisecond) to a training (minutes).
    (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0),
)
IN_FLIGHT = Family(
    "duet_requests_in_flight", "gauge", "Requests that arrived, whole, and wait for their answer; this one included."
)
INFERENCE = Family(
    "duet_inference_duration_seconds",
    "histogram",
    "Time that a model took to answer the rows of one call.",
    ("model", "version"),
    (2e-06, 5e-06, 1e-05, 2.5e-05, 5e-05, 0.0001, 0.00025, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5),
)
BATCH = Family(
    "duet_inference_rows",
    "histogram",
    "Rows of one call.",
    ("model",),
    (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10000.0),
)
CHAMPIONS = Family(
    "duet_model_info", "info", "The version that answers for a model, and its engine.", ("model", "version", "engine")
)
TRAININGS = Family(
    "duet_training_runs_total", "counter", "Trainings asked for that have come to an end.", ("model", "outcome")
)
WAITING = Family("duet_training_queue_length", "gauge", "Trainings that wait for their turn.", ("model",))
RUNNING = Family("duet_trainings_running", "gauge", "Trainings that run.", ("model",))
FAMILIES = (REQUESTS, IN_FLIGHT, INFERENCE, BATCH, CHAMPIONS, TRAININGS, WAITING, RUNNING)


class Metrics(Collector):
    """The numbers of one process, and the exposition of all. Every label is bounded by what exists."""

    def __init__(self) -> None:
        folder = os.environ.get(FOLDER_VARIABLE)
        self._tallies = Tallies(Path(folder) if folder else None)
        self._lock = threading.Lock()
        self._rows: dict[Key, Row] = {}
        self._requests: dict[tuple[object, ...], Callable[[float], None]] = {}
        self._calls: dict[tuple[str, int], Callable[[float, int], None]] = {}
        self._champions: dict[str, tuple[str, ...]] = {}
        self._registry = CollectorRegistry()
        self._registry.register(self)
        if not folder:  # of several processes, those of the one that is asked would mislead
            ProcessCollector(registry=self._registry)
        self.began(0)

    # --- counting ----------------------------------------------------------------------------------

    def observe(
        self, method: str, route: str | None, status: int, model: str | None, version: int | None, seconds: float
    ) -> None:
        """Count one answer; `route` is a rule of the table, not a path that was asked for."""
        key = (method if route is not None else "other", route, status, model, version)
        observe = self._requests.get(key)
        if observe is None:
            labels = tuple("" if value is None else str(value) for value in key)
            observe = self._requests[key] = self._observer(REQUESTS, labels)
        observe(seconds)

    def began(self, requests: int = 1) -> None:
        """So many more requests (fewer, where negative) wait for their answer."""
        self._add(IN_FLIGHT, (), requests)

    def inferred(self, model: str, version: int, rows: int, seconds: float) -> None:
        """Count one call of a model."""
        observe = self._calls.get((model, version))
        if observe is None:
            observe = self._calls[model, version] = self._observer_of_calls(model, version)
        observe(seconds, rows)

    def training(self, model: str, stage: Stage) -> None:
        """A training of `model` has come to `stage`."""
        for family, step in STEPS[stage]:
            self._add(family, (model, stage) if family is TRAININGS else (model,), step)

    def crowned(self, version: ModelVersion, engine: str) -> None:
        """`version` answers for its model from now on."""
        labels = (version.model, str(version.number), engine)
        if (former := self._champions.get(version.model)) is not None:
            self._set(CHAMPIONS, former, 0.0)
        self._set(CHAMPIONS, labels, 1.0)
        self._champions[version.model] = labels

    def _observer(self, family: Family, labels: tuple[str, ...]) -> Callable[[float], None]:
        """A function that adds one value to a histogram: a count for each bound, one beyond, and the sum."""
        bounds, lock, row = family.bounds, self._lock, self._row(family, labels)
        total = len(bounds) + 1

        def observe(value: float) -> None:
            with lock:
                row[bisect_left(bounds, value)] += 1.0
                row[total] += value

        return observe

    def _observer_of_calls(self, model: str, version: int) -> Callable[[float, int], None]:
        """The same for two histograms at once: this stands in the way of every classification."""
        times, sizes, lock = self._row(INFERENCE, (model, str(version))), self._row(BATCH, (model,)), self._lock
        time_bounds, size_bounds = INFERENCE.bounds, BATCH.bounds
        total_time, total_size = len(time_bounds) + 1, len(size_bounds) + 1

        def observe(seconds: float, rows: int) -> None:
            with lock:
                times[bisect_left(time_bounds, seconds)] += 1.0
                times[total_time] += seconds
                sizes[bisect_left(size_bounds, rows)] += 1.0
                sizes[total_size] += rows

        return observe

    def _add(self, family: Family, labels: tuple[str, ...], step: float) -> None:
        row = self._row(family, labels)
        with self._lock:
            row[0] += step

    def _set(self, family: Family, labels: tuple[str, ...], value: float) -> None:
        self._row(family, labels)[0] = value

    def _row(self, family: Family, labels: tuple[str, ...]) -> Row:
        key = (family.name, labels)
        with self._lock:
            if key not in self._rows:
                self._rows[key] = self._tallies.series(key, len(family.bounds) + 2 if family.bounds else 1)
            return self._rows[key]

    # --- telling -----------------------------------------------------------------------------------

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format 0.0.4."""
        return generate_latest(self._registry)

    def describe(self) -> Sequence[Metric]:
        """Nothing: prometheus_client would collect to learn the names."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every metric, added up over the processes (called by prometheus_client)."""
        sums: dict[str, dict[tuple[str, ...], list[float]]] = {family.name: {} for family in FAMILIES}
        lasting = {family.name for family in FAMILIES if family.kind in ("histogram", "counter")}
        for (name, labels), values, is_alive in self._tallies.read():
            if is_alive or name in lasting:
                so_far = sums[name].get(labels, [0.0] * len(values))
                sums[name][labels] = [one + other for one, other in zip(so_far, values, strict=True)]
        for family in FAMILIES:
            yield _told(family, sums[family.name])


def _told(family: Family, sums: dict[tuple[str, ...], list[float]]) -> Metric:
    if family.kind == "histogram":
        histogram = HistogramMetricFamily(family.name, family.help, labels=family.labels)
        limits = [*map(floatToGoString, family.bounds), "+Inf"]
        for labels, (*counts, total) in sorted(sums.items()):
            histogram.add_metric(labels, list(zip(limits, accumulate(counts), strict=True)), total)
        return histogram
    kind = CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily
    told = kind(family.name, family.help, labels=family.labels)
    for labels, (value,) in sorted(sums.items()):
        if family.kind != "info":
            told.add_metric(labels, value)
        elif value:
            told.add_metric(labels, 1.0)
    return told


STEPS: dict[Stage, tuple[tuple[Family, int], ...]] = {
    "waiting": ((WAITING, 1),),
    "running": ((WAITING, -1), (RUNNING, 1)),
    "finished": ((RUNNING, -1), (TRAININGS, 1)),
    "failed": ((RUNNING, -1), (TRAININGS, 1)),
    "refused": ((TRAININGS, 1),),
}
