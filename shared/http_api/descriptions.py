"""The descriptions of Duet's own routes, with examples; `operations` says what they are made of."""

from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any

import msgspec

from shared.catalogue import CATALOGUE, entry_named
from shared.catalogue.recipes import RECIPES
from shared.domain import dataset
from shared.domain.engine import DENSE, EngineInUse, EngineReport
from shared.domain.metrics import ClassificationMetrics, CrossValidation, HoldOut, Metrics, wilson
from shared.domain.recipe import Hyperparameter, Recipe
from shared.domain.signature import Feature, Signature
from shared.domain.version import ModelVersion, ServedVersion
from shared.errors import (
    ArtefactDamaged,
    GoldenRowsDiffer,
    NotExplainable,
    NotLoaded,
    NotTrained,
    Problem,
    QueueFull,
    StoreError,
    StoreFull,
    TrainingFailed,
    Unknown,
)
from shared.http_api import batches, metrics, npy, payloads, views
from shared.http_api.errors import ProblemDetails
from shared.http_api.explanation_descriptions import EXPLAINED, explanation, importance
from shared.http_api.operations import (
    DEFINED_NAME,
    MODEL,
    NAME,
    Answer,
    Example,
    Link,
    Operation,
    Parameter,
    Schema,
    ok,
)
from shared.inference.explaining import MOST_ROWS
from shared.settings import Settings

OK, BAD_REQUEST, NOT_MODIFIED = HTTPStatus.OK, HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_MODIFIED
DEFAULT_MODEL = payloads.ClassifyRequest.__struct_defaults__[0]
NAMED = {"name": MODEL}
ASKING = (Unknown, NotTrained, NotLoaded, ArtefactDamaged, GoldenRowsDiffer, StoreError)
SETOSA, VERSICOLOR = [5.1, 3.5, 1.4, 0.2], [7.0, 3.2, 4.7, 1.4]
SETOSA_SHARES = {"setosa": 1.0, "versicolor": 1.4247331046890866e-22, "virginica": 3.699975405916063e-43}
VERSICOLOR_SHARES = {
    "setosa": 8.571909630224053e-19,
    "versicolor": 0.999908171917983,
    "virginica": 9.18280820720752e-05,
}
DENSE_SHA256 = "40f1f6c0bb16640d59d27f11522be72eeb2e49ffd57e8733a6b5ce01a8098407"
WRONG_RECIPE = {"recipe": "mlp", "params": {"epochs": 0, "layers": 2}}
WRONG_PARAMETERS = (
    ("params.layers", "recipe 'mlp' has no such parameter; it has: hidden_units, epochs, batch_size, learning_rate"),
    ("params.epochs", "must lie between 1 and 2000"),
)
NUMBERS = "(sepal_length_cm, sepal_width_cm, petal_length_cm, petal_width_cm)"
DEFINED_ROWS = msgspec.defstruct(  # which inputs they fit is said by the store
    "RowsRequest",
    [("rows", list[list[payloads.Number | str | None] | dict[str, payloads.Number | str | None]])],
    bases=(payloads.RowsRequest,),
    frozen=True,
)
CACHED = Answer("The client has it already, as its `If-None-Match` says.", content_type="")


# --- what the types don't say: it depends on the catalogue, or on a setting ----------------------------------


def _row_of_its_model(schema: Schema, settings: Settings) -> None:
    """As many numbers as a classifier of the catalogue has inputs; of a model that the store defines, any values."""
    lengths = {name: len(entry.columns) for name, entry in CATALOGUE.items() if entry.task == "classification"}
    schema["properties"]["model"] |= NAME
    numbers = schema["properties"]["data"]
    value = {"anyOf": [numbers["items"], {"type": "string"}, {"type": "null"}]}
    schema["properties"]["data"] = {
        "anyOf": [
            {"type": "array", "items": value, "minItems": 1},
            {"type": "object", "additionalProperties": value, "minProperties": 1},
        ]
    }
    schema["anyOf"] = [
        *(
            variant(name, {"data": {**numbers, "minItems": length, "maxItems": length}})
            for name, length in lengths.items()
        ),
        defined_variant({}),
    ]


def _rows_within_the_limit(schema: Schema, settings: Settings) -> None:
    schema["properties"]["rows"] |= {"minItems": 1, "maxItems": settings.max_rows}


def _recipe_of_its_model(schema: Schema, settings: Settings) -> None:
    """A recipe that a model of the catalogue offers, and parameters that the recipe has."""
    schema["properties"]["model"] |= NAME
    schema["anyOf"] = [
        *(
            _recipe_variant(name, recipe, is_default=recipe.name == entry.default_recipe)
            for name, entry in CATALOGUE.items()
            for recipe in entry.recipes
        ),
        defined_variant(
            {"recipe": {"enum": [*dict.fromkeys(name for known in RECIPES.values() for name in known), None]}}
        ),
    ]


def _recipe_variant(model: str, recipe: Recipe, *, is_default: bool) -> Schema:
    found = variant(model, recipe_properties(recipe, is_default=is_default))
    found["title"] += f", {recipe.title}"
    if not is_default:
        found["required"] = [*found.get("required", ()), "recipe"]
    return found


def recipe_properties(recipe: Recipe, *, is_default: bool) -> Schema:
    """What `recipe` and `params` hold for a recipe, which need not be named where it is the default."""
    params = {
        "properties": {parameter.name: _parameter(parameter) for parameter in recipe.hyperparameters},
        "additionalProperties": False,
    }
    return {"recipe": {"enum": [recipe.name, None]} if is_default else {"const": recipe.name}, "params": params}


def variant(model: str, properties: Schema) -> Schema:
    found = {"title": model, "properties": {"model": {"const": model}, **properties}}
    return found if model == DEFAULT_MODEL else {**found, "required": ["model"]}


def defined_variant(properties: Schema) -> Schema:
    name = {**DEFINED_NAME, "not": {"enum": list(CATALOGUE)}}
    return {
        "title": "a model that the store defines",
        "properties": {"model": name, **properties},
        "required": ["model"],
    }


def _parameter(parameter: Hyperparameter) -> Schema:
    kinds: dict[str, Schema] = {"int": {"type": "integer"}, "float": {"type": "number"}}
    bounds = {"minimum": parameter.minimum, "maximum": parameter.maximum}
    return {
        **kinds.get(parameter.kind, {"enum": list(parameter.choices)}),
        **{name: bound for name, bound in bounds.items() if bound is not None},
        "default": parameter.default,
        "description": parameter.meaning,
    }


# --- examples ------------------------------------------------------------------------------------------------


def iris_signature() -> Signature:
    """That of Iris, which is not asked for it: it would need the data, and so scikit-learn."""
    entry, seen = entry_named("iris"), ((4.3, 7.9, 5.1), (2.0, 4.4, 3.5), (1.0, 6.9, 1.4), (0.1, 2.5, 0.2))
    inputs = (
        Feature(column.name, column.title, column.unit, low, high, column.step, example, column.role)
        for column, (low, high, example) in zip(entry.columns, seen, strict=True)
    )
    return Signature(tuple(inputs), entry.output)


def iris_version() -> ServedVersion:
    """A version of Iris as it might be shown."""
    return ServedVersion(
        model="iris",
        number=1,
        created_at=datetime(2026, 11, 21, 4, 48, 6, tzinfo=UTC),
        run="d2d5d500b69a4340a8b71c7d222f7f05",
        recipe="lda",
        params={},
        seed=0,
        signature=iris_signature(),
        data=dataset.DataDescription("Iris", "Fisher (1936), as embedded in scikit-learn", 150),
        examples=(dataset.Example("setosa", (5.1, 3.5, 1.4, 0.2)),),
        engines=(EngineReport(DENSE, True, "agrees with scikit-learn to 0.0e+00 on 662 rows", 0.0, DENSE_SHA256),),
        engine=EngineInUse(DENSE, "dense: agrees with scikit-learn to 0.0e+00 on 32 rows"),
        metrics=_metrics(45, 147, [[50.0, 0.0, 0.0], [0.0, 48.0, 2.0], [0.0, 1.0, 49.0]], (0.053974, 0.034076)),
        data_sha256="512f7726ffbfb0eef791e93066aad0ef505e3d51cd760c8236b56e4cce4701cb",
        artefact_sha256="d4aca34ae983bd301dc82c7411b0e0893c0c96b88233f216ff0807a04acffad9",
        libraries={"python": "3.11.7", "scikit-learn": "1.9.1", "numpy": "2.4.6", "scipy": "1.17.1", "skops": "0.16.0"},
        by="flask",
        importance=importance(),
    )


def _metrics(holdout: int, crossed: int, confusion: list[list[float]], losses: tuple[float, float]) -> Metrics:
    return ClassificationMetrics(
        HoldOut("stratified 70/30 hold-out, one split", holdout / 45, holdout, 45, wilson(holdout, 45)),
        CrossValidation(
            protocol="stratified 5-fold x 20",
            accuracy=crossed / 150,
            correct=float(crossed),
            n=150,
            folds=5,
            repeats=20,
            interval=wilson(crossed, 150),
            log_loss=losses[0],
            brier=losses[1],
            confusion=tuple(map(tuple, confusion)),
        ),
    )


def tree_version() -> ServedVersion:
    """Another version of Iris."""
    return msgspec.structs.replace(
        iris_version(),
        number=2,
        run="61736e1775184b7c8c5d7fb86994249e",
        recipe="tree",
        params={"max_depth": 3},
        seed=7,
        metrics=_metrics(44, 142, [[50.0, 0.0, 0.0], [0.0, 45.95, 4.05], [0.0, 3.95, 46.05]], (0.896794, 0.084543)),
    )


def _champions() -> list[tuple[Any, ModelVersion | None]]:
    return [(entry_named("iris"), iris_version())]


def wrong(title: str, body: Any, *problems: tuple[str, str]) -> Example:
    count = len(problems)
    details = ProblemDetails(
        type="about:blank",
        title="Bad Request",
        status=BAD_REQUEST.value,
        detail=f"{count} {'thing is' if count == 1 else 'things are'} wrong with the request",
        errors=tuple(Problem(path, message) for path, message in problems),
    )
    return Example(title, lambda: details, body, BAD_REQUEST, exact=True)


# --- routes --------------------------------------------------------------------------------------------------

CLASSIFY = Operation(
    "Classify one row",
    "Predict",
    ok("The class, its probability and that of the others.", views.ClassifyAnswer),
    "The numbers stand in the order of the model's inputs, which `GET /models/{name}` lists. Values unlike those seen "
    f"in training are answered with a warning, and so are rows unlike them as a whole. {EXPLAINED}",
    request=payloads.ClassifyRequest,
    narrow=_row_of_its_model,
    errors=(*ASKING, NotExplainable),
    examples=(
        Example(
            "A setosa",
            lambda: views.ClassifyAnswer("💐 Setosa", "setosa", 0, SETOSA_SHARES, "iris", 1, []),
            {"data": SETOSA},
        ),
        Example(
            "Why it is a versicolor",
            lambda: views.ClassifyAnswer(
                "🌷 Versicolor",
                "versicolor",
                1,
                VERSICOLOR_SHARES,
                "iris",
                1,
                [],
                explanation(VERSICOLOR, "versicolor", VERSICOLOR_SHARES["versicolor"]),
            ),
            {"data": VERSICOLOR, "explain": True},
        ),
        Example(
            "By a named model and version",
            lambda: views.ClassifyAnswer(
                "🌷 Versicolor",
                "versicolor",
                1,
                {"setosa": 0.0, "versicolor": 1.0, "virginica": 0.0},
                "iris-tree",
                1,
                [],
            ),
            {"data": VERSICOLOR, "model": "iris-tree", "version": 1},
        ),
        wrong(
            "Several mistakes, each with its place",
            {"data": [6.3, "2.8", None], "modle": "iris"},
            ("modle", "unknown key; known are: data, model, version, explain"),
            ("data[1]", "must be a number, got a string"),
            ("data[2]", "must be a number, got null"),
            ("data", f"must hold 4 numbers {NUMBERS}, got 3"),
        ),
    ),
)
PREDICT = Operation(
    "Ask for many rows",
    "Predict",
    {
        OK: Answer(
            "The class and the probabilities of each row, or its value and interval; the first warnings are told.",
            views.PredictAnswer | views.EstimateAnswer,
            also={
                npy.CONTENT_TYPE: "The probabilities alone, float64, shape (rows, classes), or of a regression the "
                "values, shape (rows, 1), for those who `Accept` it."
            },
            headers={
                "X-Model-Name": "The model that answered with an array.",
                "X-Model-Version": "Its version.",
                "X-Rows-With-Warnings": "How many rows hold values unlike those seen in training.",
            },
        )
    },
    "A row is a list in the order of the model's inputs, or an object by their names. An input with `categories` takes "
    "one of these, and one that `may_be_missing` takes null; in an array they are the category's index and NaN. "
    f"{EXPLAINED} Fewer rows are then taken, {MOST_ROWS} at most, and the answer is JSON.",
    request={
        **{name: payloads.rows_request(entry.feature_names) for name, entry in CATALOGUE.items()},
        "defined": DEFINED_ROWS,
    },
    narrow=_rows_within_the_limit,
    takes={npy.CONTENT_TYPE: "An array of shape (rows, inputs) in numpy's .npy format: floats or whole numbers."},
    parameters={
        **NAMED,
        batches.VERSION_HEADER: Parameter(
            "The version to ask, where the body doesn't name it.", payloads.Count, 1, "header"
        ),
    },
    errors=(*ASKING, NotExplainable),
    examples=(
        Example(
            "Two rows",
            lambda: views.PredictAnswer(
                "iris",
                1,
                list(SETOSA_SHARES),
                ["setosa", "versicolor"],
                [list(SETOSA_SHARES.values()), list(VERSICOLOR_SHARES.values())],
                [],
                0,
            ),
            {"rows": [SETOSA, VERSICOLOR]},
        ),
        wrong(
            "Wrong rows, as a list and by name",
            {"rows": [SETOSA[:3], {"sepal_length_cm": 7.0, "sepal_width_cm": 3.2, "petal_length_cm": True}]},
            ("rows[0]", f"must hold 4 numbers {NUMBERS}, got 3"),
            ("rows[1].petal_length_cm", "must be a number, got true"),
            ("rows[1].petal_width_cm", "is missing"),
        ),
    ),
)
TREE = Operation(
    "Classify one iris flower by short names",
    "Predict",
    ok("The index of the class that a decision tree gives.", views.FlowerAnswer),
    "Length and width of sepal and petal, in cm; the model is `iris-tree`.",
    request=payloads.FlowerRequest,
    errors=(NotTrained, NotLoaded),
    examples=(
        Example(
            "A flower",
            lambda: views.FlowerAnswer([1]),
            {"sl": 2.0, "sw": 1.0, "pl": 2.0, "pw": 3.0},
            exact=True,
        ),
        wrong(
            "A flower without a petal",
            {"sl": 2.0, "sw": 1.0},
            ("pl", "is missing"),
            ("pw", "is missing"),
        ),
    ),
)
TRAIN = Operation(
    "Train a model",
    "Train",
    ok("The new version, which answers from now on, and how good it is.", views.TrainAnswer),
    "Answers when the training is done, which takes seconds. Equal parameters and seed give an equal result.",
    request=payloads.TrainRequest,
    narrow=_recipe_of_its_model,
    errors=(Unknown, QueueFull, TrainingFailed, StoreError, StoreFull),
    examples=(
        Example(
            "A decision tree",
            lambda: views.train_answer(tree_version()),
            {"data": "train", "recipe": "tree", "params": {"max_depth": 3}, "seed": 7},
        ),
        wrong("Parameters that the recipe does not have", {"data": "train", **WRONG_RECIPE}, *WRONG_PARAMETERS),
    ),
    links=(Link("model", "The model that was trained.", {"name": "$response.body#/model"}),),
)
MODELS = Operation(
    "List the models",
    "Models",
    ok("Every model, and the version that answers for it.", views.ModelsAnswer),
    examples=(Example("The models", lambda: views.models_answer(_champions())),),
    links=(
        Link("model", "The first model in full.", {"name": "$response.body#/models/0/name"}),
        Link("versions", "Its history.", {"name": "$response.body#/models/0/name"}),
        Link("predict", "Ask it.", {"name": "$response.body#/models/0/name"}),
    ),
)
DETAIL = Operation(
    "Describe a model",
    "Models",
    ok("Inputs and output, examples, recipes, data, and the version that answers.", views.ModelAnswer),
    parameters=NAMED,
    errors=(Unknown,),
    examples=(Example("Iris", lambda: views.model_view(entry_named("iris"), iris_version())),),
    links=(
        Link("versions", "Its history.", {"name": "$response.body#/name"}),
        Link("predict", "Ask it.", {"name": "$response.body#/name"}),
    ),
)
HOME = Operation(
    "Say what this is",
    "Operations",
    ok("A sentence.", content_type="text/plain; charset=utf-8"),
    examples=(Example("The sentence", lambda: "Duet serves scikit-learn models. [...]\n"),),
)
METRICS = Operation(
    "Count and time",
    "Operations",
    ok("Prometheus' text format 0.0.4.", content_type=metrics.CONTENT_TYPE),
    "Requests by method, route, status, model and version, of all worker processes together.",
    examples=(
        Example(
            "The head of the first metric",
            lambda: (
                "# HELP duet_request_duration_seconds Time from a request's arrival, whole, to its answer.\n[...]\n"
            ),
        ),
    ),
)
LIVE = Operation(
    "Is the process alive?",
    "Open Inference",
    ok("It is.", views.LiveAnswer),
    examples=(Example("Alive", partial(views.LiveAnswer, live=True), exact=True),),
)
READY = Operation(
    "Is it ready to answer?",
    "Open Inference",
    {
        OK: Answer("It answers with what the store names.", views.ReadyAnswer),
        HTTPStatus.SERVICE_UNAVAILABLE: Answer("It does not, or is about to stop; why is said.", views.ReadyAnswer),
    },
    examples=(Example("Ready", lambda: views.ReadyAnswer(live=True, ready=True, problems=()), exact=True),),
)
PAGE = Operation(
    "Get the page",
    "Operations",
    {OK: Answer("The page.", content_type="text/html; charset=utf-8"), NOT_MODIFIED: CACHED},
    examples=(Example("Its first line", lambda: "<!doctype html>\n[...]\n"),),
)
DOCS = Operation(
    "Get the page that documents the API",
    "Operations",
    {OK: Answer("The page.", content_type="text/html; charset=utf-8"), NOT_MODIFIED: CACHED},
    examples=(Example("Its first line", lambda: "<!doctype html>\n[...]\n"),),
)
OPENAPI = Operation(
    "Describe this API",
    "Operations",
    {OK: Answer("This document.", dict[str, Any]), NOT_MODIFIED: CACHED},
    examples=(Example("Its first key", lambda: {"openapi": "3.1.0"}),),
)
