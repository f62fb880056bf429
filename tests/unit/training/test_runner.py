"""The runner, with real training processes and a real store of runs."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from shared.domain.packing import pack
from shared.domain.run import TrainingRun
from shared.domain.version import ModelVersion, Trained, numbered
from shared.errors import QueueFull, RunEnded, StoreUnavailable, TrainingFailed
from shared.store import ModelStore
from shared.training.job import TrainingJob
from shared.training.runner import Runner, no_parts
from tests.contract.outside import eventually, training_children
from tests.definitions import blobs
from tests.processes import ROOT

LDA = TrainingJob(model="iris", recipe="lda", params={}, seed=0)
TREE = TrainingJob(model="iris", recipe="tree", params={"max_depth": 3}, seed=0)
SLOW = TrainingJob(
    model="iris",
    recipe="mlp",
    params={"hidden_units": 10, "epochs": 2000, "batch_size": 15, "learning_rate": 0.001},
    seed=0,
)
NO_SUCH = TrainingJob(model="tulip", recipe="lda", params={}, seed=0)


class Shelf:
    """A place to publish to that counts."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self.published: list[Trained] = []
        self._lock = threading.Lock()

    def publish(self, trained: Trained, run: TrainingRun) -> ModelVersion:
        with self._lock:
            self.published.append(trained)
            number = len(self.published)
        return numbered(trained, number, datetime.now(UTC))

    def train(
        self,
        job: TrainingJob,
        report: Callable[[TrainingRun], None] = lambda run: None,
        parts: Callable[[], Iterable[bytes]] = no_parts,
    ) -> ModelVersion:
        return self._runner.train(job, self.publish, report, promote="always", by="test", parts=parts)

    def start(self, job: TrainingJob) -> TrainingRun:
        return self._runner.start(job, self.publish, promote="always", by="test")


MakeShelf = Callable[..., Shelf]


@pytest.fixture
def make_shelf(store: ModelStore) -> Iterator[MakeShelf]:
    made: list[Runner] = []

    def make(time_limit_s: float = 60, max_waiting: int = 4) -> Shelf:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        made.append(Runner(store.runs, environment=environment, time_limit_s=time_limit_s, max_waiting=max_waiting))
        return Shelf(made[-1])

    yield make
    for runner in made:
        runner.close()


def test_a_version_is_published_with_everything_needed_to_make_it_again(make_shelf: MakeShelf) -> None:
    told: list[TrainingRun] = []
    version = make_shelf().train(LDA, told.append)
    assert (version.model, version.number, version.recipe, version.seed) == ("iris", 1, "lda", 0)
    assert {"python", "scikit-learn", "numpy", "skops"} <= set(version.libraries)
    assert len(version.data_sha256) == len(version.artefact_sha256) == 64
    shares = [run.progress for run in told]
    assert shares == sorted(shares)
    assert len(shares) > 100
    assert shares[-1] == 1
    assert {run.id for run in told} == {version.run}


def test_equal_jobs_share_one_run_and_other_jobs_of_the_model_take_turns(make_shelf: MakeShelf) -> None:
    shelf = make_shelf()
    with ThreadPoolExecutor(6) as pool:
        versions = list(pool.map(shelf.train, [LDA, LDA, LDA, TREE, TREE, LDA]))
    assert len(shelf.published) == 2
    assert len({version.number for version in versions}) == 2


def test_more_waiting_jobs_than_allowed_are_refused(make_shelf: MakeShelf, store: ModelStore) -> None:
    shelf = make_shelf(max_waiting=0)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(shelf.train, SLOW)
        _wait_until(lambda: bool(store.runs.runs()))
        with pytest.raises(QueueFull) as raised:
            shelf.train(TREE)
        assert raised.value.retry_after_s > 0
        shelf._runner.close()
        with pytest.raises(TrainingFailed):
            first.result(20)
    (run,) = store.runs.runs()
    assert (run.state, run.reason) == ("FAILED", "the server that ran it was stopped")


def test_a_run_over_its_time_limit_is_ended_and_said_so(make_shelf: MakeShelf, store: ModelStore) -> None:
    with pytest.raises(TrainingFailed, match="ended early"):
        make_shelf(time_limit_s=0.2).train(SLOW)
    (run,) = store.runs.runs()
    assert (run.state, run.reason) == ("FAILED", "the training process ended early (it had 0.2 s)")


def test_a_training_that_the_system_kills_is_told_so(make_shelf: MakeShelf) -> None:
    shelf = make_shelf()
    with ThreadPoolExecutor(1) as pool:
        training = pool.submit(shelf.train, SLOW)
        (child,) = eventually(lambda: training_children(os.getpid()), 20)
        os.kill(child, signal.SIGKILL)
        with pytest.raises(TrainingFailed, match="killed, as systems do when memory runs short"):
            training.result(20)


def test_what_fails_in_the_child_is_told_with_its_reason(make_shelf: MakeShelf) -> None:
    with pytest.raises(TrainingFailed, match="tulip"):
        make_shelf().train(NO_SUCH)


def test_after_a_failure_the_same_job_can_be_tried_again(make_shelf: MakeShelf, store: ModelStore) -> None:
    shelf = make_shelf()

    def broken(trained: Trained, run: TrainingRun) -> ModelVersion:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        shelf._runner.train(LDA, broken, promote="always", by="test")
    assert store.runs.runs()[0].reason == "no space left"
    assert shelf.train(LDA).number == 1


def test_a_started_run_shows_its_progress_in_the_store_until_its_end(make_shelf: MakeShelf, store: ModelStore) -> None:
    run = make_shelf().start(SLOW)
    assert (run.state, run.progress, run.by) == ("SCHEDULED", 0, "test")
    _wait_until(lambda: store.runs.run(run.id).progress > 0)
    seen = store.runs.run(run.id)
    assert (seen.state, seen.started_at is None, seen.remaining_s is None) == ("RUNNING", False, False)


def test_a_cancelled_run_ends_within_a_second_and_publishes_nothing(make_shelf: MakeShelf, store: ModelStore) -> None:
    shelf = make_shelf()
    with ThreadPoolExecutor(1) as pool:
        training = pool.submit(shelf.train, SLOW)
        _wait_until(lambda: any(run.progress for run in store.runs.runs()))
        (run,) = store.runs.runs()
        cancelled = time.monotonic()
        store.runs.cancel(run.id)  # as another process would: the runner is not told
        with pytest.raises(RunEnded):
            training.result(20)
        assert time.monotonic() - cancelled < 1
    assert shelf.published == []
    assert store.runs.run(run.id).state == "CANCELLED"


def test_a_run_that_is_cancelled_while_it_waits_never_runs(make_shelf: MakeShelf, store: ModelStore) -> None:
    shelf = make_shelf(max_waiting=1)
    first, second = shelf.start(SLOW), shelf.start(TREE)
    store.runs.cancel(second.id)
    shelf._runner.abandon(second.id)
    third = shelf.start(LDA)  # its place in the queue is free
    store.runs.cancel(first.id)
    _wait_until(lambda: len(shelf.published) == 1)
    assert shelf.published[0].run == third.id
    assert store.runs.run(second.id).started_at is None


def test_a_model_that_is_not_in_the_catalogue_is_trained_on_the_rows_it_is_sent(
    make_shelf: MakeShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    definition, data = blobs(n_samples=90)
    job, shelf = TrainingJob("blobs", "lda", {}, 0, definition), make_shelf()
    monkeypatch.setattr("shared.domain.packing.PART_BYTES", 500)
    version = shelf.train(job, parts=lambda: pack(data))
    assert (version.model, version.data_sha256, version.data) == ("blobs", data.sha256(), definition.data)
    assert (version.signature, version.examples) == (definition.signature, definition.examples)
    assert version.metrics is not None
    assert version.metrics.cross_validation.n == 90
    assert shelf.train(LDA).model == "iris"  # which brings no rows


@pytest.mark.parametrize("parts", [[], [b"no rows"], list(pack(blobs(seed=1)[1]))], ids=["none", "damaged", "others"])
def test_other_rows_than_were_defined_are_not_trained_on(make_shelf: MakeShelf, parts: list[bytes]) -> None:
    shelf = make_shelf()
    with pytest.raises(TrainingFailed, match=r"ArtefactDamaged: .*(can't be read|are damaged)"):
        shelf.train(TrainingJob("blobs", "lda", {}, 0, blobs()[0]), parts=lambda: parts)
    assert shelf.published == []


def test_a_store_that_fails_while_rows_are_sent_is_told_and_leaves_no_process(make_shelf: MakeShelf) -> None:
    def broken() -> Iterator[bytes]:
        yield b"a part"
        raise StoreUnavailable("the store can't be used: gone")

    with pytest.raises(StoreUnavailable, match="gone"):
        make_shelf().train(TrainingJob("blobs", "lda", {}, 0, blobs()[0]), parts=broken)
    assert training_children(os.getpid()) == set()


def test_a_training_that_is_killed_while_rows_are_sent_is_told_so(make_shelf: MakeShelf) -> None:
    def endless() -> Iterator[bytes]:
        (child,) = eventually(lambda: training_children(os.getpid()), 20)
        yield bytes(1000)
        os.kill(child, signal.SIGKILL)
        while True:
            yield bytes(1_000_000)

    with pytest.raises(TrainingFailed, match="killed, as systems do"):
        make_shelf().train(TrainingJob("blobs", "lda", {}, 0, blobs()[0]), parts=endless)


class LockedBook:
    """What a store does that can't be written to."""

    def create(self, run: TrainingRun, owner: str) -> None:
        raise StoreUnavailable("the store can't be used: locked")

    def keep(self, owner: str, changed: object) -> set[str]:
        raise NotImplementedError

    def end(self, run: TrainingRun) -> TrainingRun:
        raise NotImplementedError


def test_what_can_not_be_written_down_is_not_begun() -> None:
    shelf = Shelf(Runner(LockedBook(), environment={}, time_limit_s=60, max_waiting=0))
    for _ in range(2):  # and leaves no place taken
        with pytest.raises(StoreUnavailable):
            shelf.start(LDA)


def _wait_until(holds: Callable[[], bool], limit_s: float = 20) -> None:
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
