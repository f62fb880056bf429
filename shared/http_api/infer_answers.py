"""Answers of the Open Inference Protocol: the output tensors, as JSON or as bytes behind it, compressed or not."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
import numpy as np

from shared.domain.version import ModelVersion
from shared.errors import InvalidInput, Problem
from shared.http_api import compression, tensors
from shared.http_api.handlers import JSON, accepts
from shared.http_api.infer_requests import BINARY, JSON_LENGTH, OUTPUTS, InferRequest, RequestedOutput, given
from shared.http_api.messages import Call, Header, Reply
from shared.http_api.tensors import DatatypeName, Parameters

WORTH_COMPRESSING = 2048  # bytes; less goes over the wire in as many packets either way
_VARIES: Header = ("Vary", "Accept-Encoding")
_NOT_ECHOED = frozenset({"binary_data_output"})
_encoder = msgspec.json.Encoder()


class OutputTensor(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tensor of an answer; its values are `data`, flat, or `binary_data_size` bytes behind the JSON."""

    name: str
    datatype: DatatypeName
    shape: list[int]
    parameters: dict[str, int] | None = None
    data: Sequence[int | float | str] | None = None


class InferAnswer(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    model_name: str
    model_version: str
    id: str | None = None
    parameters: Parameters | None = None
    outputs: list[OutputTensor]


def answer(
    request: InferRequest, version: ModelVersion, indices: Any, probabilities: Any, n_warned: int
) -> tuple[InferAnswer, list[bytes]]:
    """What is said in JSON, and the bytes of those outputs that are wanted as such, in the order of the outputs.

    `indices` are of classes, shape (n_rows,), `probabilities` have shape (n_rows, n_classes); for one row a list and
    a tuple, of which nothing is made that numpy would be needed for. A regression has values in the place of `indices`
    and no other output; raises InvalidInput where another is asked for.
    """
    is_regression = version.signature.output.task == "regression"
    parameters = request.parameters or {}
    names = [output.name for output in version.signature.output.classes]
    everywhere = bool(parameters.get("binary_data_output"))
    outputs: list[OutputTensor] = []
    binary: list[bytes] = []
    for name, is_binary in _wanted(request.outputs, is_regression=is_regression):
        datatype, make, make_binary = _VALUES if is_regression else _OUTPUTS[name]
        shape = [len(indices), len(names)] if name == "predict_proba" else [len(indices)]
        if is_binary or (is_binary is None and everywhere):
            binary.append(data := make_binary(indices, probabilities, names))
            outputs.append(OutputTensor(name, datatype, shape, {"binary_data_size": len(data)}))
        else:
            outputs.append(OutputTensor(name, datatype, shape, None, make(indices, probabilities, names)))
    echoed = {key: value for key, value in parameters.items() if key not in _NOT_ECHOED}
    if n_warned:
        echoed["rows_with_warnings"] = n_warned
    found = InferAnswer(
        model_name=version.model,
        model_version=str(version.number),
        id=request.id,
        parameters=echoed or None,
        outputs=outputs,
    )
    return found, binary


def _wanted(outputs: Sequence[RequestedOutput] | None, *, is_regression: bool) -> Sequence[tuple[str, bool | None]]:
    """The names of the outputs to make, and whether as bytes where that is said of this one."""
    if not outputs:
        return _ALL[:1] if is_regression else _ALL
    if is_regression and (others := [output.name for output in outputs if output.name != "predict"]):
        raise InvalidInput([Problem("outputs", f"a regression's output is predict; it has no {', '.join(others)}")])
    return [(output.name, given(output.parameters, "binary_data")) for output in outputs]


def _indices(indices: Any, probabilities: Any, names: list[str]) -> list[int]:
    found: list[int] = indices if isinstance(indices, list) else indices.tolist()
    return found


def _flat(indices: Any, probabilities: Any, names: list[str]) -> Sequence[float]:
    found: Sequence[float] = probabilities if isinstance(probabilities, tuple) else probabilities.ravel().tolist()
    return found


def _labels(indices: Any, probabilities: Any, names: list[str]) -> list[str]:
    return [names[index] for index in _indices(indices, probabilities, names)]


def _index_bytes(indices: Any, probabilities: Any, names: list[str]) -> bytes:
    return np.asarray(indices, "<i8").tobytes()


def _probability_bytes(indices: Any, probabilities: Any, names: list[str]) -> bytes:
    return np.asarray(probabilities, "<f8").tobytes()


def _label_bytes(indices: Any, probabilities: Any, names: list[str]) -> bytes:
    elements = np.array([tensors.text_element(name) for name in names], dtype=object)
    return b"".join(elements[np.asarray(indices)].tolist())


_OUTPUTS: dict[str, tuple[DatatypeName, Callable[..., Sequence[Any]], Callable[..., bytes]]] = {
    "predict": ("INT64", _indices, _index_bytes),
    "predict_proba": ("FP64", _flat, _probability_bytes),
    "label": ("BYTES", _labels, _label_bytes),
}
_VALUES: tuple[DatatypeName, Callable[..., Sequence[Any]], Callable[..., bytes]] = ("FP64", _flat, _probability_bytes)
_ALL = [(name, None) for name in OUTPUTS]


def reply(call: Call, answer: InferAnswer, binary: Sequence[bytes], **who: Any) -> Reply:
    """`answer` with the bytes behind it, compressed where the client takes that; `who` are fields of Reply."""
    headers, body = (*JSON, _VARIES), _encoder.encode(answer)
    if binary:
        length = str(len(body))
        headers = (("Content-Type", BINARY), ("Cache-Control", "no-store"), (JSON_LENGTH, length), _VARIES)
        body = b"".join([body, *binary])
    if len(body) >= WORTH_COMPRESSING:
        offers = call.head.value("accept-encoding") or ""
        coding = next((coding for coding in compression.FORMATS if accepts(offers, coding)), None)
        if coding is not None:
            headers, body = (*headers, ("Content-Encoding", coding)), compression.compressed(coding, body)
    return Reply(HTTPStatus.OK, headers, body, **who)
