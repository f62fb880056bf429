"""Digits as a table of text: in each row the label, then the pixels row by row, with commas between them.

Above them may stand the names `label,pixel0,pixel1,...`. Rows and columns count from 1, the names being a row, as
editors and spreadsheets show them.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from io import BufferedIOBase
from itertools import chain
from math import nan
from pathlib import Path

import numpy as np

from shared.errors import Problem
from shared.files.reading import MAX_BYTES, MAX_LABEL, ByteArray, opened, refuse_any

MAX_PIXEL = {1 + 28 * 28: 255, 1 + 8 * 8: 16}  # by the number of columns: MNIST, and the digits of scikit-learn
_MAX_LINE_BYTES = 2**16  # numpy.savetxt needs 19,625 for the longest row
_MAX_SHOWN = 20  # characters of a cell
_MAX_REMEMBERED = 1024  # ways to write a number; a file has some 256
_NUMBER = re.compile(rb"[ \t]*[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?[ \t]*")

_Row = tuple[int, list[bytes]]  # its number and its cells


class _Numbers(dict[bytes, int]):
    """The whole number from 0 to `most` that a cell holds, otherwise -1."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def __missing__(self, cell: bytes) -> int:
        value = float(cell) if _NUMBER.fullmatch(cell) else nan
        number = int(value) if value.is_integer() and 0 <= value <= self.most else -1
        if len(self) < _MAX_REMEMBERED:
            self[cell] = number
        return number


def read_digit_csv(path: Path) -> tuple[ByteArray, ByteArray]:
    """The pixels, shape (n, 784) from 0 to 255 or (n, 64) from 0 to 16, and the labels, shape (n,) from 0 to 9.

    A whole number may be written with a point, and blank lines are passed over. Raises UnusableFile.
    """
    labels, pixels = bytearray(), bytearray()
    with opened(path) as file:
        refuse_any(path, _fill(labels, pixels, _rows(path, file)))
    if not labels:
        refuse_any(path, [Problem("", "the file holds names, and no digits below them")])
    return np.frombuffer(pixels, np.uint8).reshape(len(labels), -1), np.frombuffer(labels, np.uint8)


def _rows(path: Path, file: BufferedIOBase) -> Iterator[_Row]:
    for number, line in enumerate(iter(lambda: file.readline(_MAX_LINE_BYTES), b""), start=1):
        if len(line) == _MAX_LINE_BYTES:
            refuse_any(path, [Problem(f"row {number}", f"must be shorter than {_MAX_LINE_BYTES} bytes")])
        if text := line.removeprefix(BOM_UTF8 if number == 1 else b"").strip():  # spreadsheets write it
            yield number, text.split(b",")


def _fill(labels: bytearray, pixels: bytearray, rows: Iterator[_Row]) -> Iterator[Problem]:
    """Add what `rows` hold, and give what is wrong with them."""
    first, names = next(rows, (1, []))
    if len(names) not in MAX_PIXEL:
        yield Problem(f"row {first}", f"must have 785 or 65 columns, with commas between, got {len(names)}")
        return
    if _name(names[0]) == "label":
        yield from _problems_of_names(first, names)
    else:
        rows = chain([(first, names)], rows)
    numbers = _Numbers(MAX_PIXEL[len(names)])
    for row, cells in rows:
        if len(cells) != len(names):
            yield Problem(f"row {row}", f"must have {len(names)} columns, as row {first} has, got {len(cells)}")
        elif (values := _values(cells, numbers)) is None:
            yield from _problems_of_cells(row, cells, numbers)
        elif len(pixels) + len(values) > MAX_BYTES:
            yield Problem(f"row {row}", f"is too much; at most {MAX_BYTES} pixels are read")
            return
        else:
            labels.append(values[0])
            pixels += values[1:]


def _values(cells: Sequence[bytes], numbers: _Numbers) -> bytes | None:
    """The numbers of a row, or None where something is wrong with them."""
    try:
        values = bytes(map(numbers.__getitem__, cells))
    except ValueError:  # -1 is no byte
        return None
    return values if values[0] <= MAX_LABEL else None


def _problems_of_names(row: int, cells: Sequence[bytes]) -> Iterator[Problem]:
    for at, cell in enumerate(cells[1:]):
        if _name(cell) != f"pixel{at}":
            yield Problem(f"row {row}, column {at + 2}", f"must be called pixel{at}, got {_shown(cell)}")


def _problems_of_cells(row: int, cells: Sequence[bytes], numbers: _Numbers) -> Iterator[Problem]:
    for column, cell in enumerate(cells, start=1):
        most = MAX_LABEL if column == 1 else numbers.most
        if not 0 <= numbers[cell] <= most:
            message = f"must be a whole number from 0 to {most}, got {_shown(cell)}"
            yield Problem(f"row {row}, column {column}", message)


def _name(cell: bytes) -> str:
    return cell.decode("utf-8", "replace").strip(' "').lower()


def _shown(cell: bytes) -> str:
    """A cell as a message quotes it: short, and without control characters."""
    text = cell.decode("utf-8", "replace")
    return repr(text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…")
