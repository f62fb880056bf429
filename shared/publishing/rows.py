"""From the rows that an estimator was fitted on to the columns of a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shared.domain.dataset import FloatMatrix, FloatVector
from shared.engines.frames import FrameEstimator
from shared.errors import InvalidInput, Problem
from shared.tables import TableColumn
from shared.tables.columns import MAX_CATEGORIES, MAX_LABEL
from shared.tables.findings import Findings, shown


@dataclass(frozen=True, slots=True)
class GivenColumn:
    """A column, and of categories what each code stands for, with what stands for a missing one as the last."""

    column: TableColumn
    label: str | int
    values: list[Any] | None = None
    dtype: str | None = None


def read_rows(X: Any, feature_names: Sequence[str] | None, known: Sequence[str] | None) -> list[GivenColumn]:
    """The columns of `X`, a data frame, an array or a list of rows; raises InvalidInput with every problem.

    They are called as in the data frame, else as `feature_names` say, else as the estimator says that they were
    (`known`), else x0, x1 and so on. Of a data frame the `known` ones are taken, in that order.
    """
    if hasattr(X, "columns") and hasattr(X, "iloc"):
        return _of_frame(X, known)
    try:
        matrix = np.array(X, dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = f"must hold numbers in rows of one length; columns of text take a pandas data frame ({error})"
        raise InvalidInput([Problem("X", message)]) from None
    if matrix.ndim != 2 or not matrix.size:
        raise InvalidInput([Problem("X", f"must have rows and columns; it has the shape {matrix.shape}")])
    names = feature_names or known or [f"x{place}" for place in range(matrix.shape[1])]
    if len(names) != matrix.shape[1]:
        message = f"must name {matrix.shape[1]} columns; it names {len(names)}"
        raise InvalidInput([Problem("feature_names", message)])
    findings = Findings()
    found = [
        GivenColumn(_numbers(str(name), values, findings), name) for name, values in zip(names, matrix.T, strict=True)
    ]
    findings.raise_any()
    return found


def matrix_of(columns: Sequence[GivenColumn]) -> FloatMatrix:
    """Their values side by side, shape (n_rows, n_columns)."""
    return np.column_stack([given.column.values for given in columns])


def framed(estimator: Any, columns: Sequence[GivenColumn]) -> FrameEstimator:
    """`estimator`, which takes data frames of `columns`, asked with a matrix."""
    return FrameEstimator(
        estimator,
        [given.label for given in columns],
        [given.values for given in columns],
        [given.dtype for given in columns],
    )


def _of_frame(frame: Any, known: Sequence[str] | None) -> list[GivenColumn]:
    labels = frame.columns.tolist()
    findings = Findings()
    if missing := [name for name in known or () if name not in labels]:
        findings.add("X", f"lacks columns that the estimator was fitted on: {', '.join(map(shown, missing))}")
    if wrong := [label for label in labels if not isinstance(label, str | int)]:
        findings.add("X", f"must have names for its columns; {wrong[0]!r} is none")
    if not len(frame) or not labels:
        findings.add("X", "has no rows")
    findings.raise_any()
    found = list(_held(frame, known or labels, findings))
    findings.raise_any()
    return found


def _held(frame: Any, labels: Sequence[str | int], findings: Findings) -> Iterator[GivenColumn]:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    for label in labels:
        series = frame[label]
        if getattr(series, "ndim", 1) != 1:
            findings.add("X", f"has more than one column {shown(str(label))!r}")
        elif is_numeric_dtype(series) and not is_bool_dtype(series):
            values = series.to_numpy(dtype=np.float64, na_value=np.nan)
            yield GivenColumn(_numbers(str(label), values, findings), label)
        else:
            yield _categories(series, label, findings)


def _numbers(name: str, values: FloatVector, findings: Findings) -> TableColumn:
    if np.isinf(values).any():
        findings.add("X", f"column {shown(name)!r} holds infinities")
    return TableColumn(name, "number", int(np.isnan(values).sum()), values)


def _categories(series: Any, label: str | int, findings: Findings) -> GivenColumn:
    import pandas as pd

    if isinstance(series.dtype, pd.CategoricalDtype):
        codes, values = series.cat.codes.to_numpy(), series.cat.categories.tolist()
    else:
        codes, uniques = pd.factorize(series, sort=True)
        values = uniques.tolist()
    name, names = str(label), [str(value) for value in values]
    if why := _unfit(values, names):
        findings.add("X", f"column {shown(name)!r} {why}")
    missing = series[series.isna()]
    column = TableColumn(
        name, "category", len(missing), np.where(codes < 0, np.nan, codes).astype(np.float64), tuple(names)
    )
    return GivenColumn(column, label, [*values, missing.iloc[0] if len(missing) else None], str(series.dtype))


def _unfit(values: Sequence[Any], names: Sequence[str]) -> str:
    """Why these can't be the categories of an input, in words, or nothing."""
    if others := [value for value in values if not isinstance(value, str | int | float)]:
        return f"holds values of type {type(others[0]).__name__}; an input is a number, a text or a truth value"
    if not 0 < len(values) <= MAX_CATEGORIES:
        return f"has {len(values)} categories; an input has 1 to {MAX_CATEGORIES}"
    if len(set(names)) < len(names):
        return "has categories that are written alike"
    return f"has categories of more than {MAX_LABEL} characters" if max(map(len, names)) > MAX_LABEL else ""
