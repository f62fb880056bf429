"""What a version answers."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from shared.domain.dataset import FloatMatrix
from shared.domain.signature import OutputClass


class InputWarning(msgspec.Struct, frozen=True):
    """A value, or a row as a whole, unlike those seen in training; the answer is given all the same.

    `column` is the position of the feature among the inputs, from 0; it and `feature` are None for the whole row.
    """

    column: int | None
    feature: str | None
    message: str

    def __str__(self) -> str:
        return f"{self.feature}: {self.message}" if self.feature else self.message


class Prediction(msgspec.Struct, frozen=True):
    """A class with its index, the probability of each class in the signature's order, and the version that answered."""

    output: OutputClass
    index: int
    probabilities: tuple[float, ...]
    version: int
    warnings: tuple[InputWarning, ...]


class Estimate(msgspec.Struct, frozen=True):
    """A number in the output's unit, the prediction interval around it, and the version that answered.

    The true value lies between `low` and `high` with probability `level`, for rows like those of the training.
    """

    value: float
    low: float
    high: float
    level: float
    version: int
    warnings: tuple[InputWarning, ...]


@dataclass(frozen=True, slots=True)
class BatchPrediction:
    """The answers to many rows.

    `outputs` are probabilities of shape (n_rows, n_classes), in the signature's order, or a regression's values of
    shape (n_rows, 1); `warnings` holds the first rows, counted from 0, that have any, and `rows_with_warnings` says
    how many there are in all.
    """

    outputs: FloatMatrix
    warnings: Mapping[int, tuple[InputWarning, ...]]
    rows_with_warnings: int
