"""Linear models and multilayer perceptrons by their bare arithmetic.

scikit-learn validates its input anew at every call, which for one row of a small model takes a hundred times as
long as the arithmetic.
"""

from collections.abc import Sequence
from math import exp
from operator import mul

import numpy as np

from shared.domain.dataset import FloatMatrix
from shared.domain.engine import DENSE
from shared.domain.packing import pack_arrays, unpack_arrays

SMALL_WEIGHTS = 200  # up to here one row costs less in Python than numpy's calls do
Layer = tuple[FloatMatrix, FloatMatrix]  # weights (n_inputs, n_outputs) and biases (n_outputs,)


class DenseEngine:
    """Matrix products with ReLU between them and, behind the last, softmax, or nothing where it has one output.

    One row of a small model is evaluated without numpy, whose calls then cost more than the arithmetic.
    """

    name = DENSE

    def __init__(self, layers: Sequence[Layer]) -> None:
        """Linear models have one layer."""
        # On end: what is done to all classes of a row then runs along memory, which takes half the time.
        *self._hidden, self._last = [(np.ascontiguousarray(weights.T), biases[:, None]) for weights, biases in layers]
        self._is_small = sum(weights.size for weights, _ in layers) <= SMALL_WEIGHTS
        self._columns = [
            [(column, bias) for column, bias in zip(weights.T.tolist(), biases.tolist(), strict=True)]
            for weights, biases in layers
            if self._is_small
        ]

    def evaluate(self, X: FloatMatrix) -> FloatMatrix:
        values = X.T
        for weights, biases in self._hidden:
            values = np.maximum(weights @ values + biases, 0.0)
        weights, biases = self._last
        scores = weights @ values + biases
        if len(scores) > 1:
            powers = np.exp(scores - scores.max(axis=0))
            scores = powers / powers.sum(axis=0)
        return np.ascontiguousarray(scores.T)

    def evaluate_row(self, row: Sequence[float]) -> list[float]:
        if not self._is_small:
            answer: list[float] = self.evaluate(np.array([row], dtype=np.float64))[0].tolist()
            return answer
        *hidden, last = self._columns
        for layer in hidden:
            scores = [sum(map(mul, row, column), bias) for column, bias in layer]
            row = [0.0 if score <= 0.0 else score for score in scores]  # NaN stays, as in numpy
        scores = [sum(map(mul, row, column), bias) for column, bias in last]
        if len(scores) == 1:
            return scores
        highest = max(scores)
        powers = [exp(score - highest) for score in scores]
        total = sum(powers)
        return [power / total for power in powers]


def pack_layers(layers: Sequence[Layer]) -> bytes:
    """`layers` as an .npz archive; equal layers give equal bytes."""
    arrays: dict[str, FloatMatrix] = {}
    for index, (weights, biases) in enumerate(layers):
        arrays |= {f"w_{index}": weights, f"b_{index}": biases}
    return pack_arrays(arrays)


def unpack_layers(artefact: bytes) -> list[Layer]:
    """What `pack_layers` packed."""
    arrays = unpack_arrays(artefact)
    return [(arrays[f"w_{index}"], arrays[f"b_{index}"]) for index in range(len(arrays) // 2)]
