"""Ways to evaluate an estimator.

scikit-learn validates its input anew at every call, which for one row of a small model takes a hundred times as
long as the arithmetic. A model that is linear, or a small multilayer perceptron, is evaluated here by that
arithmetic alone, if it gives what scikit-learn gives; everything else is left to scikit-learn.
"""

from collections.abc import Sequence
from math import exp
from operator import mul
from typing import Any, Protocol

import numpy as np

from shared.domain.dataset import FloatMatrix
from shared.domain.signature import Signature

AGREEMENT = 1e-12  # of probabilities
CHECKED_ROWS = 256  # inside the training range, and as many far outside it
SMALL_WEIGHTS = 200  # up to here one row costs less in Python than numpy's calls do
OUTSIDE = 5.0  # widths of the range, to both sides


class Engine(Protocol):
    """Evaluates one fitted estimator; `name` is told in metadata."""

    name: str

    def evaluate(self, X: FloatMatrix) -> FloatMatrix:
        """Probabilities of shape (n_rows, n_classes), for `X` of shape (n_rows, n_features)."""

    def evaluate_row(self, row: Sequence[float]) -> list[float]:
        """The same for one row."""


class ScikitLearnEngine:
    """The estimator itself."""

    name = "scikit-learn"

    def __init__(self, estimator: Any) -> None:
        self._estimator = estimator

    def evaluate(self, X: FloatMatrix) -> FloatMatrix:
        answer: FloatMatrix = self._estimator.predict_proba(X)
        return answer

    def evaluate_row(self, row: Sequence[float]) -> list[float]:
        answer: list[float] = self.evaluate(np.array([row], dtype=np.float64))[0].tolist()
        return answer


class DenseEngine:
    """Matrix products with ReLU between them and softmax behind the last: linear models have one layer.

    One row of a small model is evaluated without numpy, whose calls then cost more than the arithmetic.
    """

    name = "dense"

    def __init__(self, layers: Sequence[tuple[FloatMatrix, FloatMatrix]]) -> None:
        """Each layer is weights of shape (n_inputs, n_outputs) and biases of shape (n_outputs,)."""
        *self._hidden, self._last = layers
        self._is_small = sum(weights.size for weights, _ in layers) <= SMALL_WEIGHTS
        self._columns = [
            [(column, bias) for column, bias in zip(weights.T.tolist(), biases.tolist(), strict=True)]
            for weights, biases in layers
            if self._is_small
        ]

    def evaluate(self, X: FloatMatrix) -> FloatMatrix:
        for weights, biases in self._hidden:
            X = np.maximum(X @ weights + biases, 0.0)
        weights, biases = self._last
        scores = X @ weights + biases
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        answer: FloatMatrix = powers / powers.sum(axis=1, keepdims=True)
        return answer

    def evaluate_row(self, row: Sequence[float]) -> list[float]:
        if not self._is_small:
            answer: list[float] = self.evaluate(np.array([row], dtype=np.float64))[0].tolist()
            return answer
        *hidden, last = self._columns
        for layer in hidden:
            scores = [sum(map(mul, row, column), bias) for column, bias in layer]
            row = [0.0 if score <= 0.0 else score for score in scores]  # NaN stays, as in numpy
        scores = [sum(map(mul, row, column), bias) for column, bias in last]
        highest = max(scores)
        powers = [exp(score - highest) for score in scores]
        total = sum(powers)
        return [power / total for power in powers]


def engine_for(estimator: Any, signature: Signature) -> Engine:
    """The cheapest engine that agrees with scikit-learn to 1e-12, on rows inside and outside the training range."""
    reference = ScikitLearnEngine(estimator)
    layers = _layers_of(estimator)
    if layers is None:
        return reference
    candidate, X = DenseEngine(layers), _rows_to_compare(signature)
    with np.errstate(all="ignore"):
        agrees = np.allclose(candidate.evaluate(X), reference.evaluate(X), rtol=0, atol=AGREEMENT)
    return candidate if agrees else reference


def _layers_of(estimator: Any) -> list[tuple[FloatMatrix, FloatMatrix]] | None:
    """What looks like dense layers; whether it is, the comparison decides."""
    if hasattr(estimator, "coefs_") and hasattr(estimator, "intercepts_"):
        return list(zip(estimator.coefs_, estimator.intercepts_, strict=True))
    if hasattr(estimator, "coef_") and hasattr(estimator, "intercept_"):
        weights = np.ascontiguousarray(np.atleast_2d(estimator.coef_).T)
        return [(weights, np.asarray(estimator.intercept_))]
    return None


def _rows_to_compare(signature: Signature) -> FloatMatrix:
    lows = np.array([feature.minimum for feature in signature.inputs])
    highs = np.array([feature.maximum for feature in signature.inputs])
    random = np.random.default_rng(0)
    inside = random.uniform(lows, highs, size=(CHECKED_ROWS, len(lows)))
    width = (highs - lows) * OUTSIDE
    outside = random.uniform(lows - width, highs + width, size=(CHECKED_ROWS, len(lows)))
    return np.concatenate([inside, outside])
