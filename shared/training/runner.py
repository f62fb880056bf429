"""Runs training jobs, each in a process of its own, one at a time for a model."""

import os
import platform
import secrets
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from time import sleep
from typing import Protocol

import msgspec

from shared.domain.promotion import Promotion
from shared.domain.run import TrainingRun, advanced, ended, started
from shared.domain.version import ModelVersion, Trained
from shared.errors import QueueFull, RunEnded, StoreError, TrainingFailed, UnknownRun
from shared.training.job import Progress, Stage, TrainingJob
from shared.training.process import TrainingProcess

MAX_CALLERS = 20  # each holds a thread of its server; fewer than a server has, or its readers would wait
KEEP_S = 0.3  # between two signs of life; a run that was cancelled elsewhere ends within this time
RETRY_AFTER_S = 5
NOT_WRITTEN = (RunEnded, UnknownRun, StoreError)  # ended before, a removed model, a failing store
STOPPED = "the server that ran it was stopped"
Report = Callable[[TrainingRun], None]
Publish = Callable[[Trained, TrainingRun], ModelVersion]
Parts = Callable[[], Iterable[bytes]]
Watch = Callable[[str, Stage], None]


def ignore_progress(run: TrainingRun) -> None:
    """Nobody watches."""


def no_parts() -> Iterable[bytes]:
    """Those of a job without a definition."""
    return ()


def ignore_stages(model: str, stage: Stage) -> None:
    """Nobody watches."""


class RunBook(Protocol):
    """Where runs are written down for every process to see; `shared.store.run_store` says what each method does."""

    def create(self, run: TrainingRun, owner: str) -> None: ...
    def keep(self, owner: str, changed: Iterable[TrainingRun]) -> set[str]: ...
    def end(self, run: TrainingRun) -> TrainingRun: ...


class _Task:
    """A run of this process: what of it changes, and who waits for it."""

    def __init__(self, run: TrainingRun, job: TrainingJob, parts: Parts, publish: Publish, report: Report) -> None:
        self.run = run
        self.stored = run
        self.job = job
        self.parts = parts
        self.publish = publish
        self.report = report
        self.process: TrainingProcess | None = None
        self.is_in_book = False
        self.is_lost = False  # cancelled, or given up: what it does from now on is for nothing
        self.outcome: Future[ModelVersion] = Future()

    def stop(self) -> None:
        self.is_lost = True
        if self.process is not None:
            self.process.kill()


class Runner:
    """Trains for many threads at once.

    Runs of one model take turns, and `max_waiting` of them may wait. Every run is written to `book` when it is asked
    for, while it goes on, and at its end. `watch` is told, from any thread, what becomes of each.
    """

    def __init__(self, book: RunBook, *, environment: dict[str, str], time_limit_s: float, max_waiting: int) -> None:
        self.watch: Watch = ignore_stages
        self._book = book
        self._owner = f"{platform.node()[:64]} {os.getpid()} {secrets.token_hex(8)}"
        self._start_process = partial(TrainingProcess, environment, time_limit_s)
        self._max_waiting = max_waiting
        self._lock = threading.Lock()
        self._tasks: dict[str, _Task] = {}  # by the run's id, from asking to end
        self._queues: defaultdict[str, deque[_Task]] = defaultdict(deque)
        self._busy: set[str] = set()  # models whose thread is at work
        self._callers = 0
        self._something_to_keep = threading.Event()
        self._keeper: threading.Thread | None = None
        self._closed = False

    def start(
        self, job: TrainingJob, publish: Publish, *, promote: Promotion, by: str, parts: Parts = no_parts
    ) -> TrainingRun:
        """Let `job` be trained and its outcome be published when its turn comes; returns at once.

        `parts` gives the packed data of a job that brings a definition. Raises QueueFull, TrainingFailed where the
        server is stopping, and StoreError.
        """
        task = _Task(_scheduled(job, promote, by), job, parts, publish, ignore_progress)
        with self._lock:
            self._admit(task)
        self._begin(task)
        return task.run

    def train(
        self,
        job: TrainingJob,
        publish: Publish,
        report: Report = ignore_progress,
        *,
        promote: Promotion,
        by: str,
        parts: Parts = no_parts,
    ) -> ModelVersion:
        """Train and publish; returns when the version is published. Callers with an equal job share one run.

        `parts` as in `start`. Raises QueueFull, TrainingFailed, RunEnded where it was cancelled, and whatever `publish`
        raises.
        """
        own = _Task(_scheduled(job, promote, by), job, parts, publish, report)
        with self._lock:
            if self._callers >= MAX_CALLERS:
                raise self._refused(job.model)
            equal = (task for task in self._tasks.values() if (task.job, task.run.promote) == (job, promote))
            task = next((task for task in equal if not task.is_lost), own)
            if task is own:
                self._admit(own)
            self._callers += 1
        try:
            if task is own:
                self._begin(own)
            return task.outcome.result()
        finally:
            with self._lock:
                self._callers -= 1

    def abandon(self, run_id: str) -> None:
        """Stop what this process does for a run that has ended in the book; nothing where another process has it."""
        with self._lock:
            task = self._tasks.get(run_id)
        if task is not None:
            task.stop()

    def close(self) -> None:
        """End what is training; their callers get TrainingFailed."""
        with self._lock:
            self._closed = True
            tasks = list(self._tasks.values())
        for task in tasks:
            task.stop()
        for task in tasks:
            with suppress(*NOT_WRITTEN):
                self._book.end(ended(task.run, _now(), "FAILED", STOPPED))

    # --- taking turns ------------------------------------------------------------------------------

    def _admit(self, task: _Task) -> None:
        if self._closed:
            raise TrainingFailed("the server is stopping")
        model = task.job.model
        if sum(other.job.model == model and not other.is_lost for other in self._tasks.values()) > self._max_waiting:
            raise self._refused(model)
        self._tasks[task.run.id] = task

    def _begin(self, task: _Task) -> None:
        model = task.job.model
        try:
            self._book.create(task.run, self._owner)
        except Exception as error:
            self._forget(task)
            task.outcome.set_exception(error)  # for those who share it
            raise
        self.watch(model, "waiting")
        with self._lock:
            task.is_in_book = True
            self._queues[model].append(task)
            if model not in self._busy:
                self._busy.add(model)
                threading.Thread(target=self._work, args=(model,), name=f"train-{model}", daemon=True).start()
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="keep-runs", daemon=True)
                self._keeper.start()
        self._something_to_keep.set()

    def _forget(self, task: _Task) -> None:
        with self._lock:
            del self._tasks[task.run.id]

    def _refused(self, model: str) -> QueueFull:
        self.watch(model, "refused")
        return QueueFull(model, RETRY_AFTER_S)

    def _work(self, model: str) -> None:
        """Run what waits for `model`, one after the other."""
        while (task := self._next(model)) is not None:
            self.watch(model, "running")
            try:
                version = self._trained(task)
            except Exception as error:  # handed to every caller that waits for this run
                with suppress(*NOT_WRITTEN):  # the store may be what failed; the run is lost soon then
                    self._book.end(ended(task.run, _now(), "FAILED", str(error)))
                self._forget(task)
                task.outcome.set_exception(error)
                self.watch(model, "cancelled" if isinstance(error, RunEnded) else "failed")
            else:
                self._forget(task)
                task.outcome.set_result(version)
                self.watch(model, "finished")

    def _next(self, model: str) -> _Task | None:
        with self._lock:
            queue = self._queues[model]
            if not queue:
                self._busy.discard(model)
                return None
            return queue.popleft()

    def _trained(self, task: _Task) -> ModelVersion:
        def hear(progress: Progress) -> None:
            share = progress.done / progress.steps
            task.run = advanced(task.run, _now(), share, progress.step, progress.curve, progress.regions)
            task.report(task.run)

        task.run = started(task.run, _now())
        with self._start_process() as process:
            task.process = process
            # Whoever stopped the task before saw no process to end.
            self._raise_if_lost(task)
            try:
                trained = process.train(task.job, task.parts(), hear)
            except TrainingFailed:
                self._raise_if_lost(task)
                raise
        trained = msgspec.structs.replace(trained, run=task.run.id)
        return task.publish(trained, task.run)

    def _raise_if_lost(self, task: _Task) -> None:
        if self._closed:
            raise TrainingFailed(STOPPED)  # in the words of `close`: either may be the first to write them down
        if task.is_lost:
            raise RunEnded(task.run.id, "CANCELLED")

    # --- signs of life -----------------------------------------------------------------------------

    def _keep(self) -> None:
        """For as long as this process lives; it sleeps while there is nothing to keep."""
        while True:
            self._something_to_keep.wait()
            self._something_to_keep.clear()
            while tasks := self._present():
                self._keep_once(tasks)
                sleep(KEEP_S)

    def _present(self) -> list[_Task]:
        with self._lock:
            return [task for task in self._tasks.values() if task.is_in_book]

    def _keep_once(self, tasks: list[_Task]) -> None:
        changed = [(task, task.run) for task in tasks if task.run is not task.stored]
        try:
            active = self._book.keep(self._owner, [run for _, run in changed])
        except StoreError:
            return  # the next time
        for task, run in changed:
            task.stored = run
        for task in tasks:
            if task.run.id not in active:
                task.stop()


def _scheduled(job: TrainingJob, promote: Promotion, by: str) -> TrainingRun:
    return TrainingRun(
        id=secrets.token_hex(16),
        model=job.model,
        recipe=job.recipe,
        params=job.params,
        seed=job.seed,
        promote=promote,
        by=by,
        state="SCHEDULED",
        created_at=_now(),
    )


def _now() -> datetime:
    return datetime.now(UTC)
