"""Models from tables: a CSV is looked at, made a model of, and nothing of it is kept in between."""

from http import HTTPStatus
from io import BytesIO
from typing import Annotated

import msgspec

from shared.domain.packing import pack
from shared.domain.signature import Task
from shared.errors import InvalidInput, Problem
from shared.http_api import queries
from shared.http_api.context import Context
from shared.http_api.handlers import json_reply
from shared.http_api.messages import Call, Reply
from shared.http_api.runs import RunAnswer, run_answer
from shared.http_api.views import ModelAnswer, model_view
from shared.tables import Table, read_table
from shared.tables.defining import Wishes, define, suggested_name
from shared.tables.overview import overview
from shared.tables.records import GZIP

CSV = "text/csv"
Text = Annotated[str, msgspec.Meta(max_length=200)]


class ReadQuery(queries.QueryOf, frozen=True):
    """`file` is what the file is called."""

    file: Text = "table.csv"


class AddQuery(ReadQuery, frozen=True):
    """What a person says of the table; what is missing is chosen by what stands in it."""

    name: Text | None = None
    title: Text = ""
    target: Text | None = None
    task: Task | None = None
    drop: queries.Several = ()


class AddedAnswer(msgspec.Struct, frozen=True):
    """The new model, which is not trained yet, and the run of its first training."""

    model: ModelAnswer
    run: RunAnswer


class RemovedAnswer(msgspec.Struct, frozen=True):
    """What there is no more."""

    model: str


def read(context: Context, call: Call) -> Reply:
    """`POST /tables`: how a CSV is understood."""
    query = queries.parse(ReadQuery, call.head.query)
    return json_reply(overview(_table(call.body), query.file))


def add(context: Context, call: Call) -> Reply:
    """`POST /models`: a model of a CSV, and its first training, which is not waited for."""
    query, table = queries.parse(AddQuery, call.head.query), _table(call.body)
    wishes = Wishes(
        name=query.name or suggested_name(table, query.file),
        by=context.backend,
        source=query.file,
        title=query.title,
        target=query.target,
        task=query.task,
        drop=query.drop,
    )
    definition, data = define(table, wishes)
    run = context.service.add(definition, pack(data))
    answer = AddedAnswer(model_view(context.service.entry(run.model), None), run_answer(run))
    reply = json_reply(answer, HTTPStatus.ACCEPTED, model=run.model)
    return msgspec.structs.replace(reply, headers=(*reply.headers, ("Location", f"/runs/{run.id}")))


def remove(context: Context, call: Call) -> Reply:
    """`DELETE /models/<name>`: a model that the store defines, with its data, versions and runs."""
    name = call.parameters["name"]
    context.service.remove(name)
    return json_reply(RemovedAnswer(name), model=name)


def _table(body: bytes) -> Table:
    if body.startswith(GZIP):  # which may hold a thousand times as many bytes
        raise InvalidInput([Problem("file", "is compressed; send it as it is, or use `duet add`")])
    return read_table(BytesIO(body))
