"""Many rows in one request: as JSON, where each row is a list or an object, or as one array."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import msgspec
import numpy as np

from shared.domain.dataset import FloatMatrix
from shared.domain.signature import Column
from shared.errors import InvalidInput, Problem
from shared.http_api import mixed_rows, npy, payloads
from shared.http_api.messages import Call, Head
from shared.http_api.strict_json import MAX_PROBLEMS

# 3,000 rows of Iris as lists are 64 KiB of JSON, and the linear model's answer to them takes 2 ms, of which reading
# and writing JSON are five sixths. Arrays in and out take less than a seventh of that for a byte.
LONG_JSON, LONG_ARRAY = 64 * 1024, 448 * 1024
VERSION_HEADER = "X-Model-Version"  # an array has no place for a version


@dataclass(frozen=True, slots=True)
class Batch:
    """`X` has shape (n_rows, n_features), float64, finite but where a value may be missing.

    `rows` are what it was made of, where it came as JSON; with `explain`, the answers are to be explained.
    """

    X: FloatMatrix
    version: int | None = None
    rows: Sequence[Any] = ()
    explain: bool = False

    def path(self, row: int, column: int | None, feature: str | None) -> str:
        """Where a value stands in the request, or with neither column nor feature the row."""
        if column is None:
            return f"rows[{row}]"
        is_named = self.rows and not isinstance(self.rows[row], tuple)
        return f"rows[{row}].{feature}" if is_named else f"rows[{row}][{column}]"


def is_long(head: Head, body: bytes) -> bool:
    """Whether the rows in `body` keep their server busy for more than about 2 ms, or a named version has to be read."""
    if head.value(VERSION_HEADER.lower()) is not None:
        return True
    no_json = head.media_type == npy.CONTENT_TYPE and npy.CONTENT_TYPE in (head.value("accept") or "")
    return len(body) > (LONG_ARRAY if no_json else LONG_JSON)


def read(call: Call, names: tuple[str, ...], max_rows: int, mixed: tuple[Column, ...] = ()) -> Batch:
    """The rows of a request to a model with inputs of these `names`; raises InvalidInput with every problem.

    `mixed` are the columns of a model whose rows are not numbers throughout.
    """
    named = version_named_by(call.head)
    if call.head.media_type == npy.CONTENT_TYPE:
        X = npy.read(call.body)
        if problems := list(islice(_array_problems(X, names, max_rows, mixed), MAX_PROBLEMS)):
            raise InvalidInput(problems)
        return Batch(X, named)

    def further(document: dict[str, Any]) -> Iterator[Problem]:
        rows = document.get("rows")
        return size_problems("rows", len(rows), max_rows) if isinstance(rows, list) else iter(())

    kind = payloads.mixed_rows_request(mixed) if mixed else payloads.rows_request(names)
    request = payloads.parse(kind, call.body, further)
    version = None if request.version is msgspec.UNSET else request.version
    X = mixed_rows.matrix(request.rows, mixed) if mixed else _matrix(request, len(names))
    return Batch(X, version or named, request.rows, request.explain is True)


def version_named_by(head: Head) -> int | None:
    """The version that a header names; raises InvalidInput where it can't be one."""
    text = head.value(VERSION_HEADER.lower())
    if text is None:
        return None
    try:
        return msgspec.convert(text, payloads.Count, strict=False)
    except msgspec.ValidationError:
        raise InvalidInput([Problem(VERSION_HEADER, "must be a whole number from 1")]) from None


def _matrix(request: payloads.RowsRequest, n_features: int) -> FloatMatrix:
    as_tuple, rows = msgspec.structs.astuple, request.rows
    if not request.are_lists:
        rows = [row if isinstance(row, tuple) else as_tuple(row) for row in rows]
    # In half the time that np.array takes to look at every row.
    return np.fromiter(chain.from_iterable(rows), np.float64, len(rows) * n_features).reshape(-1, n_features)


def _array_problems(
    X: FloatMatrix, names: Sequence[str], max_rows: int, mixed: tuple[Column, ...]
) -> Iterator[Problem]:
    yield from size_problems("rows", len(X), max_rows)
    if X.shape[1] != len(names):
        yield Problem("rows", f"each {payloads.wrong_length(names, X.shape[1])}")
        return
    limit = payloads.MAX_NUMBER
    yield from mixed_rows.code_problems(X, mixed)
    may_be_nan = np.array([column.may_be_missing or bool(column.categories) for column in mixed] or [False])
    for row, column in np.argwhere(~(np.abs(X) <= limit) & ~(np.isnan(X) & may_be_nan)).tolist():
        value = X[row, column]
        least, most = f"must be at least {-limit:g}", f"must be at most {limit:g}"
        message = f"must be a number, got {value}" if np.isnan(value) else most if value > 0 else least
        yield Problem(f"rows[{row}][{column}]", message)


def size_problems(path: str, n_rows: int, max_rows: int) -> Iterator[Problem]:
    """Whether a request has rows, and not too many; `path` is where they stand."""
    # 400 and not 413: the body may be small, and a row too many stands in `errors` beside all else that is wrong.
    if n_rows == 0:
        yield Problem(path, "must hold at least one row")
    if n_rows > max_rows:
        yield Problem(path, f"must hold at most {max_rows} rows, got {n_rows}")
