"""The Open Inference Protocol, version 2, REST, with its model repository and binary tensor data extensions.

https://github.com/kserve/open-inference-protocol and, for the extensions, Triton's `docs/protocol`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from shared import __version__
from shared.catalogue import CatalogueEntry
from shared.errors import (
    ArtefactDamaged,
    GoldenRowsDiffer,
    NotLoaded,
    NotTrained,
    Problem,
    StoreError,
    Unanswerable,
    UnknownModel,
    UnknownVersion,
)
from shared.http_api import infer_answers, infer_requests, mixed_rows, payloads
from shared.http_api.handlers import json_reply, rows_refused
from shared.http_api.infer_requests import INPUT
from shared.http_api.messages import Call, Reply
from shared.http_api.tensors import DatatypeName, Parameters
from shared.http_api.versions import number_in

if TYPE_CHECKING:
    from shared.domain.signature import Signature
    from shared.http_api.context import Context
    from shared.inference.predictor import Predictor

DEPENDENTS = "unload_dependents"  # no model has any
PLATFORM = "sklearn_skops"
EXTENSIONS = ("model_repository", "binary_tensor_data")


class IndexRequest(payloads.Payload, frozen=True):
    ready: bool = False


class LoadRequest(payloads.Payload, frozen=True):
    parameters: Parameters | None = None

    def is_all_of(self, body: bytes) -> bool:
        return False  # the same key may stand inside and outside


class UnloadRequest(LoadRequest, frozen=True):
    """As Triton's clients send it."""


class ServerAnswer(msgspec.Struct, frozen=True):
    """`backend`, which is Duet's addition, says which of the two answers."""

    name: str
    version: str
    extensions: tuple[str, ...]
    backend: str


class ModelNamesAnswer(msgspec.Struct, frozen=True):
    models: tuple[str, ...]


class TensorMetadata(msgspec.Struct, frozen=True):
    """A tensor that a model takes or gives; -1 stands for any number of rows, `parameters` name the columns."""

    name: str
    datatype: DatatypeName
    shape: tuple[int, ...]
    parameters: dict[str, tuple[str, ...]] | msgspec.UnsetType = msgspec.UNSET


class MetadataAnswer(msgspec.Struct, frozen=True):
    name: str
    versions: tuple[str, ...]
    platform: str
    inputs: tuple[TensorMetadata, ...]
    outputs: tuple[TensorMetadata, ...]


class ModelReadyAnswer(msgspec.Struct, frozen=True):
    """`reason` stands there where the model is not ready."""

    name: str
    ready: bool
    reason: str | msgspec.UnsetType = msgspec.UNSET


class IndexEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a model, and whether it is in memory; a model that is not trained yet has none."""

    name: str
    version: str | msgspec.UnsetType = msgspec.UNSET
    state: Literal["READY", "UNAVAILABLE"]
    reason: str


class LoadAnswer(msgspec.Struct, frozen=True):
    name: str
    load: bool


class UnloadAnswer(msgspec.Struct, frozen=True):
    name: str
    unload: bool


def infer(context: Context, call: Call) -> Reply:
    """`POST /v2/models/<name>[/versions/<version>]/infer`: the outputs for one row or many."""
    started, name, number = perf_counter(), call.parameters["name"], _number(call)
    entry = context.service.entry(name)
    request, rows = infer_requests.read(call, entry.feature_names, context.max_rows, context.max_body_bytes)
    if entry.mixed_columns:
        mixed_rows.refuse_wrong_codes(rows, entry.mixed_columns)
    parsed = perf_counter()
    predictor = context.service.predictor(name, number)
    indices, outputs, n_warned = _predict(predictor, rows)
    timing = (parsed - started, perf_counter() - parsed)
    answer, binary = infer_answers.answer(request, predictor.version, indices, outputs, n_warned)
    who = {"model": name, "version": predictor.version.number}
    return infer_answers.reply(call, answer, binary, **who, timing=timing, rows=len(indices))


def _predict(predictor: Predictor, rows: Any) -> tuple[Any, Any, int]:
    """Class indices and probabilities (arrays, or of one row a list and a tuple) and the number of rows with warnings.

    A regression's values stand in the place of the indices, and of the probabilities too.
    """
    try:
        if isinstance(rows, list):
            if predictor.is_regression:
                estimate = predictor.estimate_row(rows)
                return [estimate.value], (estimate.value,), int(bool(estimate.warnings))
            prediction = predictor.predict_row(rows)
            return [prediction.index], prediction.probabilities, int(bool(prediction.warnings))
        found = predictor.predict(rows)
    except Unanswerable as error:
        raise rows_refused(error) from None
    answers = found.outputs[:, 0] if predictor.is_regression else found.outputs.argmax(axis=1)
    return answers, found.outputs, found.rows_with_warnings


def server(context: Context, call: Call) -> Reply:
    """`GET /v2`: who answers."""
    return json_reply(ServerAnswer("duet", __version__, EXTENSIONS, context.backend))


def models(context: Context, call: Call) -> Reply:
    """`GET /v2/models`, which KServe has beyond the protocol."""
    return json_reply(ModelNamesAnswer(tuple(entry.name for entry in context.service.models())))


def model(context: Context, call: Call) -> Reply:
    """`GET /v2/models/<name>[/versions/<version>]`: the tensors of a model, loaded or not."""
    entry, number = context.service.entry(call.parameters["name"]), _number(call)
    versions = context.service.versions(entry.name)
    found = {version.number: version for version in versions}
    if number is not None and number not in found:
        raise UnknownVersion(entry.name, number)
    shown = found[number] if number is not None else versions[0] if versions else entry
    return json_reply(metadata(entry.name, sorted(found) if number is None else [number], shown.signature))


def metadata(name: str, numbers: Iterable[int], signature: Signature) -> MetadataAnswer:
    """The tensors of a model with this `signature`."""
    columns = {"features": tuple(feature.name for feature in signature.inputs)}
    inputs = (TensorMetadata(INPUT, "FP64", (-1, len(signature.inputs)), columns),)
    versions = tuple(map(str, numbers))
    if signature.output.task == "regression":
        outputs = (TensorMetadata("predict", "FP64", (-1,)),)
        return MetadataAnswer(name, versions, PLATFORM, inputs, outputs)
    classes = {"classes": tuple(output.name for output in signature.output.classes)}
    return MetadataAnswer(
        name=name,
        versions=versions,
        platform=PLATFORM,
        inputs=inputs,
        outputs=(
            TensorMetadata("predict", "INT64", (-1,), classes),
            TensorMetadata("predict_proba", "FP64", (-1, len(signature.output.classes)), classes),
            TensorMetadata("label", "BYTES", (-1,)),
        ),
    )


def model_ready(context: Context, call: Call) -> Reply:
    """`GET /v2/models/<name>[/versions/<version>]/ready`; a version that is not in memory is loaded to find out."""
    name, number = call.parameters["name"], _number(call)
    try:
        context.service.predictor(name, number)
    except (NotTrained, NotLoaded, ArtefactDamaged, GoldenRowsDiffer, StoreError) as error:
        return json_reply(ModelReadyAnswer(name, False, str(error)), HTTPStatus.SERVICE_UNAVAILABLE)
    return json_reply(ModelReadyAnswer(name, True))


def _number(call: Call) -> int | None:
    """The version that the path names, if it names one; raises UnknownVersion where it can't be one."""
    return number_in(call) if "version" in call.parameters else None


def repository_index(context: Context, call: Call) -> Reply:
    """`POST /v2/repository/index`: every version, and whether it is in memory."""
    request = payloads.parse(IndexRequest, call.body or b"{}")
    entries = [state for entry in context.service.models() for state in _states(context, entry)]
    return json_reply([entry for entry in entries if not request.ready or entry.state == "READY"])


def _states(context: Context, entry: CatalogueEntry) -> Iterator[IndexEntry]:
    service, name = context.service, entry.name
    try:
        in_memory, history = service.in_memory(name), service.versions(name)[::-1]
    except UnknownModel:  # it has just been removed
        return
    is_unloaded = service.is_unloaded(name)
    if not history:
        yield IndexEntry(name=name, state="UNAVAILABLE", reason="not trained yet")
    for version in history:
        number = str(version.number)
        if version.number in in_memory:
            yield IndexEntry(name=name, version=number, state="READY", reason="")
        else:
            reason = "unloaded" if is_unloaded else "loaded when a request names it"
            yield IndexEntry(name=name, version=number, state="UNAVAILABLE", reason=reason)


def repository_load(context: Context, call: Call) -> Reply:
    """`POST /v2/repository/models/<name>/load`: the champion, in this process."""
    name = call.parameters["name"]
    payloads.parse(LoadRequest, call.body or b"{}", _load_problems)
    context.service.load(name)
    return json_reply(LoadAnswer(name, True))


def _load_problems(document: dict[str, Any]) -> Iterator[Problem]:
    given = document.get("parameters")
    for key in given if isinstance(given, Mapping) else ():
        yield Problem(f"parameters.{key[:40]}", "can't be set: what is loaded comes from the store as it was trained")


def repository_unload(context: Context, call: Call) -> Reply:
    """`POST /v2/repository/models/<name>/unload`: no version of it answers in this process until it is loaded."""
    name = call.parameters["name"]
    payloads.parse(UnloadRequest, call.body or b"{}", _unload_problems)
    context.service.unload(name)
    return json_reply(UnloadAnswer(name, True))


def _unload_problems(document: dict[str, Any]) -> Iterator[Problem]:
    given = document.get("parameters")
    for key in given if isinstance(given, Mapping) else ():
        if key != DEPENDENTS:
            yield Problem(f"parameters.{key[:40]}", f"unknown parameter; known is: {DEPENDENTS}")
