"""A whole table, read once."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from shared.errors import InvalidInput, Problem
from shared.tables.columns import ColumnBuilder, TableColumn
from shared.tables.findings import Findings, shown
from shared.tables.records import Record, records

MAX_COLUMNS = 500
MAX_CELLS = 50_000_000  # of eight bytes each
MAX_NAME = 100  # characters of a column's name
BLOCK = 5_000  # rows whose text is in memory at once


@dataclass(frozen=True, slots=True)
class Table:
    """All columns have `n_rows` values, but those that are unusable."""

    columns: tuple[TableColumn, ...]
    n_rows: int


def read_table(file: BinaryIO) -> Table:
    """The table in `file`, a CSV whose first record names the columns; `records` says what it may look like.

    Raises InvalidInput that names the first rows and columns that are wrong, and how many more there are.
    """
    rows = records(file)
    names = _header(rows)
    builders = [ColumnBuilder(name) for name in names]
    findings = Findings()
    n_rows = 0
    whole = _whole(rows, len(names), findings)
    while block := list(islice(whole, BLOCK)):
        n_rows += len(block)
        if n_rows * len(names) > MAX_CELLS:
            raise InvalidInput([Problem("file", f"has more than {MAX_CELLS} cells")])
        numbers = [number for number, _ in block]
        for builder, cells in zip(builders, zip(*(cells for _, cells in block), strict=True), strict=True):
            builder.add(cells, numbers)
    if n_rows == 0:
        findings.add("file", "holds no rows below the names of the columns")
    columns = tuple(builder.column(findings) for builder in builders)
    findings.raise_any()
    return Table(columns, n_rows)


def _header(rows: Iterator[Record]) -> list[str]:
    number, cells = next(rows, (1, []))
    if _is_counts(cells):
        number, cells = next(rows, (2, []))
    names = [cell.strip() for cell in cells]
    if len(names) > MAX_COLUMNS:
        raise InvalidInput([Problem(f"row {number}", f"has {len(names)} columns; {MAX_COLUMNS} are allowed")])
    findings = Findings()
    if not names:
        findings.add(f"row {number}", "is missing; it must name the columns")
    elif all(map(_is_number, names)):
        findings.add(f"row {number}", f"must name the columns, and holds numbers: {shown(', '.join(names))}")
    for place, name in enumerate(names, start=1):
        if not name:
            findings.add(f"row {number}, column {place}", "has no name")
        elif len(name) > MAX_NAME:
            findings.add(f"row {number}, column {place}", f"has a name of more than {MAX_NAME} characters")
        elif name in names[: place - 1]:
            first = names.index(name) + 1
            findings.add(f"row {number}, column {place}", f"is called {shown(name)!r} like column {first}")
    findings.raise_any()
    return names


def _is_counts(cells: list[str]) -> bool:
    """Whether `cells` are the line of counts that scikit-learn's own files begin with: rows, columns, and no more."""
    return len(cells) > 2 and all(cell.isdecimal() for cell in cells[:2]) and not any(cells[2:])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _whole(rows: Iterator[Record], width: int, findings: Findings) -> Iterator[Record]:
    """The rows that have `width` cells."""
    for number, cells in rows:
        if len(cells) == width:
            yield number, cells
        else:
            findings.add(f"row {number}", f"has {len(cells)} cells; {width} columns are named")
