"""How much worse a figure is without an input."""

from typing import Any

import msgspec
import numpy as np
import pytest

from shared.catalogue import CATALOGUE
from shared.domain.dataset import FloatMatrix
from shared.domain.version import Trained
from shared.training.importance import MOST_ANSWERS, REPEATS, Shuffles

IRIS, DIABETES, DIGITS = (CATALOGUE[name] for name in ("iris", "diabetes", "digits"))


class _Looks:
    """Answers with what stands in one column, and counts the rows."""

    def __init__(self, column: int) -> None:
        self.column = column
        self.rows = 0

    def predict(self, X: FloatMatrix) -> Any:
        self.rows += len(X)
        return X[:, self.column]


def test_only_what_an_estimator_looks_at_matters() -> None:
    X = np.random.default_rng(0).normal(size=(400, 10))
    shuffles = Shuffles(DIABETES.signature, len(X), seed=0)
    shuffles.add(_Looks(2), X[:200], X[:200, 2])
    shuffles.add(_Looks(2), X[200:], X[200:, 2])
    found = shuffles.importance()
    assert found is not None
    assert (found.metric, found.figure, found.n, found.repeats) == ("rmse", 0.0, 400, REPEATS)
    losses = {feature.feature: feature.loss for feature in found.features}
    assert losses.pop("bmi") == pytest.approx(np.sqrt(2), abs=0.1)  # of the difference of two independent values
    assert set(losses.values()) == {0.0}


def test_iris_rests_on_its_petals(lda: Trained) -> None:
    found = lda.importance
    assert found is not None
    assert (found.metric, found.n) == ("accuracy", 150)
    assert found.protocol == "each input shuffled 5 times within 5 held-out folds"
    assert found.figure == pytest.approx(0.98)
    losses = {feature.feature: feature.loss for feature in found.features}
    assert sorted(losses, key=losses.__getitem__)[2:] == ["petal_width_cm", "petal_length_cm"]
    assert losses["petal_length_cm"] > 0.3
    assert all(0 <= feature.sd < 0.1 for feature in found.features)


def test_no_more_rows_are_asked_about_than_the_limit() -> None:
    looks, n = _Looks(0), 20_000
    shuffles = Shuffles(DIABETES.signature, n, seed=0)
    X = np.random.default_rng(0).normal(size=(n // 5, 10))
    for _ in range(5):
        shuffles.add(looks, X, X[:, 0])
    assert 0.9 * MOST_ANSWERS < looks.rows <= 1.1 * MOST_ANSWERS


def test_hundreds_of_inputs_are_not_looked_at() -> None:
    inputs = tuple(msgspec.structs.replace(DIABETES.signature.inputs[0], name=f"x{place}") for place in range(101))
    X = np.random.default_rng(0).normal(size=(100, 101))
    for n, has_figures in ((100, True), (101, False)):
        shuffles = Shuffles(msgspec.structs.replace(DIABETES.signature, inputs=inputs[:n]), len(X), seed=0)
        shuffles.add(_Looks(0), X[:, :n], X[:, 0])
        assert (shuffles.importance() is not None) == has_figures


def test_pixels_are_not_looked_at_one_by_one() -> None:
    shuffles = Shuffles(DIGITS.signature, 100, seed=0)
    shuffles.add(_Looks(0), DIGITS.dataset.X[:100], DIGITS.dataset.y[:100])
    assert shuffles.importance() is None
