"""The cells of one column as the values of an input."""

from collections.abc import Mapping, Sequence
from math import nan

import numpy as np

from shared.domain.dataset import FloatVector
from shared.domain.signature import Feature
from shared.tables.columns import all_numbers, is_missing
from shared.tables.findings import shown

MAX_CATEGORIES_TOLD = 10


def values_of(feature: Feature, cells: Sequence[str]) -> tuple[FloatVector, Mapping[int, str]]:
    """Numbers or indices of categories, shape (n_cells,), NaN where one is missing or wrong; and what is wrong, by the
    place of the cell.
    """
    numbers = None if feature.categories else all_numbers(cells)
    if numbers is not None:
        return numbers, {}
    found = {cell: _value(feature, cell) for cell in set(cells)}
    values = np.array([nan if isinstance(found[cell], str) else found[cell] for cell in cells], np.float64)
    wrong = ((place, found[cell]) for place, cell in enumerate(cells))
    return values, {place: message for place, message in wrong if isinstance(message, str)}


def _value(feature: Feature, cell: str) -> float | str:
    """What `cell` stands for, or what is wrong with it, in words."""
    name = cell if cell in feature.categories else cell.strip()  # a data frame's category may have blanks around it
    if name in feature.categories:
        return float(feature.categories.index(name))
    if is_missing(cell):
        return nan if feature.may_be_missing else "is missing"
    if feature.categories:
        told = ", ".join(map(shown, feature.categories[:MAX_CATEGORIES_TOLD]))
        more = " ..." * (len(feature.categories) > MAX_CATEGORIES_TOLD)
        return f"{shown(name)!r} is none of its categories ({told}{more})"
    numbers = all_numbers([cell])
    return f"{shown(name)!r} is not a number" if numbers is None else float(numbers[0])
