"""The Open Inference Protocol, version 2, REST, with its model repository and binary tensor data extensions.

https://github.com/kserve/open-inference-protocol and, for the extensions, Triton's `docs/protocol`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any

from shared import __version__
from shared.catalogue import CatalogueEntry, entry_named
from shared.errors import (
    ArtefactDamaged,
    InvalidInput,
    NotLoaded,
    NotTrained,
    Problem,
    StoreError,
    Unanswerable,
    UnknownVersion,
)
from shared.http_api import infer_answers, infer_requests, payloads, strict_json
from shared.http_api.handlers import json_reply
from shared.http_api.infer_requests import INPUT
from shared.http_api.messages import Call, Reply
from shared.http_api.tensors import Parameters

if TYPE_CHECKING:
    from shared.domain.signature import Signature
    from shared.http_api.context import Context
    from shared.inference.predictor import Predictor

PLATFORM = "sklearn_skops"


class IndexRequest(payloads.Payload, frozen=True):
    ready: bool = False


class LoadRequest(payloads.Payload, frozen=True):
    parameters: Parameters | None = None

    def is_all_of(self, body: bytes) -> bool:
        return False  # the same key may stand inside and outside


def infer(context: Context, call: Call) -> Reply:
    """`POST /v2/models/<name>[/versions/<version>]/infer`: the outputs for one row or many."""
    started, name, number = perf_counter(), call.parameters["name"], _number(call)
    request, rows = infer_requests.read(call, entry_named(name).feature_names, context.max_rows, context.max_body_bytes)
    parsed = perf_counter()
    predictor = context.service.predictor(name, number)
    indices, probabilities, n_warned = _predict(predictor, rows)
    timing = (parsed - started, perf_counter() - parsed)
    answer, binary = infer_answers.answer(request, predictor.version, indices, probabilities, n_warned)
    who = {"model": name, "version": predictor.version.number}
    return infer_answers.reply(call, answer, binary, **who, timing=timing, rows=len(indices))


def _predict(predictor: Predictor, rows: Any) -> tuple[Any, Any, int]:
    """Class indices, probabilities (arrays, or of one row a list and a tuple) and the number of rows with warnings."""
    try:
        if isinstance(rows, list):
            prediction = predictor.predict_row(rows)
            return [prediction.index], prediction.probabilities, int(bool(prediction.warnings))
        found = predictor.predict(rows)
    except Unanswerable as error:
        numbers = error.rows[: strict_json.MAX_PROBLEMS]
        raise InvalidInput([Problem(f"rows[{number}]", str(error)) for number in numbers]) from None
    return found.probabilities.argmax(axis=1), found.probabilities, found.rows_with_warnings


def server(context: Context, call: Call) -> Reply:
    """`GET /v2`: who answers; `backend` is Duet's addition."""
    extensions = ["model_repository", "binary_tensor_data"]
    return json_reply(
        {"name": "duet", "version": __version__, "extensions": extensions, "backend": context.backend},
    )


def models(context: Context, call: Call) -> Reply:
    """`GET /v2/models`, which KServe has beyond the protocol."""
    return json_reply({"models": [entry.name for entry in context.service.models()]})


def model(context: Context, call: Call) -> Reply:
    """`GET /v2/models/<name>[/versions/<version>]`: the tensors of a model, loaded or not."""
    entry, number = entry_named(call.parameters["name"]), _number(call)
    versions = context.service.versions(entry.name)
    found = {version.number: version for version in versions}
    if number is not None and number not in found:
        raise UnknownVersion(entry.name, number)
    shown = found[number] if number is not None else versions[0] if versions else entry
    numbers = sorted(found) if number is None else [number]
    return json_reply(
        {
            "name": entry.name,
            "versions": [str(number) for number in numbers],
            "platform": PLATFORM,
            **_tensors_of(shown.signature),
        }
    )


def _tensors_of(signature: Signature) -> dict[str, Any]:
    features = [feature.name for feature in signature.inputs]
    classes = [output.name for output in signature.output.classes]
    return {
        "inputs": [
            {
                "name": INPUT,
                "datatype": "FP64",
                "shape": [-1, len(features)],
                "parameters": {"features": features},
            }
        ],
        "outputs": [
            {"name": "predict", "datatype": "INT64", "shape": [-1], "parameters": {"classes": classes}},
            {
                "name": "predict_proba",
                "datatype": "FP64",
                "shape": [-1, len(classes)],
                "parameters": {"classes": classes},
            },
            {"name": "label", "datatype": "BYTES", "shape": [-1]},
        ],
    }


def model_ready(context: Context, call: Call) -> Reply:
    """`GET /v2/models/<name>[/versions/<version>]/ready`; a version that is not in memory is loaded to find out."""
    name, number = call.parameters["name"], _number(call)
    try:
        context.service.predictor(name, number)
    except (NotTrained, NotLoaded, ArtefactDamaged, StoreError) as error:
        why = str(error)
        return json_reply({"name": name, "ready": False, "reason": why}, HTTPStatus.SERVICE_UNAVAILABLE)
    return json_reply({"name": name, "ready": True})


def _number(call: Call) -> int | None:
    """The version that the path names; raises UnknownVersion where it can't be one."""
    text = call.parameters.get("version")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10) or str(int(text)) != text:
        raise UnknownVersion(call.parameters["name"], text[:40])
    return int(text)


def repository_index(context: Context, call: Call) -> Reply:
    """`POST /v2/repository/index`: every version, and whether it is in memory."""
    request = payloads.parse(IndexRequest, call.body or b"{}")
    entries = [state for entry in context.service.models() for state in _states(context, entry)]
    return json_reply([state for state in entries if not request.ready or state["state"] == "READY"])


def _states(context: Context, entry: CatalogueEntry) -> Iterator[dict[str, str]]:
    in_memory = context.service.in_memory(entry.name)
    is_unloaded = context.service.is_unloaded(entry.name)
    history = sorted(context.service.versions(entry.name), key=lambda version: version.number)
    if not history:
        yield {"name": entry.name, "state": "UNAVAILABLE", "reason": "not trained yet"}
    for version in history:
        state = {"name": entry.name, "version": str(version.number)}
        if version.number in in_memory:
            yield {**state, "state": "READY", "reason": ""}
        else:
            reason = "unloaded" if is_unloaded else "loaded when a request names it"
            yield {**state, "state": "UNAVAILABLE", "reason": reason}


def repository_load(context: Context, call: Call) -> Reply:
    """`POST /v2/repository/models/<name>/load`: the champion, in this process."""
    name = call.parameters["name"]
    payloads.parse(LoadRequest, call.body or b"{}", _load_problems)
    context.service.load(name)
    return json_reply({"name": name, "load": True})


def _load_problems(document: dict[str, Any]) -> Iterator[Problem]:
    given = document.get("parameters")
    for key in given if isinstance(given, Mapping) else ():
        yield Problem(f"parameters.{key[:40]}", "can't be set: what is loaded comes from the store as it was trained")


def repository_unload(context: Context, call: Call) -> Reply:
    """`POST /v2/repository/models/<name>/unload`: no version of it answers in this process until it is loaded."""
    name = call.parameters["name"]
    payloads.parse(LoadRequest, call.body or b"{}", _unload_problems)
    context.service.unload(name)
    return json_reply({"name": name, "unload": True})


def _unload_problems(document: dict[str, Any]) -> Iterator[Problem]:
    given = document.get("parameters")
    for key in given if isinstance(given, Mapping) else ():
        if key != "unload_dependents":  # no model has any
            yield Problem(f"parameters.{key[:40]}", "unknown parameter; known is: unload_dependents")
