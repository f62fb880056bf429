"""One function a route: from a call to a reply, by way of the service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any

import msgspec

from shared.catalogue import CATALOGUE, entry_named
from shared.errors import InvalidInput, Problem, Unanswerable
from shared.http_api import payloads, views
from shared.http_api.errors import Refusal
from shared.http_api.messages import Call, Header, Reply
from shared.http_api.metrics import CONTENT_TYPE

if TYPE_CHECKING:
    from shared.domain.prediction import Prediction
    from shared.http_api.context import Context
    from shared.http_api.routes import Handler
    from shared.inference.predictor import Predictor

JSON: tuple[Header, ...] = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
PAGE_POLICY = (
    # Base URLs of backends can be set in the page, so it may connect anywhere; everything else is its own.
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src *; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_encoder = msgspec.json.Encoder()


def _json(value: Any, status: HTTPStatus = HTTPStatus.OK, **who: Any) -> Reply:
    return Reply(status.value, JSON, _encoder.encode(value), **who)


def classify(context: Context, call: Call) -> Reply:
    """`POST /classify`: the class of one row."""
    request = payloads.parse(payloads.ClassifyRequest, call.body, _row_problems)
    predictor = context.service.predictor(request.model, request.version)
    answer = views.classify_answer(_predict_row(context, predictor, request.data, "data"), predictor.version)
    return _json(answer, model=answer.model, version=answer.version)


def _row_problems(document: dict[str, Any]) -> Iterator[Problem]:
    """A row of the wrong length, for the model that the request names (or where that is no name, the default)."""
    row, given = document.get("data"), document.get("model")
    model = given if isinstance(given, str) else "iris"
    if not isinstance(row, list) or model not in CATALOGUE:
        return
    inputs = entry_named(model).signature.inputs
    if len(row) != len(inputs):
        names = ", ".join(feature.name for feature in inputs)
        yield Problem("data", f"must hold {len(inputs)} numbers ({names}), got {len(row)}")


def _predict_row(context: Context, predictor: Predictor, row: list[float], path: str) -> Prediction:
    started = perf_counter()
    try:
        return predictor.predict_row(row)
    except Unanswerable as error:
        raise InvalidInput([Problem(path, str(error))]) from None
    finally:
        version = predictor.version
        context.metrics.inferred(version.model, version.number, 1, perf_counter() - started)


def tree(context: Context, call: Call) -> Reply:
    """`POST /`: the class index that the decision tree gives to one flower."""
    flower = payloads.parse(payloads.FlowerRequest, call.body)
    predictor = context.service.predictor("iris-tree")
    prediction = _predict_row(context, predictor, [flower.sl, flower.sw, flower.pl, flower.pw], "")
    return _json({"prediction": [prediction.index]}, model="iris-tree", version=prediction.version)


def train(context: Context, call: Call) -> Reply:
    """`POST /train`: train a model, wait for it, and make it the champion."""
    request = payloads.parse(payloads.TrainRequest, call.body, _recipe_problems)
    version = context.service.train(request.model, recipe=request.recipe, params=request.params, seed=request.seed)
    return _json(views.train_answer(version), model=version.model, version=version.number)


def _recipe_problems(document: dict[str, Any]) -> Iterator[Problem]:
    """What the named model's recipe and its parameters don't allow."""
    model, recipe, params = document.get("model", "iris"), document.get("recipe"), document.get("params", {})
    if not isinstance(model, str) or model not in CATALOGUE or not isinstance(recipe, str | None):
        return
    try:
        chosen = entry_named(model).recipe_named(recipe)
        if isinstance(params, dict):
            chosen.complete(params)
    except InvalidInput as error:
        yield from error.problems


def models(context: Context, call: Call) -> Reply:
    """`GET /models`: what there is, and who answers."""
    entries = context.service.models()
    return _json({"models": [views.summary_view(entry, context.service.champion(entry.name)) for entry in entries]})


def model(context: Context, call: Call) -> Reply:
    """`GET /models/<name>`: signature, examples, recipes and champion."""
    name = call.parameters["name"]
    return _json(views.model_view(entry_named(name), context.service.champion(name)))


def versions(context: Context, call: Call) -> Reply:
    """`GET /models/<name>/versions`: the history, newest first."""
    name = call.parameters["name"]
    history = context.service.versions(name)
    champion = context.service.champion(name)
    return _json(
        {
            "model": name,
            "champion": champion and champion.number,
            "versions": [views.version_view(version) for version in history],
        }
    )


def home(context: Context, call: Call) -> Reply:
    """`GET /home`: what this is, in a sentence."""
    text = "Duet serves scikit-learn models. POST /classify a row, GET /models for what there is, GET / for the page.\n"
    return Reply(HTTPStatus.OK, (("Content-Type", "text/plain; charset=utf-8"),), text.encode())


def live(context: Context, call: Call) -> Reply:
    """`GET /v2/health/live` of the Open Inference Protocol: the process answers."""
    return _json({"live": True})


def ready(context: Context, call: Call) -> Reply:
    """`GET /v2/health/ready` of the Open Inference Protocol: it answers with what the store names."""
    problems = ["stopping"] if context.draining else context.service.problems()
    status = HTTPStatus.SERVICE_UNAVAILABLE if problems else HTTPStatus.OK
    return _json({"live": True, "ready": not problems, "problems": problems}, status)


def metrics(context: Context, call: Call) -> Reply:
    """`GET /metrics`: what a platform watches, for Prometheus."""
    headers = (("Content-Type", CONTENT_TYPE), ("Cache-Control", "no-store"))
    return Reply(HTTPStatus.OK, headers, context.metrics.exposition())


def static_file(context: Context, call: Call) -> Reply:
    """A file of the page, or 304 where the client has it (RFC 9110, section 13.1.2)."""
    file = context.static_files.get(call.head.path)
    if file is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "there is nothing at this path")
    compressed = _accepts_gzip(call.head.value("accept-encoding") or "")
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


def _accepts_gzip(accept_encoding: str) -> bool:
    """Whether the client takes gzip (RFC 9110, section 12.5.3); a client that says nothing of it does not."""
    offers = (offer.strip().lower().replace(" ", "").partition(";q=") for offer in accept_encoding.split(","))
    return any(
        coding == "gzip" and weight.strip("0.") != "" if weight else coding == "gzip" for coding, _, weight in offers
    )


def options_of(methods: Sequence[str]) -> Handler:
    """The handler that answers OPTIONS where `methods` are allowed."""
    allow = ", ".join(methods)

    def options(context: Context, call: Call) -> Reply:
        return Reply(HTTPStatus.NO_CONTENT, (("Allow", allow),))

    return options
