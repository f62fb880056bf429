"""One immutable version, ready to answer."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import inf, isfinite, isnan

import numpy as np

from shared.domain.dataset import FloatMatrix, FloatVector, IntVector
from shared.domain.engine import EngineInUse
from shared.domain.metrics import RegressionMetrics
from shared.domain.packing import unpack_arrays
from shared.domain.prediction import BatchPrediction, Estimate, InputWarning, Prediction
from shared.domain.signature import Feature
from shared.domain.version import ModelVersion, served
from shared.engines.engine import Engine
from shared.errors import Unanswerable
from shared.explaining import BACKGROUND, FAMILIARITY
from shared.explaining.familiarity import open_familiarity

MAX_WARNED_ROWS = 100  # of a batch; to put 10,000 warnings into words takes longer than to answer the rows


class Predictor:
    """Answers rows with one version's engine; safe to call from many threads."""

    def __init__(
        self, version: ModelVersion, engine: Engine, in_use: EngineInUse, attached: Mapping[str, bytes] | None = None
    ) -> None:
        """Warms `engine` up, so that the first request is as fast as the later ones.

        `attached` is what the version knows of its training rows; without it there are warnings about ranges alone.
        """
        self.version = served(version, in_use)
        self.engine = engine
        inputs = version.signature.inputs
        self._classes = version.signature.output.classes
        self._ranges = [_range(feature) for feature in inputs]
        self._lows, self._highs = (np.array(limits) for limits in zip(*self._ranges, strict=True))
        known, background = ((attached or {}).get(name) for name in (FAMILIARITY, BACKGROUND))
        self._familiarity = open_familiarity(known, version.signature) if known else None
        self.background: FloatMatrix | None = unpack_arrays(background)["X"] if background else None
        metrics = version.metrics
        self.is_regression = version.signature.output.task == "regression"
        self._half_width = self.level = None  # as of a regression that was never measured
        if isinstance(metrics, RegressionMetrics):
            self._half_width, self.level = metrics.cross_validation.half_width, metrics.cross_validation.level
        example = [feature.example for feature in inputs]
        with suppress(Unanswerable):  # as an example may be that nobody chose
            self._evaluate_row(example)
            self.predict(np.array([example]))

    def predict_row(self, row: Sequence[float]) -> Prediction:
        """The class of one row of finite numbers, one a feature; raises Unanswerable."""
        probabilities = self._evaluate_row(row)
        index = probabilities.index(max(probabilities))
        return Prediction(
            self._classes[index], index, tuple(probabilities), self.version.number, self._row_warnings(row, index)
        )

    def estimate_row(self, row: Sequence[float]) -> Estimate:
        """The value that a regression gives to one row of finite numbers, one a feature; raises Unanswerable."""
        return Estimate(self._evaluate_row(row)[0], self.version.number, self._row_warnings(row))

    def intervals(self, values: Sequence[float]) -> list[tuple[float, float]]:
        """The ends of what holds the true value with probability `level`, where a regression gives each of `values`.

        There are none, and no `level`, where the version was never measured.
        """
        half = self._half_width
        return [] if half is None else [(value - half, value + half) for value in values]

    def predict(self, X: FloatMatrix, max_warned: int = MAX_WARNED_ROWS) -> BatchPrediction:
        """The answers to `X`, shape (n_rows, n_features), float64, finite; raises Unanswerable that names the rows.

        The first `max_warned` of the rows that have warnings get them in words.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            outputs = self.engine.evaluate(X)
        finite = np.isfinite(outputs)
        if not finite.all():
            raise Unanswerable(np.flatnonzero(~finite.all(axis=1)).tolist())
        outside = (self._lows > X) | (self._highs < X)
        # To look row by row takes longer than all else here, and most batches have nothing to find.
        unlike = outside.any(axis=1) if outside.any() else np.zeros(len(X), np.bool_)
        if self._familiarity:
            unlike |= self._familiarity.unlike(X)
        rows: list[int] = np.flatnonzero(unlike).tolist()
        warnings = {row: self._row_warnings(X[row].tolist()) for row in rows[:max_warned]}
        return BatchPrediction(outputs, warnings, len(rows))

    def classes_of(self, X: FloatMatrix) -> IntVector:
        """The class indices that `X` gets, shape (n_rows,); raises Unanswerable."""
        classes: IntVector = self.predict(X).outputs.argmax(axis=1)
        return classes

    def values_of(self, X: FloatMatrix) -> FloatVector:
        """The values that a regression gives to `X`, shape (n_rows,); raises Unanswerable."""
        return self.predict(X).outputs[:, 0]

    def _evaluate_row(self, row: Sequence[float]) -> Sequence[float]:
        """Raises Unanswerable where there is no finite answer: estimators overflow on huge numbers, and some then name
        a class all the same.
        """
        outputs = self.engine.evaluate_row(row)
        if not isfinite(sum(outputs)):
            raise Unanswerable([0])
        return outputs

    def _row_warnings(self, row: Sequence[float], likely: int = 0) -> tuple[InputWarning, ...]:
        # Confidence is no guard: millimetres typed as centimetres are one species with probability 1.
        why = self._familiarity and self._familiarity.why_unlike(row, likely)
        as_a_whole = (InputWarning(None, None, why),) if why else ()
        for value, (low, high) in zip(row, self._ranges, strict=True):
            if not low <= value <= high:
                break
        else:
            return as_a_whole
        return (
            *(
                InputWarning(column, feature.name, _unlike(value, seen, feature))
                for column, (value, seen, feature) in enumerate(
                    zip(row, self._ranges, self.version.signature.inputs, strict=True)
                )
                if not (seen[0] <= value <= seen[1] or (feature.may_be_missing and isnan(value)))
            ),
            *as_a_whole,
        )


def _range(feature: Feature) -> tuple[float, float]:
    """What is like the training data: every number where the range is not known."""
    low, high = feature.minimum, feature.maximum
    return -inf if low is None else low, inf if high is None else high


def _unlike(value: float, seen: tuple[float, float], feature: Feature) -> str:
    unit = f" {feature.unit}" if feature.unit else ""
    return f"{value:g}{unit} is outside the {seen[0]:g} to {seen[1]:g}{unit} seen in training"
