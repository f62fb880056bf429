"""Arrays in numpy's format are read as numpy reads them, or refused."""

import re
import warnings
from contextlib import suppress
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidInput
from shared.http_api import npy

MATRIX = np.array([[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5], [0.0, -1.0, 1e300, 7.0]])


def saved(array: Any, version: tuple[int, int] = (1, 0)) -> bytes:
    file = BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), version)
    return file.getvalue()


def _why(body: bytes) -> str:
    with pytest.raises(InvalidInput) as raised:
        npy.read(body)
    (problem,) = raised.value.problems
    assert problem.path == ""
    return problem.message


def _with_header(header: bytes) -> bytes:
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(96)


@pytest.mark.parametrize("kind", ["<f8", ">f8", "<f4", ">f4", "i1", "<i2", ">i4", "<i8", "u1", "<u2", "<u4", ">u8"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
def test_numbers_of_every_kind_and_order_are_read_as_numpy_reads_them(
    kind: str, order: Any, version: tuple[int, int]
) -> None:
    array = np.array([[5.25, 3.5, 0], [126, 1, 4]]).astype(kind, order=order)
    X = npy.read(saved(array, version))
    assert X.dtype == np.float64
    assert X.flags.c_contiguous
    assert X.flags.aligned
    assert np.array_equal(X, array)


def test_float64_is_not_copied() -> None:
    body = saved(MATRIX)
    assert np.shares_memory(npy.read(body), np.frombuffer(body, np.uint8))


def test_what_is_written_numpy_reads() -> None:
    assert np.array_equal(np.load(BytesIO(npy.write(MATRIX)), allow_pickle=False), MATRIX)
    assert np.array_equal(npy.read(npy.write(MATRIX)), MATRIX)


def test_headers_of_other_writers_are_read() -> None:
    for header in (
        b"{'shape': (3, 4), 'fortran_order': False, 'descr': '<f8'}",
        b'{"descr": "<f8", "fortran_order": False, "shape": (3, 4)}\n',
        b"{'descr':'<f8','fortran_order':False,'shape':(3,4,),}   \n",
    ):
        assert npy.read(_with_header(header)).shape == (3, 4)


@pytest.mark.parametrize(
    ("array", "why"),
    [
        (np.array([[1, None]], dtype=object), "must hold float64"),
        (np.array([["a", "b"]]), "must hold float64"),
        (np.array([[True, False]]), "must hold float64"),
        (np.array([[1j, 2]]), "must hold float64"),
        (np.array([[1, 2]], dtype="f2"), "must hold float64"),
        (np.array([[1, 2]], dtype="m8[s]"), "must hold float64"),
        (np.array([[(1, 2)]], dtype=[("a", "f8"), ("b", "f8")]), "must hold float64"),
        (np.array(5.1), r"two dimensions.*\(\)"),
        (np.array([5.1, 3.5]), "two dimensions"),
        (np.ones((2, 2, 2)), "two dimensions"),
    ],
)
def test_arrays_of_other_things_and_shapes_are_refused(array: Any, why: str) -> None:
    assert re.search(why, _why(saved(array)))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not an array in .npy format"),
        (b'{"rows":[[1,2,3,4]]}', "not an array in .npy format"),
        (b"PK\x03\x04" + saved(MATRIX), "not an array in .npy format"),
        (saved(MATRIX, (3, 0)), "version 1.0 or 2.0"),
        (b"\x93NUMPY", "version 1.0 or 2.0"),
        (b"\x93NUMPY\x01\x00", "ends within"),
        (saved(MATRIX)[:9], "ends within"),
        (saved(MATRIX)[:100], "ends within"),
        (saved(MATRIX)[:-1], "needs 96 bytes behind the header, got 95"),
        (saved(MATRIX) + b"\n", "needs 96 bytes behind the header, got 97"),
        (saved(MATRIX) * 2, "needs 96 bytes behind the header"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\xff", "longer than 1024 bytes"),
    ],
)
def test_damaged_files_are_refused(body: bytes, why: str) -> None:
    assert why in _why(body)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"5",
        b"{}",
        b"{'descr': '<f8', 'fortran_order': False}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), 'x': 1}",
        b"{'descr': '<f8', 'fortran_order': 0, 'shape': (3, 4)}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': [3, 4]}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (3L, 4L)}",
        b"{'descr': ('<f8', (4,)), 'fortran_order': False, 'shape': (3, 1)}",
        b"{'descr': '(4,)<f8', 'fortran_order': False, 'shape': (3, 1)}",
        b"{'descr': '|O', 'fortran_order': False, 'shape': (3, 4)}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (-3, -4)}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (True, 12)}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (3.0, 4)}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (10**9, 4)}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (" + b"9" * 900 + b", 4)}",
        b"{[]: 1}",
        b"__import__('os').abort()",
        b"(" * 1000,
        b"-" * 1000 + b"1",
        b"\x00",
        b"\xff",
    ],
)
def test_headers_that_are_none_are_refused(header: bytes) -> None:
    assert _why(_with_header(header))


@pytest.mark.parametrize("shape", [(10**30, 0), (0, 10**30), (10**7, 0)])
def test_an_array_without_numbers_may_not_claim_any_size(shape: tuple[int, int]) -> None:
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}".encode()
    assert "holds no numbers" in _why(_with_header(header)[:-96])


@given(st.binary(max_size=200), st.integers(0, 150), st.integers(0, 20))
def test_whatever_arrives_is_read_or_refused(noise: bytes, at: int, lost: int) -> None:
    body = saved(MATRIX)
    with suppress(InvalidInput), warnings.catch_warnings(action="ignore"):
        npy.read(body[:at] + noise + body[at + lost :])
