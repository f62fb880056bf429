"""One immutable version, ready to answer."""

from collections.abc import Sequence

import numpy as np
import skops.io

from shared.domain.dataset import FloatMatrix
from shared.domain.prediction import InputWarning, Prediction
from shared.domain.signature import Feature
from shared.domain.version import ModelVersion
from shared.errors import Unanswerable
from shared.inference.engines import engine_for


class Predictor:
    """Answers rows with the estimator of one version; safe to call from many threads."""

    def __init__(self, version: ModelVersion, artefact: bytes, trusted_types: Sequence[str]) -> None:
        """Loads `artefact` and warms it up, so that the first request is as fast as the later ones.

        Raises skops.io.exceptions.UntrustedTypesFoundException where it holds anything beyond
        skops' own list and `trusted_types`.
        """
        self.version = version
        self.engine = engine_for(skops.io.loads(artefact, trusted=list(trusted_types)), version.signature)
        self.predict(np.array([[feature.example for feature in version.signature.inputs]]))

    def predict(self, X: FloatMatrix) -> list[Prediction]:
        """One prediction a row of `X`, shape (n_rows, n_features), float64, finite.

        Raises Unanswerable where the model has no finite answer to a row: estimators overflow on huge
        numbers, and some then name a class all the same.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            probabilities = self.engine.probabilities(X)
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
        inputs = self.version.signature.inputs
        return tuple(
            InputWarning(column, feature.name, _unlike(value, feature))
            for column, (value, feature) in enumerate(zip(row, inputs, strict=True))
            if not feature.minimum <= value <= feature.maximum
        )


def _unlike(value: float, feature: Feature) -> str:
    seen = f"{feature.minimum:g} to {feature.maximum:g} {feature.unit}"
    return f"{value:g} {feature.unit} is outside the {seen} seen in training"
