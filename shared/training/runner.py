"""Runs training jobs, each in a process of its own, one at a time for a model."""

import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future

import msgspec

from shared.domain.version import ModelVersion, Trained
from shared.errors import QueueFull, TrainingFailed
from shared.training.job import Event, Failed, Finished, Progress, Stage, TrainingJob, read_frame, write_frame

MAX_CALLERS = 20  # each holds a thread of its server; fewer than a server has, or its readers would wait
Report = Callable[[int, int], None]
Publish = Callable[[Trained], ModelVersion]
Watch = Callable[[str, Stage], None]
ONE_NUMERIC_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def ignore_progress(done: int, steps: int) -> None:
    """Nobody watches."""


def ignore_stages(model: str, stage: Stage) -> None:
    """Nobody watches."""


class Runner:
    """Trains for many threads at once.

    Callers with an equal job share one run; callers with another job for the same model wait for their
    turn, at most `max_waiting` jobs of them, and at most MAX_CALLERS threads in all. A run that takes
    longer than `time_limit_s` is ended. `watch` is told, from any thread, what becomes of each job.
    """

    def __init__(self, *, environment: dict[str, str], time_limit_s: float, max_waiting: int) -> None:
        self.watch: Watch = ignore_stages
        self._environment = environment | ONE_NUMERIC_THREAD
        self._time_limit_s = time_limit_s
        self._max_waiting = max_waiting
        self._lock = threading.Lock()
        self._jobs: dict[bytes, Future[ModelVersion]] = {}
        self._waiting: dict[str, int] = defaultdict(int)
        self._callers = 0
        self._turns: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._children: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def train(self, job: TrainingJob, publish: Publish, report: Report = ignore_progress) -> ModelVersion:
        """Train and publish; returns when the version is published.

        Raises QueueFull, TrainingFailed and whatever `publish` raises.
        """
        key = job.key()
        with self._lock:
            future = self._jobs.get(key)
            owner = future is None
            if self._callers >= MAX_CALLERS or (owner and self._waiting[job.model] > self._max_waiting):
                self.watch(job.model, "refused")
                raise QueueFull(job.model, retry_after_s=5)
            if future is None:
                future = self._jobs[key] = Future()
                self._waiting[job.model] += 1
            self._callers += 1
        try:
            if owner:
                self._run_in_turn(job, publish, report, future)
            return future.result()
        finally:
            with self._lock:
                self._callers -= 1
                if owner:
                    del self._jobs[key]
                    self._waiting[job.model] -= 1

    def close(self) -> None:
        """End what is training; their callers get TrainingFailed."""
        with self._lock:
            self._closed = True
            children = list(self._children)
        for child in children:
            child.kill()

    def _run_in_turn(self, job: TrainingJob, publish: Publish, report: Report, future: Future[ModelVersion]) -> None:
        self.watch(job.model, "waiting")
        try:
            with self._turns[job.model]:
                self.watch(job.model, "running")
                version = publish(self._train_in_child(job, report))
        except Exception as error:  # handed to every caller that waits for this run
            self.watch(job.model, "failed")
            future.set_exception(error)
        else:
            self.watch(job.model, "finished")
            future.set_result(version)

    def _train_in_child(self, job: TrainingJob, report: Report) -> Trained:
        child = self._start_child()
        watchdog = threading.Timer(self._time_limit_s, child.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            return self._converse(child, job, report)
        finally:
            watchdog.cancel()
            child.kill()
            child.communicate()
            with self._lock:
                self._children.discard(child)

    def _start_child(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise TrainingFailed("the server is stopping")
            child = subprocess.Popen(
                [sys.executable, "-m", "shared.training.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=self._environment,
            )
            self._children.add(child)
        return child

    def _converse(self, child: subprocess.Popen[bytes], job: TrainingJob, report: Report) -> Trained:
        assert child.stdin is not None
        assert child.stdout is not None
        write_frame(child.stdin, job)  # type: ignore[arg-type]  # a pipe of Popen is a BinaryIO in all but name
        while (body := read_frame(child.stdout)) is not None:  # type: ignore[arg-type]
            match msgspec.msgpack.decode(body, type=Event):
                case Progress(done, steps):
                    report(done, steps)
                case Finished(trained):
                    return trained
                case Failed(reason):
                    raise TrainingFailed(reason)
        raise TrainingFailed(f"the training process ended early (it had {self._time_limit_s:g} s)")
