"""The runner, with real training processes."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from shared.domain.version import ModelVersion, Trained, numbered
from shared.errors import QueueFull, TrainingFailed
from shared.training.job import TrainingJob
from shared.training.runner import Runner
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

    def __init__(self) -> None:
        self.published: list[Trained] = []
        self._lock = threading.Lock()

    def publish(self, trained: Trained) -> ModelVersion:
        with self._lock:
            self.published.append(trained)
            number = len(self.published)
        return numbered(trained, number, datetime.now(UTC))


MakeRunner = Callable[..., Runner]


@pytest.fixture
def make_runner() -> Iterator[MakeRunner]:
    made: list[Runner] = []

    def make(time_limit_s: float = 60, max_waiting: int = 4) -> Runner:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        made.append(Runner(environment=environment, time_limit_s=time_limit_s, max_waiting=max_waiting))
        return made[-1]

    yield make
    for runner in made:
        runner.close()


def test_a_version_is_published_with_everything_needed_to_make_it_again(make_runner: MakeRunner) -> None:
    shelf = Shelf()
    steps: list[int] = []
    version = make_runner().train(LDA, shelf.publish, lambda done, of: steps.append(done))
    assert (version.model, version.number, version.recipe, version.seed) == ("iris", 1, "lda", 0)
    assert {"python", "scikit-learn", "numpy", "skops"} <= set(version.libraries)
    assert len(version.data_sha256) == len(version.artefact_sha256) == 64
    assert steps == sorted(steps)
    assert len(steps) > 100


def test_equal_jobs_share_one_run_and_other_jobs_of_the_model_take_turns(make_runner: MakeRunner) -> None:
    runner, shelf = make_runner(), Shelf()
    with ThreadPoolExecutor(6) as pool:
        jobs = [LDA, LDA, LDA, TREE, TREE, LDA]
        versions = list(pool.map(lambda job: runner.train(job, shelf.publish), jobs))
    assert len(shelf.published) == 2
    assert len({version.number for version in versions}) == 2


def test_more_waiting_jobs_than_allowed_are_refused(make_runner: MakeRunner) -> None:
    runner, shelf = make_runner(max_waiting=0), Shelf()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(runner.train, SLOW, shelf.publish)
        _wait_until(lambda: bool(runner._children))
        with pytest.raises(QueueFull) as raised:
            runner.train(TREE, shelf.publish)
        assert raised.value.retry_after_s > 0
        runner.close()
        with pytest.raises(TrainingFailed):
            first.result(20)


def test_a_run_over_its_time_limit_is_ended_and_said_so(make_runner: MakeRunner) -> None:
    with pytest.raises(TrainingFailed, match="ended early"):
        make_runner(time_limit_s=0.2).train(SLOW, Shelf().publish)


def test_what_fails_in_the_child_is_told_with_its_reason(make_runner: MakeRunner) -> None:
    with pytest.raises(TrainingFailed, match="tulip"):
        make_runner().train(NO_SUCH, Shelf().publish)


def test_after_a_failure_the_same_job_can_be_tried_again(make_runner: MakeRunner) -> None:
    runner, shelf = make_runner(), Shelf()

    def broken(trained: Trained) -> ModelVersion:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        runner.train(LDA, broken)
    assert runner.train(LDA, shelf.publish).number == 1


def _wait_until(holds: Callable[[], bool], limit_s: float = 20) -> None:
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
