"""A drawing as the digits data were made: NIST's normalisation to 32 x 32, then counts of 4 x 4 blocks.

Source: UCI, optdigits.names; Garris et al., "NIST Form-Based Handprint Recognition System", NISTIR 5469 (1994), and its
programs norm_2nd_gen2, erode_charimage, dilate_charimage and shear_char.

Every function takes one image, (height, width), or any number of them as (..., height, width), and keeps what stands
before the last two axes.
"""

import numpy as np
from numpy.typing import NDArray

from shared.domain.dataset import FloatMatrix, IntVector
from shared.errors import BlankImage, InvalidInput, Problem

Bitmaps = NDArray[np.bool_]

MAX_SIDE = 2048  # pixels
SIDE, BLOCK = 32, 4  # of a bitmap, in pixels
WIDTH = 20  # of the ink in it; its height is the bitmap's
THICK, VERY_THICK = 412, 560  # pixels of ink; more are thinned once, twice
THIN, VERY_THIN = 256, 108  # pixels of ink; fewer are thickened once, twice
EDGE = 2  # rows of ink at top and bottom that may be noise
LOW = 5  # rows of ink in what is too low to be straightened


def eight_by_eight(image: NDArray[np.generic]) -> FloatMatrix:
    """The counts, 0..16, (..., 8, 8), of drawings.

    Raises InvalidInput where a side is not 1..2048, and BlankImage that names the images without ink.
    """
    return to_eight(to_bitmap(image))


def to_bitmap(image: NDArray[np.generic]) -> Bitmaps:
    """Images as NIST's programs normalise them, (..., 32, 32); True is ink. Raises as `eight_by_eight` does.

    Half-way from the darkest pixel to the brightest is where paper and ink part; paper is what most of the border is.
    """
    height, width = image.shape[-2:]
    if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE):
        raise InvalidInput([Problem("image", f"must have sides of 1 to {MAX_SIDE} pixels, not {height} x {width}")])
    bitmaps = _straightened(_evened(_fitted(_ink_of(image.reshape(-1, height, width)))))
    if blank := np.flatnonzero(~bitmaps.any(axis=(1, 2))).tolist():
        raise BlankImage(blank)
    return bitmaps.reshape(*image.shape[:-2], SIDE, SIDE)


def to_eight(bitmap: Bitmaps) -> FloatMatrix:
    """The pixels of ink in each block of 4 x 4, (..., 8, 8), of bitmaps (..., 32, 32)."""
    blocks = bitmap.reshape(*bitmap.shape[:-2], SIDE // BLOCK, BLOCK, SIDE // BLOCK, BLOCK)
    counts: FloatMatrix = blocks.sum(axis=(-3, -1)).astype(np.float64)
    return counts


def _ink_of(images: NDArray[np.generic]) -> Bitmaps:
    """Where the ink is in (n, height, width), be it brighter than the paper or darker; nowhere if all is one grey."""
    ends = [extreme.astype(np.float64) for extreme in (images.min(axis=(1, 2)), images.max(axis=(1, 2)))]
    bright: Bitmaps = images > (sum(ends) / 2)[:, np.newaxis, np.newaxis]
    border = np.concatenate([bright[:, 0], bright[:, -1], bright[:, :, 0], bright[:, :, -1]], axis=1)
    paper_is_bright = border.mean(axis=1) > 0.5
    ink: Bitmaps = bright ^ paper_is_bright[:, np.newaxis, np.newaxis]
    return ink


def _fitted(ink: Bitmaps) -> Bitmaps:
    """The box around the ink, 20 wide and 32 high whatever its proportions, in the middle of (n, 32, 32)."""
    rows = _stretch(*_ends(np.any(ink, axis=2)), SIDE)
    columns = _stretch(*_ends(np.any(ink, axis=1)), WIDTH)
    each = np.arange(len(ink))[:, np.newaxis, np.newaxis]
    box = ink[each, rows[:, :, np.newaxis], columns[:, np.newaxis, :]]
    margin = (SIDE - WIDTH) // 2
    return np.pad(box, ((0, 0), (0, 0), (margin, margin)))


def _ends(has_ink: Bitmaps) -> tuple[IntVector, IntVector]:
    """The first and the last index with ink; all of them where there is none."""
    return has_ink.argmax(axis=1), has_ink.shape[1] - 1 - has_ink[:, ::-1].argmax(axis=1)


def _stretch(first: IntVector, last: IntVector, count: int) -> IntVector:
    """From `first` to `last`, the pixels in the middles of `count` equal parts, shape (n, count)."""
    odd = 2 * np.arange(count) + 1
    return first[:, np.newaxis] + (last - first + 1)[:, np.newaxis] * odd // (2 * count)


def _evened(bitmaps: Bitmaps) -> Bitmaps:
    """Thick strokes thinned and thin ones thickened, by a pixel or two."""
    amounts = bitmaps.sum(axis=(1, 2))
    evened = bitmaps.copy()
    for limit in (THICK, VERY_THICK):
        chosen = amounts > limit
        evened[chosen] = np.logical_and.reduce(_with_neighbours(evened[chosen]))
    for limit in (THIN, VERY_THIN):
        chosen = amounts < limit
        evened[chosen] = np.logical_or.reduce(_with_neighbours(evened[chosen]))
    return evened


def _with_neighbours(bitmaps: Bitmaps) -> tuple[Bitmaps, ...]:
    """Each pixel, and what is above, below, left and right of it; outside there is no ink."""
    wide = np.pad(bitmaps, ((0, 0), (1, 1), (1, 1)))
    return (bitmaps, wide[:, :-2, 1:-1], wide[:, 2:, 1:-1], wide[:, 1:-1, :-2], wide[:, 1:-1, 2:])


def _straightened(bitmaps: Bitmaps) -> Bitmaps:
    """Rows shifted, so that the leftmost ink near the top stands above the leftmost ink near the bottom."""
    shifts = np.rint((np.arange(SIDE) - SIDE // 2) * _slants(bitmaps)[:, np.newaxis]).astype(np.int64)
    # What comes from beyond the edge is blank, as the columns at the edge are: thickened ink ends 4 columns before it.
    columns = (np.arange(SIDE) - shifts[:, :, np.newaxis]).clip(0, SIDE - 1)
    moved: Bitmaps = np.take_along_axis(bitmaps, columns, axis=2)
    return moved


def _slants(bitmaps: Bitmaps) -> NDArray[np.float64]:
    """Columns to the left for each row down, (n,); 0 for what is too low, or has no ink where it is measured."""
    has_ink = np.any(bitmaps, axis=2)
    first, last = _ends(has_ink)
    high = last - first >= LOW
    top, bottom = np.where(high, first + EDGE, 0), np.where(high, last - EDGE, 1)
    each, lefts = np.arange(len(bitmaps)), bitmaps.argmax(axis=2)
    slants = (lefts[each, top] - lefts[each, bottom]) / (bottom - top)
    return np.where(high & has_ink[each, top] & has_ink[each, bottom], slants, 0.0)
