"""Which inputs a recipe's figure rests on: how much worse it is where one input tells nothing."""

from typing import Any

import numpy as np

from shared.domain.dataset import FloatMatrix, FloatVector, Target
from shared.domain.explanation import FeatureImportance, Importance
from shared.domain.signature import Signature
from shared.explaining.shapley import MOST_INPUTS

REPEATS = 5
MOST_ANSWERS = 100_000  # of which each recipe gives thousands in a tenth of a second


class Shuffles:
    """Collects, fold after fold of one cross-validation, what is lost where an input's values are shuffled.

    The estimators are those of the folds, so that nothing is fitted for it, and no row is one that its estimator has
    seen. An image's pixels are not looked at, nor are more than MOST_INPUTS inputs: what one tells, others tell as
    well.
    """

    def __init__(self, signature: Signature, n_samples: int, seed: int) -> None:
        self._signature = signature
        self._is_regression = signature.output.task == "regression"
        most_rows = MOST_ANSWERS // (REPEATS * signature.n_features)
        is_noise = signature.is_image or signature.n_features > MOST_INPUTS
        self._share = 0.0 if is_noise else min(1.0, most_rows / n_samples)
        self._random = np.random.default_rng(seed)
        self._losses: list[FloatMatrix] = []  # of each fold: (rows, 1 + n_features * REPEATS)

    def add(self, estimator: Any, X: FloatMatrix, y: Target) -> None:
        """Ask `estimator` about rows that it has not seen, `X`, (n_rows, n_features), of targets `y`, (n_rows,)."""
        n = round(self._share * len(X))
        if n < 2:
            return
        chosen = self._random.choice(len(X), n, replace=False)
        X, y = X[chosen], y[chosen]
        n_features = X.shape[1]
        rows = np.tile(X, (1 + n_features * REPEATS, 1, 1))
        for copy in range(n_features * REPEATS):
            rows[1 + copy, :, copy // REPEATS] = self._random.permutation(X[:, copy // REPEATS])
        # All at once: of few rows, a call takes longer than the rows do.
        answers = estimator.predict(rows.reshape(-1, n_features)).reshape(-1, n)
        self._losses.append(((answers - y) ** 2 if self._is_regression else answers != y).T.astype(np.float64))

    def importance(self) -> Importance | None:
        """None where no row was asked about."""
        if not self._losses:
            return None
        losses = np.concatenate(self._losses)
        figures = np.sqrt(losses.mean(axis=0)) if self._is_regression else losses.mean(axis=0)
        worse: FloatMatrix = (figures[1:] - figures[0]).reshape(-1, REPEATS)
        return Importance(
            metric="rmse" if self._is_regression else "accuracy",
            figure=float(figures[0] if self._is_regression else 1 - figures[0]),
            protocol=f"each input shuffled {REPEATS} times within {len(self._losses)} held-out folds",
            n=len(losses),
            repeats=REPEATS,
            features=tuple(map(_feature, self._names(), worse.mean(axis=1), worse.std(axis=1, ddof=1))),
        )

    def _names(self) -> list[str]:
        return [feature.name for feature in self._signature.inputs]


def _feature(name: str, loss: FloatVector, sd: FloatVector) -> FeatureImportance:
    return FeatureImportance(name, float(loss), float(sd))
