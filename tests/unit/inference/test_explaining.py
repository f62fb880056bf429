"""What a version says of its own answers."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest

from shared.catalogue.stored import stored_entry
from shared.domain.dataset import Dataset, FloatMatrix
from shared.domain.definition import ModelDefinition
from shared.domain.explanation import ExactShapley
from shared.domain.version import Trained, numbered
from shared.engines.dense import DenseEngine
from shared.errors import InvalidInput, NotExplainable, Unanswerable
from shared.explaining import BACKGROUND
from shared.inference import explaining
from shared.inference.explaining import BUDGET_S, MOST_ROWS, explain, most_rows
from shared.inference.loading import load
from shared.inference.predictor import Predictor
from shared.training.job import TrainingJob
from tests.definitions import blobs
from tests.flats import CITIES, flats
from tests.unit.conftest import trained


def _predictor(version: Trained) -> Predictor:
    return load(numbered(version, 1, datetime.now(UTC)), version.exported.__getitem__, ())


def _of(definition: ModelDefinition, data: Dataset, recipe: str) -> Predictor:
    parameters = stored_entry(definition, lambda: data).recipe_named(recipe).complete({})
    return _predictor(trained(TrainingJob(definition.name, recipe, parameters, 0, definition), data))


def test_a_category_is_named_and_a_missing_value_is_none() -> None:
    predictor = _of(*flats("kind", "rent"), "tree")
    row = np.array([[2.0, 1.0, np.nan]])
    (found,) = explain(predictor, row, predictor.predict(row).outputs)
    assert isinstance(found, ExactShapley)
    assert [one.value for one in found.contributions] == [2.0, CITIES[1], None]
    assert sum(one.contribution for one in found.contributions) == pytest.approx(found.prediction - found.base)


def test_a_version_without_rows_of_its_training_says_what_to_do(lda: Trained) -> None:
    predictor = _predictor(msgspec.structs.replace(lda, attached={}))
    row = np.array([[5.1, 3.5, 1.4, 0.2]])
    with pytest.raises(NotExplainable, match="no rows of its training were kept with it"):
        explain(predictor, row, predictor.predict(row).outputs)
    assert predictor.predict_row([7.9, 2.0, 1.0, 2.5]).warnings == ()  # each value is within its range


def test_rows_around_which_there_is_no_finite_answer_are_named(lda: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    predictor = _predictor(lda)
    rows = np.array([[5.1, 3.5, 1.4, 0.2], [1.5e308, 1.5e308, 0.0, 0.0]])
    engine = DenseEngine([(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0], [0.0, 0.0]]), np.zeros(2))])
    monkeypatch.setattr(predictor, "engine", engine)
    outputs = np.array([[1.0, 0.0], [0.5, 0.5]])
    assert len(explain(predictor, rows[:1], outputs[:1])) == 1
    monkeypatch.setattr(engine, "_last", (np.full((2, 4), 2.0), np.zeros((2, 1))))
    with pytest.raises(Unanswerable) as raised:
        explain(predictor, rows, outputs)
    assert raised.value.rows == (1,)


class _Slow:
    """An engine that takes its time by a clock of its own."""

    name = "scikit-learn"

    def __init__(self, seconds_a_row: float) -> None:
        self.seconds_a_row = seconds_a_row
        self.clock = 0.0
        self.parts: list[float] = []  # seconds

    def evaluate(self, X: FloatMatrix) -> FloatMatrix:
        self.parts.append(len(X) * self.seconds_a_row)
        self.clock += self.parts[-1]
        return np.full((len(X), 3), 1 / 3)

    def evaluate_row(self, row: Sequence[float]) -> list[float]:
        return [1 / 3] * 3


@pytest.mark.parametrize(
    ("seconds_a_row", "why"),
    [(0.001, "1 of 3 rows were explained within 3 s; send at most 1 at once"), (0.1, "does not answer fast enough")],
)
def test_a_slow_engine_is_given_up_in_time(
    lda: Trained, monkeypatch: pytest.MonkeyPatch, seconds_a_row: float, why: str
) -> None:
    predictor, engine = _predictor(lda), _Slow(seconds_a_row)
    background = predictor.background
    assert background is not None
    monkeypatch.setattr(predictor, "background", background[:100])  # 1,600 answers a row, and 100 before
    monkeypatch.setattr(predictor, "engine", engine)
    monkeypatch.setattr(explaining, "perf_counter", lambda: engine.clock)
    with pytest.raises(InvalidInput, match=why) as raised:
        explain(predictor, np.ones((3, 4)), np.full((3, 3), 1 / 3))
    assert raised.value.problems[0].path == "explain"
    assert max(engine.parts[1:]) <= 0.2 + seconds_a_row
    assert engine.clock <= BUDGET_S + 0.2 + seconds_a_row


def test_answers_of_hundreds_of_inputs_are_not_explained() -> None:
    predictor = _of(*blobs(n_features=101, recipes=("lda",), n_samples=300), "lda")
    row = np.zeros((1, 101))
    assert BACKGROUND not in predictor.version.attached
    for ask in (lambda: most_rows(predictor), lambda: explain(predictor, row, predictor.predict(row).outputs)):
        with pytest.raises(InvalidInput, match="explain: must be false: the model has 101 inputs"):
            ask()


def test_fewer_rows_are_explained_at_once_where_each_is_answered_often(lda: Trained) -> None:
    assert most_rows(_predictor(lda)) == MOST_ROWS
    wide = _of(*blobs(n_features=8, recipes=("tree",), n_samples=200), "tree")
    assert wide.engine.name == "onnxruntime"
    assert most_rows(wide) == 7
