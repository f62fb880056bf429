"""How a table is understood, before anything is made of it."""

from collections.abc import Sequence

import msgspec
import numpy as np

from shared.domain.signature import Task
from shared.errors import InvalidInput, Problem
from shared.tables.columns import Kind, TableColumn
from shared.tables.defining import MIN_ROWS, suggested_name, task_of, title_from, unfit
from shared.tables.houses import preset_of
from shared.tables.table import Table

MAX_COUNTS = 10  # categories of a column that are counted one by one


class CategoryCount(msgspec.Struct, frozen=True):
    """A category, and how many rows have it."""

    category: str
    n_rows: int


class ColumnOverview(msgspec.Struct, frozen=True):
    """A column of numbers from `minimum` to `maximum`, or of `n_categories`, the most frequent of which are counted.

    `missing` cells are empty. `unfit` says why it is no input of a model, and `task` what a model would do whose target
    it is; there is none where it can't be one.
    """

    name: str
    kind: Kind
    missing: int
    minimum: float | None
    maximum: float | None
    n_categories: int
    counts: tuple[CategoryCount, ...]
    unfit: str
    task: Task | None


class TableOverview(msgspec.Struct, frozen=True):
    """The columns of a table, and what a model of it might be called and predict."""

    n_rows: int
    columns: tuple[ColumnOverview, ...]
    name: str
    title: str
    target: str


def overview(table: Table, file: str) -> TableOverview:
    """How `table`, which was read from a file called `file`, is understood.

    The target of a table that is known is known, else it is the last column that can be one. Raises InvalidInput for a
    table that is too small for any model.
    """
    columns = tuple(map(_overview_of, table.columns))
    targets = [column.name for column in columns if column.task]
    _refuse_too_small(table, targets)
    preset = preset_of(column.name for column in columns)
    name = suggested_name(table, file)
    return TableOverview(
        n_rows=table.n_rows,
        columns=columns,
        name=name,
        title=preset.title if preset else title_from(name),
        target=preset.target if preset and preset.target in targets else targets[-1],
    )


def most_frequent(column: TableColumn) -> list[tuple[str, int]]:
    """The categories of `column` with the number of their rows, the most frequent first."""
    counted = sorted(zip(column.counts, column.categories, strict=True), reverse=True)
    return [(category, count) for count, category in counted]


def _overview_of(column: TableColumn) -> ColumnOverview:
    is_number = column.kind == "number"
    return ColumnOverview(
        name=column.name,
        kind=column.kind,
        missing=column.missing,
        minimum=float(np.nanmin(column.values)) if is_number else None,
        maximum=float(np.nanmax(column.values)) if is_number else None,
        n_categories=len(column.categories),
        counts=tuple(CategoryCount(*one) for one in most_frequent(column)[:MAX_COUNTS]),
        unfit=unfit(column),
        task=None if column.kind == "unusable" else task_of(column),
    )


def _refuse_too_small(table: Table, targets: Sequence[str]) -> None:
    problems = []
    if table.n_rows < MIN_ROWS:
        problems.append(Problem("file", f"has {table.n_rows} rows; {MIN_ROWS} are needed"))
    if len(targets) < 2 or all(map(unfit, table.columns)):
        problems.append(Problem("file", "has too few columns that a model could learn from: one, and a target"))
    if problems:
        raise InvalidInput(problems)
