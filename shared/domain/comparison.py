"""Two versions of a model side by side."""

from collections.abc import Iterator

import msgspec
import numpy as np

from shared.domain.dataset import Dataset, IntVector
from shared.domain.recipe import ParameterValue
from shared.domain.version import ModelVersion

Versions = tuple[ModelVersion, ModelVersion]


class FigureDifference(msgspec.Struct, frozen=True):
    """A figure of both, the second less the first, and the number of the better version, if one is.

    `holdout_accuracy` is of the hold-out, the others are of the cross-validation; the metrics of each version tell
    protocol, n and interval.
    """

    name: str
    values: tuple[float, float]
    difference: float
    better: int | None


class ParameterDifference(msgspec.Struct, frozen=True):
    """What was asked for otherwise, by its place in a request to train; null where one recipe lacks the parameter."""

    name: str
    values: tuple[ParameterValue | None, ParameterValue | None]


class Agreement(msgspec.Struct, frozen=True):
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


class Comparison(msgspec.Struct, frozen=True):
    """What differs between two versions; `same_data` says whether the digests of their data are equal."""

    versions: Versions
    figures: tuple[FigureDifference, ...]
    parameters: tuple[ParameterDifference, ...]
    same_data: bool
    agreement: Agreement


def compare(one: ModelVersion, other: ModelVersion, agreement: Agreement) -> Comparison:
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


def _figures(versions: Versions) -> Iterator[FigureDifference]:
    holdouts = [version.metrics.holdout for version in versions]
    crossed = [version.metrics.cross_validation for version in versions]
    yield _figure("accuracy", crossed[0].accuracy, crossed[1].accuracy, 1, versions)
    yield _figure("log_loss", crossed[0].log_loss, crossed[1].log_loss, -1, versions)
    yield _figure("brier", crossed[0].brier, crossed[1].brier, -1, versions)
    yield _figure("holdout_accuracy", holdouts[0].accuracy, holdouts[1].accuracy, 1, versions)


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
