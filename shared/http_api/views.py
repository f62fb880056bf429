"""What answers carry, made from the domain's values."""

from itertools import islice
from typing import Any

import msgspec

from shared.catalogue import CatalogueEntry
from shared.domain.metrics import Metrics
from shared.domain.prediction import BatchPrediction, Prediction
from shared.domain.recipe import Hyperparameter
from shared.domain.signature import Signature
from shared.domain.version import Lineage, ModelVersion, ServedVersion
from shared.http_api.batches import Batch

MAX_WARNINGS = 100  # of a batch


class WarningView(msgspec.Struct, frozen=True):
    path: str
    feature: str
    message: str


class ClassifyAnswer(msgspec.Struct, frozen=True):
    """`data` is the label for people, `label` and `class` are the class's name and index."""

    data: str
    label: str
    class_: int = msgspec.field(name="class")
    probabilities: dict[str, float]
    model: str
    version: int
    warnings: list[WarningView]


class PredictAnswer(msgspec.Struct, frozen=True):
    """`predictions` are names of classes, one a row; each row of `probabilities` is in the order of `classes`."""

    model: str
    version: int
    classes: list[str]
    predictions: list[str]
    probabilities: list[list[float]]
    warnings: list[WarningView]
    rows_with_warnings: int


class TrainAnswer(msgspec.Struct, frozen=True):
    """`data` is the accuracy on the hold-out rows, 0..1."""

    data: float
    model: str
    version: int
    run: str
    recipe: str
    params: dict[str, Any]
    seed: int
    metrics: Metrics


NOT_SHOWN = ("model", "signature", "data", "examples", "golden")  # of a version: the model shows it, or nobody needs it


class RecipeView(msgspec.Struct, frozen=True):
    name: str
    title: str
    hyperparameters: tuple[Hyperparameter, ...]


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
        warnings=[WarningView(f"data[{w.column}]", w.feature, w.message) for w in prediction.warnings],
    )


def predict_answer(prediction: BatchPrediction, version: ModelVersion, batch: Batch) -> PredictAnswer:
    names = [output.name for output in version.signature.output.classes]
    warnings = (
        WarningView(batch.path(row, warning.column, warning.feature), warning.feature, warning.message)
        for row, found in prediction.warnings.items()
        for warning in found
    )
    return PredictAnswer(
        model=version.model,
        version=version.number,
        classes=names,
        predictions=[names[index] for index in prediction.probabilities.argmax(axis=1).tolist()],
        probabilities=prediction.probabilities.tolist(),
        warnings=list(islice(warnings, MAX_WARNINGS)),
        rows_with_warnings=prediction.rows_with_warnings,
    )


def train_answer(version: ModelVersion) -> TrainAnswer:
    return TrainAnswer(
        data=version.metrics.holdout.accuracy,
        model=version.model,
        version=version.number,
        run=version.run,
        recipe=version.recipe,
        params=version.params,
        seed=version.seed,
        metrics=version.metrics,
    )


def version_view(version: ModelVersion) -> dict[str, Any]:
    """A version without what `model_view` shows once."""
    shown = ("model", "number", "created_at", *(name for name in Lineage.__struct_fields__ if name not in NOT_SHOWN))
    return {name: getattr(version, name) for name in shown}


def summary_view(entry: CatalogueEntry, champion: ModelVersion | None) -> dict[str, Any]:
    return {
        "name": entry.name,
        "title": entry.title,
        "task": entry.task,
        "champion": champion and {"number": champion.number, "recipe": champion.recipe, "metrics": champion.metrics},
    }


def model_view(entry: CatalogueEntry, champion: ServedVersion | None) -> dict[str, Any]:
    """`entry` with what its champion knows; its dataset, which takes scikit-learn to read, is the last resort."""
    signature: Signature = champion.signature if champion else entry.signature
    return {
        "name": entry.name,
        "title": entry.title,
        "task": entry.task,
        "description": entry.description,
        "data": {
            **msgspec.structs.asdict((champion and champion.data) or entry.dataset.description),
            "sha256": champion.data_sha256 if champion else entry.dataset.sha256(),
        },
        "signature": signature,
        "examples": (champion and champion.examples) or entry.examples,
        "recipes": [RecipeView(recipe.name, recipe.title, recipe.hyperparameters) for recipe in entry.recipes],
        "default_recipe": entry.default_recipe,
        "champion": champion and {**version_view(champion), "engine": champion.engine},
    }
