"""A table to learn from."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatMatrix = NDArray[np.float64]
IntVector = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows with known answers.

    `X` has shape (n_samples, n_features), float64; `y` has shape (n_samples,) and holds class indices.
    """

    name: str
    source: str
    X: FloatMatrix
    y: IntVector

    @property
    def n_samples(self) -> int:
        return int(self.X.shape[0])

    def sha256(self) -> str:
        """Digest of shape and values, so that two versions can be seen to come from the same data."""
        digest = hashlib.sha256(repr(self.X.shape).encode())
        digest.update(np.ascontiguousarray(self.X).tobytes())
        digest.update(np.ascontiguousarray(self.y).tobytes())
        return digest.hexdigest()
