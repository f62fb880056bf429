"""The descriptions of the routes that make models of tables, with examples."""

from http import HTTPStatus
from typing import Annotated

import msgspec

from shared.catalogue import entry_named
from shared.domain.signature import Task
from shared.errors import NameTaken, StoreError, StoreFull, TrainingFailed, Unknown
from shared.http_api import tables
from shared.http_api.descriptions import NAMED, iris_version
from shared.http_api.operations import DEFINED_NAME, Answer, Example, Link, Operation, Parameter, ok
from shared.http_api.run_descriptions import run_asked_for
from shared.http_api.runs import run_answer
from shared.http_api.views import model_view
from shared.tables.overview import CategoryCount, ColumnOverview, TableOverview

AS_CSV = {
    tables.CSV: "a table whose first line names the columns, in UTF-8, uncompressed; commas, semicolons or tabs "
    "between the cells."
}
FILE = Parameter("What the file is called.", tables.Text, "flats.csv", "query")
NEW_NAME = Annotated[str, msgspec.Meta(extra_json_schema=DEFINED_NAME)]
WISHES = {
    "name": Parameter("What the model is called; without it, as the file.", NEW_NAME, "flats", "query"),
    "title": Parameter("What people call it.", tables.Text, "Flats", "query"),
    "target": Parameter("The column to be predicted; known of the usual house prices.", tables.Text, "kind", "query"),
    "task": Parameter("Without it, as the target looks.", Task, "classification", "query"),
    "drop": Parameter("A column to leave out; may be repeated.", tables.Text, "rent", "query"),
    "file": FILE,
}


def _overview() -> TableOverview:
    kinds = (CategoryCount("dear", 66), CategoryCount("cheap", 54))
    columns = (
        ColumnOverview("rooms", "number", 0, 1.0, 5.0, 0, (), "", "classification"),
        ColumnOverview("kind", "category", 0, None, None, 2, kinds, "", "classification"),
    )
    return TableOverview(120, columns, "flats", "Flats", "kind")


def _added() -> tables.AddedAnswer:
    shown = model_view(entry_named("iris"), iris_version())
    model = msgspec.structs.replace(shown, name="flowers", title="Flowers", defined=True, champion=None)
    run = msgspec.structs.replace(run_asked_for(), model="flowers", recipe="auto", params={}, promote="always")
    return tables.AddedAnswer(model, run_answer(run))


READ = Operation(
    "Look at a table",
    "Train",
    ok("How the columns are understood, and what a model of them might be called and predict.", TableOverview),
    "Nothing is kept. What is wrong is named with row and column.",
    request=bytes,
    takes=AS_CSV,
    parameters={"file": FILE},
    examples=(Example("Flats", _overview),),
)
ADD = Operation(
    "Add a model",
    "Train",
    {
        HTTPStatus.ACCEPTED: Answer(
            "The model, and its first training, which runs.",
            tables.AddedAnswer,
            headers={"Location": "Where to watch the training."},
        )
    },
    "Makes a model of the table and starts its first training. A model whose first training fails or is cancelled "
    "stays untrained: train it again, or remove it.",
    request=bytes,
    takes=AS_CSV,
    parameters=WISHES,
    errors=(NameTaken, TrainingFailed, StoreError, StoreFull),
    examples=(Example("Flowers", _added, status=HTTPStatus.ACCEPTED),),
    links=(
        Link("run", "Watch the training.", {"id": "$response.body#/run/id"}),
        Link("cancel_run", "Cancel it.", {"id": "$response.body#/run/id"}),
    ),
)
REMOVE = Operation(
    "Remove a model",
    "Train",
    ok("It is gone, with its data, versions and runs.", tables.RemovedAnswer),
    "Models of the catalogue can't be removed.",
    parameters=NAMED,
    errors=(Unknown, NameTaken, StoreError, StoreFull),
    examples=(Example("Flats", lambda: tables.RemovedAnswer("flats")),),
)
