"""Rows that are not numbers throughout: names of categories become their indices, and what is missing becomes NaN."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from math import nan
from typing import Any

import msgspec
import numpy as np

from shared.domain.dataset import FloatMatrix
from shared.domain.signature import Column
from shared.errors import InvalidInput, Problem
from shared.http_api.payloads import ClassifyRequest, values_of
from shared.http_api.strict_json import MAX_PROBLEMS


class _Asked(msgspec.Struct):
    model: str = ClassifyRequest.__struct_defaults__[0]


def model_in(body: bytes) -> str:
    """The model that `body` asks for; an empty name where that can't be told, which is said elsewhere."""
    try:
        return msgspec.json.decode(body, type=_Asked).model
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""


def matrix(rows: Sequence[Any], columns: tuple[Column, ...]) -> FloatMatrix:
    """`rows`, each a list or an object that was seen to fit `columns`, as a matrix of shape (n_rows, n_features)."""
    X = np.empty((len(rows), len(columns)))
    for place, (column, values) in enumerate(zip(columns, zip(*map(values_of, rows), strict=True), strict=True)):
        codes = _codes(column)
        X[:, place] = [codes[value] for value in values] if codes else np.array(values, np.float64)  # None becomes NaN
    return X


@cache
def _codes(column: Column) -> Mapping[str | None, float]:
    if not column.categories:
        return {}
    return {None: nan, **{name: float(code) for code, name in enumerate(column.categories)}}


def _in_order(row: int, place: int, name: str) -> str:
    return f"rows[{row}][{place}]"


def code_problems(
    X: FloatMatrix, columns: tuple[Column, ...], path: Callable[[int, int, str], str] = _in_order
) -> Iterator[Problem]:
    """Which numbers in `X`, shape (n_rows, n_features), stand for no category; `path` says where each stands."""
    for place, column in enumerate(columns):
        if not column.categories:
            continue
        values, last = X[:, place], len(column.categories) - 1
        is_code = (values == np.floor(values)) & (values >= 0) & (values <= last)
        for row in np.flatnonzero(~(is_code | (np.isnan(values) & column.may_be_missing))).tolist():
            message = f"must be the index of a category, 0 to {last}, got {values[row]:g}"
            yield Problem(path(row, place, column.name), message)


def refuse_wrong_codes(
    rows: Sequence[float] | FloatMatrix,
    columns: tuple[Column, ...],
    path: Callable[[int, int, str], str] = _in_order,
) -> None:
    """Raises InvalidInput where a number in `rows`, a matrix or one row, stands for no category."""
    X = np.atleast_2d(np.asarray(rows, np.float64))
    if problems := list(islice(code_problems(X, columns, path), MAX_PROBLEMS)):
        raise InvalidInput(problems)
