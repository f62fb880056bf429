"""The forms of a tensor, against bytes written out by hand."""

import math

import pytest

from shared.check.tensors import DATATYPES, Tensor, decode, encode, fits, flattened, nested, sample

BINARY = [
    ("BOOL", (True, False), "01 00"),
    ("UINT8", (1, 255), "01 ff"),
    ("UINT16", (258,), "02 01"),
    ("UINT32", (16909060,), "04 03 02 01"),
    ("UINT64", (1, 2**64 - 1), "01 00 00 00 00 00 00 00 ff ff ff ff ff ff ff ff"),
    ("INT8", (-1, 127), "ff 7f"),
    ("INT16", (-2,), "fe ff"),
    ("INT32", (-2,), "fe ff ff ff"),
    ("INT64", (-(2**63),), "00 00 00 00 00 00 00 80"),
    ("FP16", (1.0, -2.0), "00 3c 00 c0"),
    ("FP32", (1.0, -2.0), "00 00 80 3f 00 00 00 c0"),
    ("FP64", (1.0,), "00 00 00 00 00 00 f0 3f"),
    ("BYTES", ("", "aü", "b"), "00 00 00 00 03 00 00 00 61 c3 bc 01 00 00 00 62"),
]


@pytest.mark.parametrize(("datatype", "values", "written"), BINARY)
def test_binary_data_are_little_endian_without_padding(datatype: str, values: tuple[object, ...], written: str) -> None:
    assert encode(datatype, values) == bytes.fromhex(written)
    assert decode(datatype, bytes.fromhex(written)) == values


def test_every_datatype_is_written_out() -> None:
    assert {datatype for datatype, _, _ in BINARY} == DATATYPES


def test_bytes_that_are_not_text_survive() -> None:
    data = bytes.fromhex("02 00 00 00 ff 00")
    assert encode("BYTES", decode("BYTES", data)) == data


@pytest.mark.parametrize(
    ("datatype", "written"),
    [("BOOL", "02"), ("INT16", "00"), ("FP64", "00" * 7), ("BYTES", "01 00 00"), ("BYTES", "02 00 00 00 61")],
)
def test_bytes_that_are_not_whole_elements_are_an_error(datatype: str, written: str) -> None:
    with pytest.raises(ValueError, match=r"bytes|BOOL"):
        decode(datatype, bytes.fromhex(written))


@pytest.mark.parametrize("datatype", sorted(DATATYPES))
def test_samples_are_values_that_survive_both_ways_and_tell_rows_apart(datatype: str) -> None:
    rows = [tuple(sample(datatype, row, place) for place in range(4)) for row in range(3)]
    assert all(fits(datatype, value) for row in rows for value in row)
    assert [decode(datatype, encode(datatype, row)) for row in rows] == rows
    assert rows[0] != rows[1] != rows[2]


@pytest.mark.parametrize(
    ("datatype", "value"),
    [
        ("BOOL", 1), ("INT8", True), ("INT8", 128), ("UINT8", -1), ("INT64", 1.0), ("FP32", "1"), ("FP32", 1e39),
        ("FP16", 70000), ("FP64", 10**400), ("FP64", None), ("BYTES", 1), ("BYTES", "\ud800"), ("INT32", [1]),
    ],
)  # fmt: skip
def test_values_of_another_datatype_do_not_fit(datatype: str, value: object) -> None:
    assert not fits(datatype, value)


@pytest.mark.parametrize("shape", [(2, 3), (6,), (1, 2, 3), (3, 2, 1)])
def test_nested_data_are_the_flat_ones_by_rows(shape: tuple[int, ...]) -> None:
    values = tuple(range(6))
    assert flattened(nested(values, shape), shape) == values == flattened(list(values), shape)


def test_nesting_follows_the_shape() -> None:
    assert nested(range(6), (2, 3)) == [[0, 1, 2], [3, 4, 5]]
    assert nested([7], ()) == [7]


@pytest.mark.parametrize("data", [[1, 2, 3], [[1, 2]], [[1, 2], [3]], [[1, 2], 3, 4], [[[1, 2]], [[3, 4]]], 4, None])
def test_data_that_do_not_fit_their_shape_are_an_error(data: object) -> None:
    with pytest.raises(ValueError, match=r"data|values"):
        flattened(data, (2, 2))


def test_tensors_agree_but_for_rounding() -> None:
    one = Tensor("FP32", (2,), (0.1, math.nan))
    assert one.agrees_with(Tensor("FP32", (2,), (0.10000000149, math.nan)))
    assert not one.agrees_with(Tensor("FP32", (2,), (0.1001, math.nan)))
    assert not one.agrees_with(Tensor("FP64", (2,), (0.1, math.nan)))
    assert not one.agrees_with(Tensor("FP32", (1, 2), (0.1, math.nan)))
    assert not Tensor("FP64", (1,), (1.0,)).agrees_with(Tensor("FP64", (1,), (10**400,)))


def test_whole_numbers_agree_exactly_or_not_at_all() -> None:
    large = Tensor("INT64", (1,), (2**60,))
    assert large.agrees_with(Tensor("INT64", (1,), (2**60,)))
    assert not large.agrees_with(Tensor("INT64", (1,), (2**60 + 1,)))


def test_a_row_is_a_tensor_of_one_row() -> None:
    assert Tensor("INT8", (2, 2), (1, 2, 3, 4)).row(1) == Tensor("INT8", (1, 2), (3, 4))
