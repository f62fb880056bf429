"""The descriptions of the routes of a model as a service, with examples."""

from shared.catalogue import CATALOGUE
from shared.errors import Unknown
from shared.http_api import columns, views
from shared.http_api.descriptions import (
    ASKING,
    SETOSA,
    SETOSA_SHARES,
    VERSICOLOR,
    VERSICOLOR_SHARES,
    defined_variant,
    variant,
    wrong,
)
from shared.http_api.operations import ANY_MODEL, MODEL, NAME, Example, Link, Operation, Parameter, Schema, ok
from shared.settings import Settings

IRIS = CATALOGUE["iris"].feature_names


def _table_of_its_model(schema: Schema, settings: Settings) -> None:
    """A column for each input of a model of the catalogue; that they are equally long is more than a schema can say."""
    schema["properties"]["model"] |= NAME
    column = {**schema["properties"]["data"]["additionalProperties"], "minItems": 1, "maxItems": settings.max_rows}
    schema["anyOf"] = [
        *(
            variant(
                name,
                {
                    "data": {
                        "properties": dict.fromkeys(entry.feature_names, column),
                        "required": list(entry.feature_names),
                        "additionalProperties": False,
                    }
                },
            )
            for name, entry in CATALOGUE.items()
        ),
        defined_variant({}),
    ]


DESCRIBE = Operation(
    "Name a model's features",
    "Predict",
    ok("The columns to send, and the version that answers.", columns.TableAnswer),
    parameters={"model": Parameter("Which model.", ANY_MODEL, MODEL.example, "query")},
    errors=(Unknown,),
    examples=(Example("Iris", lambda: columns.TableAnswer("iris", "classification", IRIS, 1)),),
    links=(Link("model", "The model in full.", {"name": "$response.body#/model_name"}),),
)
PREDICT = Operation(
    "Ask for a table, column by column",
    "Predict",
    ok("The class and the probabilities of each row, or its value.", views.PredictAnswer | views.EstimateAnswer),
    "`data` holds a list for each feature, all equally long. A `backend` other than the one that is asked is refused.",
    request=columns.TableRequest,
    narrow=_table_of_its_model,
    errors=ASKING,
    examples=(
        Example(
            "Two flowers",
            lambda: views.PredictAnswer(
                "iris",
                1,
                list(SETOSA_SHARES),
                ["setosa", "versicolor"],
                [list(SETOSA_SHARES.values()), list(VERSICOLOR_SHARES.values())],
                [],
                0,
            ),
            {"data": {name: list(pair) for name, pair in zip(IRIS, zip(SETOSA, VERSICOLOR, strict=True), strict=True)}},
        ),
        wrong(
            "A feature is missing, and one is unknown",
            {"data": {**{name: [5.1] for name in IRIS[:3]}, "petal_width": [0.2]}},
            (f"data.{IRIS[3]}", "is missing"),
            ("data.petal_width", f"unknown feature; known are: {', '.join(IRIS)}"),
        ),
    ),
)
