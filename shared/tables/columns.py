"""A column of a table: what is inferred of it in one pass, and its values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from shared.domain.dataset import FloatVector
from shared.tables.findings import MAX_TOLD, Findings, shown

MISSING = frozenset({"", "na", "nan", "null", "?"})  # in any case, with or without blanks around
MAX_NUMBER = 3.4e38  # as in requests: float32 holds no more
MAX_CATEGORIES = 100  # that a column may have
MAX_SPELLINGS = 120  # of the categories and of what is missing
MAX_LABEL = 200  # characters of a category
FEW_NUMBERS = 20  # different ones; a column with more of them that holds some text as well has errors
A_FEW = 0.1  # of the cells; more of them that are text make a column of text
Kind = Literal["number", "category", "unusable"]
_NO_VALUES = np.zeros(0)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """`values`, shape (n_rows,), are numbers or indices of `categories`, and NaN where one is missing.

    `counts` says how many rows each category has. Of what is unusable, `why` says why, and there are no values.
    """

    name: str
    kind: Kind
    missing: int
    values: FloatVector = field(default_factory=lambda: _NO_VALUES, repr=False)
    categories: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    why: str = ""


class ColumnBuilder:
    """Takes cells, block by block; keeps eight bytes a cell, and one more while categories are possible."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._numbers: list[FloatVector] = []
        self._missing = self._texts = 0
        self._first_texts: list[tuple[int, str]] = []
        self._spellings: dict[str, int] = {}
        self._codes: list[NDArray[np.uint8]] | None = []

    def add(self, cells: Sequence[str], rows: Sequence[int]) -> None:
        """`cells` of the rows numbered `rows`."""
        self._add_codes(cells)
        values = all_numbers(cells)
        if values is None:
            parsed = {cell: _parsed(cell) for cell in set(cells)}
            if None in parsed.values():
                self._note_texts(cells, rows, parsed)
            values = np.array([parsed[cell] for cell in cells], np.float64)  # None becomes NaN
            self._missing += int(np.isnan(values).sum())
        self._numbers.append(values)

    def _add_codes(self, cells: Sequence[str]) -> None:
        if self._codes is None:
            return
        for cell in sorted(set(cells).difference(self._spellings)):
            self._spellings[cell] = len(self._spellings)
        if len(self._spellings) > MAX_SPELLINGS:
            self._spellings, self._codes = {}, None
        else:
            self._codes.append(np.fromiter(map(self._spellings.__getitem__, cells), np.uint8, len(cells)))

    def _note_texts(self, cells: Sequence[str], rows: Sequence[int], parsed: dict[str, float | None]) -> None:
        found = [(row, cell) for row, cell in zip(rows, cells, strict=True) if parsed[cell] is None]
        self._texts += len(found)
        self._missing -= len(found)
        self._first_texts += found[: MAX_TOLD - len(self._first_texts)]

    def column(self, findings: Findings) -> TableColumn:
        """What the cells make, of which nothing is kept here; cells that a column of numbers can't have are added to
        `findings`.
        """
        if not self._numbers or (present := sum(map(len, self._numbers)) - self._missing) == 0:
            return self._unusable("is empty")
        if self._texts and (self._texts > A_FEW * present or self._is_categories_by_nature()):
            return self._category(present)
        for row, cell in self._first_texts:
            findings.add(f"row {row}, column {shown(self.name)!r}", f"{shown(cell)!r} is not a number")
        findings.add_more(self._texts - len(self._first_texts))
        values = np.concatenate(self._numbers)
        self._numbers, self._codes = [], None
        if np.nanmin(values) == np.nanmax(values):
            return self._unusable(f"holds {np.nanmin(values):g} alone")
        return TableColumn(self.name, "number", self._missing, values)

    def _is_categories_by_nature(self) -> bool:
        """Whether there are so few different cells that even the numbers among them look like names."""
        return self._codes is not None and len(self._spellings) <= FEW_NUMBERS

    def _category(self, present: int) -> TableColumn:
        self._numbers = []
        named = {cell: cell.strip() for cell in self._spellings if not is_missing(cell)}
        categories = sorted(set(named.values()))
        if self._codes is None or len(categories) > MAX_CATEGORIES or len(categories) > present / 2:
            return self._unusable("is text, and almost every row has another")
        if any(len(category) > MAX_LABEL for category in categories):
            return self._unusable(f"is text of more than {MAX_LABEL} characters")
        if len(categories) == 1:
            return self._unusable(f"holds {shown(categories[0])!r} alone")
        index = {category: float(place) for place, category in enumerate(categories)}
        of_code = np.array([index[named[cell]] if cell in named else np.nan for cell in self._spellings])
        values: FloatVector = np.concatenate([of_code[codes] for codes in self._codes])
        self._codes = None
        counts = np.bincount(values[~np.isnan(values)].astype(np.int64), minlength=len(categories))
        return TableColumn(self.name, "category", self._missing, values, tuple(categories), tuple(map(int, counts)))

    def _unusable(self, why: str) -> TableColumn:
        return TableColumn(self.name, "unusable", self._missing, why=why)


def all_numbers(cells: Sequence[str]) -> FloatVector | None:
    """`cells` as numbers, or None where one is none, or may be a number to Python alone (`1_000`, `٣`, `inf`)."""
    try:
        values = np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return None
    text = "".join(cells)
    is_plain = text.isascii() and "_" not in text and bool((np.abs(values) <= MAX_NUMBER).all())
    return values if is_plain else None


def _parsed(cell: str) -> float | None:
    """A number, NaN for what is missing, None for text."""
    if is_missing(cell):
        return float("nan")
    values = all_numbers([cell])
    return None if values is None else float(values[0])


def is_missing(cell: str) -> bool:
    return cell.strip().lower() in MISSING
