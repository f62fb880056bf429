"""What an answer rests on, and what a model's figure rests on."""

from typing import Literal

import msgspec


class Contribution(msgspec.Struct, frozen=True):
    """How far one input moves an answer from the base value, in the unit of that answer.

    `value` is what the row holds: a number, the name of a category, or None where it is missing. `standard_error` is
    that of the sampling, 0 where nothing was sampled.
    """

    feature: str
    value: float | str | None
    contribution: float
    standard_error: float


class ExactShapley(msgspec.Struct, frozen=True, tag_field="method", tag="shapley"):
    """Shapley values over all coalitions of inputs (Lundberg and Lee 2017, interventional).

    `output` is the class whose probability is explained, which is the predicted one, or the name of a regression's
    output. `prediction` is what the row gets, `base` the mean answer to the `n_background` rows of the training that
    stand in for the inputs outside a coalition. The contributions, in the order of the inputs, add up to the difference
    of the two.
    """

    output: str
    prediction: float
    base: float
    n_background: int
    contributions: tuple[Contribution, ...]


class SampledShapley(ExactShapley, frozen=True, tag="shapley-sampled"):
    """Shapley values over `permutations` random orders of the inputs (Štrumbelj and Kononenko 2014)."""

    permutations: int


class Occlusion(msgspec.Struct, frozen=True, tag_field="method", tag="occlusion"):
    """How much less probable the predicted class is when a part of an image is covered (Zeiler and Fergus 2014).

    `map` holds, row by row, that difference for the square of `patch` by `patch` pixels around each pixel, covered with
    paper. These do not add up to the prediction.
    """

    output: str
    prediction: float
    patch: int
    map: tuple[tuple[float, ...], ...]


Explanation = ExactShapley | SampledShapley | Occlusion


class FeatureImportance(msgspec.Struct, frozen=True):
    """How much worse the figure is without what `feature` tells, and the standard deviation over the repeats."""

    feature: str
    loss: float
    sd: float


class Importance(msgspec.Struct, frozen=True):
    """Permutation importance (Breiman 2001; Fisher, Rudin and Dominici 2019) on rows that were not learned from.

    Each input's values are shuffled among the `n` rows, `repeats` times; `loss` is how far accuracy falls or RMSE, in
    the output's unit, rises from `figure`.
    """

    metric: Literal["accuracy", "rmse"]
    figure: float
    protocol: str
    n: int
    repeats: int
    features: tuple[FeatureImportance, ...]
