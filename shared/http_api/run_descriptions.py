"""The descriptions of the routes of training runs."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

import msgspec

from shared.catalogue import CATALOGUE
from shared.catalogue.recipes import RECIPES
from shared.domain.recipe import ParameterValue
from shared.domain.run import Curve, CurvePoint, TrainingRun, advanced, ended, finished, started
from shared.errors import QueueFull, RunEnded, StoreError, StoreFull, TrainingFailed, Unknown
from shared.http_api import runs
from shared.http_api.descriptions import NAMED, WRONG_PARAMETERS, WRONG_RECIPE, recipe_properties, wrong
from shared.http_api.operations import ANY_MODEL, MODEL, Answer, Example, Link, Operation, Parameter, Schema, ok
from shared.http_api.views import Index
from shared.settings import Settings

RUN_ID = "61736e1775184b7c8c5d7fb86994249e"
ONE = {"id": Parameter("A run.", Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")], RUN_ID)}
OF_MODEL = Parameter("Only the runs of this model.", ANY_MODEL, MODEL.example, "query")
SINCE = Parameter("Leave out what the curve has up to this step.", Index, 40, "query")
WATCH = Link("run", "Watch it.", {"id": "$response.body#/id"})
STOP = Link("cancel_run", "Cancel it.", {"id": "$response.body#/id"})


def _recipe_of_some_model(schema: Schema, settings: Settings) -> None:
    """A recipe of any model, and parameters that the recipe has; which model has it, is in the path.

    Any may be the default of a model that the store defines.
    """
    of_catalogue = (recipe for entry in CATALOGUE.values() for recipe in entry.recipes)
    of_store = (recipe for known in RECIPES.values() for recipe in known.values())
    schema["anyOf"] = [
        {"title": recipe.title, "properties": recipe_properties(recipe, is_default=True)}
        for recipe in dict.fromkeys((*of_catalogue, *of_store))
    ]


def run_asked_for() -> TrainingRun:
    """A run as it might be shown when it has just been asked for."""
    params: dict[str, ParameterValue] = {"hidden_units": 10, "epochs": 100, "batch_size": 15, "learning_rate": 0.001}
    asked_at = datetime(2026, 11, 21, 4, 48, 6, tzinfo=UTC)
    return TrainingRun(
        id=RUN_ID,
        model="iris",
        recipe="mlp",
        params=params,
        seed=7,
        promote="if-not-worse",
        by="klein",
        state="SCHEDULED",
        created_at=asked_at,
    )


def _after(seconds: float) -> datetime:
    return run_asked_for().created_at + timedelta(seconds=seconds)


def _running() -> TrainingRun:
    points = (CurvePoint(49, 0.61, 0.863, 0.64, 0.8125), CurvePoint(50, 0.6, 0.863, 0.63, 0.8125))
    curve = Curve("epoch", 73, 32, points)
    return advanced(started(run_asked_for(), _after(0.1)), _after(1.1), 0.25, "cross-validation", curve, ())


def _cancelled() -> TrainingRun:
    return ended(_running(), _after(2.1), "CANCELLED")


def _finished() -> TrainingRun:
    by_default = msgspec.structs.replace(run_asked_for(), recipe="lda", params={}, seed=0, promote="always")
    return finished(started(by_default, _after(0.1)), _after(1.9), 1, promoted=True)


START = Operation(
    "Start a training",
    "Train",
    {
        HTTPStatus.ACCEPTED: Answer(
            "It runs, or waits for its turn.", runs.RunAnswer, headers={"Location": "Where to watch it."}
        )
    },
    "Answers at once. Of one model, a server runs one training at a time; `if_busy` says whether this one waits for "
    "its turn or is to be the one that is under way. The version becomes the champion as `promote` says; a model's "
    "first one always does.",
    request=runs.RunRequest,
    narrow=_recipe_of_some_model,
    needs_body=False,
    parameters=NAMED,
    errors=(Unknown, QueueFull, TrainingFailed, StoreError, StoreFull),
    examples=(
        Example(
            "A perceptron",
            lambda: runs.run_answer(run_asked_for()),
            {"recipe": "mlp", "params": {"epochs": 100}, "seed": 7, "promote": "if-not-worse"},
            HTTPStatus.ACCEPTED,
        ),
        wrong("Parameters that the recipe does not have", WRONG_RECIPE, *WRONG_PARAMETERS),
    ),
    links=(WATCH, STOP),
)
RUNS = Operation(
    "List the training runs",
    "Train",
    ok("The latest, of all servers over one store; the newest first.", runs.RunsAnswer),
    parameters={"model": OF_MODEL},
    errors=(Unknown, StoreError),
    examples=(Example("One that is done", lambda: runs.runs_answer([_finished()])),),
    links=(Link("run", "The newest in full.", {"id": "$response.body#/runs/0/id"}),),
)
RUN = Operation(
    "Watch a training run",
    "Train",
    ok("How far it is, the curve so far, and what became of it.", runs.RunAnswer),
    "The store holds what is shown, so that it doesn't matter which server runs it. A run whose server has ended is "
    "shown as failed.",
    parameters={**ONE, "since": SINCE},
    errors=(Unknown, StoreError),
    examples=(Example("Under way", lambda: runs.run_answer(_running())),),
    links=(WATCH, STOP),
)
CANCEL = Operation(
    "Cancel a training run",
    "Train",
    ok("It has ended, and publishes nothing.", runs.RunAnswer),
    "Whichever server runs it ends the training within a second.",
    parameters=ONE,
    errors=(Unknown, RunEnded, StoreError, StoreFull),
    examples=(Example("Cancelled", lambda: runs.run_answer(_cancelled())),),
    links=(WATCH,),
)
