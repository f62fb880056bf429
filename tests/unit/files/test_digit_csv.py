"""Digits in CSV are read as numbers, or refused with row and column."""

import gzip
from codecs import BOM_UTF8
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from shared.errors import UnusableFile
from shared.files import digit_csv
from shared.files.digit_csv import read_digit_csv

RNG = np.random.default_rng(5)
EIGHTS = np.c_[RNG.integers(0, 10, 5), RNG.integers(0, 17, (5, 64))]  # label first, 8 x 8
MNIST = np.c_[RNG.integers(0, 10, 3), RNG.integers(0, 256, (3, 784))]
Wrong = Callable[[Callable[[Path], object], bytes], list[tuple[str, str]]]
Peak = Callable[[Callable[[], object]], int]


def _written(table: NDArray[np.int64], form: str = "%d", **more: Any) -> bytes:
    file = BytesIO()
    np.savetxt(file, table, fmt=form, delimiter=",", comments="", **more)
    return file.getvalue()


def _names(n_columns: int) -> str:
    return ",".join(["label", *(f"pixel{at}" for at in range(n_columns - 1))])


def _with(row: int, column: int, cell: bytes) -> bytes:
    """The table of 8 x 8, with another cell there; row and column count from 1."""
    rows = [line.split(b",") for line in _written(EIGHTS).splitlines()]
    rows[row - 1][column - 1] = cell
    return b"\n".join(map(b",".join, rows))


def _is(path: Path, table: NDArray[np.int64]) -> bool:
    pixels, labels = read_digit_csv(path)
    assert pixels.dtype == labels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    return np.array_equal(pixels, table[:, 1:]) and np.array_equal(labels, table[:, 0])


@pytest.mark.parametrize("table", [EIGHTS, MNIST])
@pytest.mark.parametrize("form", ["%d", "%.1f", "%.18e", " %d"])
@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_what_is_written_is_read(
    tmp_path: Path, table: NDArray[np.int64], form: str, named: bool, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "digits"
    path.write_bytes(pack(_written(table, form, header=_names(table.shape[1]) if named else "")))
    assert _is(path, table)


@pytest.mark.parametrize(
    "content",
    [
        _written(EIGHTS, newline="\r\n"),
        _written(EIGHTS).rstrip(),
        _written(EIGHTS, newline="\n\n"),
        BOM_UTF8 + _written(EIGHTS, header=_names(65).upper()),
        _written(EIGHTS, header=_names(65).replace(",", '","').join('""')),
    ],
)
def test_other_writers_are_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "digits"
    path.write_bytes(content)
    assert _is(path, EIGHTS)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (b"17", "'17'"),
        (b"-1", "'-1'"),
        (b"", "''"),
        (b"1.5", "'1.5'"),
        (b"nan", "'nan'"),
        (b"1e999", "'1e999'"),
        (b"1_0", "'1_0'"),
        (b"0x1", "'0x1'"),
        (b'"3"', "'\"3\"'"),
        (b"\x1b[2J", r"'\x1b[2J'"),
        (b"\xff", "'\ufffd'"),
        (b"9" * 5000, "'99999999999999999999…'"),
    ],
)
def test_a_cell_that_is_no_pixel_is_named_by_row_and_column(wrong: Wrong, cell: bytes, shown: str) -> None:
    assert wrong(read_digit_csv, _with(4, 7, cell)) == [
        ("row 4, column 7", f"must be a whole number from 0 to 16, got {shown}")
    ]


def test_a_label_over_9_is_refused_where_a_pixel_would_not_be(wrong: Wrong) -> None:
    assert wrong(read_digit_csv, _with(2, 1, b"10")) == [
        ("row 2, column 1", "must be a whole number from 0 to 9, got '10'")
    ]


def test_mnist_has_pixels_up_to_255(wrong: Wrong) -> None:
    table = MNIST.copy()
    table[1, 784] = 256
    assert wrong(read_digit_csv, _written(table)) == [
        ("row 2, column 785", "must be a whole number from 0 to 255, got '256'")
    ]


def test_rows_count_as_an_editor_shows_them(wrong: Wrong) -> None:
    content = _names(65).encode() + b"\n\n" + _with(1, 2, b"x")
    assert [place for place, _ in wrong(read_digit_csv, content)] == ["row 3, column 2"]


@pytest.mark.parametrize(
    ("content", "place", "why"),
    [
        (b"", "row 1", "785 or 65 columns, with commas between, got 0"),
        (b"\n \n", "row 1", "got 0"),
        (b"\n5;0;0", "row 2", "got 1"),
        (_written(EIGHTS[:, 1:]), "row 1", "got 64"),
        (_written(EIGHTS) + b"5,0,0\n", "row 6", "must have 65 columns, as row 1 has, got 3"),
        (_written(EIGHTS) + _written(MNIST[:1]), "row 6", "got 785"),
        (_names(65).encode(), "", "no digits below them"),
        (_names(65).replace("pixel3,", "pixel03,").encode(), "row 1, column 5", "must be called pixel3, got 'pixel03'"),
        (_written(EIGHTS) + b"0" * 10**6, "row 6", "must be shorter than 65536 bytes"),
    ],
)
def test_tables_of_another_form_are_refused(wrong: Wrong, content: bytes, place: str, why: str) -> None:
    ((found, message),) = wrong(read_digit_csv, content)
    assert found == place
    assert why in message


def test_the_first_20_problems_are_told_and_the_others_counted(tmp_path: Path) -> None:
    path = tmp_path / "digits"
    path.write_bytes(_written(EIGHTS + 100))
    with pytest.raises(UnusableFile, match=r"; and 305 more$") as raised:
        read_digit_csv(path)
    assert [problem.path for problem in raised.value.problems] == [f"row 1, column {at}" for at in range(1, 21)]
    assert raised.value.n_more == 5 * 65 - 20


def test_more_than_the_limit_is_refused(wrong: Wrong, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digit_csv, "MAX_BYTES", 3 * 65)
    assert wrong(read_digit_csv, _written(EIGHTS)) == [("row 4", "is too much; at most 195 pixels are read")]


def test_memory_stays_near_the_size_of_the_result(tmp_path: Path, peak_bytes: Peak) -> None:
    path = tmp_path / "digits"
    path.write_bytes(gzip.compress(_written(np.tile(MNIST, (300, 1)))))
    assert peak_bytes(lambda: read_digit_csv(path)) < 1.5 * 900 * 785


def test_a_line_without_end_fills_no_memory(tmp_path: Path, peak_bytes: Peak) -> None:
    path = tmp_path / "digits"
    path.write_bytes(gzip.compress(bytes(10**8)))
    assert peak_bytes(lambda: read_digit_csv(path)) < 2**20


def _as_numpy_reads(content: bytes) -> NDArray[np.float64]:
    # numpy takes a carriage return for the end of a line; at the edge of a row it is white space.
    lines = [line.strip().decode("latin-1") for line in content.removeprefix(BOM_UTF8).split(b"\n") if line.strip()]
    named = "label" in lines[0].lower()
    return np.loadtxt(lines[named:], delimiter=",", comments=None, ndmin=2)


@pytest.mark.parametrize("named", [False, True])
@settings(deadline=None)
@given(
    noise=st.one_of(st.binary(max_size=20), st.text("0123456789,.\n\r -+e", max_size=9).map(str.encode)), data=st.data()
)
def test_damage_is_refused_or_is_what_numpy_reads(folder: Path, named: bool, noise: bytes, data: st.DataObject) -> None:
    whole, path = _written(EIGHTS, header=_names(65) if named else ""), folder / "digits.csv"
    at = data.draw(st.integers(0, len(whole)))
    damaged = whole[:at] + noise + whole[at + data.draw(st.integers(0, 20)) :]
    path.write_bytes(damaged)
    try:
        pixels, labels = read_digit_csv(path)
    except UnusableFile:
        assert damaged != whole
    else:
        assert np.array_equal(np.c_[labels, pixels], _as_numpy_reads(damaged))


@settings(deadline=None)
@given(st.binary(max_size=20), st.integers(0, 400), st.integers(0, 20))
def test_damage_of_gzip_data_is_refused_or_changes_nothing(folder: Path, noise: bytes, at: int, lost: int) -> None:
    whole, path = gzip.compress(_written(EIGHTS), mtime=0), folder / "digits.csv.gz"
    path.write_bytes(whole[:at] + noise + whole[at + lost :])
    try:
        pixels, labels = read_digit_csv(path)
    except UnusableFile:
        assert path.read_bytes() != whole
    else:
        assert np.array_equal(np.c_[labels, pixels], EIGHTS)
