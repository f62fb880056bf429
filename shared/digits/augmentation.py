"""More digits from few: each as it is, half a pixel to each side, and turned a little to both."""

import numpy as np

from shared.domain.dataset import FloatMatrix, IntVector

SIDE = 8
HALF_PIXEL, TURN_DEGREES = 0.5, 8.0
MOVES = (  # down, right (pixels), and turned (degrees)
    (0.0, 0.0, 0.0),
    (HALF_PIXEL, 0.0, 0.0),
    (-HALF_PIXEL, 0.0, 0.0),
    (0.0, HALF_PIXEL, 0.0),
    (0.0, -HALF_PIXEL, 0.0),
    (0.0, 0.0, TURN_DEGREES),
    (0.0, 0.0, -TURN_DEGREES),
)


def augmented(X: FloatMatrix) -> tuple[FloatMatrix, IntVector]:
    """Seven copies of each row of X, (n, 64), as (7 n, 64), the first unchanged; and of each copy, its row in X.

    Whatever is split into folds must keep the copies of one row together.
    """
    copies = np.stack([X @ _matrix(*move) for move in MOVES], axis=1)
    return copies.reshape(-1, X.shape[1]), np.repeat(np.arange(len(X)), len(MOVES))


def _matrix(down: float, right: float, degrees: float) -> FloatMatrix:
    """What moves a row, (64,), to its right: bilinear interpolation, which is linear in the pixels; outside is 0."""
    y, x = np.indices((SIDE, SIDE)).reshape(2, -1) - (SIDE - 1) / 2
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    from_y, from_x = y - down, x - right
    from_y, from_x = cos * from_y - sin * from_x, sin * from_y + cos * from_x
    weights: FloatMatrix = _nearness(y[:, np.newaxis] - from_y) * _nearness(x[:, np.newaxis] - from_x)
    return weights


def _nearness(distance: FloatMatrix) -> FloatMatrix:
    return np.maximum(0.0, 1.0 - np.abs(distance))
