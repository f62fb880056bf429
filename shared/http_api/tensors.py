"""Tensors of the Open Inference Protocol: datatypes, and their values as JSON or as bytes behind it.

Bytes are as the binary tensor data extension has them: row by row, little-endian, nothing between elements.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from math import prod
from typing import Annotated, Any, Literal, NoReturn

import msgspec
import numpy as np
from numpy.typing import NDArray

from shared.errors import InvalidInput, Problem
from shared.http_api import payloads
from shared.http_api.strict_json import MAX_PROBLEMS

FloatVector = NDArray[np.float64]
Size = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Scalar = str | bool | Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)] | float | None
Parameters = dict[str, Scalar]
DatatypeName = Literal[
    "BOOL",
    "INT8",
    "INT16",
    "INT32",
    "INT64",
    "UINT8",
    "UINT16",
    "UINT32",
    "UINT64",
    "FP16",
    "FP32",
    "FP64",
    "BYTES",
]
EXACT = 2**53 - 1  # models compute in float64, which beyond this has no place for every whole number
FLOATING = frozenset({"FP16", "FP32", "FP64"})
JSON_KINDS = frozenset({int, float})
NAN = "must be a number, got NaN"


@dataclass(frozen=True, slots=True)
class Datatype:
    """How numpy calls its elements, what they are in JSON, and the least and the most that one may be."""

    code: str
    kinds: frozenset[type]
    words: str
    low: float
    high: float


def _integer(code: str, bits: int, *, is_signed: bool) -> Datatype:
    high = min(2 ** (bits - is_signed) - 1, EXACT)
    low = max(-(2 ** (bits - 1)), -EXACT) if is_signed else 0
    return Datatype(code, frozenset({int}), "a whole number", low, high)


def _floating(code: str, high: float) -> Datatype:
    return Datatype(code, JSON_KINDS, "a number", -high, high)


DATATYPES: dict[str, Datatype] = {
    "BOOL": Datatype("u1", frozenset({bool}), "true or false", 0, 1),
    **{f"INT{bits}": _integer(f"<i{bits // 8}", bits, is_signed=True) for bits in (8, 16, 32, 64)},
    **{f"UINT{bits}": _integer(f"<u{bits // 8}", bits, is_signed=False) for bits in (8, 16, 32, 64)},
    "FP16": _floating("<f2", 65504.0),
    "FP32": _floating("<f4", payloads.MAX_NUMBER),
    "FP64": _floating("<f8", payloads.MAX_NUMBER),
}


class InputTensor(payloads.Payload, frozen=True):
    """A tensor of a request; its values are `data`, flat or nested, or `binary_data_size` bytes behind the JSON."""

    name: str
    shape: list[Size]
    datatype: DatatypeName
    data: list[Any] | None = None
    parameters: Parameters | None = None


def read(tensor: InputTensor, binary: memoryview | None, path: str) -> FloatVector:
    """The values of `tensor`, which stands at `path`, in row-major order; from `binary` where there is any.

    Numbers in JSON are taken as they are written, also for FP16 and FP32, once they are in the datatype's range.
    Raises InvalidInput with every value that is wrong.
    """
    datatype = DATATYPES.get(tensor.datatype)
    if datatype is None:
        _refuse(f"{path}.datatype", f"no input takes text; send numbers, as one of {', '.join(DATATYPES)}")
    if binary is None:
        return _from_json(tensor, datatype, f"{path}.data")
    expected = prod(tensor.shape) * np.dtype(datatype.code).itemsize
    if expected != len(binary):
        message = f"{tensor.datatype} of shape {tensor.shape} is {expected} bytes long, got {len(binary)}"
        _refuse(f"{path}.parameters.binary_data_size", message)
    return _within(np.frombuffer(binary, datatype.code), tensor, datatype, path, tensor.shape)


def _from_json(tensor: InputTensor, datatype: Datatype, path: str) -> FloatVector:
    if tensor.data is None:
        _refuse(path, "is missing")
    is_nested = list in set(map(type, tensor.data))
    values = _flattened(tensor.data, tensor.shape, path) if is_nested else tensor.data
    if len(values) != prod(tensor.shape):
        _refuse(path, f"the shape {tensor.shape} holds {prod(tensor.shape)} values, got {len(values)}")
    places = tensor.shape if is_nested else [len(values)]
    if set(map(type, values)) <= datatype.kinds:
        with suppress(OverflowError):  # a whole number of more than 308 digits
            return _within(np.fromiter(values, np.float64, len(values)), tensor, datatype, path, places)
    _refuse_all(
        Problem(_place(path, index, places), message)
        for index, value in enumerate(values)
        if (message := _wrong_with(value, tensor.datatype)) is not None
    )
    raise AssertionError("what numpy can't take is wrong")


def _wrong_with(value: Any, name: str) -> str | None:
    datatype = DATATYPES[name]
    if type(value) not in datatype.kinds:
        return f"must be {datatype.words}, got {payloads.named(value)}"
    return None if datatype.low <= value <= datatype.high else _range(name)


def _within(array: Any, tensor: InputTensor, datatype: Datatype, path: str, places: Sequence[int]) -> FloatVector:
    """`array` as float64, if nothing in it is beyond what its datatype and the model's arithmetic take."""
    with np.errstate(invalid="ignore"):  # a signalling NaN is a NaN
        wrong: list[int] = np.flatnonzero(~((array >= datatype.low) & (array <= datatype.high))).tolist()
        _refuse_all(
            Problem(_place(path, index, places), NAN if np.isnan(array[index]) else _range(tensor.datatype))
            for index in wrong
        )
        return np.require(array, np.float64, ["C", "ALIGNED"])


def _flattened(data: list[Any], shape: Sequence[int], path: str) -> list[Any]:
    """Nested lists as one; raises InvalidInput where they are not nested as `shape` says."""
    if not shape or len(data) != shape[0]:
        _refuse(path, f"must be flat, or nested as the shape {list(shape)} says; got {len(data)} lists")
    level = data
    for axis in range(1, len(shape)):
        wrong = (
            Problem(_place(path, index, shape[:axis]), f"must be a list of {shape[axis]}, as the shape says")
            for index, inner in enumerate(level)
            if type(inner) is not list or len(inner) != shape[axis]
        )
        _refuse_all(wrong)
        level = list(chain.from_iterable(level))
    return level


def _range(datatype: str) -> str:
    limits = DATATYPES[datatype]
    return f"must be from {_limit(limits.low)} to {_limit(limits.high)} for {datatype}"


def _limit(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:g}"


def _place(path: str, index: int, shape: Sequence[int]) -> str:
    """Where the element with this flat index stands."""
    parts: list[int] = []
    for size in reversed(shape):
        index, part = divmod(index, size)
        parts.append(part)
    return path + "".join(f"[{part}]" for part in reversed(parts))


def _refuse_all(problems: Iterable[Problem]) -> None:
    if first := list(islice(problems, MAX_PROBLEMS)):
        raise InvalidInput(first)


def _refuse(path: str, message: str) -> NoReturn:
    raise InvalidInput([Problem(path, message)])


def text_element(text: str) -> bytes:
    """`text` as an element of a BYTES tensor: UTF-8 behind its length."""
    encoded = text.encode()
    return len(encoded).to_bytes(4, "little") + encoded
