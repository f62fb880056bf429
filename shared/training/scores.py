"""From answers to figures: what a recipe got right of rows that it had not seen, with n and interval."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss

from shared.domain.dataset import FloatMatrix, FloatVector, IntVector
from shared.domain.metrics import (
    Z_95,
    CrossValidation,
    HoldOut,
    Interval,
    RegressionCrossValidation,
    RegressionHoldOut,
    wilson,
)

LEVEL = 0.9  # of prediction intervals
MAX_RESIDUALS = 300
ONE_SPLIT = "70/30 hold-out, one split"
DELTA = "delta method over rows"


@dataclass(frozen=True, slots=True)
class Folds:
    """How often a cross-validation splits, and how often it is repeated with other splits."""

    number: int
    repeats: int


def hold_out(predicted: IntVector, y: IntVector) -> HoldOut:
    """`predicted` class indices of rows whose classes are `y`, both of shape (n_rows,)."""
    correct = int(accuracy_score(y, predicted, normalize=False))
    return HoldOut(
        protocol=f"stratified {ONE_SPLIT}",
        accuracy=correct / len(y),
        correct=correct,
        n=len(y),
        interval=wilson(correct, len(y)),
    )


def cross_validation(y: IntVector, probabilities: FloatMatrix, rows: IntVector, folds: Folds) -> CrossValidation:
    """`y`, shape (n * repeats,), are class indices, `probabilities` (n * repeats, n_classes) what was answered."""
    n, n_classes = len(y) // folds.repeats, probabilities.shape[1]
    predicted = probabilities.argmax(axis=1)
    accuracy = float(accuracy_score(y, predicted))
    confusion = confusion_matrix(y, predicted, labels=range(n_classes)) / folds.repeats
    return CrossValidation(
        protocol=f"stratified {folds.number}-fold x {folds.repeats}",
        accuracy=accuracy,
        correct=accuracy * n,
        n=n,
        folds=folds.number,
        repeats=folds.repeats,
        interval=wilson(accuracy * n, n),
        log_loss=float(log_loss(y, probabilities, labels=range(n_classes))),
        brier=float(np.mean(np.sum((probabilities - np.eye(n_classes)[y]) ** 2, axis=1))),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
    )


def regression_hold_out(predicted: FloatVector, y: FloatVector) -> RegressionHoldOut:
    """`predicted` values of rows that have the values `y`, both of shape (n_rows,)."""
    return RegressionHoldOut(protocol=ONE_SPLIT, **_errors(np.abs(y - predicted)[np.newaxis], y))


def regression_cross_validation(
    y: FloatVector, predicted: FloatVector, rows: IntVector, folds: Folds
) -> RegressionCrossValidation:
    """`y` and `predicted` have shape (n * repeats,), fold after fold; `rows` numbers the row of each."""
    n = len(y) // folds.repeats
    order = np.argsort(rows.reshape(folds.repeats, n), axis=1)  # each repeat back in the order of the rows
    truth, answers, in_fold = (
        np.take_along_axis(values.reshape(folds.repeats, n), order, axis=1)
        for values in (y, predicted, _folds(n, folds))
    )
    errors = np.abs(truth - answers)
    shown = np.linspace(0, n - 1, min(n, MAX_RESIDUALS)).astype(int)
    return RegressionCrossValidation(
        protocol=f"{folds.number}-fold x {folds.repeats}",
        **_errors(errors, truth[0]),
        folds=folds.number,
        repeats=folds.repeats,
        level=LEVEL,
        half_width=float(np.quantile(errors, LEVEL)),
        coverage=_coverage(errors, in_fold, folds),
        residuals=tuple(zip(truth[0, shown].tolist(), answers[0, shown].tolist(), strict=True)),
    )


def _folds(n: int, folds: Folds) -> IntVector:
    """The fold that each answer was given in: scikit-learn makes the first n % folds of them one row longer."""
    sizes = [n // folds.number + (fold < n % folds.number) for fold in range(folds.number)]
    return np.tile(np.repeat(np.arange(folds.number), sizes), folds.repeats)


def _coverage(errors: FloatMatrix, in_fold: Any, folds: Folds) -> float:
    """The share of `errors`, (repeats, n), below the `LEVEL` quantile of those of the other folds of their repeat."""
    covered = [
        repeat[own == fold] <= np.quantile(repeat[own != fold], LEVEL)
        for repeat, own in zip(errors, in_fold, strict=True)
        for fold in range(folds.number)
    ]
    return float(np.concatenate(covered).mean())


def _errors(errors: FloatMatrix, y: FloatVector) -> dict[str, Any]:
    """The fields that both kinds of figures share, from absolute `errors`, (repeats, n), of rows with values `y`.

    The intervals follow from the spread of the rows' squared errors (Casella and Berger 2002, section 5.5.4).
    """
    n = len(y)
    squared, spread = (errors**2).mean(axis=0), (y - y.mean()) ** 2
    mse, variance = float(squared.mean()), float(spread.mean()) or 1.0  # no variance: as R2 goes, any unit will do
    rmse, r2 = mse**0.5, 1 - mse / variance
    half_mse = Z_95 * float(squared.std(ddof=1)) / n**0.5 if n > 1 else 0.0
    influence = (squared - mse / variance * spread) / variance
    half_r2 = Z_95 * float(influence.std(ddof=1)) / n**0.5 if n > 1 else 0.0
    return {
        "n": n,
        "rmse": rmse,
        "rmse_interval": Interval(max(0.0, mse - half_mse) ** 0.5, (mse + half_mse) ** 0.5, 0.95, DELTA),
        "mae": float(errors.mean()),
        "r2": r2,
        "r2_interval": Interval(r2 - half_r2, min(1.0, r2 + half_r2), 0.95, DELTA),
    }
