"""A model as a service: one table in, column by column, and what the model says of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np

from shared.domain.signature import Task
from shared.errors import Problem, Unanswerable, UnknownModel
from shared.http_api import mixed_rows, payloads, queries, views
from shared.http_api.batches import Batch, size_problems
from shared.http_api.handlers import json_reply, rows_refused
from shared.http_api.messages import Call, Reply
from shared.http_api.views import Number

if TYPE_CHECKING:
    from shared.http_api.context import Context

DEFAULT_MODEL = "iris"


class TableRequest(payloads.Payload, frozen=True):
    """`data` holds one list of values for each feature, all of one length, a category as its index.

    `backend` says who shall answer.
    """

    data: dict[str, list[payloads.Number]]
    model: str = DEFAULT_MODEL
    version: payloads.Count | None = None
    backend: Literal["flask", "klein"] | None = None


class TableQuery(queries.QueryOf, frozen=True):
    model: str = DEFAULT_MODEL


class TableAnswer(msgspec.Struct, frozen=True):
    """What to send: a list for each of `feature_names`. `version` is null where the model is not trained yet."""

    model_name: str
    task: Task
    feature_names: tuple[str, ...]
    version: Number | None


@dataclass(frozen=True, slots=True)
class _Table(Batch):
    def path(self, row: int, column: int | None, feature: str | None) -> str:
        return f"data.{feature}[{row}]" if feature else f"data[{row}]"


def describe(context: Context, call: Call) -> Reply:
    """`GET /api`: the model's name, and those of its features."""
    entry = context.service.entry(queries.parse(TableQuery, call.head.query).model)
    champion = context.service.champion(entry.name)
    number = champion.number if champion else None
    return json_reply(TableAnswer(entry.name, entry.task, entry.feature_names, number))


def predict(context: Context, call: Call) -> Reply:
    """`POST /api`: the class and the probabilities of each row, or its value."""
    started = perf_counter()

    def further(document: dict[str, Any]) -> Iterator[Problem]:
        wanted = document.get("backend")
        if wanted is not None and wanted != context.backend:
            yield Problem("backend", f"this is {context.backend}; the other one has an address of its own")
        data, model = document.get("data"), document.get("model", DEFAULT_MODEL)
        if not isinstance(data, dict) or not isinstance(model, str):
            return
        try:
            names = context.service.entry(model).feature_names
        except UnknownModel:  # is told when the model is asked
            return
        yield from _column_problems(data, names, context.max_rows)

    request = payloads.parse(TableRequest, call.body, further)
    entry = context.service.entry(request.model)
    names = entry.feature_names
    table = _Table(np.array([request.data[name] for name in names], np.float64).T, request.version)
    if entry.mixed_columns:
        mixed_rows.refuse_wrong_codes(table.X, entry.mixed_columns, table.path)
    parsed = perf_counter()
    predictor = context.service.predictor(request.model, request.version)
    try:
        prediction = predictor.predict(table.X)
    except Unanswerable as error:
        raise rows_refused(error, "data") from None
    timing = (parsed - started, perf_counter() - parsed)
    answer = views.predict_answer(prediction, predictor, table)
    return json_reply(answer, model=answer.model, version=answer.version, timing=timing, rows=len(table.X))


def _column_problems(data: dict[str, Any], names: Sequence[str], max_rows: int) -> Iterator[Problem]:
    """Every feature that is missing or unknown, and columns that are not as long as the first."""
    for name in names:
        if name not in data:
            yield Problem(f"data.{name}", "is missing")
    for name in data:
        if name not in names:
            yield Problem(f"data.{name}", f"unknown feature; known are: {', '.join(names)}")
    lengths = {name: len(column) for name, column in data.items() if isinstance(column, list)}
    for name, length in lengths.items():
        first, wanted = next(iter(lengths.items()))
        if length != wanted:
            yield Problem(f"data.{name}", f"must hold {wanted} values, as {first} does, got {length}")
    if lengths:
        yield from size_problems("data", max(lengths.values()), max_rows)
