"""How the models of 8 x 8 digits are made; their rows are 64 counts, 0..16."""

from typing import Any

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import PredefinedSplit, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVC

from shared.digits.augmentation import augmented
from shared.domain.dataset import FloatMatrix, IntVector
from shared.domain.recipe import Parameters

FULL = 16.0  # the count of a block that is all ink
CALIBRATION_FOLDS = 2
SVC_TYPES = ("sklearn.calibration._CalibratedClassifier", "sklearn.calibration._TemperatureScaling")


def fit_svc(parameters: Parameters, seed: int, X: FloatMatrix, y: IntVector) -> Any:
    """A support vector classifier with probabilities, fitted on X, (n, 64), and six moved copies of each row.

    `parameters` are C and gamma, the latter for counts scaled to 0..1. The temperature of the probabilities comes from
    rows that were not learned from, none of which has a copy among those that were.
    """
    copies, originals = augmented(X)
    calibrated = CalibratedClassifierCV(
        # The kernel sees squared distances alone, so that scaling the counts is scaling gamma.
        SVC(C=parameters["C"], gamma=float(parameters["gamma"]) / FULL**2),
        method="temperature",
        cv=PredefinedSplit(_folds(y, seed)[originals]),
        ensemble=False,
    )
    calibrated.fit(copies, y[originals])
    return calibrated.set_params(cv=None)  # the split has done its work, and would be in the artefact


def make_mlp(parameters: Parameters, seed: int) -> Any:
    """A perceptron with one layer of 100; it ends by itself, after about 130 epochs."""
    network = MLPClassifier(hidden_layer_sizes=(100,), learning_rate_init=0.005, random_state=seed)
    return make_pipeline(MinMaxScaler(), network)


def make_knn(parameters: Parameters, seed: int) -> Any:
    # In 64 dimensions no tree saves anything, and the artefact needs no further types to be trusted.
    return KNeighborsClassifier(n_neighbors=3, algorithm="brute")


def _folds(y: IntVector, seed: int) -> IntVector:
    """The number of the fold that each row is in."""
    folds = np.empty(len(y), dtype=np.int64)
    splitter = StratifiedKFold(CALIBRATION_FOLDS, shuffle=True, random_state=seed)
    for number, (_, rows) in enumerate(splitter.split(y, y)):
        folds[rows] = number
    return folds
