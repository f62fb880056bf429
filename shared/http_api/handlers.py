"""One function a route: from a call to a reply, by way of the service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any

import msgspec

from shared.errors import InvalidInput, Problem, Unanswerable, UnknownModel
from shared.http_api import batches, explanations, mixed_rows, npy, payloads, strict_json, views
from shared.http_api.errors import Refusal
from shared.http_api.messages import Call, Header, Reply
from shared.http_api.metrics import CONTENT_TYPE

if TYPE_CHECKING:
    from shared.domain.prediction import Prediction
    from shared.domain.signature import Column
    from shared.http_api.context import Context
    from shared.http_api.routes import Handler
    from shared.http_api.static_files import StaticFile
    from shared.inference.predictor import Predictor
    from shared.service import Service

JSON: tuple[Header, ...] = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
PAGE_POLICY = (
    # Base URLs of backends can be set in the page, so it may connect anywhere; everything else is its own.
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src *; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_encoder = msgspec.json.Encoder()


def json_reply(value: Any, status: HTTPStatus = HTTPStatus.OK, **who: Any) -> Reply:
    """`value` as JSON; `who` are the fields of a Reply that say who answered."""
    return Reply(status.value, JSON, _encoder.encode(value), **who)


def classify(context: Context, call: Call) -> Reply:
    """`POST /classify`: the class of one row."""
    started = perf_counter()
    request = _classify_request(context.service, call.body)
    parsed = perf_counter()
    predictor = context.service.predictor(request.model, request.version)
    if predictor.is_regression:
        raise InvalidInput(
            [Problem("model", f"{request.model!r} has no classes; POST /models/{request.model}/predict")]
        )
    prediction = _predict_row(predictor, request.data, "data")
    timing = (parsed - started, perf_counter() - parsed)
    answer = views.classify_answer(prediction, predictor.version)
    if request.explain:
        answer = explanations.explained(answer, predictor, request.data, prediction)
        timing = (timing[0], perf_counter() - parsed)
    return json_reply(answer, model=answer.model, version=answer.version, timing=timing)


def _classify_request(service: Service, body: bytes) -> payloads.ClassifyRequest:
    """`body`, whose row is numbers in the end: of a model with categories or missing values it need not be at first."""
    try:
        request = payloads.parse(payloads.ClassifyRequest, body, partial(_row_problems, service))
    except InvalidInput:
        mixed = _mixed_columns(service, mixed_rows.model_in(body))
        if not mixed:
            with suppress(InvalidInput):  # a row that some model might take, of one that there is not
                service.entry(payloads.parse(payloads.AnyRowRequest, body).model)
            raise
    else:
        mixed = _mixed_columns(service, request.model)
        if not mixed:
            return request
    request = payloads.parse(payloads.mixed_classify_request(mixed), body)
    return msgspec.structs.replace(request, data=mixed_rows.matrix([request.data], mixed)[0].tolist())


def _mixed_columns(service: Service, model: str) -> tuple[Column, ...]:
    try:
        return service.entry(model).mixed_columns
    except UnknownModel:  # is told when the model is asked
        return ()


def _row_problems(service: Service, document: dict[str, Any]) -> Iterator[Problem]:
    """A row of the wrong length, for the model that the request names (or where that is no name, the default)."""
    row, given = document.get("data"), document.get("model")
    model = given if isinstance(given, str) else "iris"
    if not isinstance(row, list):
        return
    try:
        names = service.entry(model).feature_names
    except UnknownModel:  # is told when the model is asked
        return
    if len(row) != len(names):
        yield Problem("data", payloads.wrong_length(names, len(row)))


def _predict_row(predictor: Predictor, row: list[float], path: str) -> Prediction:
    try:
        return predictor.predict_row(row)
    except Unanswerable as error:
        raise InvalidInput([Problem(path, str(error))]) from None


def predict(context: Context, call: Call) -> Reply:
    """`POST /models/<name>/predict`: what is said of many rows; for clients that take arrays, the bare outputs."""
    started, name = perf_counter(), call.parameters["name"]
    entry = context.service.entry(name)
    batch = batches.read(call, entry.feature_names, context.max_rows, entry.mixed_columns)
    parsed = perf_counter()
    predictor = context.service.predictor(name, batch.version)
    try:
        prediction = predictor.predict(batch.X)
    except Unanswerable as error:
        raise rows_refused(error) from None
    version, timing = predictor.version, (parsed - started, perf_counter() - parsed)
    # An array has no place for explanations.
    if batch.explain or not accepts(call.head.value("accept") or "", npy.CONTENT_TYPE):
        answer = explanations.answer_to(batch, prediction, predictor)
        return json_reply(answer, model=version.model, version=version.number, timing=timing, rows=len(batch.X))
    headers = (
        ("Content-Type", npy.CONTENT_TYPE),
        ("Cache-Control", "no-store"),
        ("X-Model-Name", version.model),
        ("X-Model-Version", str(version.number)),
        ("X-Rows-With-Warnings", str(prediction.rows_with_warnings)),
    )
    body = npy.write(prediction.outputs)
    return Reply(
        HTTPStatus.OK, headers, body, model=version.model, version=version.number, timing=timing, rows=len(batch.X)
    )


def rows_refused(error: Unanswerable, where: str = "rows") -> InvalidInput:
    """`error` as what is wrong with a request: the rows that have no answer, each by its place."""
    return InvalidInput([Problem(f"{where}[{row}]", str(error)) for row in error.rows[: strict_json.MAX_PROBLEMS]])


def tree(context: Context, call: Call) -> Reply:
    """`POST /`: the class index that the decision tree gives to one flower."""
    started = perf_counter()
    flower = payloads.parse(payloads.FlowerRequest, call.body)
    parsed = perf_counter()
    predictor = context.service.predictor("iris-tree")
    prediction = _predict_row(predictor, [flower.sl, flower.sw, flower.pl, flower.pw], "")
    timing = (parsed - started, perf_counter() - parsed)
    return json_reply(
        views.FlowerAnswer([prediction.index]), model="iris-tree", version=prediction.version, timing=timing
    )


def train(context: Context, call: Call) -> Reply:
    """`POST /train`: train a model, wait for it, and make it the champion."""
    request = payloads.parse(payloads.TrainRequest, call.body, partial(recipe_problems, context.service))
    version = context.service.train(request.model, recipe=request.recipe, params=request.params, seed=request.seed)
    return json_reply(views.train_answer(version), model=version.model, version=version.number)


def recipe_problems(service: Service, document: dict[str, Any]) -> Iterator[Problem]:
    """What the named model's recipe and its parameters don't allow."""
    model, recipe, params = document.get("model", "iris"), document.get("recipe"), document.get("params", {})
    if not isinstance(model, str) or not isinstance(recipe, str | None):
        return
    try:
        chosen = service.entry(model).recipe_named(recipe)
        if isinstance(params, dict):
            chosen.complete(params)
    except UnknownModel:  # is told when it is to be trained
        return
    except InvalidInput as error:
        yield from error.problems


def models(context: Context, call: Call) -> Reply:
    """`GET /models`: what there is, and who answers."""
    return json_reply(views.models_answer(context.service.champions()))


def model(context: Context, call: Call) -> Reply:
    """`GET /models/<name>`: signature, examples, recipes and champion."""
    name = call.parameters["name"]
    return json_reply(views.model_view(context.service.entry(name), context.service.champion(name)))


def home(context: Context, call: Call) -> Reply:
    """`GET /home`: what this is, in a sentence."""
    text = "Duet serves scikit-learn models. POST /classify a row, GET /models for what there is, GET / for the page.\n"
    return Reply(HTTPStatus.OK, (("Content-Type", "text/plain; charset=utf-8"),), text.encode())


def live(context: Context, call: Call) -> Reply:
    """`GET /v2/health/live` of the Open Inference Protocol: the process answers."""
    return json_reply(views.LiveAnswer(live=True))


def ready(context: Context, call: Call) -> Reply:
    """`GET /v2/health/ready` of the Open Inference Protocol: it answers with what the store names."""
    problems = ["stopping"] if context.draining else context.service.problems()
    status = HTTPStatus.SERVICE_UNAVAILABLE if problems else HTTPStatus.OK
    return json_reply(views.ReadyAnswer(live=True, ready=not problems, problems=tuple(problems)), status)


def metrics(context: Context, call: Call) -> Reply:
    """`GET /metrics`: what a platform watches, for Prometheus."""
    headers = (("Content-Type", CONTENT_TYPE), ("Cache-Control", "no-store"))
    return Reply(HTTPStatus.OK, headers, context.metrics.exposition())


def static_file(context: Context, call: Call) -> Reply:
    """A file of the page, or 304 where the client has it (RFC 9110, section 13.1.2)."""
    file = context.static_files.get(call.head.path)
    if file is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "there is nothing at this path")
    return _file(file, call)


def openapi(context: Context, call: Call) -> Reply:
    """`GET /openapi.json`: this API, described for programs."""
    return _file(context.openapi(), call)


def _file(file: StaticFile, call: Call) -> Reply:
    compressed = accepts(call.head.value("accept-encoding") or "", "gzip")
    etag, body = (file.gzip_etag, file.gzip_body) if compressed else (file.etag, file.body)
    headers: tuple[Header, ...] = (
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept-Encoding"),
        ("ETag", etag),
        ("Content-Security-Policy", PAGE_POLICY),
        ("Referrer-Policy", "no-referrer"),
    )
    known = [tag.strip().removeprefix("W/") for tag in (call.head.value("if-none-match") or "").split(",")]
    if etag in known or known == ["*"]:
        return Reply(HTTPStatus.NOT_MODIFIED, headers)
    encoding = (("Content-Encoding", "gzip"),) if compressed else ()
    return Reply(HTTPStatus.OK, (("Content-Type", file.content_type), *encoding, *headers), body)


def accepts(offers: str, wanted: str) -> bool:
    """Whether the client takes `wanted` (RFC 9110, section 12.4); a client that doesn't name it does not."""
    found = (offer.strip().lower().replace(" ", "").partition(";q=") for offer in offers.split(","))
    return any(name == wanted and (not weight or weight.strip("0.") != "") for name, _, weight in found)


def options_of(methods: Sequence[str]) -> Handler:
    """The handler that answers OPTIONS where `methods` are allowed."""
    allow = ", ".join(methods)

    def options(context: Context, call: Call) -> Reply:
        return Reply(HTTPStatus.NO_CONTENT, (("Allow", allow),))

    return options
