"""The estimators that reference servers answer with: those that the product trains for iris."""

import os
from collections.abc import Sequence

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import RandomForestClassifier
from sklearn.neural_network import MLPClassifier

ESTIMATORS = {
    "lda": LinearDiscriminantAnalysis(),
    "mlp": MLPClassifier((10,), batch_size=15, max_iter=100, n_iter_no_change=100, tol=0.0, random_state=0),
    "forest": RandomForestClassifier(n_estimators=100, random_state=0),
}


class Iris:
    """A fitted classifier and the names of its classes, as the tutorials keep them in a global."""

    def __init__(self) -> None:
        """Fits the estimator that the environment variable REFERENCE_ESTIMATOR names, `lda` by default."""
        data = load_iris()
        self._names: list[str] = data.target_names.tolist()
        self._estimator: ClassifierMixin = ESTIMATORS[os.environ.get("REFERENCE_ESTIMATOR", "lda")]
        self._estimator.fit(data.data, data.target)

    def classify(self, row: Sequence[float]) -> tuple[str, dict[str, float]]:
        """The label of one row of 4 cm, and the probability of each class."""
        labels, probabilities = self.predict([row])
        return labels[0], dict(zip(self._names, probabilities[0], strict=True))

    def predict(self, rows: Sequence[Sequence[float]]) -> tuple[list[str], list[list[float]]]:
        """The labels of `rows` (n, 4), and their probabilities (n, 3); scikit-learn is asked once."""
        probabilities = self._estimator.predict_proba(np.asarray(rows, dtype=float))
        labels = [self._names[index] for index in probabilities.argmax(axis=1).tolist()]
        return labels, probabilities.tolist()
