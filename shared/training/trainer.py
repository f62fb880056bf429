"""Evaluate a recipe, then fit it on all rows. No store, no process."""

from dataclasses import replace
from functools import partial
from typing import Any

import msgspec
import numpy as np
from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold, train_test_split
from threadpoolctl import threadpool_limits

from shared.catalogue.entry import CatalogueEntry
from shared.domain.dataset import Dataset, FloatMatrix, IntVector
from shared.domain.held_out import MOST_NUMBERS, HeldOut
from shared.domain.measured import Measured
from shared.domain.metrics import ClassificationMetrics, HoldOut, Metrics, RegressionMetrics
from shared.domain.recipe import MOST_FITTED_ROWS, Parameters, Recipe
from shared.domain.signature import Signature, Task
from shared.training.curve import Fit, learn
from shared.training.importance import Shuffles
from shared.training.progress import Meter
from shared.training.regions import Grid, Snapshots
from shared.training.sampling import EVALUATED_ROWS, repeats_for, sampled, sampled_rows
from shared.training.scores import Folds, cross_validation, hold_out, regression_cross_validation, regression_hold_out

FOLDS = 5
TEST_SHARE = 0.3


def train(
    entry: CatalogueEntry, recipe: Recipe, parameters: Parameters, seed: int, meter: Meter
) -> tuple[Any, Measured]:
    """The estimator fitted on all rows, and what an estimator of this recipe achieves on unseen ones.

    The same entry, recipe, parameters and seed give the same result, and the same learning curve on the way. Of many
    rows some are evaluated, and of more than MOST_FITTED_ROWS so many are fitted.
    """
    fit = partial(recipe.fit, parameters, seed)
    with threadpool_limits(1):  # the last digits of an MLP's weights depend on the number of threads
        meter.at("learning curve", 0)
        X_train, _, y_train, _ = _held_out(sampled(entry.dataset, EVALUATED_ROWS, seed), entry.task, seed)
        snapshots = Snapshots(Grid(X_train, entry.signature))
        for stage in learn(recipe.make and recipe.make(parameters, seed), fit, X_train, y_train, seed):
            regions = snapshots.of(stage.estimator, always=stage.share == 1)
            meter.at("learning curve", stage.share, stage.curve, regions)
        found = measure(entry.dataset, entry.signature, fit, recipe.repeats, seed, meter)
        meter.at("final fit", 0)
        fitted = sampled(entry.dataset, MOST_FITTED_ROWS, seed)
        estimator = fit(fitted.X, fitted.y)
        if entry.dataset.test is not None and isinstance(found.metrics, ClassificationMetrics):
            tested = _tested(estimator, entry.dataset.test)
            found = replace(found, metrics=msgspec.structs.replace(found.metrics, test=tested))
    return estimator, found


def _tested(estimator: Any, test: Dataset) -> HoldOut:
    found = hold_out(estimator.predict(test.X), test.y.astype(np.int64))
    return msgspec.structs.replace(found, protocol=f"the version itself, on the rows of {test.name}")


def measure(data: Dataset, signature: Signature, fit: Fit, repeats: int, seed: int, meter: Meter) -> Measured:
    """What estimators that `fit` makes achieve on rows of `data` that they have not seen, and by which inputs.

    Of many rows, on some.
    """
    dataset, task = sampled(data, EVALUATED_ROWS, seed), signature.output.task
    X_train, X_test, y_train, y_test = _held_out(dataset, task, seed)
    meter.at("hold-out", 0)
    tested = fit(X_train, y_train)
    folds = Folds(FOLDS, repeats_for(repeats, dataset.n_samples))
    shuffles = Shuffles(signature, dataset.n_samples, seed)
    split = partial(_cross_validate, dataset, fit, folds=folds, seed=seed, meter=meter, shuffles=shuffles)
    held_out = None
    if task == "regression":
        metrics: Metrics = RegressionMetrics(
            holdout=regression_hold_out(tested.predict(X_test), y_test),
            cross_validation=regression_cross_validation(*split("predict", RepeatedKFold), folds),
        )
    else:
        crossed = split("predict_proba", RepeatedStratifiedKFold)
        held_out = _first_repeat(*crossed, data, sampled_rows(data, EVALUATED_ROWS, seed), seed)
        metrics = ClassificationMetrics(
            holdout=hold_out(tested.predict(X_test), y_test), cross_validation=cross_validation(*crossed, folds)
        )
    found = Measured(metrics, shuffles.importance(), held_out)
    if dataset.n_samples < data.n_samples:
        found = noted(found, f"on {dataset.n_samples} of {data.n_samples} rows")
    return found


def _first_repeat(
    y: IntVector, probabilities: FloatMatrix, rows: IntVector, data: Dataset, numbers: IntVector, seed: int
) -> HeldOut:
    """What the first repeat answered, to so many rows as are kept; `numbers` are those of the evaluated rows."""
    most = MOST_NUMBERS // (data.X.shape[1] + probabilities.shape[1])
    kept = np.random.default_rng(seed).permutation(len(numbers))[:most]
    chosen = numbers[rows[kept]]
    return HeldOut(chosen, data.X[chosen], y[kept], probabilities[kept])


def _held_out(dataset: Dataset, task: Task, seed: int) -> tuple[Any, Any, Any, Any]:
    """Rows to learn from, rows to be tested on, and the targets of both."""
    stratify = None if task == "regression" else dataset.y
    X_train, X_test, y_train, y_test = train_test_split(
        dataset.X, dataset.y, test_size=TEST_SHARE, stratify=stratify, random_state=seed
    )
    return X_train, X_test, y_train, y_test


def noted(found: Measured, note: str) -> Measured:
    """`found` whose protocols say `note`, too."""
    assert found.metrics is not None
    holdout, crossed = (
        msgspec.structs.replace(figure, protocol=f"{figure.protocol}, {note}")
        for figure in (found.metrics.holdout, found.metrics.cross_validation)
    )
    return replace(found, metrics=msgspec.structs.replace(found.metrics, holdout=holdout, cross_validation=crossed))


def _cross_validate(
    dataset: Dataset,
    fit: Fit,
    method: str,
    splitter: Any,
    folds: Folds,
    seed: int,
    meter: Meter,
    shuffles: Shuffles,
) -> tuple[Any, Any, IntVector]:
    """What all rows have and what estimators that have not seen them answer, repeat by repeat; and the rows' numbers.

    All have n_samples * repeats entries, fold after fold.
    """
    splits = splitter(n_splits=folds.number, n_repeats=folds.repeats, random_state=seed)
    rows: list[IntVector] = []
    answers: list[Any] = []
    for done, (train_rows, test_rows) in enumerate(splits.split(dataset.X, dataset.y)):
        meter.at("cross-validation", done / (folds.number * folds.repeats))
        estimator = fit(dataset.X[train_rows], dataset.y[train_rows])
        rows.append(test_rows)
        answers.append(getattr(estimator, method)(dataset.X[test_rows]))
        if done < folds.number:
            shuffles.add(estimator, dataset.X[test_rows], dataset.y[test_rows])
    numbers = np.concatenate(rows)
    return dataset.y[numbers], np.concatenate(answers), numbers
