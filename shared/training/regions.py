"""Which class a classifier gives where, for drawings of it while it learns."""

from collections.abc import Callable
from itertools import combinations
from string import ascii_lowercase, digits
from time import perf_counter
from typing import Any

import numpy as np

from shared.domain.dataset import FloatMatrix
from shared.domain.run import Regions
from shared.domain.signature import Feature, Signature

RESOLUTION = 24
MARGIN = 0.05  # of the range, to both sides
CHARACTERS = np.array(list(digits + ascii_lowercase))
MIN_FEATURES, MAX_FEATURES = 2, 6  # six have fifteen pairs
INTERVAL_S = 0.1
SHARE_OF_TIME = 0.2


class Grid:
    """The cells of every pair of features, all other features at their median in `X`, (n_samples, n_features)."""

    def __init__(self, X: FloatMatrix, signature: Signature) -> None:
        self._names = [feature.name for feature in signature.inputs]
        few = MIN_FEATURES <= len(self._names) <= MAX_FEATURES
        few &= 0 < len(signature.output.classes) <= len(CHARACTERS) and signature.is_plain
        self._pairs = list(combinations(range(len(self._names)), 2)) if few else []
        self._rows = np.tile(np.median(X, axis=0), (len(self._pairs), RESOLUTION, RESOLUTION, 1))
        middles = [_middles(feature) for feature in signature.inputs]
        for rows, (x, y) in zip(self._rows, self._pairs, strict=True):
            rows[..., y], rows[..., x] = np.meshgrid(middles[y], middles[x], indexing="ij")

    def of(self, estimator: Any) -> tuple[Regions, ...]:
        """What `estimator`, which answers with class indices, says of every cell.

        Nothing where there are fewer than 2 or more than 6 features, features that are not plain numbers, no classes,
        or more than characters.
        """
        if not self._pairs:
            return ()
        classes = estimator.predict(self._rows.reshape(-1, len(self._names)))
        cells = CHARACTERS[classes].reshape(len(self._pairs), -1)
        return tuple(
            Regions(self._names[x], self._names[y], RESOLUTION, "".join(cell))
            for (x, y), cell in zip(self._pairs, cells, strict=True)
        )


def _middles(feature: Feature) -> FloatMatrix:
    """The middles of the cells, shape (RESOLUTION,)."""
    low, high = feature.minimum, feature.maximum
    assert low is not None  # what is trained here has data, and so ranges
    assert high is not None
    margin = MARGIN * (high - low)
    edges = np.linspace(low - margin, high + margin, RESOLUTION + 1)
    middles: FloatMatrix = (edges[:-1] + edges[1:]) / 2
    return middles


class Snapshots:
    """Regions of what is learning, as often as that is cheap: ten times a second, and for a fifth of the time."""

    def __init__(self, grid: Grid, clock: Callable[[], float] = perf_counter) -> None:
        self._grid = grid
        self._clock = clock
        self._begun = clock()
        self._last: float | None = None
        self._spent = 0.0

    def of(self, estimator: Any, *, always: bool) -> tuple[Regions, ...]:
        """The regions now, or nothing where it is too early for them and they are not wanted `always`."""
        now = self._clock()
        early = self._last is not None and now - self._last < INTERVAL_S
        if (early or self._spent > SHARE_OF_TIME * (now - self._begun)) and not always:
            return ()
        regions = self._grid.of(estimator)
        self._last = self._clock()
        self._spent += self._last - now
        return regions
