"""What a version's cross-validation answered to rows that were not seen, for those who want to look at mistakes."""

from typing import Annotated

import msgspec
import numpy as np

from shared.domain.held_out import HeldOut
from shared.domain.metrics import ClassificationMetrics, Interval, wilson
from shared.domain.version import ModelVersion
from shared.errors import InvalidInput, Problem
from shared.http_api import queries
from shared.http_api.context import Context
from shared.http_api.handlers import json_reply
from shared.http_api.messages import Call, Reply
from shared.http_api.versions import number_in
from shared.http_api.views import Index, Number, Probability

MOST_ROWS = 500
DECIMALS = 6  # of probabilities, which are kept with seven digits
RowCount = Annotated[int, msgspec.Meta(ge=1, le=MOST_ROWS)]


class HeldOutQuery(queries.QueryOf, frozen=True):
    """`n` rows of one class or any, drawn as `seed` says."""

    class_: str | None = msgspec.field(default=None, name="class")
    n: RowCount = 300
    seed: Index = 0


class HeldOutRow(msgspec.Struct, frozen=True):
    """`row` is its number in the model's data, from 0; `inputs` are numbers, categories by index."""

    row: Index
    inputs: list[float | None]
    label: str
    predicted: str
    probabilities: list[Probability]


class HeldOutAnswer(msgspec.Struct, frozen=True):
    """`n` of the `available` rows, of which `correct` were taken for what they are; probabilities in the order of
    `classes`.
    """

    model: str
    version: Number
    protocol: str
    classes: list[str]
    available: Number
    n: Number
    correct: Index
    interval: Interval
    rows: list[HeldOutRow]


def held_out(context: Context, call: Call) -> Reply:
    """`GET /models/<name>/versions/<version>/held-out`: rows, and what estimators that had not seen them answered."""
    name, number = call.parameters["name"], number_in(call)
    query = queries.parse(HeldOutQuery, call.head.query)
    return json_reply(held_out_answer(*context.service.held_out(name, number), query), model=name, version=number)


def held_out_answer(version: ModelVersion, found: HeldOut, query: HeldOutQuery) -> HeldOutAnswer:
    """Those of `found` that `query` asks for; raises InvalidInput."""
    classes = [one.name for one in version.signature.output.classes]
    candidates = np.arange(len(found.y))
    if query.class_ is not None:
        if query.class_ not in classes:
            raise InvalidInput([Problem("?class", f"must be one of {', '.join(classes)}, got {query.class_!r}")])
        candidates = np.flatnonzero(found.y == classes.index(query.class_))
        if not len(candidates):  # of many rows some are kept
            raise InvalidInput([Problem("?class", f"no row of class {query.class_!r} was kept with the version")])
    chosen = np.random.default_rng(query.seed).permutation(candidates)[: query.n]
    predicted = found.probabilities[chosen].argmax(axis=1)
    correct = int((predicted == found.y[chosen]).sum())
    assert isinstance(version.metrics, ClassificationMetrics)
    return HeldOutAnswer(
        model=version.model,
        version=version.number,
        protocol=f"{version.metrics.cross_validation.protocol}: the first repeat",
        classes=classes,
        available=len(candidates),
        n=len(chosen),
        correct=correct,
        interval=wilson(correct, len(chosen)),
        rows=[
            HeldOutRow(row, inputs, classes[label], classes[answer], shares)
            for row, inputs, label, answer, shares in zip(
                found.rows[chosen].tolist(),
                found.X[chosen].tolist(),
                found.y[chosen].tolist(),
                predicted.tolist(),
                found.probabilities[chosen].round(DECIMALS).tolist(),
                strict=True,
            )
        ],
    )
