"""Tensors are read alike from JSON and from bytes, and every value that is wrong is named."""

from typing import Any

import msgspec
import numpy as np
import pytest

from shared.errors import InvalidInput
from shared.http_api.strict_json import MAX_PROBLEMS
from shared.http_api.tensors import DATATYPES, EXACT, InputTensor, read, text_element


def _tensor(datatype: str, data: list[Any] | None, shape: list[int]) -> InputTensor:
    return msgspec.convert({"name": "x", "shape": shape, "datatype": datatype, "data": data}, InputTensor)


def _wrong(tensor: InputTensor, binary: bytes | None = None) -> dict[str, str]:
    with pytest.raises(InvalidInput) as raised:
        read(tensor, None if binary is None else memoryview(binary), "x")
    return {problem.path: problem.message for problem in raised.value.problems}


@pytest.mark.parametrize("datatype", DATATYPES)
def test_every_datatype_is_read_alike_flat_nested_and_as_bytes(datatype: str) -> None:
    numbers = [[0, 1, 1], [1, 0, 1]]
    values = [[bool(value) for value in row] for row in numbers] if datatype == "BOOL" else numbers
    flat = [value for row in values for value in row]
    binary = np.array(numbers, DATATYPES[datatype].code).tobytes()
    for found in (
        read(_tensor(datatype, flat, [2, 3]), None, "x"),
        read(_tensor(datatype, values, [2, 3]), None, "x"),
        read(_tensor(datatype, None, [2, 3]), memoryview(binary), "x"),
        read(_tensor(datatype, None, [2, 3]), memoryview(b"." + binary)[1:], "x"),  # not aligned
    ):
        assert (found.dtype, found.tolist()) == (np.dtype(np.float64), [0, 1, 1, 1, 0, 1])
        assert found.flags.aligned


def test_a_number_in_json_is_taken_as_it_is_written() -> None:
    assert read(_tensor("FP16", [5.1], [1]), None, "x").tolist() == [5.1]
    assert read(_tensor("FP32", None, [1]), memoryview(np.float32(5.1).tobytes()), "x").tolist() == [
        float(np.float32(5.1))
    ]


@pytest.mark.parametrize(
    ("datatype", "least", "most", "step"),
    [
        ("INT8", -128, 127, 1),
        ("UINT8", 0, 255, 1),
        ("INT64", -EXACT, EXACT, 1),
        ("UINT64", 0, EXACT, 1),
        ("FP16", -65504, 65504, 1),
        ("FP32", -3.4e38, 3.4e38, 1e36),
    ],
)
def test_what_is_beyond_a_datatype_is_refused(datatype: str, least: float, most: float, step: float) -> None:
    assert read(_tensor(datatype, [least, most], [2]), None, "x").tolist() == [least, most]
    beyond = [least - step, least, most, most + step]
    assert list(_wrong(_tensor(datatype, beyond, [4]))) == ["x.data[0]", "x.data[3]"]


@pytest.mark.parametrize(
    ("datatype", "value", "said"),
    [
        ("FP64", True, "must be a number, got true"),
        ("FP64", "5.1", "must be a number, got a string"),
        ("FP64", None, "must be a number, got null"),
        ("FP64", 10**400, "must be from -3.4e+38 to 3.4e+38 for FP64"),
        ("INT32", 1.5, "must be a whole number, got a number"),
        ("BOOL", 1, "must be true or false, got a number"),
    ],
)
def test_each_wrong_value_is_named_with_its_place(datatype: str, value: object, said: str) -> None:
    good = True if datatype == "BOOL" else 1
    assert _wrong(_tensor(datatype, [good, value, value], [3])) == {"x.data[1]": said, "x.data[2]": said}
    assert _wrong(_tensor(datatype, [[good, good], [value, good]], [2, 2])) == {"x.data[1][0]": said}


def test_no_more_values_are_named_than_help() -> None:
    assert len(_wrong(_tensor("FP64", ["a"] * 1000, [1000]))) == MAX_PROBLEMS


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_bytes_that_are_no_finite_number_are_refused(value: float) -> None:
    assert list(_wrong(_tensor("FP64", None, [2]), np.array([1, value], "<f8").tobytes())) == ["x[1]"]


@pytest.mark.parametrize(
    ("data", "shape", "path"),
    [
        ([1, 2, 3], [2, 2], "x.data"),
        ([[1, 2], [3]], [2, 2], "x.data[1]"),
        ([[1, 2], 3], [2, 2], "x.data[1]"),
        ([[1, 2]], [2, 2], "x.data"),
        ([[1], [2]], [], "x.data"),
        (None, [1], "x.data"),
    ],
)
def test_data_must_be_as_the_shape_says(data: list[Any] | None, shape: list[int], path: str) -> None:
    assert list(_wrong(_tensor("INT8", data, shape))) == [path]


@pytest.mark.parametrize("n_bytes", [0, 15, 17])
def test_bytes_must_be_as_many_as_the_shape_says(n_bytes: int) -> None:
    assert _wrong(_tensor("FP64", None, [2, 1]), bytes(n_bytes)) == {
        "x.parameters.binary_data_size": f"FP64 of shape [2, 1] is 16 bytes long, got {n_bytes}"
    }


def test_text_is_no_input_and_is_written_behind_its_length() -> None:
    assert list(_wrong(_tensor("BYTES", ["setosa"], [1]))) == ["x.datatype"]
    assert text_element("é") == b"\x02\x00\x00\x00\xc3\xa9"
