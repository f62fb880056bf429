"""Inference requests that must be refused: tensors that are none, bytes that don't fit, compression that lies."""

from __future__ import annotations

import gzip
import json
import struct
import zlib
from typing import Any

from tests.contract.bad_input import GOOD_ROW, BadInput
from tests.contract.raw import Header, request

INFER = "/v2/models/iris/infer"
LENGTH = "Inference-Header-Content-Length"
BYTES_BEHIND: Header = ("Content-Type", "application/octet-stream")
FEATURES = ("sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm")
ROW_BYTES = struct.pack("<4d", *GOOD_ROW)


def tensor(data: object = GOOD_ROW, **other: Any) -> dict[str, Any]:
    """A good tensor of one row, but for what is given; None leaves a field out."""
    found = {"name": "input", "shape": [1, 4], "datatype": "FP64", "data": data, **other}
    return {key: value for key, value in found.items() if value is not None}


def columns(**other: Any) -> list[dict[str, Any]]:
    """A good tensor for each feature, but for what is given."""
    return [tensor([value], name=name, shape=[1], **other) for name, value in zip(FEATURES, GOOD_ROW, strict=True)]


def behind(document: object, binary: bytes, length: object = None) -> tuple[list[Header], bytes]:
    """Headers and body of a request with `binary` behind the JSON; `length` is what is said of the JSON's."""
    text = json.dumps(document).encode()
    return [BYTES_BEHIND, (LENGTH, str(len(text) if length is None else length))], text + binary


def _inputs(name: str, inputs: object, *paths: str, more: bool = False, **beside: Any) -> BadInput:
    return _body(name, json.dumps({"inputs": inputs, **beside}).encode(), *paths, more=more)


def _body(
    name: str,
    body: bytes,
    *paths: str,
    headers: list[Header] | None = None,
    status: int = 400,
    more: bool = False,
    target: str = INFER,
) -> BadInput:
    sent = request("POST", target, headers or [], body)
    return BadInput(f"{target} {name}", sent, status, paths=frozenset(paths), more=more)


def _behind(name: str, document: object, binary: bytes, *paths: str, length: object = None) -> BadInput:
    headers, body = behind(document, binary, length)
    return _body(name, body, *paths, headers=headers)


def _coded(name: str, coding: str, body: bytes, status: int = 400, headers: list[Header] | None = None) -> BadInput:
    return _body(name, body, headers=[("Content-Encoding", coding), *(headers or [])], status=status)


def _values(name: str, datatype: str, values: str, *indices: int) -> BadInput:
    text = json.dumps({"inputs": [tensor([], datatype=datatype)]}).replace("[]", f"[{values}]")
    return _body(f"{datatype} of {name}", text.encode(), *(f"inputs[0].data[{index}]" for index in indices))


SIZE = "inputs[0].parameters.binary_data_size"
SIZED = {"parameters": {"binary_data_size": 32}}
LONGER = tensor([1, 2], name=FEATURES[3], shape=[2])
NOT_NUMBERS = struct.pack("<4d", 1, float("nan"), 1e39, 1)
GOOD_INFER = json.dumps({"inputs": [tensor()]}).encode()
GOOD_GZIP = gzip.compress(GOOD_INFER, mtime=0)

TENSORS = (
    _body("without a body", b""),
    _inputs("with no inputs", [], "inputs"),
    _inputs("with an empty tensor", [{}], "inputs[0].name", "inputs[0].shape", "inputs[0].datatype"),
    _inputs("with a row for a tensor", [GOOD_ROW], "inputs[0]"),
    _inputs("with unknown keys", [tensor(dtype="FP64")], "inputs[0].dtype", "rows", rows=[]),
    _inputs("of another model", [tensor()], "model_name", model_name="roses"),
    _inputs("of an unknown datatype", [tensor(datatype="FP65")], "inputs[0].datatype"),
    _inputs("of text", [tensor(["a"] * 4, datatype="BYTES")], "inputs[0].datatype"),
    _inputs("without data", [tensor(None)], "inputs[0].data"),
    _inputs("with three values in a row", [tensor([GOOD_ROW[:3]])], "inputs[0].data[0]"),
    _inputs("nested too deep", [tensor([[GOOD_ROW]])], "inputs[0].data[0]"),
    _inputs("half nested", [tensor([GOOD_ROW, 5.1], shape=[2, 4])], "inputs[0].data[1]"),
    _inputs("with a negative size", [tensor(shape=[-1, 4])], "inputs[0].shape[0]"),
    _inputs("of a huge shape", [tensor(shape=[2**31 - 1, 4])], "inputs[0].shape", "inputs[0].data"),
    _inputs("of a shape of many dimensions", [tensor(shape=[2**31 - 1] * 5000)], "inputs[0].shape"),
    _inputs("of no rows", [tensor([], shape=[0, 4])], "inputs[0].shape"),
    _inputs("of 10,001 rows", [tensor([1] * 40_004, shape=[10_001, 4])], "inputs[0].shape"),
    _inputs("without a dimension", [tensor([1], shape=[])], "inputs[0].shape"),
    _inputs(
        "with a tensor twice",
        [tensor(), tensor()],
        *(f"inputs[{i}].{key}" for i in (0, 1) for key in ("name", "shape")),
        "inputs",
    ),
    _inputs("of both forms at once", [*columns(), tensor()], "inputs[4].name", "inputs[4].shape"),
    _inputs("with a feature twice", [*columns(), columns()[0]], "inputs[4].name"),
    _inputs("with features missing", columns()[1:3], "inputs"),
    _inputs("with features of two lengths", [*columns()[:3], LONGER], "inputs[3].shape"),
    _inputs("of unknown outputs", [tensor()], "outputs[1].name", outputs=[{"name": "label"}, {"name": "scores"}]),
    _inputs("with an output twice", [tensor()], "outputs[1].name", outputs=[{"name": "label"}, {"name": "label"}]),
    _inputs(
        "with parameters that are none",
        [tensor()],
        "outputs[0].parameters.binary_data",
        "parameters.binary_data_output",
        outputs=[{"name": "label", "parameters": {"binary_data": 1}}],
        parameters={"binary_data_output": "yes"},
    ),
    _inputs(
        "of another extension",
        [tensor()],
        "outputs[0].parameters.classification",
        outputs=[{"name": "label", "parameters": {"classification": 2}}],
    ),
    _values("wrong kinds", "FP64", '5.1, "3.5", true, null', 1, 2, 3),
    _values("numbers that are none", "FP64", "NaN, 1e999, -Infinity, 3.5e38", 0, 1, 2, 3),
    _values("large numbers", "FP16", "1, 70000, 65504, -65505", 1, 3),
    _values("halves", "INT64", "1, 1.5, 2.0, 3", 1, 2),
    _values("inexact numbers", "INT64", f"1, {2**53}, -{2**53}, {10**320}", 1, 2, 3),
    _values("large numbers", "INT8", "127, 128, -128, -129", 1, 3),
    _values("negative numbers", "UINT16", "-1, 65535, 65536, 0", 0, 2),
    _values("numbers", "BOOL", "1, true, 0, false", 0, 2),
    _body("with inputs twice", GOOD_INFER[:-1] + b"," + GOOD_INFER[1:], "inputs"),
    _body("with a key twice", GOOD_INFER.replace(b'{"name"', b'{"name":"x","name"'), "inputs[0].name"),
    _body("of an unknown version", GOOD_INFER, status=404, target="/v2/models/iris/versions/77777/infer"),
    _body("of a version that is none", GOOD_INFER, status=404, target="/v2/models/iris/versions/01/infer"),
)

BINARY = (
    _behind(
        "with a byte too few",
        {"inputs": [tensor(None, **SIZED)]},
        ROW_BYTES[:-1],
        SIZE,
    ),
    _behind("with a byte too many", {"inputs": [tensor(None, **SIZED)]}, ROW_BYTES + b"\0", "inputs"),
    _behind(
        "of another shape",
        {"inputs": [tensor(None, shape=[2, 4], **SIZED)]},
        ROW_BYTES,
        SIZE,
    ),
    _behind("with data as well", {"inputs": [tensor(**SIZED)]}, ROW_BYTES, "inputs[0].data"),
    _behind(
        "with sizes that are none",
        {"inputs": [tensor(None, parameters={"binary_data_size": True})]},
        ROW_BYTES,
        SIZE,
    ),
    _behind(
        "of NaN",
        {"inputs": [tensor(None, **SIZED)]},
        NOT_NUMBERS,
        "inputs[0][0][1]",
        "inputs[0][0][2]",
    ),
    _behind("with a length beyond the body", {"inputs": [tensor()]}, b"", LENGTH, length=10_000),
    _behind("with a length that is a word", {"inputs": [tensor()]}, b"", LENGTH, length="all"),
    _behind("with a length within the JSON", {"inputs": [tensor()]}, b"", length=10),
    _body("of raw bytes that are no rows", ROW_BYTES[:-3], headers=[(LENGTH, "0")]),
)

COMPRESSED = (
    _coded("with half its gzip", "gzip", GOOD_GZIP[:-9]),
    _coded("with no gzip", "gzip", GOOD_INFER),
    _coded("with two members", "gzip", GOOD_GZIP * 2),
    _coded("with 100 MB of blanks", "gzip", gzip.compress(b" " * 100_000_000, mtime=0), 413),
    _coded("with 100 MB of zeros, deflated", "deflate", zlib.compress(b"\0" * 100_000_000), 413),
    _coded("in brotli", "br", GOOD_INFER, 415),
    BadInput("/classify compressed", request("POST", "/classify", [("Content-Encoding", "gzip")], GOOD_GZIP), 415),
    *(
        _body(
            f"{name} with parameters",
            b'{"parameters":{"config":"{}"}}',
            "parameters.config",
            target=f"/v2/repository/models/iris/{name}",
        )
        for name in ("load", "unload")
    ),
    _body("of an unknown model", b"", status=404, target="/v2/repository/models/roses/unload"),
    _body("with a word", b'{"ready":"yes"}', "ready", target="/v2/repository/index"),
)

OPEN_INFERENCE = (*TENSORS, *BINARY, *COMPRESSED)
