"""Bitmaps of digits drawn anew: thinned to the pen's way, and that way drawn with another pen on a larger canvas."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt

from shared.digits.normalise import Bitmaps
from shared.domain.dataset import FloatMatrix, IntVector

STEPS = 8  # points on the way from one pixel of it to the next
NEIGHBOURS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))  # from above, clockwise
INK = 255.0


@dataclass(frozen=True, slots=True)
class Hand:
    """How one drawing is made: canvas, height of the digit and pen in pixels, slant as columns per row."""

    canvas: int
    height: float
    proportion: float  # of width to height, beside the bitmap's
    slant: float
    pen: float
    down: float  # 0..1 of the room that the digit leaves
    right: float


def random_hand(random: np.random.Generator) -> Hand:
    canvas = int(random.integers(100, 281))
    height = canvas * random.uniform(0.35, 0.8)
    return Hand(
        canvas=canvas,
        height=height,
        proportion=random.uniform(0.6, 1.2),
        slant=np.tan(np.deg2rad(random.uniform(-20, 20))),
        pen=max(3.0, height * random.uniform(0.04, 0.14)),
        down=random.uniform(),
        right=random.uniform(),
    )


def thinned(bitmaps: Bitmaps) -> Bitmaps:
    """Strokes one pixel wide, of bitmaps (n, height, width) (Zhang and Suen 1984)."""
    ways = np.pad(bitmaps, ((0, 0), (1, 1), (1, 1)))
    while True:
        before = ways
        for corner in (0, 2):
            ways = ways & ~_superfluous(ways, corner)
        if (ways == before).all():
            return ways[:, 1:-1, 1:-1]


def _superfluous(ways: Bitmaps, corner: int) -> Bitmaps:
    around = np.stack([np.roll(ways, (-down, -right), axis=(1, 2)) for down, right in NEIGHBOURS])
    count = around.sum(axis=0)
    begins = (~around & np.roll(around, -1, axis=0)).sum(axis=0)
    above, right, below, left = around[::2]
    free = (
        ~(above & right & below) & ~(right & below & left)
        if corner == 0
        else ~(above & right & left) & ~(above & below & left)
    )
    superfluous: Bitmaps = (count >= 2) & (count <= 6) & (begins == 1) & free
    return superfluous


def drawn(way: Bitmaps, hand: Hand) -> FloatMatrix:
    """A drawing, (canvas, canvas), 0..255, of `way`, one bitmap (height, width) of strokes one pixel wide."""
    y, x = _points(way)
    scale = hand.height / max(float(np.ptp(y)), 1.0)
    y, x = y * scale, x * scale * hand.proportion - y * scale * hand.slant
    paper = np.ones((hand.canvas, hand.canvas), dtype=bool)
    paper[_placed(y, hand.down, hand), _placed(x, hand.right, hand)] = False
    drawing: FloatMatrix = INK * np.clip((hand.pen + 1) / 2 - distance_transform_edt(paper), 0.0, 1.0)
    return drawing


def _points(way: Bitmaps) -> tuple[FloatMatrix, FloatMatrix]:
    """Points all along the lines between pixels of the way that touch each other: their rows and columns."""
    found = np.argwhere(way)
    wide = np.pad(way, 1)
    lines = [np.repeat(found[:, np.newaxis], 2, axis=1)]
    for step in NEIGHBOURS[:4]:
        joined = found[wide[tuple((found + 1 + step).T)]]
        lines.append(np.stack([joined, joined + step], axis=1))
    ends = np.concatenate(lines)
    share = np.linspace(0, 1, STEPS * 2)[:, np.newaxis, np.newaxis]
    points = (ends[:, 0] * (1 - share) + ends[:, 1] * share).reshape(-1, 2)
    return points[:, 0], points[:, 1]


def _placed(values: FloatMatrix, share: float, hand: Hand) -> IntVector:
    """Whole pixels, with half a pen of room at both sides; what is too wide for the canvas is made to fit."""
    room = hand.canvas - hand.pen - 3
    size = float(np.ptp(values))
    if size > room:
        values, size = values * room / size, room
    first = hand.pen / 2 + 1 + share * (room - size)
    pixels: IntVector = np.rint(values - values.min() + first).astype(np.int64)
    return pixels
