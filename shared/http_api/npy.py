"""Matrices of numbers in numpy's .npy format (numpy.lib.format, NEP 1).

The header is read here and not by numpy.load, which copies what it reads, and which at a hostile header raises
whatever comes.
"""

import ast
import re
import struct
from io import BytesIO
from typing import NoReturn

import numpy as np

from shared.domain.dataset import FloatMatrix
from shared.errors import InvalidInput, Problem

CONTENT_TYPE = "application/x-npy"
_MAGIC = b"\x93NUMPY"
_LENGTHS = {b"\x01\x00": "<H", b"\x02\x00": "<I"}  # of the header, by version; a third is for names of fields
_PREFIX = len(_MAGIC) + 2
_MAX_HEADER = 1024  # numpy writes 118 bytes
_KINDS = re.compile(r"[<>=|](f[48]|[iu][1248])")


def read(body: bytes) -> FloatMatrix:
    """The matrix that `body` holds, as float64 in C order: not copied where it was sent so.

    Raises InvalidInput for everything but two dimensions of float64, float32 or whole numbers.
    """
    text, start = _header(body)
    kind, in_fortran_order, (n_rows, n_columns) = _described(text)
    dtype = np.dtype(kind)
    expected, found = n_rows * n_columns * dtype.itemsize, len(body) - start
    if expected != found:
        _refuse(f"a shape of ({n_rows}, {n_columns}) needs {expected} bytes behind the header, got {found}")
    if expected == 0 and max(n_rows, n_columns) > len(body):
        _refuse("the array holds no numbers")
    flat = np.frombuffer(body, dtype, offset=start)
    shaped = flat.reshape(n_columns, n_rows).T if in_fortran_order else flat.reshape(n_rows, n_columns)
    with np.errstate(invalid="ignore"):  # a signalling NaN is a NaN
        return np.require(shaped, np.float64, ["C", "ALIGNED"])


def write(matrix: FloatMatrix) -> bytes:
    """`matrix` in the format's version 1.0."""
    file = BytesIO()
    np.save(file, matrix, allow_pickle=False)
    return file.getvalue()


def _header(body: bytes) -> tuple[str, int]:
    """The header's text, and where the numbers start."""
    layout = _LENGTHS.get(body[len(_MAGIC) : _PREFIX])
    if not body.startswith(_MAGIC) or layout is None:
        _refuse("the body is not an array in .npy format, version 1.0 or 2.0")
    begin = _PREFIX + struct.calcsize(layout)
    length = int.from_bytes(body[_PREFIX:begin], "little")
    if length > _MAX_HEADER:
        _refuse(f"the array's header is longer than {_MAX_HEADER} bytes")
    if len(body) < begin + length:
        _refuse("the body ends within the array's header")
    return body[begin : begin + length].decode("latin-1"), begin + length


def _described(header: str) -> tuple[str, bool, tuple[int, int]]:
    """The kind of the numbers, whether they stand in Fortran's order, and their shape."""
    try:
        match ast.literal_eval(header):
            case {"descr": kind, "fortran_order": bool(in_fortran_order), "shape": tuple(shape), **rest} if not rest:
                pass
            case _:
                _refuse("the array's header can't be read")
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):  # those that its documentation names
        _refuse("the array's header can't be read")
    if not isinstance(kind, str) or not _KINDS.fullmatch(kind):
        _refuse("the array must hold float64, float32 or whole numbers")
    if len(shape) != 2 or not all(type(size) is int and size >= 0 for size in shape):
        _refuse(f"the array must have two dimensions, one row for each case, got shape {shape}")
    return kind, in_fortran_order, (shape[0], shape[1])


def _refuse(why: str) -> NoReturn:
    raise InvalidInput([Problem("", why)])
