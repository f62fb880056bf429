"""Inference requests of the Open Inference Protocol: JSON, or JSON with the tensors' bytes behind it, to rows.

A model has one input, a tensor of shape [rows, features], whatever it is called; it takes as well one tensor for each
feature, called as the feature, of shape [rows] or [rows, 1].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import islice
from typing import Any, TypeVar

import msgspec
import numpy as np

from shared.domain.dataset import FloatMatrix
from shared.errors import InvalidInput, Problem
from shared.http_api import batches, compression, payloads, tensors
from shared.http_api.errors import Refusal
from shared.http_api.messages import Call, Head
from shared.http_api.strict_json import MAX_PROBLEMS
from shared.http_api.tensors import InputTensor, Parameters

BINARY = "application/octet-stream"
JSON_LENGTH = "Inference-Header-Content-Length"
INPUT = "input"
LONGEST_LOOK = 4096  # bytes of a body that say whether bytes are wanted back
MAX_DIMENSIONS = 2
OUTPUTS = ("predict", "predict_proba", "label")
NOT_SERVED = ("classification", "shared_memory_region")  # parameters of other extensions; to ignore them would mislead


class RequestedOutput(payloads.Payload, frozen=True):
    name: str
    parameters: Parameters | None = None


class InferRequest(payloads.Payload, frozen=True):
    """`outputs` are those that are wanted, all where there are none; `model_name` may repeat the path's."""

    inputs: list[InputTensor]
    outputs: list[RequestedOutput] | None = None
    id: str | None = None
    parameters: Parameters | None = None
    model_name: str | None = None

    def is_all_of(self, body: bytes) -> bool:
        # Tensors repeat each other's keys. But every string of a good request is known, and none may be left out.
        strings = 1 + sum(5 + (tensor.data is not None) + _strings_of(tensor.parameters) for tensor in self.inputs)
        if self.outputs is not None:
            strings += 1 + sum(2 + _strings_of(output.parameters) for output in self.outputs)
        strings += _strings_of(self.parameters) + 2 * (self.id is not None) + 2 * (self.model_name is not None)
        return body.count(b'"') == 2 * strings


def _strings_of(parameters: Parameters | None) -> int:
    if parameters is None:
        return 0
    return 1 + len(parameters) + sum(isinstance(value, str) for value in parameters.values())


class _Reader:
    """What stands in a request to a model with these features; `problems` leaves them in `rows`."""

    def __init__(self, model: str, features: Sequence[str], binary: memoryview, max_rows: int) -> None:
        self._model = model
        self._features = features
        self._binary = binary
        self._max_rows = max_rows
        self.rows: Sequence[float] | FloatMatrix | None = None

    def problems(self, document: dict[str, Any]) -> Iterator[Problem]:
        """What is wrong with `document` beyond the kinds of its fields."""
        if document.get("model_name") not in (None, self._model):
            yield Problem("model_name", f"the path names the model {self._model!r}")
        wants_binary = given(document.get("parameters"), "binary_data_output")
        if not isinstance(wants_binary, bool | None):
            yield Problem("parameters.binary_data_output", "must be true or false")
        yield from _output_problems(document.get("outputs"))
        inputs = document.get("inputs")
        if not isinstance(inputs, list):
            return
        self.rows = None if self._binary else _single_row(inputs, self._features)
        if self.rows is None:
            yield from self._input_problems([_as(InputTensor, one) for one in inputs])

    def _input_problems(self, found: Sequence[InputTensor | None]) -> Iterator[Problem]:
        known = [tensor for tensor in found if tensor is not None]
        if len(known) < len(found):
            yield from self._value_problems(found, [])
            return
        is_matrix = len(known) == 1 and known[0].name not in self._features
        found_wrong = self._matrix_problems(known[0]) if is_matrix else self._column_problems(known)
        wrong = list(islice(found_wrong, MAX_PROBLEMS))
        yield from wrong
        columns: list[tensors.FloatVector] = []
        unread = list(islice(self._value_problems(found, columns), MAX_PROBLEMS))
        yield from unread
        if not wrong and not unread:
            self.rows = self._matrix(columns, is_matrix, [tensor.name for tensor in known])

    def _matrix(self, columns: list[tensors.FloatVector], is_matrix: bool, names: list[str]) -> FloatMatrix:
        if is_matrix:
            return columns[0].reshape(-1, len(self._features))
        return np.column_stack([columns[names.index(feature)] for feature in self._features])

    def _matrix_problems(self, tensor: InputTensor) -> Iterator[Problem]:
        if len(tensor.shape) != 2 or tensor.shape[1] != len(self._features):
            one, other = f"[rows, {len(self._features)}] ({', '.join(self._features)})", f"got {tensor.shape}"
            yield Problem("inputs[0].shape", f"must be {one}, {other}; or send one tensor for each feature")
        else:
            yield from batches.size_problems("inputs[0].shape", tensor.shape[0], self._max_rows)

    def _column_problems(self, found: Sequence[InputTensor]) -> Iterator[Problem]:
        names: set[str] = set()
        for index, tensor in enumerate(found):
            if tensor.name not in self._features:
                known = f"known are `{INPUT}` alone, or {', '.join(self._features)} together"
                yield Problem(f"inputs[{index}].name", f"unknown tensor {tensor.name[:40]!r}; {known}")
            elif tensor.name in names:
                yield Problem(f"inputs[{index}].name", f"the tensor {tensor.name!r} stands there more than once")
            names.add(tensor.name)
            n_rows = tensor.shape[0] if tensor.shape else 0
            if tensor.shape not in ([n_rows], [n_rows, 1]):
                yield Problem(f"inputs[{index}].shape", f"must be [rows] or [rows, 1], got {tensor.shape}")
            elif n_rows != found[0].shape[0]:
                yield Problem(f"inputs[{index}].shape", f"must have as many rows as inputs[0], got {n_rows}")
        if missing := [name for name in self._features if name not in names]:
            yield Problem("inputs", f"tensors are missing: {', '.join(missing)}")
        if found and found[0].shape:
            yield from batches.size_problems("inputs[0].shape", found[0].shape[0], self._max_rows)

    def _value_problems(
        self, found: Iterable[InputTensor | None], columns: list[tensors.FloatVector]
    ) -> Iterator[Problem]:
        """What is wrong with the values; those that are right are added to `columns`."""
        start, is_known = 0, True
        for index, tensor in enumerate(found):
            if tensor is None:
                is_known = False  # nor are the lengths of its bytes and the place of those behind
                continue
            path, size = f"inputs[{index}]", given(tensor.parameters, "binary_data_size")
            if size is not None and (problem := self._size_problem(path, tensor, size, start)) is not None:
                is_known = False
                yield problem
                continue
            end = start + (size or 0)
            binary = None if size is None else self._binary[start:end]
            start = end
            if len(tensor.shape) > MAX_DIMENSIONS:
                continue  # which is said of its shape; thousands of sizes make a number that Python won't print
            try:
                columns.append(tensors.read(tensor, binary, path))
            except InvalidInput as error:
                yield from error.problems
        if is_known and start != len(self._binary):
            yield Problem("inputs", f"{len(self._binary) - start} bytes stand behind those of the last tensor")

    def _size_problem(self, path: str, tensor: InputTensor, size: object, start: int) -> Problem | None:
        if tensor.data is not None:
            return Problem(f"{path}.data", "must not stand beside binary_data_size")
        where, left = f"{path}.parameters.binary_data_size", len(self._binary) - start
        if type(size) is not int or size < 0:
            return Problem(where, "must be a whole number, at least 0")
        if size > left:
            return Problem(
                where, f"{size} bytes are said to follow the JSON, {left} are left ({JSON_LENGTH} says where)"
            )
        return None


def _single_row(inputs: Sequence[Any], features: Sequence[str]) -> Sequence[float] | None:
    """The one row of the commonest request, or None where it has to be looked at more closely."""
    if len(inputs) != 1 or not isinstance(inputs[0], InputTensor):
        return None
    tensor, n_features, limit = inputs[0], len(features), payloads.MAX_NUMBER
    if tensor.shape != [1, n_features] or tensor.datatype not in ("FP64", "FP32") or tensor.parameters:
        return None
    data = tensor.data
    if data is not None and len(data) == 1 and type(data[0]) is list:
        data = data[0]
    if data is None or tensor.name in features or len(data) != n_features:
        return None
    for value in data:
        if type(value) not in tensors.JSON_KINDS or not -limit <= value <= limit:
            return None
    return data


def _output_problems(outputs: object) -> Iterator[Problem]:
    names: set[str] = set()
    for index, one in enumerate(outputs if isinstance(outputs, list) else ()):
        output, path = _as(RequestedOutput, one), f"outputs[{index}]"
        if output is None:
            continue
        if output.name not in OUTPUTS:
            known = ", ".join(OUTPUTS)
            yield Problem(f"{path}.name", f"there is no output {output.name[:40]!r}; there are: {known}")
        elif output.name in names:
            yield Problem(f"{path}.name", f"the output {output.name!r} stands there more than once")
        names.add(output.name)
        if not isinstance(given(output.parameters, "binary_data"), bool | None):
            yield Problem(f"{path}.parameters.binary_data", "must be true or false")
        for name in NOT_SERVED:
            if given(output.parameters, name) is not None:
                yield Problem(f"{path}.parameters.{name}", "belongs to an extension that is not served here")


Kind = TypeVar("Kind", bound=msgspec.Struct)


def _as(kind: type[Kind], value: Any) -> Kind | None:
    """`value` as a `kind`, or None where it is none, which is said elsewhere."""
    if isinstance(value, kind):
        return value
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return None


def given(parameters: object, name: str) -> Any:
    """The parameter called `name`; None where there is none."""
    return parameters.get(name) if isinstance(parameters, Mapping) else None


def is_long(head: Head, body: bytes) -> bool:
    """Whether the rows in `body` keep their server busy for more than about 2 ms."""
    # As bytes behind the JSON a row takes as few as four, and its answer in JSON seventy; unless that is bytes as well.
    no_json = head.media_type == BINARY and b'"binary_data_output"' in body[:LONGEST_LOOK]
    return len(body) > (batches.LONG_ARRAY if no_json else batches.LONG_JSON // 4)


def read(
    call: Call, features: Sequence[str], max_rows: int, max_body_bytes: int
) -> tuple[InferRequest, Sequence[float] | FloatMatrix]:
    """A request to a model with these `features`, and its rows: a matrix, or of one row in plain JSON the sequence.

    Raises InvalidInput with every problem, and Refusal where it is larger than `max_body_bytes` without its coding.
    """
    body = call.body
    if call.head.value("content-encoding"):
        body = _inflated(call, max_body_bytes)
    length = call.head.value(JSON_LENGTH.lower())
    text, binary = _split(body, length)
    reader = _Reader(call.parameters["name"], features, binary, max_rows)
    if length == "0":
        request = _raw_request(reader, binary, len(features))
    else:
        request = payloads.parse(InferRequest, text, reader.problems)
    assert reader.rows is not None
    return request, reader.rows


def _inflated(call: Call, limit: int) -> bytes:
    try:
        return compression.inflated(call.head, call.body, limit)
    except compression.TooLarge:
        detail = f"the body is larger than {limit} bytes when it is decompressed"
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail) from None


def _split(body: bytes, length: str | None) -> tuple[bytes, memoryview]:
    """The JSON, and the bytes behind it."""
    if length is None:
        return body, memoryview(b"")
    if not (length.isascii() and length.isdigit() and len(length) < 19):
        raise InvalidInput([Problem(JSON_LENGTH, "must be the length of the JSON, in bytes")])
    if int(length) > len(body):
        raise InvalidInput([Problem(JSON_LENGTH, f"is {int(length)}, and the body has {len(body)} bytes")])
    return body[: int(length)], memoryview(body)[int(length) :]


def _raw_request(reader: _Reader, binary: memoryview, n_features: int) -> InferRequest:
    """Triton's raw binary request: the body is the one tensor, and the answer is binary as well."""
    shape = [len(binary) // (8 * n_features), n_features]
    tensor = InputTensor(INPUT, shape, "FP64", parameters={"binary_data_size": len(binary)})
    if problems := list(reader.problems({"inputs": [tensor]})):
        raise InvalidInput(problems)
    return InferRequest([tensor], parameters={"binary_data_output": True})
