"""Estimators that take data frames, asked with the matrices that all others take."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import get_tags

from shared.domain.dataset import FloatMatrix, FloatVector

FRAME_TYPE = "shared.engines.frames.FrameEstimator"  # as skops names it: part of what published versions hold


class FrameEstimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """`estimator`, which takes data frames with `columns`.

    A column of numbers has None in `values` and in `dtypes`. Where X holds codes, `values` lists what each stands for,
    with what stands for a missing one as the last, and `dtypes` says how pandas held them.
    """

    def __init__(
        self,
        estimator: Any,
        columns: Sequence[str | int],
        values: Sequence[list[Any] | None],
        dtypes: Sequence[str | None],
    ) -> None:
        self.estimator = estimator
        self.columns = columns
        self.values = values
        self.dtypes = dtypes

    @property
    def classes_(self) -> Any:
        return self.estimator.classes_

    def predict(self, X: FloatMatrix) -> Any:
        return self.estimator.predict(self.frame(X))

    def predict_proba(self, X: FloatMatrix) -> Any:
        return self.estimator.predict_proba(self.frame(X))

    def frame(self, X: FloatMatrix) -> Any:
        """`X`, shape (n_rows, n_columns), as the data frame that the estimator takes."""
        import pandas as pd

        frame = pd.DataFrame(
            {place: _column(*held) for place, held in enumerate(zip(X.T, self.values, self.dtypes, strict=True))}
        )
        frame.columns = pd.Index(self.columns)
        return frame

    def __sklearn_tags__(self) -> Any:
        return get_tags(self.estimator)


def _column(codes: FloatVector, values: list[Any] | None, dtype: str | None) -> Any:
    import pandas as pd

    if values is None:
        return codes
    places = np.where(np.isnan(codes), -1, codes).astype(int)
    if dtype == "category":
        return pd.Categorical.from_codes(places, categories=values[:-1])
    held = np.empty(len(values), dtype=object)  # and not np.array(values), which makes them all of one type
    held[:] = values
    return pd.Series(held[places]).astype(dtype)
