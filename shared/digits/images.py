"""Images of 28 x 28 pixels from files of a user's own, and the definition of a model that learns from them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from shared.domain.dataset import Dataset, Example, IntVector
from shared.domain.definition import ModelDefinition
from shared.domain.recipe import MOST_FITTED_ROWS
from shared.domain.signature import Feature, Output, OutputClass, Signature
from shared.errors import Problem
from shared.files.digit_csv import read_digit_csv
from shared.files.idx import read_labelled
from shared.files.reading import ByteArray, refuse_any

SIDE = 28
N_PIXELS = SIDE * SIDE
N_DIGITS = 10
MIN_ROWS_OF_DIGIT = 10  # each fold of five has two to be tested with
RECIPE = "pixel-mlp"
TITLES = {"mnist": "MNIST"}


def from_idx(images: Path, labels: Path) -> Dataset:
    """The images and labels in two IDX files, X of shape (n, 784) from 0 to 255; raises UnusableFile."""
    pixels, digits = read_labelled(images, labels)
    return _dataset(images, pixels, digits, f"{images.name} and {labels.name}")


def from_csv(path: Path) -> Dataset:
    """The same from a CSV whose rows have the label first; raises UnusableFile."""
    pixels, digits = read_digit_csv(path)
    return _dataset(path, pixels, digits, path.name)


def _dataset(path: Path, pixels: ByteArray, digits: ByteArray, source: str) -> Dataset:
    refuse_any(path, _misfits(pixels))
    X = pixels.reshape(len(pixels), N_PIXELS).astype(np.float64)
    return Dataset(path.name, source, X, digits.astype(np.int64))


def _misfits(pixels: ByteArray) -> Iterator[Problem]:
    if pixels[0].size != N_PIXELS:
        size = " x ".join(map(str, pixels.shape[1:]))
        yield Problem("", f"the images must have {SIDE} x {SIDE} = {N_PIXELS} pixels, got {size}")
    if len(pixels) > MOST_FITTED_ROWS:
        yield Problem("", f"there are {len(pixels)} images; a model learns from at most {MOST_FITTED_ROWS}")


def define_images(name: str, by: str, data: Dataset, test: Dataset | None) -> tuple[ModelDefinition, Dataset]:
    """The model `name`, for `by`, and the rows that it is to learn from, with `test` rows where there are any.

    Raises UnusableFile where a digit has too few images, and InvalidInput for a name that can't be one.
    """
    refuse_any(Path(data.name), _rare_digits(data.y.astype(np.int64)))
    whole = replace(data, name=TITLES.get(name, name.capitalize()), test=test)
    definition = ModelDefinition(
        name=name,
        title=whole.name,
        description=f"Reads a handwritten digit from an image of {SIDE} by {SIDE} pixels, row by row.",
        task="classification",
        signature=_signature(whole),
        recipes=(RECIPE,),
        default_recipe=RECIPE,
        data=whole.description,
        data_sha256=whole.sha256(),
        examples=tuple(
            Example(str(digit), tuple(whole.X[int(np.argmax(whole.y == digit))].tolist())) for digit in range(N_DIGITS)
        ),
        created_at=datetime.now(UTC).replace(microsecond=0),
        by=by,
    )
    return definition, whole


def _rare_digits(y: IntVector) -> Iterator[Problem]:
    for digit, count in enumerate(np.bincount(y, minlength=N_DIGITS)):
        if count < MIN_ROWS_OF_DIGIT:
            yield Problem("", f"there are {count} images of the digit {digit}; each needs {MIN_ROWS_OF_DIGIT}")


def _signature(data: Dataset) -> Signature:
    """The range of a pixel is that of all: digits stand elsewhere in another image, and are no less like them."""
    low, high = float(data.X.min()), float(data.X.max())
    pixels = (
        Feature(
            name=f"pixel{at}",  # as in a CSV of MNIST
            title=f"Row {at // SIDE + 1}, column {at % SIDE + 1}",
            unit="",
            minimum=low,
            maximum=high,
            step=1.0,
            example=float(data.X[0, at]),
            role="cell",
        )
        for at in range(N_PIXELS)
    )
    classes = tuple(OutputClass(str(digit), str(digit)) for digit in range(N_DIGITS))
    return Signature(tuple(pixels), Output("digit", "Digit", classes))
