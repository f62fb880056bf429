"""What goes into a model and what comes out of it."""

from collections.abc import Sequence
from math import isqrt
from typing import Literal

import msgspec
import numpy as np

from shared.domain.dataset import Dataset

Task = Literal["classification", "regression"]


class Feature(msgspec.Struct, frozen=True):
    """One input column.

    `minimum` and `maximum` are the range seen in training, in `unit`; `step` is the resolution of the
    measurements; `role` names the part that a drawing of the sample may take it for. Where there are `categories`,
    X holds the index of one, and a request its name; where a value `may_be_missing`, X holds NaN and a request null.
    """

    name: str
    title: str
    unit: str
    minimum: float
    maximum: float
    step: float
    example: float
    role: str | None = None
    categories: tuple[str, ...] = ()
    may_be_missing: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is a number in every row."""
        return not self.categories and not self.may_be_missing


class OutputClass(msgspec.Struct, frozen=True):
    """A class by its name in the data, and the label that people are shown."""

    name: str
    label: str


class Output(msgspec.Struct, frozen=True):
    """One of `classes`, or where there are none, a number in `unit`, in training from `minimum` to `maximum`."""

    name: str
    title: str
    classes: tuple[OutputClass, ...] = ()
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None

    @property
    def task(self) -> Task:
        return "classification" if self.classes else "regression"


class Signature(msgspec.Struct, frozen=True):
    """The inputs, in the order of the columns, and the output of a model."""

    inputs: tuple[Feature, ...]
    output: Output

    @property
    def n_features(self) -> int:
        return len(self.inputs)

    @property
    def is_plain(self) -> bool:
        """Whether every input is a number in every row."""
        return all(feature.is_plain for feature in self.inputs)

    @property
    def is_image(self) -> bool:
        """Whether the inputs are the pixels of a square image, row by row."""
        is_square = isqrt(self.n_features) ** 2 == self.n_features
        return is_square and all(feature.role == "pixel" for feature in self.inputs)


class Column(msgspec.Struct, frozen=True):
    """What is known of an input before any data has been seen; the fields are those of Feature."""

    name: str
    title: str
    unit: str
    step: float
    role: str | None = None
    categories: tuple[str, ...] = ()
    may_be_missing: bool = False


def signature_of(dataset: Dataset, columns: Sequence[Column], output: Output) -> Signature:
    """The signature whose ranges and examples are those of `dataset`; the example is its first row."""
    lows, highs = np.min(dataset.X, axis=0), np.max(dataset.X, axis=0)
    ends = (float(dataset.y.min()), float(dataset.y.max())) if output.task == "regression" else (None, None)
    return Signature(
        inputs=tuple(
            Feature(
                name=column.name,
                title=column.title,
                unit=column.unit,
                minimum=float(low),
                maximum=float(high),
                step=column.step,
                example=float(example),
                role=column.role,
            )
            for column, low, high, example in zip(columns, lows, highs, dataset.X[0], strict=True)
        ),
        output=msgspec.structs.replace(output, minimum=ends[0], maximum=ends[1]),
    )
