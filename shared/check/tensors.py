"""Tensors of the Open Inference Protocol: datatypes, shapes, the two JSON forms and the binary one.

Binary data is little-endian and row-major without padding; BOOL is a byte of 0 or 1, and an element of BYTES its
length in 4 bytes and then itself (Triton's binary tensor data extension).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose, isnan, prod
from typing import Any

FORMATS = {
    "BOOL": "?",
    "UINT8": "B",
    "UINT16": "H",
    "UINT32": "I",
    "UINT64": "Q",
    "INT8": "b",
    "INT16": "h",
    "INT32": "i",
    "INT64": "q",
    "FP16": "e",
    "FP32": "f",
    "FP64": "d",
}
DATATYPES = frozenset({*FORMATS, "BYTES"})
# Two ways to one result may round differently, and FP16 has 11 bits, FP32 has 24.
TOLERANCES = {"FP16": 1e-2, "FP32": 1e-4, "FP64": 1e-6}


@dataclass(frozen=True, slots=True)
class Tensor:
    """Values in row-major order; BYTES are text, bytes that are not UTF-8 as lone surrogates."""

    datatype: str
    shape: tuple[int, ...]
    values: tuple[Any, ...]

    def agrees_with(self, other: "Tensor") -> bool:
        """Whether both are the same, but for rounding."""
        if (self.datatype, self.shape) != (other.datatype, other.shape) or len(self.values) != len(other.values):
            return False
        tolerance = TOLERANCES.get(self.datatype)
        if tolerance is None:
            return self.values == other.values
        return all(_close(one, two, tolerance) for one, two in zip(self.values, other.values, strict=True))

    def row(self, index: int) -> "Tensor":
        """Row `index` as a tensor of one row."""
        size = prod(self.shape[1:])
        return Tensor(self.datatype, (1, *self.shape[1:]), self.values[index * size : (index + 1) * size])


def sample(datatype: str, row: int, position: int) -> Any:
    """A harmless value that every width of `datatype` holds exactly; three rows in sequence differ."""
    step = (position + 3 * row) % 17
    if datatype == "BOOL":
        return step % 2 == 0
    if datatype == "BYTES":
        return f"text {step} ü"
    return 1 + step / 4 if datatype.startswith("FP") else 1 + step


def nested(values: Sequence[Any], shape: Sequence[int]) -> list[Any]:
    """The values as lists within lists, one level for each dimension."""
    rows = list(values)
    for size in reversed(shape[1:]):
        rows = [rows[start : start + size] for start in range(0, len(rows), size)]
    return rows


def flattened(data: Any, shape: Sequence[int]) -> tuple[Any, ...]:
    """The values of `data`, which is flat or nested as `shape` is. Raises ValueError."""
    if not isinstance(data, list):
        raise ValueError("data is not a list")  # noqa: TRY004 - what is wrong is the answer, not the call
    values = data
    if any(isinstance(value, list) for value in data):
        values = [data]
        for size in shape:
            if not all(isinstance(value, list) and len(value) == size for value in values):
                raise ValueError(f"data is nested otherwise than shape {list(shape)}")
            values = [inner for value in values for inner in value]
    if len(values) != prod(shape):
        raise ValueError(f"{len(values)} values for shape {list(shape)}")
    return tuple(values)


def fits(datatype: str, value: Any) -> bool:
    """Whether a JSON value is one of `datatype`."""
    kinds = {"BOOL": bool, "BYTES": str}.get(datatype, (int, float) if datatype.startswith("FP") else int)
    if not isinstance(value, kinds) or isinstance(value, bool) != (datatype == "BOOL"):  # bool is an int to Python
        return False
    try:
        encode(datatype, [value])
    except (struct.error, OverflowError, UnicodeEncodeError):
        return False
    return True


def encode(datatype: str, values: Sequence[Any]) -> bytes:
    """The binary form. Raises struct.error or OverflowError for a number that is too large."""
    if datatype == "BYTES":
        texts = [value.encode("utf-8", "surrogateescape") for value in values]
        return b"".join(struct.pack("<I", len(text)) + text for text in texts)
    return struct.pack(f"<{len(values)}{FORMATS[datatype]}", *values)


def decode(datatype: str, data: bytes) -> tuple[Any, ...]:
    """The values of a binary form. Raises ValueError where the bytes are not whole elements."""
    if datatype == "BYTES":
        return _texts(data)
    if datatype == "BOOL" and not set(data) <= {0, 1}:
        raise ValueError("a BOOL that is neither 0 nor 1")
    size = struct.calcsize(f"<{FORMATS[datatype]}")
    if len(data) % size:
        raise ValueError(f"{len(data)} bytes are not whole elements of {datatype}")
    return struct.unpack(f"<{len(data) // size}{FORMATS[datatype]}", data)


def _texts(data: bytes) -> tuple[str, ...]:
    texts, start = [], 0
    while start < len(data):
        if start + 4 > len(data):
            raise ValueError("a length of fewer than 4 bytes")
        (size,) = struct.unpack_from("<I", data, start)
        if start + 4 + size > len(data):
            raise ValueError(f"an element of {size} bytes, of which {len(data) - start - 4} are there")
        texts.append(data[start + 4 : start + 4 + size].decode("utf-8", "surrogateescape"))
        start += 4 + size
    return tuple(texts)


def _close(one: Any, two: Any, tolerance: float) -> bool:
    if not all(isinstance(value, int | float) for value in (one, two)):
        return bool(one == two)
    try:
        return isclose(one, two, rel_tol=tolerance, abs_tol=tolerance * 1e-2) or (isnan(one) and isnan(two))
    except OverflowError:  # an integer beyond every float
        return bool(one == two)
