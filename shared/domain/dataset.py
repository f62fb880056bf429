"""A table to learn from."""

import hashlib
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

FloatMatrix = NDArray[np.float64]
IntVector = NDArray[np.int64]
FloatVector = NDArray[np.float64]
Target = IntVector | FloatVector


class DataDescription(msgspec.Struct, frozen=True):
    """What a dataset is, without its rows."""

    name: str
    source: str
    n_samples: int


class Example(msgspec.Struct, frozen=True):
    """A real row of the data, to try the model with, as a request holds it: a category is its name."""

    title: str
    row: tuple[float | str | None, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows with known answers.

    `X` has shape (n_samples, n_features), float64; `y` has shape (n_samples,) and holds class indices, or float64
    values for a regression. `test` are further rows that nothing is to learn from.
    """

    name: str
    source: str
    X: FloatMatrix
    y: Target
    test: "Dataset | None" = None

    @property
    def n_samples(self) -> int:
        return int(self.X.shape[0])

    @property
    def description(self) -> DataDescription:
        return DataDescription(self.name, self.source, self.n_samples)

    def sha256(self) -> str:
        """Digest of shape and values, so that two versions can be seen to come from the same data."""
        digest = hashlib.sha256(repr(self.X.shape).encode())
        digest.update(np.ascontiguousarray(self.X).data)
        digest.update(np.ascontiguousarray(self.y).data)
        if self.test is not None:
            digest.update(self.test.sha256().encode())
        return digest.hexdigest()
