"""Drawings read through the whole procedure: the data set's 32 x 32 bitmaps drawn anew with random pens.

The bitmaps are those that scikit-learn's digits were counted from, in the same order. Each is thinned to one pixel and
drawn once, at a random size, proportion, slant, place and pen on a canvas of 100 to 280 pixels (seeded). The images are
split into 5 folds of neighbouring rows; what is drawn after an image is read by the default recipe fitted on the data
set's own 8 x 8 rows of the four other folds. So no model has seen the image, and few have seen others of its writer.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

from benchmarks.quality.digits import SVC_DEFAULTS
from benchmarks.quality.folds import FIGURES, NEIGHBOURS, SEED, figures, fitted_on_others
from benchmarks.quality.restroke import drawn, random_hand, thinned
from benchmarks.report import print_table, say
from shared.digits.normalise import Bitmaps, eight_by_eight, to_eight
from shared.digits.recipe import FULL, fit_svc
from shared.domain.dataset import FloatMatrix, IntVector

FILE = "optdigits-orig.windep"
HEADER_LINES, SIDE = 21, 32
SMALL, SMALL_INK = 28, 20  # the sides of MNIST's images, and of the box that their ink fits
INK = 255.0
PAPER, DARK, NOISE = 200.0, 60.0, 5.0


def main(path: Path) -> None:
    """Print the table."""
    X, y = load_digits(return_X_y=True)
    bitmaps, labels = read_bitmaps(path)
    if not (np.array_equal(to_eight(bitmaps).reshape(X.shape), X) and np.array_equal(labels, y)):
        raise SystemExit(f"{path} does not hold the bitmaps of scikit-learn's digits")
    say("drawing")
    random = np.random.default_rng(SEED)
    drawings = [drawn(way, random_hand(random)) for way in thinned(bitmaps)]
    ways: dict[str, FloatMatrix] = {
        "the data set's own 8 x 8": X,
        "its bitmaps, normalised once more": eight_by_eight(bitmaps),
        "drawings, the whole procedure": _each(eight_by_eight, drawings),
        "drawings as 28 x 28, the whole procedure": _each(lambda image: eight_by_eight(as_mnist(image)), drawings),
        "drawings, dark ink on grey paper": _each(lambda image: eight_by_eight(as_photo(image, random)), drawings),
        "drawings, averaged to 8 x 8": _each(lambda image: shrunk(image, 8, 8) * FULL / INK, drawings),
    }
    say("fitting")
    models = list(fitted_on_others(partial(fit_svc, SVC_DEFAULTS, SEED), X, y, NEIGHBOURS))
    rows = [[name, *figures(y, _answers(models, eights.reshape(X.shape)))] for name, eights in ways.items()]
    print_table(["what is read", *FIGURES], rows)


def read_bitmaps(path: Path) -> tuple[Bitmaps, IntVector]:
    """The bitmaps, (n, 32, 32), and their labels, (n,), of one of the data set's original files."""
    lines = path.read_text(encoding="ascii").splitlines()[HEADER_LINES:-1]  # the last says EOF
    rows = [line for line in lines if len(line) == SIDE]
    labels = [int(line) for line in lines if len(line) < SIDE]
    pixels = np.frombuffer("".join(rows).encode(), dtype=np.uint8).reshape(-1, SIDE, SIDE)
    return pixels == ord("1"), np.array(labels)


def _each(convert: Callable[[FloatMatrix], FloatMatrix], drawings: list[FloatMatrix]) -> FloatMatrix:
    return np.stack([convert(drawing) for drawing in drawings])


def _answers(models: list[tuple[Any, IntVector]], X: FloatMatrix) -> FloatMatrix:
    probabilities = np.empty((len(X), 10))
    for model, rows in models:
        probabilities[rows] = model.predict_proba(X[rows])
    return probabilities


def as_mnist(image: FloatMatrix) -> FloatMatrix:
    """`image` as MNIST's are made: ink fitted into 20 x 20 with its proportions, its centre of mass in the middle."""
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    box = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = SMALL_INK / max(box.shape)
    ink = shrunk(box, *(max(1, round(side * scale)) for side in box.shape))
    small = np.zeros((SMALL, SMALL))
    starts = [round(SMALL / 2 - 0.5 - float(place)) for place in _centre(ink)]
    top, left = (min(max(start, 0), SMALL - side) for start, side in zip(starts, ink.shape, strict=True))
    small[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return small


def _centre(ink: FloatMatrix) -> FloatMatrix:
    centre: FloatMatrix = (np.indices(ink.shape) * ink).sum(axis=(1, 2)) / ink.sum()
    return centre


def as_photo(image: FloatMatrix, random: np.random.Generator) -> FloatMatrix:
    """`image` in dark grey on light grey, with a little noise."""
    grey = PAPER + (DARK - PAPER) * image / INK
    return np.clip(grey + random.normal(0, NOISE, image.shape), 0, INK).round()


def shrunk(image: FloatMatrix, height: int, width: int) -> FloatMatrix:
    """The means of height x width equal parts of `image`."""
    smaller: FloatMatrix = _parts(image.shape[0], height) @ image @ _parts(image.shape[1], width).T
    return smaller


def _parts(pixels: int, count: int) -> FloatMatrix:
    """The share of each pixel in each part, (count, pixels), whose rows sum to 1."""
    edges = np.linspace(0, pixels, count + 1)
    begins, ends = edges[:-1, np.newaxis], edges[1:, np.newaxis]
    pixel = np.arange(pixels)
    overlap = np.minimum(ends, pixel + 1) - np.maximum(begins, pixel)
    shares: FloatMatrix = np.clip(overlap, 0.0, None) * count / pixels
    return shares
