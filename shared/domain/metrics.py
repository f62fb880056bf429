"""How good a version is: every figure with its protocol, its n and its interval."""

from math import sqrt

import msgspec

Z_95 = 1.959963984540054  # the .975 quantile of the standard normal distribution


class Interval(msgspec.Struct, frozen=True):
    """A confidence interval of a proportion, `low` and `high` in 0..1."""

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


class Metrics(msgspec.Struct, frozen=True):
    holdout: HoldOut
    cross_validation: CrossValidation
