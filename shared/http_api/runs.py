"""Training runs over HTTP: start, watch, cancel."""

from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec

from shared.domain.promotion import Promotion
from shared.domain.recipe import ParameterValue
from shared.domain.run import Curve, Regions, RunState, Share, TrainingRun
from shared.errors import Problem
from shared.http_api import payloads, queries
from shared.http_api.context import Context
from shared.http_api.handlers import json_reply, recipe_problems
from shared.http_api.messages import Call, Reply
from shared.http_api.views import Index, Number

Seconds = Annotated[float, msgspec.Meta(ge=0)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class RunRequest(payloads.Payload, frozen=True):
    """`promote` says whether the new version becomes the champion; without it the server's setting does."""

    recipe: str | None = None
    params: dict[str, Any] = msgspec.field(default_factory=dict)
    seed: payloads.Seed | None = None
    promote: Literal["always", "if-not-worse", "never"] | None = None
    if_busy: Literal["queue", "join"] = "queue"

    def is_all_of(self, body: bytes) -> bool:
        return False  # `params` may hold anything, as large and as deep as msgspec takes it


class RunsQuery(queries.QueryOf, frozen=True):
    model: str | None = None


class RunQuery(queries.QueryOf, frozen=True):
    since: Index = 0


class RunSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A run without its curve; see the glossary for its words. `progress` is a share, times are RFC 3339 or seconds."""

    id: str
    url: str
    model: str
    recipe: str
    params: dict[str, ParameterValue]
    seed: Index
    promote: Promotion
    by: str
    state: RunState
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    progress: Share
    step: str
    elapsed_s: Seconds
    remaining_s: Seconds | None
    version: Number | None
    promoted: bool | None
    reason: str | None


class RunAnswer(RunSummary, frozen=True, kw_only=True):
    """A run with its curve and the regions of its classes so far, where there are any."""

    curve: Curve | None
    regions: tuple[Regions, ...]


class RunsAnswer(msgspec.Struct, frozen=True):
    """The latest runs, of all processes that share the store; the newest first."""

    runs: tuple[RunSummary, ...]


def start(context: Context, call: Call) -> Reply:
    """`POST /models/<name>/runs`: start a training, and don't wait for it."""
    name = call.parameters["name"]

    def further(document: dict[str, Any]) -> Iterator[Problem]:
        return recipe_problems(context.service, {**document, "model": name})

    request = payloads.parse(RunRequest, call.body or b"{}", further)
    run = context.service.start_run(
        name,
        recipe=request.recipe,
        params=request.params,
        seed=request.seed,
        promote=request.promote,
        join=request.if_busy == "join",
    )
    reply = json_reply(run_answer(run), HTTPStatus.ACCEPTED, model=name)
    return msgspec.structs.replace(reply, headers=(*reply.headers, ("Location", f"/runs/{run.id}")))


def run(context: Context, call: Call) -> Reply:
    """`GET /runs/<id>`: how far it is; with `since`, only what the curve has beyond that step."""
    since = queries.parse(RunQuery, call.head.query).since
    found = context.service.run(call.parameters["id"])
    return json_reply(run_answer(found, since), model=found.model)


def runs(context: Context, call: Call) -> Reply:
    """`GET /runs`: the latest, of all models or one."""
    query = queries.parse(RunsQuery, call.head.query)
    return json_reply(runs_answer(context.service.runs(query.model)))


def cancel(context: Context, call: Call) -> Reply:
    """`DELETE /runs/<id>`: end it, whichever process runs it."""
    cancelled = context.service.cancel(call.parameters["id"])
    return json_reply(run_answer(cancelled), model=cancelled.model)


def run_answer(run: TrainingRun, since: int = 0) -> RunAnswer:
    curve = run.curve
    if curve is not None:
        curve = msgspec.structs.replace(curve, points=tuple(point for point in curve.points if point.step > since))
    return RunAnswer(**_fields(run), curve=curve, regions=run.regions)


def runs_answer(found: list[TrainingRun]) -> RunsAnswer:
    return RunsAnswer(tuple(RunSummary(**_fields(run)) for run in found))


def _fields(run: TrainingRun) -> dict[str, Any]:
    own = {name: getattr(run, name) for name in RunSummary.__struct_fields__ if name != "url"}
    return {**own, "url": f"/runs/{run.id}"}
