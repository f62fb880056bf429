"""One row of a model in a query: `?model=iris&sepal_length_cm=5.1&...`."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import nan
from urllib.parse import parse_qsl

import numpy as np

from shared.domain.dataset import FloatMatrix
from shared.domain.signature import Column
from shared.errors import InvalidInput, Problem
from shared.http_api.batches import Batch
from shared.http_api.payloads import MAX_NUMBER
from shared.http_api.strict_json import MAX_PROBLEMS

MODEL_KEY = "model"  # no input's name
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)  # as the page takes them


class QueryRow(Batch):
    """A batch of the one row that a query holds."""

    def path(self, row: int, column: int | None, feature: str | None) -> str:
        return f"?{feature}" if feature else "?"


@dataclass(frozen=True, slots=True)
class RowQuery:
    """The keys of a query with their values, in order, as they were sent."""

    pairs: Sequence[tuple[str, str]]

    @property
    def model(self) -> str | None:
        return self.texts.get(MODEL_KEY)

    @property
    def texts(self) -> Mapping[str, str]:
        return dict(self.pairs)

    def row(self, columns: Sequence[Column]) -> QueryRow:
        """The row of a model with these inputs; raises InvalidInput with every problem.

        A category goes by its name; a key without a value that is none is a value that is missing.
        """
        if problems := list(islice(self._problems(columns), MAX_PROBLEMS)):
            raise InvalidInput(problems)
        X: FloatMatrix = np.array([[_value(column, self.texts[column.name]) for column in columns]])
        return QueryRow(X)

    def _problems(self, columns: Sequence[Column]) -> Iterator[Problem]:
        known = (MODEL_KEY, *(column.name for column in columns))
        for key, count in Counter(key for key, _ in self.pairs).items():
            if key not in known:
                yield Problem(f"?{key}", f"unknown key; known are: {', '.join(known)}")
            elif count > 1:
                yield Problem(f"?{key}", "stands there twice")
        for column in columns:
            name = column.name
            message = _problem(column, self.texts[name]) if name in self.texts else "is missing"
            if message is not None:
                yield Problem(f"?{name}", message)


def read(query: str) -> RowQuery:
    """What stands behind the question mark."""
    return RowQuery(parse_qsl(query, keep_blank_values=True))


def _value(column: Column, text: str) -> float:
    if text in column.categories:
        return float(column.categories.index(text))
    return float(text) if text.strip() else nan


def _problem(column: Column, text: str) -> str | None:
    if text in column.categories or (column.may_be_missing and not text.strip()):
        return None
    if column.categories:
        return f"must be {' or '.join(map(repr, column.categories))}, got {text!r}"
    if not _NUMBER.fullmatch(text.strip()):
        return f"must be a number, got {text!r}" if text.strip() else "must be a number, got nothing"
    value = float(text)
    if abs(value) > MAX_NUMBER:
        return f"must be at most {MAX_NUMBER:g}" if value > 0 else f"must be at least {-MAX_NUMBER:g}"
    return None
