"""The training process: what it tells, how much memory it gets, and that it doesn't outlive its parent."""

import io
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from shared.catalogue import CATALOGUE
from shared.domain.version import Trained
from shared.training.child import run
from shared.training.job import (
    MEMORY_LIMIT_MB,
    Event,
    Failed,
    Finished,
    Progress,
    TrainingJob,
    read_frame,
    write_frame,
)
from tests.contract.outside import are_gone, eventually, training_children
from tests.processes import ROOT

IRIS = CATALOGUE["iris"]
LIMIT_S = 60.0
CHILD = ["-m", "shared.training.child"]
# A recipe that nobody is offered: its weights alone are 128 MB, and Adam keeps four more arrays of that size.
WIDE = """
from dataclasses import replace
from shared.catalogue import CATALOGUE
from shared.domain.recipe import Recipe
from shared.training import child

def make(parameters, seed):
    from sklearn.neural_network import MLPClassifier
    return MLPClassifier((4000, 4000), max_iter=1, random_state=seed)

CATALOGUE["wide"] = replace(CATALOGUE["iris"], name="wide", recipes=(Recipe("wide", "Wide", make),))
child.main()
"""
PARENT = """
import subprocess, sys
from shared.training.job import TrainingJob, write_frame

child = subprocess.Popen([sys.executable, "-m", "shared.training.child"], stdin=subprocess.PIPE)
parameters = {"hidden_units": 10, "epochs": 2000, "batch_size": 15, "learning_rate": 0.001}
write_frame(child.stdin, TrainingJob("iris", "mlp", parameters, 0))
child.wait()
"""


@pytest.fixture(scope="module")
def forest() -> tuple[list[Progress], Trained]:
    """What a training told, and what came of it."""
    recipe, stream = IRIS.recipe_named("forest"), io.BytesIO()
    trained = run(TrainingJob("iris", "forest", recipe.complete({"trees": 10}), 0), stream)
    stream.seek(0)
    told = []
    while (body := read_frame(stream)) is not None:
        told.append(msgspec.msgpack.decode(body, type=Progress))
    return told, trained


def test_progress_goes_through_all_phases_and_is_whole_at_the_very_end(forest: tuple[list[Progress], Trained]) -> None:
    told, _ = forest
    phases = ["learning curve", "hold-out", "cross-validation", "final fit", "export"]
    assert list(dict.fromkeys(progress.step for progress in told)) == phases
    shares = [progress.done / progress.steps for progress in told]
    assert shares[0] == 0
    assert shares == sorted(shares)
    assert shares.index(1.0) == len(shares) - 1


def test_the_curve_grows_and_the_regions_of_the_learned_estimator_are_told(
    forest: tuple[list[Progress], Trained],
) -> None:
    learning = [progress for progress in forest[0] if progress.step == "learning curve"]
    curves = [progress.curve for progress in learning if progress.curve is not None]
    assert [len(curve.points) for curve in curves] == list(range(1, 11))
    assert {(curve.unit, curve.n_training, curve.n_validation) for curve in curves} == {("trees", 73, 32)}
    assert curves[-1].points[:-1] == curves[-2].points
    regions = learning[-1].regions
    assert len(regions) == 6
    assert {name for one in regions for name in (one.x, one.y)} == set(IRIS.feature_names)
    assert all(set(one.classes) <= set("012") and len(one.classes) == one.resolution**2 for one in regions)
    assert all(progress.curve is None and not progress.regions for progress in forest[0][len(learning) :])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits data")
def test_a_training_that_needs_more_memory_than_allowed_fails_and_says_so() -> None:
    assert _last_event(["-c", WIDE], TrainingJob("wide", "wide", {}, 0)) == Failed(
        "it needed more than 512 MB of memory"
    )


def test_the_least_memory_that_can_be_set_is_enough_for_the_default_recipe() -> None:
    assert isinstance(_last_event(CHILD, TrainingJob("iris", "lda", {}, 0)), Finished)


def test_a_child_does_not_outlive_a_parent_that_is_killed_in_the_middle_of_a_fit(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = tmp_path / "told"  # not a pipe to the parent, which would break with it
    with told.open("wb") as stdout:
        parent = subprocess.Popen([sys.executable, "-c", PARENT], env=environment, stdout=stdout)
    try:
        assert eventually(lambda: b"training_loss" in told.read_bytes(), LIMIT_S), "no curve is told"
        children = training_children(parent.pid)
        assert len(children) == 1
    finally:
        parent.kill()
        parent.wait()
    assert eventually(lambda: are_gone(children), LIMIT_S / 6)


def _last_event(command: list[str], job: TrainingJob) -> Event:
    """What a training process of 512 MB says of `job` at its end."""
    stdin = io.BytesIO()
    write_frame(stdin, job)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), MEMORY_LIMIT_MB: "512", "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, *command], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(stdin.getvalue())  # and stays open: its end would end the child
        child.stdin.flush()
        told = io.BytesIO(child.stdout.read())
    body = b""
    while (frame := read_frame(told)) is not None:
        body = frame
    event: Event = msgspec.msgpack.decode(body, type=Event)
    return event
