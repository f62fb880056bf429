"""Tells rows unlike the training data from others, where each value alone would pass.

A model's confidence is no guard: far from all that it has seen it is as sure as ever.
"""

from collections.abc import Mapping, Sequence
from math import dist
from operator import mul
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from shared.domain.dataset import FloatMatrix
from shared.domain.packing import unpack_arrays
from shared.domain.signature import Signature

Arrays = Mapping[str, NDArray[Any]]
Flags = NDArray[np.bool_]
SMALL_FEATURES = 16  # up to here one row costs less in Python than numpy's calls do
CHUNK = 500  # rows whose distances to all neighbours are in memory at once


class Familiarity(Protocol):
    """What a version knows of its training rows."""

    def why_unlike(self, row: Sequence[float], likely: int) -> str | None:
        """Why `row` is unlike those of the training, or None; `likely` is the class that it probably is of, or 0."""

    def unlike(self, X: FloatMatrix) -> Flags:
        """Which rows of `X`, (n_rows, n_features), are unlike, shape (n_rows,)."""


class Clusters:
    """The classes as clouds of one shape around middles of their own; a regression's rows are one cloud.

    Rows are measured by Mahalanobis' distance (1936) to the nearest middle. `whitening`, shape (n_features,
    n_features), makes distances from `middles`, (n_classes, n_features), of rows: it is lower triangular.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._whitening, self._middles = arrays["whitening"], arrays["middles"]
        self.limit = float(arrays["limit"])
        self._points: list[list[float]] = self._middles.tolist()
        n_features = len(self._whitening)
        # A row of the triangle ends at its diagonal, where `map` below then ends as well.
        self._factors = [
            self._whitening[place, : place + 1].tolist() for place in range(n_features) if n_features <= SMALL_FEATURES
        ]

    def why_unlike(self, row: Sequence[float], likely: int) -> str | None:
        if self._factors:
            point = [sum(map(mul, row, factors)) for factors in self._factors]
        else:
            point = (self._whitening @ np.array(row)).tolist()
        if dist(point, self._points[likely]) <= self.limit:
            return None
        nearest = min(dist(point, middle) for middle in self._points)
        if nearest <= self.limit:
            return None
        middle = "the middle of the nearest class" if len(self._points) > 1 else "their middle"
        return (
            f"taken together, the values are unlike the training data: {nearest:.3g} standard deviations from "
            f"{middle}, where 99 % of the training rows are within {self.limit:.3g}"
        )

    def unlike(self, X: FloatMatrix) -> Flags:
        points = self._whitening @ X.T
        squares = [np.square(points - middle[:, None]).sum(axis=0) for middle in self._middles]
        return np.asarray(np.minimum.reduce(squares) > self.limit**2)


class Neighbours:
    """Images of the training, one of which an image should be near to.

    `images` has shape (n_images, n_pixels); a pixel is divided by `scale`, the most ink, before distances are taken.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._scale, self.limit = float(arrays["scale"]), float(arrays["limit"])
        self._images = arrays["images"].astype(np.float32) / np.float32(self._scale)
        self._lengths = np.square(self._images).sum(axis=1)

    def why_unlike(self, row: Sequence[float], likely: int) -> str | None:
        nearest = float(self.distances(np.array([row]))[0])
        if nearest <= self.limit:
            return None
        return (
            f"the image is unlike those of the training: the nearest differs by {nearest:.2f} (full ink being 1), and "
            f"99 % of them have another within {self.limit:.2f}"
        )

    def unlike(self, X: FloatMatrix) -> Flags:
        return np.asarray(self.distances(X) > self.limit)

    def distances(self, X: FloatMatrix) -> FloatMatrix:
        """How far each row of `X`, shape (n_rows, n_pixels), is from the nearest image, shape (n_rows,)."""
        scaled = (X / self._scale).astype(np.float32)
        chunks = (scaled[start : start + CHUNK] for start in range(0, len(X), CHUNK))
        nearest = [(self._lengths - 2 * chunk @ self._images.T).min(axis=1) for chunk in chunks]
        squares = np.concatenate(nearest).astype(np.float64) + np.square(scaled, dtype=np.float64).sum(axis=1)
        return np.asarray(np.sqrt(np.maximum(squares, 0.0)))


def open_familiarity(content: bytes, signature: Signature) -> Familiarity:
    """What a training attached to a version of this `signature`."""
    arrays = unpack_arrays(content)
    return Neighbours(arrays) if signature.is_image else Clusters(arrays)
