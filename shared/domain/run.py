"""A training run: how it learns."""

from typing import Literal

import msgspec


class CurvePoint(msgspec.Struct, frozen=True):
    """Mean log loss and accuracy (0..1) after `step` epochs or trees, or of fold `step`."""

    step: int
    training_loss: float
    training_accuracy: float
    validation_loss: float
    validation_accuracy: float


class Curve(msgspec.Struct, frozen=True):
    """How a model learns, on rows that don't include the hold-out's; `n_training` and `n_validation` rows of them."""

    unit: Literal["epoch", "trees", "fold"]
    n_training: int
    n_validation: int
    points: tuple[CurvePoint, ...]


class Regions(msgspec.Struct, frozen=True):
    """The class that a model gives to each cell of a grid over features `x` and `y`, `resolution` cells a side.

    `classes` holds one character a cell, the index of its class to base 36: row by row from the lowest `y`, and each
    row from the lowest `x`. The grid covers the signature's range of each feature and a twentieth of it to both
    sides; a cell has the class of its middle.
    """

    x: str
    y: str
    resolution: int
    classes: str
