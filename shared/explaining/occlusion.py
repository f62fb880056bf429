"""What an answer about an image rests on: how it changes when a part is covered (Zeiler and Fergus 2014)."""

from math import isqrt

import numpy as np

from shared.domain.dataset import FloatMatrix, FloatVector
from shared.explaining.shapley import Answer

PAPER = 0.0


def patch_of(side: int) -> int:
    """How wide a patch is on an image of `side` pixels: three of eight, and odd, so that it has a middle."""
    return 3 * side // 8 | 1


def occlusion(answer: Answer, image: FloatVector) -> FloatMatrix:
    """How much the answer to a square `image`, row by row, falls when the patch around each pixel is paper.

    Shape (side, side).
    """
    side = isqrt(len(image))
    rows, columns = np.indices((side, side))
    reach = patch_of(side) // 2
    covered = (abs(rows[..., None, None] - rows) <= reach) & (abs(columns[..., None, None] - columns) <= reach)
    images = np.where(covered.reshape(-1, side * side), PAPER, image)
    return np.asarray(answer(image[None])[0] - answer(images).reshape(side, side))
