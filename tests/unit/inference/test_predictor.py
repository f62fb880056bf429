"""A predictor answers as the estimator it was made from, and warns."""

from datetime import UTC, datetime

import numpy as np
import pytest
import skops.io

from shared.catalogue import CATALOGUE
from shared.domain.version import Trained, numbered
from shared.errors import NotTrained, Unanswerable
from shared.inference.loaded import MAX_PINNED, LoadedModels
from shared.inference.loading import load
from shared.inference.predictor import MAX_WARNED_ROWS, Predictor

IRIS = CATALOGUE["iris"]


def _predictor(trained: Trained, number: int = 1) -> Predictor:
    return load(numbered(trained, number, datetime.now(UTC)), trained.exported.__getitem__, ())


def test_every_training_row_is_answered_as_by_the_estimator(lda: Trained) -> None:
    predictor = _predictor(lda)
    expected = skops.io.loads(lda.artefact).predict_proba(IRIS.dataset.X)
    batch = predictor.predict(IRIS.dataset.X)
    assert np.abs(batch.outputs - expected).max() <= 1e-12
    assert batch.warnings == {}
    one_by_one = [predictor.predict_row(row) for row in IRIS.dataset.X.tolist()]
    assert [prediction.index for prediction in one_by_one] == expected.argmax(axis=1).tolist()
    assert np.abs(np.array([prediction.probabilities for prediction in one_by_one]) - expected).max() <= 1e-12
    assert [prediction.warnings for prediction in one_by_one] == [()] * 150


def test_a_value_outside_the_training_range_is_answered_with_a_warning(lda: Trained) -> None:
    predictor, row = _predictor(lda), [51.0, 3.5, 1.4, 0.0]
    prediction = predictor.predict_row(row)
    assert [(warning.column, warning.feature) for warning in prediction.warnings] == [
        (0, "sepal_length_cm"),
        (3, "petal_width_cm"),
        (None, None),
    ]
    batch = predictor.predict(np.array([[5.1, 3.5, 1.4, 0.2], row]))
    assert (batch.warnings, batch.rows_with_warnings) == ({1: prediction.warnings}, 1)
    assert prediction.warnings[0].message == "51 cm is outside the 4.3 to 7.9 cm seen in training"


def test_of_many_rows_with_warnings_the_first_are_put_into_words(lda: Trained) -> None:
    batch = _predictor(lda).predict(np.tile([51.0, 3.5, 1.4, 0.2], (10_000, 1)))
    assert list(batch.warnings) == list(range(MAX_WARNED_ROWS))
    assert batch.rows_with_warnings == 10_000


def test_rows_without_a_finite_answer_are_named(lda: Trained) -> None:
    rows = np.array([[5.1, 3.5, 1.4, 0.2], [1e308, 1e308, -1e308, 1e308]])
    predictor = _predictor(lda)
    with pytest.raises(Unanswerable) as raised:
        predictor.predict(rows)
    assert raised.value.rows == (1,)
    with pytest.raises(Unanswerable):
        predictor.predict_row(rows[1].tolist())


def test_a_swap_replaces_the_champion_and_keeps_the_rest(lda: Trained, tree: Trained) -> None:
    loaded = LoadedModels()
    with pytest.raises(NotTrained):
        loaded.champion("iris")
    loaded.crown(_predictor(lda))
    loaded.crown(_predictor(tree))
    loaded.crown(_predictor(lda, 2))
    assert loaded.champion_numbers() == {"iris": 2, "iris-tree": 1}


def test_versions_asked_for_by_number_are_kept_up_to_a_limit(lda: Trained) -> None:
    loaded = LoadedModels()
    for number in range(1, MAX_PINNED + 2):
        loaded.pin(_predictor(lda, number))
    assert loaded.pinned("iris", 1) is None
    assert loaded.pinned("iris", MAX_PINNED + 1) is not None
