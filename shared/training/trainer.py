"""Evaluate a recipe, then fit it on all rows. Pure: no store, no clock, no process."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss
from sklearn.model_selection import RepeatedStratifiedKFold, train_test_split
from threadpoolctl import threadpool_limits

from shared.domain.dataset import Dataset, FloatMatrix, IntVector
from shared.domain.metrics import CrossValidation, HoldOut, Metrics, wilson
from shared.domain.recipe import Parameters, Recipe

FOLDS = 5
TEST_SHARE = 0.3
Report = Callable[[int, int], None]  # (steps done, steps in all)


def train(dataset: Dataset, recipe: Recipe, parameters: Parameters, seed: int, report: Report) -> tuple[Any, Metrics]:
    """The estimator fitted on all rows, and what an estimator of this recipe achieves on unseen ones.

    The same dataset, recipe, parameters and seed give the same result.
    """
    steps = FOLDS * recipe.repeats + 2
    with threadpool_limits(1):  # the last digits of an MLP's weights depend on the number of threads
        holdout = _hold_out(dataset, recipe, parameters, seed)
        report(1, steps)
        cross_validation = _cross_validate(dataset, recipe, parameters, seed, lambda done: report(1 + done, steps))
        estimator = recipe.make(parameters, seed).fit(dataset.X, dataset.y)
        report(steps, steps)
    return estimator, Metrics(holdout=holdout, cross_validation=cross_validation)


def _hold_out(dataset: Dataset, recipe: Recipe, parameters: Parameters, seed: int) -> HoldOut:
    X_train, X_test, y_train, y_test = train_test_split(
        dataset.X, dataset.y, test_size=TEST_SHARE, stratify=dataset.y, random_state=seed
    )
    estimator = recipe.make(parameters, seed).fit(X_train, y_train)
    correct = int(accuracy_score(y_test, estimator.predict(X_test), normalize=False))
    return HoldOut(
        protocol="stratified 70/30 hold-out, one split",
        accuracy=correct / len(y_test),
        correct=correct,
        n=len(y_test),
        interval=wilson(correct, len(y_test)),
    )


def _cross_validate(
    dataset: Dataset, recipe: Recipe, parameters: Parameters, seed: int, report: Callable[[int], None]
) -> CrossValidation:
    splitter = RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=recipe.repeats, random_state=seed)
    n_classes = int(dataset.y.max()) + 1
    truths: list[IntVector] = []
    answers: list[FloatMatrix] = []
    for done, (train_rows, test_rows) in enumerate(splitter.split(dataset.X, dataset.y), start=1):
        estimator = recipe.make(parameters, seed).fit(dataset.X[train_rows], dataset.y[train_rows])
        truths.append(dataset.y[test_rows])
        answers.append(estimator.predict_proba(dataset.X[test_rows]))
        report(done)
    y, probabilities = np.concatenate(truths), np.concatenate(answers)
    predicted = probabilities.argmax(axis=1)
    accuracy = float(accuracy_score(y, predicted))
    confusion = confusion_matrix(y, predicted, labels=range(n_classes)) / recipe.repeats
    return CrossValidation(
        protocol=f"stratified {FOLDS}-fold x {recipe.repeats}",
        accuracy=accuracy,
        correct=accuracy * dataset.n_samples,
        n=dataset.n_samples,
        folds=FOLDS,
        repeats=recipe.repeats,
        interval=wilson(accuracy * dataset.n_samples, dataset.n_samples),
        log_loss=float(log_loss(y, probabilities, labels=range(n_classes))),
        brier=float(np.mean(np.sum((probabilities - np.eye(n_classes)[y]) ** 2, axis=1))),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
    )
