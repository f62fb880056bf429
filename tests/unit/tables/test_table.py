"""What is read out of a CSV file, and what is said of one that can't be read."""

import gzip
import io
from collections.abc import Sequence

import numpy as np
import pytest

from shared.errors import InvalidInput
from shared.tables import Table, TableColumn, read_table
from shared.tables import records as records_module
from shared.tables import table as table_module

FLOWERS = "length,species,note\n1.5,setosa,\n2,virginica,NA\n?,setosa,x\n-3e2,virginica,y\n"


def read(text: str | bytes) -> Table:
    return read_table(io.BytesIO(text.encode() if isinstance(text, str) else text))


def columns(text: str | bytes) -> dict[str, TableColumn]:
    return {column.name: column for column in read(text).columns}


def problems(text: str | bytes) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        read(text)
    return [(problem.path, problem.message) for problem in caught.value.problems]


def column_of(cells: Sequence[str]) -> TableColumn:
    return columns("x,y\n" + "".join(f'"{cell}",1\n' for cell in cells))["x"]


def test_numbers_categories_and_missing_values_are_told_apart() -> None:
    found = columns(FLOWERS)
    length, species = found["length"], found["species"]
    np.testing.assert_array_equal(length.values, [1.5, 2, np.nan, -300])
    assert (length.kind, length.missing, length.categories) == ("number", 1, ())
    np.testing.assert_array_equal(species.values, [0, 1, 0, 1])
    assert (species.kind, species.categories, species.counts) == ("category", ("setosa", "virginica"), (2, 2))
    assert (found["note"].kind, found["note"].missing) == ("unusable", 2)


@pytest.mark.parametrize(
    "content",
    [
        FLOWERS.encode("utf-8-sig"),
        FLOWERS.replace(",", ";").encode(),
        FLOWERS.replace(",", "\t").replace("\n", "\r\n").encode(),
        gzip.compress(FLOWERS.encode(), mtime=0),
        FLOWERS.replace("setosa", '"setosa"').replace("\n", "\n\n").encode(),
        b"4,2,,\n" + FLOWERS.encode(),
    ],
    ids=["byte order mark", "semicolons", "tabs and CRLF", "gzip", "quotes and blank lines", "a line of counts"],
)
def test_the_usual_forms_are_read_alike(content: bytes) -> None:
    found = read(content)
    assert found.n_rows == 4
    for column, expected in zip(found.columns, read(FLOWERS).columns, strict=True):
        np.testing.assert_array_equal(column.values, expected.values)
        assert (column.name, column.kind, column.categories) == (expected.name, expected.kind, expected.categories)


@pytest.mark.parametrize("cell", ["", " ", "NA", "na", "NaN", "null", "NULL", "?", " ? "])
def test_what_is_missing_is_known_by_any_of_its_names(cell: str) -> None:
    found = column_of(["1", cell, "2"])
    assert (found.kind, found.missing) == ("number", 1)
    assert np.isnan(found.values[1])


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1e999", "1_000", "٣", "0x10", "1,5", "=1+1", "<b>1</b>"])
def test_what_only_python_or_a_spreadsheet_takes_for_a_number_is_text(cell: str) -> None:
    numbers = [str(value) for value in range(40)]
    found = problems("x;y\n" + "".join(f"{one};1\n" for one in [*numbers, cell]))
    assert found == [("row 42, column 'x'", f"{cell!r} is not a number")]
    few = column_of(["1", "2", cell] * 3)
    assert (few.kind, few.categories) == ("category", tuple(sorted(["1", "2", cell])))


def test_text_with_a_blank_around_is_the_same_category_and_markup_stays_text() -> None:
    found = column_of([" <script>", "<script> ", "b", "b"])
    assert (found.categories, found.counts) == (("<script>", "b"), (2, 2))


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([f"id-{index}" for index in range(30)], "is text, and almost every row has another"),
        ([f"street {index % 130}" for index in range(400)], "is text, and almost every row has another"),
        (["7"] * 9, "holds 7 alone"),
        (["a", "a", ""], "holds 'a' alone"),
        (["", "NA", "?"], "is empty"),
        (["a" * 201, "b", "b", "a" * 201], "is text of more than 200 characters"),
    ],
    ids=["identifiers", "streets", "one number", "one word", "empty", "long text"],
)
def test_columns_that_teach_nothing_are_unusable(cells: list[str], why: str) -> None:
    found = column_of(cells)
    assert (found.kind, found.why, len(found.values)) == ("unusable", why, 0)


def test_the_first_twenty_errors_are_told_and_how_many_more_there_are() -> None:
    rows = [f"{index},1" if index % 16 else f"x{index}," for index in range(1, 401)]
    found = problems("a,b\n" + "\n".join([*rows, "1,2,3", "7"]))
    assert len(found) == 21
    assert found[0] == ("row 402", "has 3 cells; 2 columns are named")
    assert found[2] == ("row 17, column 'a'", "'x16' is not a number")
    assert found[-1] == ("file", "7 more such problems")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ("row 1", "is missing; it must name the columns")),
        (b"a,b\n", ("file", "holds no rows below the names of the columns")),
        (b"1,2.5\n3,4\n", ("row 1", "must name the columns, and holds numbers: 1, 2.5")),
        (b"a,,b\n1,2,3\n", ("row 1, column 2", "has no name")),
        (b"a,b,a\n1,2,3\n", ("row 1, column 3", "is called 'a' like column 1")),
        (b"a" * 101 + b",b\n1,2\n", ("row 1, column 1", "has a name of more than 100 characters")),
        (b"a,b\n1,2\n3\xff,4\n", ("row 3", "is not UTF-8; save the file as CSV in UTF-8")),
        ("a,b\n1,2\n".encode("utf-16"), ("row 1", "holds a NUL character; save the file as CSV in UTF-8")),
        (b"a,b\n1,\x002\n", ("row 2", "holds a NUL character; save the file as CSV in UTF-8")),
        (b'a,b\n1,"2\n', ("row 2", "can't be read as CSV: unexpected end of data")),
        (gzip.compress(b"a,b\n1,2\n" * 99, mtime=0)[:-9], ("row 199", "can't be inflated: Compressed file ended")),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else "",
)
def test_unreadable_files_are_said_to_be_so(content: bytes, expected: tuple[str, str]) -> None:
    ((path, message),) = problems(content)
    assert (path, message[: len(expected[1])]) == expected


def test_limits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ",".join(f"c{index}" for index in range(501))
    assert problems(f"{names}\n") == [("row 1", "has 501 columns; 500 are allowed")]
    million = ",".join(["c"] * 1_000_000)
    assert problems(million)[0][1].startswith("is longer than 1000000 bytes")
    bomb = gzip.compress(b"a,b\n" + b"1" * 5_000_000, mtime=0)
    assert problems(bomb)[0][1].startswith("is longer than 1000000 bytes")
    quoted = 'a,b\n1,"' + "x\n" * 600_000
    assert problems(quoted)[0][0] == "row 2"
    monkeypatch.setattr(table_module, "MAX_CELLS", 5)
    assert problems("a,b\n1,2\n1,2\n1,2\n") == [("file", "has more than 5 cells")]
    monkeypatch.setattr(records_module, "MAX_BYTES", 10)
    assert "goes beyond the 10 bytes" in problems("a,b\n1,2\n1,2\n1,2\n")[0][1]


def test_messages_hold_nothing_that_steers_a_terminal() -> None:
    (found,) = problems("a,b\n" + "".join(f"{index},1\n" for index in range(30)) + "\x1b[31m" + "z" * 99 + ",1\n")
    assert "\x1b" not in found[1]
    assert len(found[1]) < 80


def test_blocks_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "n,c\n" + "".join(f"{index if index % 7 else '?'},{'ab'[index % 2]}\n" for index in range(100))
    whole = read(text)
    monkeypatch.setattr(table_module, "BLOCK", 3)
    for one, other in zip(read(text).columns, whole.columns, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
        assert (one.categories, one.counts, one.missing) == (other.categories, other.counts, other.missing)
