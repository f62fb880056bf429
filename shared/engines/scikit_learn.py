"""The estimator itself: what every other engine is measured against, and the last resort."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from shared.domain.dataset import FloatMatrix
from shared.domain.engine import SCIKIT_LEARN


class ScikitLearnEngine:
    """Probabilities of a classifier, values of a regressor; a classifier without probabilities is an AttributeError."""

    name = SCIKIT_LEARN

    def __init__(self, estimator: Any) -> None:
        from sklearn.base import is_regressor

        self._predict = _in_one_column(estimator.predict) if is_regressor(estimator) else estimator.predict_proba

    def evaluate(self, X: FloatMatrix) -> FloatMatrix:
        answer: FloatMatrix = self._predict(X)
        return answer

    def evaluate_row(self, row: Sequence[float]) -> list[float]:
        answer: list[float] = self.evaluate(np.array([row], dtype=np.float64))[0].tolist()
        return answer


def open_scikit_learn(artefact: bytes, trusted_types: Sequence[str]) -> ScikitLearnEngine:
    """The estimator in `artefact`.

    Raises skops.io.exceptions.UntrustedTypesFoundException where it holds anything beyond skops' own list and
    `trusted_types`.
    """
    import skops.io

    return ScikitLearnEngine(skops.io.loads(artefact, trusted=list(trusted_types)))


def _in_one_column(predict: Any) -> Any:
    return lambda X: predict(X).reshape(-1, 1)
