"""Two versions of a model side by side."""

from collections.abc import Iterator

import msgspec
import numpy as np

from shared.domain.dataset import Dataset, FloatVector, IntVector
from shared.domain.metrics import ClassificationMetrics, RegressionMetrics
from shared.domain.recipe import ParameterValue
from shared.domain.version import ModelVersion

Versions = tuple[ModelVersion, ModelVersion]


class FigureDifference(msgspec.Struct, frozen=True):
    """A figure of both, the second less the first, and the number of the better version, if one is.

    `holdout_accuracy` and `holdout_rmse` are of the hold-out, the others are of the cross-validation; the metrics of
    each version tell protocol, n and interval.
    """

    name: str
    values: tuple[float, float]
    difference: float
    better: int | None


class ParameterDifference(msgspec.Struct, frozen=True):
    """What was asked for otherwise, by its place in a request to train; null where one recipe lacks the parameter."""

    name: str
    values: tuple[ParameterValue | None, ParameterValue | None]


class Agreement(msgspec.Struct, frozen=True, tag_field="task", tag="classification"):
    """On how many of `n` rows both give the same class, and how many of them each gets right.

    `fitted` says of each whether it was fitted on these very rows: what it gets right of them is then no measure of
    how good it is on others.
    """

    data: str
    n: int
    same: int
    share: float
    right: tuple[int, int]
    fitted: tuple[bool, bool]


class RegressionAgreement(msgspec.Struct, frozen=True, tag_field="task", tag="regression"):
    """How far apart the values are that both give to `n` rows, and the root mean squared error of each on them.

    All are in the output's unit. `fitted` says of each whether it was fitted on these very rows.
    """

    data: str
    n: int
    mean_difference: float
    largest_difference: float
    rmse: tuple[float, float]
    fitted: tuple[bool, bool]


class Comparison(msgspec.Struct, frozen=True):
    """What differs between two versions; `same_data` says whether the digests of their data are equal."""

    versions: Versions
    figures: tuple[FigureDifference, ...]
    parameters: tuple[ParameterDifference, ...]
    same_data: bool
    agreement: Agreement | RegressionAgreement


def compare(one: ModelVersion, other: ModelVersion, agreement: Agreement | RegressionAgreement) -> Comparison:
    """`one` and `other`, which agree on rows as `agreement` says."""
    return Comparison(
        versions=(one, other),
        figures=tuple(_figures((one, other))),
        parameters=tuple(_parameters((one, other))),
        same_data=one.data_sha256 == other.data_sha256,
        agreement=agreement,
    )


def agree(versions: Versions, data: Dataset, answers: tuple[IntVector, IntVector]) -> Agreement:
    """How far `versions` agree on `data`, to whose rows they give the class indices `answers`, shape (n_samples,)."""
    one, other = answers
    same, digest = int(np.sum(one == other)), data.sha256()
    return Agreement(
        data=data.name,
        n=data.n_samples,
        same=same,
        share=same / data.n_samples,
        right=(int(np.sum(one == data.y)), int(np.sum(other == data.y))),
        fitted=(versions[0].data_sha256 == digest, versions[1].data_sha256 == digest),
    )


def agree_on_values(versions: Versions, data: Dataset, answers: tuple[FloatVector, FloatVector]) -> RegressionAgreement:
    """How far `versions` agree on `data`, to whose rows they give the values `answers`, shape (n_samples,)."""
    one, other = answers
    apart, digest = np.abs(one - other), data.sha256()
    return RegressionAgreement(
        data=data.name,
        n=data.n_samples,
        mean_difference=float(apart.mean()),
        largest_difference=float(apart.max()),
        rmse=(_rmse(one, data), _rmse(other, data)),
        fitted=(versions[0].data_sha256 == digest, versions[1].data_sha256 == digest),
    )


def _rmse(values: FloatVector, data: Dataset) -> float:
    return float(np.sqrt(np.mean((values - data.y) ** 2)))


def _figures(versions: Versions) -> Iterator[FigureDifference]:
    one, other = (version.metrics for version in versions)
    if isinstance(one, ClassificationMetrics) and isinstance(other, ClassificationMetrics):
        crossed = (one.cross_validation, other.cross_validation)
        yield _figure("accuracy", crossed[0].accuracy, crossed[1].accuracy, 1, versions)
        yield _figure("log_loss", crossed[0].log_loss, crossed[1].log_loss, -1, versions)
        yield _figure("brier", crossed[0].brier, crossed[1].brier, -1, versions)
        yield _figure("holdout_accuracy", one.holdout.accuracy, other.holdout.accuracy, 1, versions)
    elif isinstance(one, RegressionMetrics) and isinstance(other, RegressionMetrics):
        errors = (one.cross_validation, other.cross_validation)
        yield _figure("rmse", errors[0].rmse, errors[1].rmse, -1, versions)
        yield _figure("mae", errors[0].mae, errors[1].mae, -1, versions)
        yield _figure("r2", errors[0].r2, errors[1].r2, 1, versions)
        yield _figure("holdout_rmse", one.holdout.rmse, other.holdout.rmse, -1, versions)


def _figure(name: str, one: float, other: float, sign: int, versions: Versions) -> FigureDifference:
    """`sign` is 1 where more is better and -1 where less is."""
    difference = other - one
    better = None if difference == 0 else versions[difference * sign > 0].number
    return FigureDifference(name, (one, other), difference, better)


def _parameters(versions: Versions) -> Iterator[ParameterDifference]:
    one, other = (_asked(version) for version in versions)
    for name in one | other:
        if one.get(name) != other.get(name):
            yield ParameterDifference(name, (one.get(name), other.get(name)))


def _asked(version: ModelVersion) -> dict[str, ParameterValue]:
    params = {f"params.{name}": value for name, value in version.params.items()}
    return {"recipe": version.recipe, **params, "seed": version.seed}
