"""How good an estimator is: clones of it are fitted and tested as those of recipes are."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from shared.domain.dataset import Dataset, FloatMatrix, FloatVector, IntVector, Target
from shared.domain.measured import Measured
from shared.domain.signature import Signature
from shared.engines.frames import FrameEstimator
from shared.errors import InvalidInput, Problem
from shared.publishing.estimators import Kind
from shared.training.progress import Meter
from shared.training.trainer import FOLDS, measure

REPEATS = 4  # of the 5-fold cross-validation


@dataclass(frozen=True, slots=True)
class _Clone:
    """A clone that was fitted on labels, answering with their places in `classes`."""

    fitted: Any
    classes: tuple[Any, ...]

    def predict_proba(self, X: FloatMatrix) -> FloatMatrix:
        found = np.asarray(self.fitted.classes_).tolist()
        answers: FloatMatrix = self.fitted.predict_proba(X)[:, [found.index(one) for one in self.classes]]
        return answers

    def predict(self, X: FloatMatrix) -> IntVector | FloatVector:
        """The most probable classes, which are what is served, or values."""
        if self.classes:
            places: IntVector = self.predict_proba(X).argmax(axis=1)
            return places
        values: FloatVector = np.ravel(self.fitted.predict(X))
        return values


def measured(estimator: Any, kind: Kind, data: Dataset, signature: Signature, seed: int) -> Measured:
    """What clones of `estimator` achieve on rows of `data` that they have not seen, and by which inputs.

    Raises InvalidInput where it can't be cloned and fitted.
    """
    labels = np.empty(len(kind.classes), dtype=object)
    labels[:] = kind.classes

    def fit(X: FloatMatrix, y: Target) -> _Clone:
        copy = clone(estimator)
        targets = np.array(labels[y].tolist()) if kind.classes else y
        if isinstance(copy, FrameEstimator):
            copy.estimator = clone(estimator.estimator).fit(copy.frame(X), targets)
            return _Clone(copy, kind.classes)
        return _Clone(copy.fit(X, targets), kind.classes)

    try:
        with threadpool_limits(1):
            return measure(data, signature, fit, REPEATS, seed, Meter(FOLDS * REPEATS, lambda progress: None))
    except (TypeError, ValueError) as error:  # what estimators raise where they can't be cloned, or learn from a fold
        message = f"can't be measured: a clone of it can't be fitted on a part of the rows ({error})"
        raise InvalidInput([Problem("estimator", message)]) from error
