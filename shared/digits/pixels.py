"""What lets a network learn from pixels of 0 to 255 divided by 255, and then take them as they are."""

from typing import Any, Self

import numpy as np
from sklearn.preprocessing import MinMaxScaler

from shared.domain.dataset import FloatMatrix

FULL = 255.0


class PixelScaler(MinMaxScaler):  # type: ignore[misc]  # scikit-learn ships no types
    """Scales by what a pixel may be and not by what was seen: a pixel that was nearly always empty stays small."""

    def fit(self, X: FloatMatrix, y: object = None) -> Self:
        n_features = X.shape[1]
        super().fit(np.array([np.zeros(n_features), np.full(n_features, FULL)]))
        return self


def folded(pipeline: Any) -> Any:
    """The network at the end of a PixelScaler's `pipeline`, with the division in its first weights."""
    network = pipeline[-1]
    network.coefs_[0] /= FULL
    del network._optimizer  # it can't go on learning; its moments would treble the artefact
    return network
