"""Answers of the Open Inference Protocol: the output tensors, as JSON or as bytes behind it, compressed or not."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
import numpy as np

from shared.domain.version import ModelVersion
from shared.http_api import compression, tensors
from shared.http_api.handlers import JSON, accepts
from shared.http_api.infer_requests import BINARY, JSON_LENGTH, OUTPUTS, InferRequest, given
from shared.http_api.messages import Call, Header, Reply
from shared.http_api.tensors import Parameters

WORTH_COMPRESSING = 2048  # bytes; less goes over the wire in as many packets either way
_VARIES: Header = ("Vary", "Accept-Encoding")
_NOT_ECHOED = frozenset({"binary_data_output"})
_encoder = msgspec.json.Encoder()


class OutputTensor(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    datatype: str
    shape: list[int]
    parameters: dict[str, int] | None = None
    data: Sequence[Any] | None = None


class InferAnswer(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    model_name: str
    model_version: str
    id: str | None = None
    parameters: Parameters | None = None
    outputs: list[OutputTensor]


def answer(
    request: InferRequest, version: ModelVersion, indices: list[int], probabilities: Any, n_warned: int
) -> tuple[InferAnswer, list[bytes]]:
    """What is said in JSON, and the bytes of those outputs that are wanted as such, in the order of the outputs.

    `indices` are of classes, one a row; `probabilities` have shape (n_rows, n_classes), or are a tuple for one row.
    """
    parameters = request.parameters or {}
    names = [output.name for output in version.signature.output.classes]
    everywhere = bool(parameters.get("binary_data_output"))
    wanted = [(output.name, given(output.parameters, "binary_data")) for output in request.outputs or ()]
    outputs: list[OutputTensor] = []
    binary: list[bytes] = []
    for name, is_binary in wanted or ((name, None) for name in OUTPUTS):
        make = _MAKE[name]
        if is_binary or (is_binary is None and everywhere):
            tensor, data = make(indices, probabilities, names, True)
            outputs.append(tensor)
            binary.append(data)
        else:
            outputs.append(make(indices, probabilities, names, False)[0])
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


def _binary(name: str, datatype: str, shape: list[int], data: bytes) -> tuple[OutputTensor, bytes]:
    return OutputTensor(name, datatype, shape, {"binary_data_size": len(data)}), data


def _predict_tensor(indices: list[int], _: Any, names: list[str], is_binary: bool) -> tuple[OutputTensor, bytes]:
    shape = [len(indices)]
    if is_binary:
        return _binary("predict", "INT64", shape, np.array(indices, "<i8").tobytes())
    return OutputTensor("predict", "INT64", shape, None, indices), b""


def _proba_tensor(
    indices: list[int], probabilities: Any, names: list[str], is_binary: bool
) -> tuple[OutputTensor, bytes]:
    shape = [len(indices), len(names)]
    if is_binary:
        return _binary("predict_proba", "FP64", shape, np.asarray(probabilities, "<f8").tobytes())
    data = probabilities if isinstance(probabilities, tuple) else probabilities.ravel().tolist()
    return OutputTensor("predict_proba", "FP64", shape, None, data), b""


def _label_tensor(indices: list[int], _: Any, names: list[str], is_binary: bool) -> tuple[OutputTensor, bytes]:
    shape = [len(indices)]
    if is_binary:
        elements = [tensors.text_bytes([name.encode()]) for name in names]
        return _binary("label", "BYTES", shape, b"".join([elements[index] for index in indices]))
    return OutputTensor("label", "BYTES", shape, None, [names[index] for index in indices]), b""


_Make = Callable[[list[int], Any, list[str], bool], tuple[OutputTensor, bytes]]
_MAKE: dict[str, _Make] = dict(zip(OUTPUTS, (_predict_tensor, _proba_tensor, _label_tensor), strict=True))


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
