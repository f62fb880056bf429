"""What answers carry, made from the domain's values."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Annotated, TypeVar

import msgspec

from shared.catalogue import CatalogueEntry
from shared.catalogue.stored import StoredEntry
from shared.domain.dataset import Example
from shared.domain.engine import EngineInUse, EngineReport
from shared.domain.explanation import Explanation, Importance
from shared.domain.metrics import HoldOut, Metrics, Selection
from shared.domain.prediction import BatchPrediction, Prediction
from shared.domain.recipe import Hyperparameter, ParameterValue
from shared.domain.signature import Signature
from shared.domain.version import ModelVersion, ServedVersion
from shared.http_api.batches import Batch
from shared.inference.predictor import Predictor

View = TypeVar("View", bound="VersionView")
MAX_WARNINGS = 100  # of a batch
Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]
Index = Annotated[int, msgspec.Meta(ge=0)]
Number = Annotated[int, msgspec.Meta(ge=1)]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class WarningView(msgspec.Struct, frozen=True):
    """`path` is that of a value, or of the row where this is unlike the training data as a whole, without a feature."""

    path: str
    feature: str | None
    message: str


class ClassifyAnswer(msgspec.Struct, frozen=True):
    """`data` is the label for people, `label` and `class` are the class's name and index; `explanation` is there where
    it was asked for.
    """

    data: str
    label: str
    class_: Index = msgspec.field(name="class")
    probabilities: dict[str, Probability]
    model: str
    version: Number
    warnings: list[WarningView]
    explanation: Explanation | msgspec.UnsetType = msgspec.UNSET


class PredictAnswer(msgspec.Struct, frozen=True, tag_field="task", tag="classification"):
    """`predictions` are names of classes, one a row; each row of `probabilities` is in the order of `classes`.
    `explanations` are there where they were asked for, one a row.
    """

    model: str
    version: Number
    classes: list[str]
    predictions: list[str]
    probabilities: list[list[Probability]]
    warnings: Annotated[list[WarningView], msgspec.Meta(max_length=MAX_WARNINGS)]
    rows_with_warnings: Index
    explanations: list[Explanation] | msgspec.UnsetType = msgspec.UNSET


Ink = Annotated[int, msgspec.Meta(ge=0, le=16)]
SeenRow = Annotated[list[Ink], msgspec.Meta(min_length=8, max_length=8)]


class DigitsAnswer(PredictAnswer, frozen=True):
    """Of an image, `seen` is what the model saw of it: 8 rows of 8 counts of ink; of rows there is none."""

    seen: Annotated[list[SeenRow], msgspec.Meta(min_length=8, max_length=8)] | msgspec.UnsetType = msgspec.UNSET


class EstimateAnswer(msgspec.Struct, frozen=True, tag_field="task", tag="regression"):
    """`predictions` are numbers in `unit`, one a row; each of `intervals` is the lower and the upper end of what holds
    the true value with probability `level`; `explanations` are there where they were asked for, one a row.
    """

    model: str
    version: Number
    unit: str
    level: Probability
    predictions: list[float]
    intervals: list[tuple[float, float]]
    warnings: Annotated[list[WarningView], msgspec.Meta(max_length=MAX_WARNINGS)]
    rows_with_warnings: Index
    explanations: list[Explanation] | msgspec.UnsetType = msgspec.UNSET


class FlowerAnswer(msgspec.Struct, frozen=True):
    """The index of the class, alone in a list."""

    prediction: Annotated[list[Index], msgspec.Meta(min_length=1, max_length=1)]


class TrainAnswer(msgspec.Struct, frozen=True):
    """`data` is the accuracy on the hold-out rows, 0..1, or R2 there for a regression."""

    data: Annotated[float, msgspec.Meta(le=1)]
    model: str
    version: Number
    run: str
    recipe: str
    params: dict[str, ParameterValue]
    seed: int
    metrics: Metrics


class RecipeView(msgspec.Struct, frozen=True):
    name: str
    title: str
    hyperparameters: tuple[Hyperparameter, ...]


class ChampionView(msgspec.Struct, frozen=True):
    """The version that answers for a model."""

    number: Number
    recipe: str
    metrics: Metrics


class SummaryView(msgspec.Struct, frozen=True):
    name: str
    title: str
    task: str
    champion: ChampionView | None


class ModelsAnswer(msgspec.Struct, frozen=True):
    models: tuple[SummaryView, ...]


class DataView(msgspec.Struct, frozen=True):
    """What a model learns from; the digest is of shape and values."""

    name: str
    source: str
    n_samples: Number
    sha256: Sha256


class VersionView(msgspec.Struct, frozen=True):
    """A version without its signature, data and examples, which the model's own answer shows once."""

    model: str
    number: Number
    created_at: Annotated[datetime, msgspec.Meta(tz=True)]
    run: str
    recipe: str
    params: dict[str, ParameterValue]
    seed: Index
    metrics: Metrics
    data_sha256: Sha256
    artefact_sha256: Sha256
    libraries: dict[str, str]
    engines: tuple[EngineReport, ...]
    by: str | None
    selection: Selection | None
    importance: Importance | None


class ServedVersionView(VersionView, frozen=True):
    """The version that answers, and what evaluates it."""

    engine: EngineInUse


class ModelAnswer(msgspec.Struct, frozen=True):
    """`defined` says that the store defines it, so that it can be removed; the catalogue's models stay."""

    name: str
    title: str
    task: str
    description: str
    data: DataView
    signature: Signature
    examples: tuple[Example, ...]
    recipes: tuple[RecipeView, ...]
    default_recipe: str | None
    defined: bool
    champion: ServedVersionView | None


class LiveAnswer(msgspec.Struct, frozen=True):
    live: bool


class ReadyAnswer(msgspec.Struct, frozen=True):
    """`problems` say what keeps this process from answering with what the store names."""

    live: bool
    ready: bool
    problems: tuple[str, ...]


def classify_answer(prediction: Prediction, version: ModelVersion) -> ClassifyAnswer:
    return ClassifyAnswer(
        data=prediction.output.label,
        label=prediction.output.name,
        class_=prediction.index,
        probabilities={
            output.name: probability
            for output, probability in zip(version.signature.output.classes, prediction.probabilities, strict=True)
        },
        model=version.model,
        version=prediction.version,
        warnings=[
            WarningView("data" if w.column is None else f"data[{w.column}]", w.feature, w.message)
            for w in prediction.warnings
        ],
    )


def predict_answer(prediction: BatchPrediction, predictor: Predictor, batch: Batch) -> PredictAnswer | EstimateAnswer:
    version = predictor.version
    found = (
        WarningView(batch.path(row, warning.column, warning.feature), warning.feature, warning.message)
        for row, warned in prediction.warnings.items()
        for warning in warned
    )
    warnings, n_warned = list(islice(found, MAX_WARNINGS)), prediction.rows_with_warnings
    output, asked = version.signature.output, (version.model, version.number)
    if output.task == "regression":
        values: list[float] = prediction.outputs[:, 0].tolist()
        intervals = list(map(predictor.interval, values))
        return EstimateAnswer(*asked, output.unit, predictor.level, values, intervals, warnings, n_warned)
    names = [one.name for one in output.classes]
    classes = [names[index] for index in prediction.outputs.argmax(axis=1).tolist()]
    return PredictAnswer(*asked, names, classes, prediction.outputs.tolist(), warnings, n_warned)


def train_answer(version: ModelVersion) -> TrainAnswer:
    holdout = version.metrics.holdout
    return TrainAnswer(
        data=holdout.accuracy if isinstance(holdout, HoldOut) else holdout.r2,
        model=version.model,
        version=version.number,
        run=version.run,
        recipe=version.recipe,
        params=version.params,
        seed=version.seed,
        metrics=version.metrics,
    )


def version_view(version: ModelVersion, kind: type[View]) -> View:
    """`version` as a `kind`, which names fields of it."""
    return kind(**{name: getattr(version, name) for name in kind.__struct_fields__})


def models_answer(entries: Iterable[tuple[CatalogueEntry, ModelVersion | None]]) -> ModelsAnswer:
    return ModelsAnswer(
        tuple(
            SummaryView(
                name=entry.name,
                title=entry.title,
                task=entry.task,
                champion=ChampionView(champion.number, champion.recipe, champion.metrics) if champion else None,
            )
            for entry, champion in entries
        )
    )


def model_view(entry: CatalogueEntry, champion: ServedVersion | None) -> ModelAnswer:
    """`entry` with what its champion knows; its dataset, which takes scikit-learn to read, is the last resort."""
    data = (champion and champion.data) or entry.data
    return ModelAnswer(
        name=entry.name,
        title=entry.title,
        task=entry.task,
        description=entry.description,
        data=DataView(data.name, data.source, data.n_samples, champion.data_sha256 if champion else entry.data_sha256),
        signature=champion.signature if champion else entry.signature,
        examples=(champion and champion.examples) or entry.examples,
        recipes=tuple(RecipeView(recipe.name, recipe.title, recipe.hyperparameters) for recipe in entry.recipes),
        default_recipe=entry.default_recipe,
        defined=isinstance(entry, StoredEntry),
        champion=version_view(champion, ServedVersionView) if champion else None,
    )
