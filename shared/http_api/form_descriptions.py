"""How the routes for clients without scripts are described."""

from shared.catalogue import CATALOGUE
from shared.http_api import views
from shared.http_api.descriptions import ASKING, NAMED, OK, wrong
from shared.http_api.operations import MODEL, Answer, Example, Operation, Parameter, ok
from shared.http_api.payloads import Number
from shared.http_api.rows_in_queries import MODEL_KEY

HTML = "text/html; charset=utf-8"
ROW = dict(
    zip(
        CATALOGUE["diabetes"].feature_names,
        (59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87),
        strict=True,
    )
)
ESTIMATE = views.EstimateAnswer("diabetes", 1, "points", 0.9, [203.17], [(111.42, 294.93)], [], 0)

PREDICT_ROW = Operation(
    "Ask about the row in the query",
    "Predict",
    {
        OK: Answer(
            "What `POST /models/{name}/predict` answers to this one row.",
            views.PredictAnswer | views.EstimateAnswer,
            also={HTML: "The answer above the form that asks for it, for those who prefer it; errors then too."},
        )
    },
    "Each input of the model is a key; those of `diabetes` are listed here. Where no model is named, `house` is asked "
    "if there is such a model, else `diabetes`. `GET /form/{name}` is the form that asks.",
    parameters={
        MODEL_KEY: Parameter(MODEL.description, MODEL.kind, "diabetes", "query"),
        **{name: Parameter("An input of the model.", Number, value, "query") for name, value in ROW.items()},
    },
    errors=ASKING,
    examples=(
        Example("A patient", lambda: ESTIMATE),
        wrong(
            "A patient without blood pressure, and a typing error",
            None,
            ("?bmi", "must be a number, got '3o'"),
            ("?bp", "is missing"),
        ),
    ),
)
FORMS = Operation(
    "List the forms",
    "Predict",
    ok("A page that links to the form of every model.", content_type=HTML),
    examples=(Example("Its first line", lambda: "<!doctype html>\n[...]\n"),),
)
FORM = Operation(
    "Get the form of a model",
    "Predict",
    ok("A page without scripts, made from the model's signature.", content_type=HTML),
    parameters=NAMED,
    errors=ASKING,
    examples=(Example("Its first line", lambda: "<!doctype html>\n[...]\n"),),
)
