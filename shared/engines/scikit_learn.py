"""The estimator itself: what every other engine is measured against, and the last resort."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from shared.domain.dataset import FloatMatrix
from shared.domain.engine import SCIKIT_LEARN
from shared.errors import Unanswerable

REFUSALS = (ValueError, IndexError)  # of values: IndexError is what CategoricalNB raises for a category it never saw
MOST_REFUSED = 100  # rows that are found one by one: so many cost some hundred calls, and ten thousand would a minute


class ScikitLearnEngine:
    """Probabilities of a classifier, values of a regressor; a classifier without probabilities is an AttributeError."""

    name = SCIKIT_LEARN

    def __init__(self, estimator: Any) -> None:
        from sklearn.base import is_regressor

        if is_regressor(estimator):
            self._predict, self._n_outputs = _in_one_column(estimator.predict), 1
        else:
            self._predict, self._n_outputs = estimator.predict_proba, len(estimator.classes_)

    def evaluate(self, X: FloatMatrix) -> FloatMatrix:
        """The answers to `X`, NaN where the estimator refuses a row.

        Raises Unanswerable that names the first MOST_REFUSED such rows where there are more.
        """
        try:
            answer: FloatMatrix = self._predict(X)
        except REFUSALS:
            return self._by_halves(X)
        return answer

    def evaluate_row(self, row: Sequence[float]) -> list[float]:
        answer: list[float] = self.evaluate(np.array([row], dtype=np.float64))[0].tolist()
        return answer

    def _by_halves(self, X: FloatMatrix) -> FloatMatrix:
        """The same, by ever smaller parts from the first row to the last: few refused rows cost few calls."""
        answers = np.full((len(X), self._n_outputs), np.nan)
        refused: list[int] = []
        parts = [(0, len(X))]
        while parts:
            start, end = parts.pop()
            try:
                answers[start:end] = self._predict(X[start:end])
            except REFUSALS:
                if end - start > 1:
                    middle = (start + end) // 2
                    parts += [(middle, end), (start, middle)]
                    continue
                if len(refused) == MOST_REFUSED:
                    raise Unanswerable(refused) from None
                refused.append(start)
        return answers


def open_scikit_learn(artefact: bytes, trusted_types: Sequence[str]) -> ScikitLearnEngine:
    """The estimator in `artefact`.

    Raises skops.io.exceptions.UntrustedTypesFoundException where it holds anything beyond skops' own list and
    `trusted_types`.
    """
    import skops.io

    return ScikitLearnEngine(skops.io.loads(artefact, trusted=list(trusted_types)))


def _in_one_column(predict: Any) -> Any:
    return lambda X: predict(X).reshape(-1, 1)
