"""One immutable version, ready to answer."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import skops.io

from shared.domain.dataset import FloatMatrix
from shared.domain.prediction import InputWarning, Prediction
from shared.domain.version import ModelVersion
from shared.errors import Unanswerable


class Predictor:
    """Answers rows with the estimator of one version; safe to call from many threads."""

    def __init__(self, version: ModelVersion, artefact: bytes, trusted_types: Sequence[str]) -> None:
        """Loads `artefact` and warms it up, so that the first request is as fast as the later ones.

        Raises skops.io.exceptions.UntrustedTypesFoundException where it holds anything beyond
        skops' own list and `trusted_types`.
        """
        self.version = version
        self._estimator: Any = skops.io.loads(artefact, trusted=list(trusted_types))
        self._lows = np.array([feature.minimum for feature in version.signature.inputs])
        self._highs = np.array([feature.maximum for feature in version.signature.inputs])
        self.predict(np.array([[feature.example for feature in version.signature.inputs]]))

    def predict(self, X: FloatMatrix) -> list[Prediction]:
        """One prediction a row of `X`, shape (n_rows, n_features), float64, finite.

        Raises Unanswerable where the model has no finite answer to a row: estimators overflow on huge
        numbers, and some then name a class all the same.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            probabilities = self._estimator.predict_proba(X)
        if not np.isfinite(probabilities).all():
            raise Unanswerable(np.flatnonzero(~np.isfinite(probabilities).all(axis=1)).tolist())
        return [self._prediction(row, answer) for row, answer in zip(X.tolist(), probabilities.tolist(), strict=True)]

    def _prediction(self, row: list[float], probabilities: list[float]) -> Prediction:
        index = probabilities.index(max(probabilities))
        return Prediction(
            output=self.version.signature.output.classes[index],
            index=index,
            probabilities=tuple(probabilities),
            version=self.version.number,
            warnings=self._warnings(row),
        )

    def _warnings(self, row: list[float]) -> tuple[InputWarning, ...]:
        # Confidence is no guard: millimetres typed as centimetres are one species with probability 1.
        return tuple(
            InputWarning(
                column,
                feature.name,
                f"{value:g} {feature.unit} is outside the {feature.minimum:g} to {feature.maximum:g} {feature.unit} seen in training",
            )
            for column, (value, feature) in enumerate(zip(row, self.version.signature.inputs, strict=True))
            if not feature.minimum <= value <= feature.maximum
        )
