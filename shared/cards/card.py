"""What a model card says of a version (Mitchell et al. 2019, "Model Cards for Model Reporting", section 4)."""

import json
from collections.abc import Iterator
from datetime import datetime
from statistics import fmean, quantiles

import msgspec

from shared.catalogue import CatalogueEntry
from shared.domain.dataset import DataDescription
from shared.domain.engine import SCIKIT_LEARN, EngineReport
from shared.domain.explanation import Importance
from shared.domain.metrics import (
    ClassificationMetrics,
    CrossValidation,
    HoldOut,
    Interval,
    Metrics,
    RegressionCrossValidation,
    RegressionHoldOut,
    RegressionMetrics,
    Selection,
)
from shared.domain.recipe import ParameterValue, Recipe
from shared.domain.signature import Feature, Output, Signature, Task
from shared.domain.version import ModelVersion

UNLIKE = (
    "It is meant for rows like those it learnt from. Others are answered all the same: a value outside the range of "
    "its input gets a warning, a combination of values that it has never seen need not."
)
UNLIKE_WITHOUT_RANGES = (
    "It is meant for rows like those it learnt from. Others are answered all the same, without a warning: no range is "
    "known of its inputs."
)
GROUPS = (
    "How it does on a part of its data, such as a group of people, or on data of another origin, was not measured. "
    "Measure that before anything that matters to a person depends on it."
)
OF_THE_RECIPE = (
    "The figures are estimates for the recipe, from rows that an estimator had not seen; the version itself then "
    "learnt from all of them."
)
OF_CLONES = (
    "The figures are estimates from clones of the estimator, each asked about rows that it had not seen; the version "
    "itself may have learnt from all of them."
)
CHOSEN = "The recipe was chosen among several on the same rows, which flatters its figures a little."
NOT_MEASURED = "How good it is was not measured here."
NOT_RECORDED = "What it learnt from was not recorded."


class Figure(msgspec.Struct, frozen=True):
    """A measured figure, in `unit` where it has one: on how many rows, how, and with its interval where it has one."""

    name: str
    value: float
    unit: str
    protocol: str
    n: int
    interval: Interval | None


class ResidualSummary(msgspec.Struct, frozen=True):
    """What `n` rows have less what they were predicted, in the output's unit, and the prediction interval.

    A prediction interval of `level` reaches `half_width` to both sides, and held the true value of the share `coverage`
    of rows.
    """

    n: int
    mean: float
    least: float
    quartiles: tuple[float, float, float]
    largest: float
    level: float
    half_width: float
    coverage: float


class Evaluation(msgspec.Struct, frozen=True):
    """The figures; of a classifier the confusion matrix (rows: true class), of a regression its residuals."""

    figures: tuple[Figure, ...]
    confusion: tuple[tuple[float, ...], ...] | None
    residuals: ResidualSummary | None


class SetParameter(msgspec.Struct, frozen=True):
    """A hyperparameter, and the value that it had."""

    name: str
    value: ParameterValue
    meaning: str


class TrainingProcedure(msgspec.Struct, frozen=True):
    """How the version was made; where one of several recipes was chosen, the hyperparameters are that one's."""

    recipe: str
    title: str
    hyperparameters: tuple[SetParameter, ...]
    seed: int
    run: str
    selection: Selection | None


class Asking(msgspec.Struct, frozen=True):
    """A request that the version answers: a path below the address of any backend, and a JSON body, in ASCII."""

    path: str
    body: str


class ModelCard(msgspec.Struct, frozen=True):
    """What to know of a version. `evaluation` and `importance` are null where nothing was measured, `data`
    where it was not recorded.

    `artefacts` has the SHA-256 of what each engine evaluates, and of what is attached to the version.
    """

    model: str
    version: int
    title: str
    description: str
    task: Task
    created_at: datetime
    by: str | None
    limits: tuple[str, ...]
    data: DataDescription | None
    data_sha256: str
    inputs: tuple[Feature, ...]
    output: Output
    training: TrainingProcedure
    evaluation: Evaluation | None
    importance: Importance | None
    asking: Asking
    engines: tuple[EngineReport, ...]
    artefacts: dict[str, str]
    libraries: dict[str, str]


def card_of(entry: CatalogueEntry, version: ModelVersion) -> ModelCard:
    """The card of `version`, which is one of the model that `entry` describes."""
    signature, evaluation = version.signature, _evaluation(version.metrics, version.signature.output)
    return ModelCard(
        model=version.model,
        version=version.number,
        title=entry.title,
        description=entry.description,
        task=signature.output.task,
        created_at=version.created_at,
        by=version.by,
        limits=tuple(_limits(entry, version, evaluation)),
        data=version.data,
        data_sha256=version.data_sha256,
        inputs=signature.inputs,
        output=signature.output,
        training=_training(entry, version),
        evaluation=evaluation,
        importance=version.importance,
        asking=_asking(version.model, version.number, signature),
        engines=version.engines,
        artefacts=_artefacts(version),
        libraries=version.libraries,
    )


def _limits(entry: CatalogueEntry, version: ModelVersion, evaluation: Evaluation | None) -> Iterator[str]:
    yield from entry.caveats
    has_ranges = any(one.has_range and not one.categories for one in version.signature.inputs)
    yield UNLIKE if has_ranges else UNLIKE_WITHOUT_RANGES
    yield GROUPS
    yield (OF_THE_RECIPE if entry.recipes else OF_CLONES) if evaluation else NOT_MEASURED
    if version.selection:
        yield CHOSEN
    if version.data is None:
        yield NOT_RECORDED


def _training(entry: CatalogueEntry, version: ModelVersion) -> TrainingProcedure:
    """Versions that were made elsewhere have a recipe that nobody here knows."""
    known: dict[str, Recipe] = {recipe.name: recipe for recipe in entry.recipes}
    used = known.get(version.selection.chosen if version.selection else version.recipe)
    offered = used.hyperparameters if used else ()
    values = {one.name: one.default for one in offered} if version.selection else version.params
    meanings = {one.name: one.meaning for one in offered}
    return TrainingProcedure(
        recipe=version.recipe,
        title=known[version.recipe].title if version.recipe in known else version.recipe,
        hyperparameters=tuple(SetParameter(name, value, meanings.get(name, "")) for name, value in values.items()),
        seed=version.seed,
        run=version.run,
        selection=version.selection,
    )


def _evaluation(metrics: Metrics | None, output: Output) -> Evaluation | None:
    if metrics is None:
        return None
    if isinstance(metrics, RegressionMetrics):
        figures = (*_errors(metrics.holdout, output.unit), *_errors(metrics.cross_validation, output.unit))
        return Evaluation(figures, None, _residuals(metrics.cross_validation))
    return Evaluation(tuple(_accuracies(metrics)), metrics.cross_validation.confusion, None)


def _accuracies(metrics: ClassificationMetrics) -> Iterator[Figure]:
    crossed = metrics.cross_validation
    yield _accuracy(metrics.holdout)
    yield _accuracy(crossed)
    if metrics.test:
        yield _accuracy(metrics.test)
    for name, value in (("log_loss", crossed.log_loss), ("brier", crossed.brier)):
        yield Figure(name, value, "", crossed.protocol, crossed.n, None)


def _accuracy(found: HoldOut | CrossValidation) -> Figure:
    return Figure("accuracy", found.accuracy, "", found.protocol, found.n, found.interval)


def _errors(found: RegressionHoldOut, unit: str) -> Iterator[Figure]:
    yield Figure("rmse", found.rmse, unit, found.protocol, found.n, found.rmse_interval)
    yield Figure("mae", found.mae, unit, found.protocol, found.n, None)
    yield Figure("r2", found.r2, "", found.protocol, found.n, found.r2_interval)


def _residuals(found: RegressionCrossValidation) -> ResidualSummary:
    errors = [value - predicted for value, predicted in found.residuals]
    low, middle, high = quantiles(errors, method="inclusive")
    return ResidualSummary(
        n=len(errors),
        mean=fmean(errors),
        least=min(errors),
        quartiles=(low, middle, high),
        largest=max(errors),
        level=found.level,
        half_width=found.half_width,
        coverage=found.coverage,
    )


def _asking(model: str, number: int, signature: Signature) -> Asking:
    row = [
        feature.categories[int(feature.example)] if feature.categories else feature.example
        for feature in signature.inputs
    ]
    return Asking(f"/models/{model}/predict", json.dumps({"rows": [row], "version": number}))


def _artefacts(version: ModelVersion) -> dict[str, str]:
    exported = {report.name: report.sha256 for report in version.engines if report.sha256}
    return {SCIKIT_LEARN: version.artefact_sha256, **exported, **version.attached}
