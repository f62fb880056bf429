"""What a version says of its own answers."""

from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest

from shared.catalogue.stored import stored_entry
from shared.domain.dataset import Dataset
from shared.domain.definition import ModelDefinition
from shared.domain.explanation import ExactShapley
from shared.domain.version import Trained, numbered
from shared.engines.dense import DenseEngine
from shared.errors import NotExplainable, Unanswerable
from shared.inference.explaining import MOST_ROWS, explain, most_rows
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


def test_fewer_rows_are_explained_at_once_where_each_is_answered_often(lda: Trained) -> None:
    assert most_rows(_predictor(lda)) == MOST_ROWS
    wide = _of(*blobs(n_features=8, recipes=("tree",), n_samples=200), "tree")
    assert wide.engine.name == "onnxruntime"
    assert most_rows(wide) == 7
