"""How good a version is: every figure with its protocol, its n and its interval."""

from math import sqrt
from typing import Literal

import msgspec

Z_95 = 1.959963984540054  # the .975 quantile of the standard normal distribution


class Interval(msgspec.Struct, frozen=True):
    """A confidence interval, in the unit of the figure that it belongs to."""

    low: float
    high: float
    level: float
    method: str


def wilson(correct: float, n: int) -> Interval:
    """The 95 % score interval of a proportion (Wilson 1927, eq. 5).

    It keeps its coverage near 0 and 1, where good classifiers are and the usual mean +- 2 SE fails.
    """
    share, z2 = correct / n, Z_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Interval(low=max(0.0, middle - half), high=min(1.0, middle + half), level=0.95, method="Wilson")


class HoldOut(msgspec.Struct, frozen=True):
    """Accuracy on rows that were set aside once, before fitting."""

    protocol: str
    accuracy: float
    correct: int
    n: int
    interval: Interval


class CrossValidation(msgspec.Struct, frozen=True):
    """Accuracy of the recipe when every row is predicted by a model that has not seen it, repeatedly.

    `correct` and `confusion` (rows: true class, columns: predicted class) are means over the repeats, so
    that they count `n` rows, not `n` times `repeats`: the repeats reuse the same rows, and an
    interval that counted them as new ones would be too narrow.
    """

    protocol: str
    accuracy: float
    correct: float
    n: int
    folds: int
    repeats: int
    interval: Interval
    log_loss: float
    brier: float
    confusion: tuple[tuple[float, ...], ...]


class Candidate(msgspec.Struct, frozen=True):
    """A recipe by its name, and how it did."""

    recipe: str
    figure: float


class Selection(msgspec.Struct, frozen=True):
    """How the best of several recipes was chosen: by the least `metric` in a cross-validation over `n` rows.

    The figure of the chosen one is the best of several, and so flatters it a little; so do, less, the figures of a
    version whose recipe was chosen on the same rows.
    """

    chosen: str
    metric: Literal["log_loss", "rmse"]
    protocol: str
    n: int
    candidates: tuple[Candidate, ...]


class RegressionHoldOut(msgspec.Struct, frozen=True):
    """Errors on `n` rows that were set aside once, before fitting; `rmse` and `mae` in the output's unit."""

    protocol: str
    n: int
    rmse: float
    rmse_interval: Interval
    mae: float
    r2: float
    r2_interval: Interval


class RegressionCrossValidation(RegressionHoldOut, frozen=True):
    """Errors of the recipe when every row is predicted by a model that has not seen it, repeatedly.

    A row's squared error is the mean over the repeats, so that `n` rows are counted. `half_width` is the `level`
    quantile of the absolute errors: a prediction interval reaches as far to both sides. `coverage` is the share of
    rows in such an interval where its width comes from the other folds' rows alone. `residuals` holds what some rows
    have and what they were predicted, at most 300 pairs, spread over the rows as they stand.
    """

    folds: int
    repeats: int
    level: float
    half_width: float
    coverage: float
    residuals: tuple[tuple[float, float], ...]


class ClassificationMetrics(msgspec.Struct, frozen=True, tag_field="task", tag="classification", omit_defaults=True):
    """`test` is of the version itself, on rows that are kept for that alone, where its data have any."""

    holdout: HoldOut
    cross_validation: CrossValidation
    test: HoldOut | None = None


class RegressionMetrics(msgspec.Struct, frozen=True, tag_field="task", tag="regression"):
    holdout: RegressionHoldOut
    cross_validation: RegressionCrossValidation


Metrics = ClassificationMetrics | RegressionMetrics
