"""Which column of a file holds which input of a model."""

import re
from collections.abc import Mapping, Sequence

from shared.domain.signature import Feature
from shared.errors import InvalidInput, Problem
from shared.tables.findings import shown

MAX_COLUMNS_TOLD = 100
HEADER = "row 1"


def matched(inputs: Sequence[Feature], columns: Sequence[str], wanted: Mapping[str, str]) -> list[int]:
    """For each of `inputs` the index of its column among `columns`, the names in the file.

    That is the one that `wanted` names by the input's name; else the one that is called like the input; else the only
    one whose name differs in case, blanks and punctuation alone. Raises InvalidInput that names every input without
    one.
    """
    names = [feature.name for feature in inputs]
    problems = [
        Problem("map", f"the model has no input {shown(name)!r}; it has: {', '.join(map(shown, names))}")
        for name in wanted
        if name not in names
    ]
    candidates = {name: _candidates(name, names, columns, wanted.get(name)) for name in names}
    for name, found in candidates.items():
        if len(found) > 1:
            told = ", ".join(f"{shown(columns[place])!r} (column {place + 1})" for place in found)
            problems.append(Problem(HEADER, f"more than one column may be {shown(name)!r}: {told}"))
    if lacking := [wanted.get(name, name) for name, found in candidates.items() if not found]:
        problems.append(Problem(HEADER, f"there is no column for {_listed(lacking)}; the file has: {_listed(columns)}"))
    if problems:
        raise InvalidInput(problems)
    return [candidates[name][0] for name in names]


def _candidates(name: str, names: Sequence[str], columns: Sequence[str], wanted: str | None) -> list[int]:
    exact = [place for place, column in enumerate(columns) if column == (name if wanted is None else wanted)]
    if exact or wanted is not None or [_folded(other) for other in names].count(_folded(name)) > 1:
        return exact
    return [place for place, column in enumerate(columns) if _folded(column) == _folded(name) != ""]


def _folded(name: str) -> str:
    """`Sepal length (cm)` and `sepal_length_cm` are one."""
    return re.sub(r"[\W_]+", "", name.casefold())


def _listed(names: Sequence[str]) -> str:
    told = ", ".join(map(shown, names[:MAX_COLUMNS_TOLD]))
    more = len(names) - MAX_COLUMNS_TOLD
    return f"{told} and {more} more" if more > 0 else told
