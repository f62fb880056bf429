"""From a skops file, which comes without data unless a CSV brings them, to a definition and a version."""

import dataclasses
import warnings
from io import BytesIO
from typing import Any

import numpy as np
import skops.io

from shared.domain.dataset import Dataset, Target
from shared.domain.measured import Measured
from shared.domain.signature import Signature, Task
from shared.errors import InvalidInput, Problem, Unanswerable, UnusableFile
from shared.publishing.archives import checked
from shared.publishing.estimators import kind_of
from shared.publishing.features import read_features
from shared.publishing.making import Made, Wishes, made, made_of_rows
from shared.publishing.rows import framed
from shared.publishing.trusted import needed_types


def made_of_file(content: bytes, features: bytes | None, wishes: Wishes) -> Made:
    """The model in the skops file `content`, whose inputs `features` describes as JSON; it is not measured.

    Raises UnusableFile and InvalidInput.
    """
    estimator = _loaded(checked(wishes.source, content), wishes)
    kind = kind_of(estimator)
    given = read_features(features, kind)
    if kind.names is not None or any(one.categories for one in given):
        estimator = framed(estimator, [one.column() for one in given])
    signature = Signature(tuple(one.feature() for one in given), kind.output(wishes.target or "target"))
    data = _no_rows(wishes.source, len(given), kind.task)
    try:
        return made(estimator, kind, signature, data, Measured(), wishes)
    except Unanswerable:
        why = "gives no finite answer to any row that was tried; are the ranges of its inputs right?"
        raise InvalidInput([Problem("estimator", why)]) from None


def made_of_file_and_rows(content: bytes, rows: bytes, rows_source: str, wishes: Wishes) -> Made:
    """The model in the skops file `content`, measured on `rows`, a CSV called `rows_source` that has its target.

    Raises UnusableFile and InvalidInput.
    """
    import pandas as pd

    estimator = _loaded(checked(wishes.source, content), wishes)
    try:
        frame = pd.read_csv(BytesIO(rows))
    except ValueError as error:  # of which pandas' own and those of encodings are
        raise UnusableFile(rows_source, [Problem("", f"is no table: {error}")]) from None
    if wishes.target not in frame.columns:
        known = ", ".join(map(repr, frame.columns))
        raise InvalidInput([Problem("target", f"must be one of the columns of {rows_source}: {known}")])
    X, y = frame.drop(columns=wishes.target), frame[wishes.target]
    return made_of_rows(estimator, X, y, None, dataclasses.replace(wishes, source=rows_source))


def _no_rows(source: str, n_features: int, task: Task) -> Dataset:
    y: Target = np.zeros(0) if task == "regression" else np.zeros(0, np.int64)
    return Dataset("no data", source, np.zeros((0, n_features)), y)


def _loaded(archive: bytes, wishes: Wishes) -> Any:
    try:
        trusted = needed_types(archive, wishes.trust, wishes.how)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other releases of scikit-learn: golden rows are of this one
            return skops.io.loads(archive, trusted=list(trusted))
    except InvalidInput:
        raise
    except Exception as error:  # whatever skops and numpy make of a file that they can't use
        why = f"can't be loaded: {type(error).__name__}: {error}"
        raise UnusableFile(wishes.source, [Problem("", " ".join(why.split())[:500])]) from None
