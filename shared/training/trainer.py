"""Evaluate a recipe, then fit it on all rows. No store, no process."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss
from sklearn.model_selection import RepeatedStratifiedKFold, train_test_split
from threadpoolctl import threadpool_limits

from shared.catalogue.entry import CatalogueEntry
from shared.domain.dataset import Dataset, FloatMatrix, IntVector
from shared.domain.metrics import CrossValidation, HoldOut, Metrics, wilson
from shared.domain.recipe import Parameters, Recipe
from shared.training.curve import learn
from shared.training.progress import Meter
from shared.training.regions import Grid, Snapshots

FOLDS = 5
TEST_SHARE = 0.3


def train(
    entry: CatalogueEntry, recipe: Recipe, parameters: Parameters, seed: int, meter: Meter
) -> tuple[Any, Metrics]:
    """The estimator fitted on all rows, and what an estimator of this recipe achieves on unseen ones.

    The same entry, recipe, parameters and seed give the same result, and the same learning curve on the way.
    """
    dataset = entry.dataset
    make = partial(recipe.make, parameters, seed)
    X_train, X_test, y_train, y_test = train_test_split(
        dataset.X, dataset.y, test_size=TEST_SHARE, stratify=dataset.y, random_state=seed
    )
    with threadpool_limits(1):  # the last digits of an MLP's weights depend on the number of threads
        meter.at("learning curve", 0)
        snapshots = Snapshots(Grid(X_train, entry.signature))
        for stage in learn(make(), X_train, y_train, seed):
            regions = snapshots.of(stage.estimator, always=stage.share == 1)
            meter.at("learning curve", stage.share, stage.curve, regions)
        meter.at("hold-out", 0)
        holdout = _hold_out(make().fit(X_train, y_train), X_test, y_test)
        cross_validation = _cross_validate(dataset, make, recipe.repeats, seed, meter)
        meter.at("final fit", 0)
        estimator = make().fit(dataset.X, dataset.y)
    return estimator, Metrics(holdout=holdout, cross_validation=cross_validation)


def _hold_out(estimator: Any, X_test: FloatMatrix, y_test: IntVector) -> HoldOut:
    correct = int(accuracy_score(y_test, estimator.predict(X_test), normalize=False))
    return HoldOut(
        protocol="stratified 70/30 hold-out, one split",
        accuracy=correct / len(y_test),
        correct=correct,
        n=len(y_test),
        interval=wilson(correct, len(y_test)),
    )


def _cross_validate(
    dataset: Dataset, make: Callable[[], Any], repeats: int, seed: int, meter: Meter
) -> CrossValidation:
    splitter = RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=repeats, random_state=seed)
    n_classes = int(dataset.y.max()) + 1
    truths: list[IntVector] = []
    answers: list[FloatMatrix] = []
    for done, (train_rows, test_rows) in enumerate(splitter.split(dataset.X, dataset.y)):
        meter.at("cross-validation", done / (FOLDS * repeats))
        estimator = make().fit(dataset.X[train_rows], dataset.y[train_rows])
        truths.append(dataset.y[test_rows])
        answers.append(estimator.predict_proba(dataset.X[test_rows]))
    y, probabilities = np.concatenate(truths), np.concatenate(answers)
    predicted = probabilities.argmax(axis=1)
    accuracy = float(accuracy_score(y, predicted))
    confusion = confusion_matrix(y, predicted, labels=range(n_classes)) / repeats
    return CrossValidation(
        protocol=f"stratified {FOLDS}-fold x {repeats}",
        accuracy=accuracy,
        correct=accuracy * dataset.n_samples,
        n=dataset.n_samples,
        folds=FOLDS,
        repeats=repeats,
        interval=wilson(accuracy * dataset.n_samples, dataset.n_samples),
        log_loss=float(log_loss(y, probabilities, labels=range(n_classes))),
        brier=float(np.mean(np.sum((probabilities - np.eye(n_classes)[y]) ** 2, axis=1))),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
    )
