"""Every row answered by an estimator that has not seen it."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from sklearn.metrics import log_loss
from sklearn.model_selection import KFold, StratifiedKFold

from shared.domain.dataset import FloatMatrix, IntVector
from shared.domain.metrics import wilson

FOLDS, SEED = 5, 0
Fit = Callable[[FloatMatrix, IntVector], Any]

SHUFFLED = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
# The digits stand writer by writer, as far as figures tell (no file names the writers): most are in one fold.
NEIGHBOURS = KFold(FOLDS)


def fitted_on_others(fit: Fit, X: FloatMatrix, y: IntVector, splitter: Any) -> Iterable[tuple[Any, IntVector]]:
    """For each fold, an estimator fitted on the others, and the rows of the fold."""
    for seen, unseen in splitter.split(X, y):
        yield fit(X[seen], y[seen]), unseen


def out_of_fold(fit: Fit, X: FloatMatrix, y: IntVector, splitter: Any) -> FloatMatrix:
    """The probabilities, (n, n_classes), of each row by an estimator fitted on the other folds."""
    probabilities = np.empty((len(y), int(y.max()) + 1))
    for estimator, rows in fitted_on_others(fit, X, y, splitter):
        probabilities[rows] = estimator.predict_proba(X[rows])
    return probabilities


def figures(y: IntVector, probabilities: FloatMatrix) -> list[str]:
    """Accuracy, right answers of all, interval and log loss, as cells of a table."""
    correct = int((probabilities.argmax(axis=1) == y).sum())
    interval = wilson(correct, len(y))
    return [
        f"{100 * correct / len(y):.1f} %",
        f"{correct}/{len(y)}",
        f"{100 * interval.low:.1f} to {100 * interval.high:.1f} %",
        f"{log_loss(y, probabilities):.3f}",
    ]


FIGURES = ("accuracy", "right", "95 % interval", "log loss")
