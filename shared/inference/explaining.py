"""Explains answers by asking a version about rows like those that it was asked about."""

from math import isnan

import numpy as np

from shared.domain.dataset import FloatMatrix, FloatVector
from shared.domain.engine import DENSE
from shared.domain.explanation import Contribution, ExactShapley, Explanation, Occlusion, SampledShapley
from shared.domain.signature import Feature
from shared.errors import NotExplainable, Unanswerable
from shared.explaining import shapley
from shared.explaining.occlusion import occlusion, patch_of
from shared.inference.predictor import Predictor

MOST_ROWS = 100  # of a request
# Of a request, so that it takes some seconds at most: a forest takes about 10 µs for each, matrix products far less.
MOST_ANSWERS = {DENSE: 5_000_000}
MOST_ANSWERS_OF_OTHERS = 300_000


def most_rows(predictor: Predictor) -> int:
    """How many rows are explained in one request; raises NotExplainable."""
    signature, engine = predictor.version.signature, predictor.engine.name
    n = signature.n_features
    each = n if signature.is_image else shapley.evaluations(n, len(_background(predictor)))
    return max(1, min(MOST_ROWS, MOST_ANSWERS.get(engine, MOST_ANSWERS_OF_OTHERS) // each))


def explain(predictor: Predictor, X: FloatMatrix, outputs: FloatMatrix) -> list[Explanation]:
    """What each of the `outputs`, shape (n_rows, n_outputs), that `X`, (n_rows, n_features), gets rests on.

    Raises NotExplainable, and Unanswerable that names the rows around which there are rows without a finite answer.
    """
    pairs = zip(X, outputs, strict=True)
    with np.errstate(over="ignore", invalid="ignore"):
        return [_explained(predictor, number, row, answers) for number, (row, answers) in enumerate(pairs)]


def _explained(predictor: Predictor, number: int, row: FloatVector, outputs: FloatVector) -> Explanation:
    signature, index = predictor.version.signature, int(outputs.argmax())
    classes = signature.output.classes
    name, prediction = classes[index].name if classes else signature.output.name, float(outputs[index])

    def answer(X: FloatMatrix) -> FloatVector:
        answers: FloatVector = predictor.engine.evaluate(X)[:, index]
        if not np.isfinite(answers).all():
            raise Unanswerable([number])
        return answers

    if signature.is_image:
        found = occlusion(answer, row)
        return Occlusion(name, prediction, patch_of(len(found)), tuple(map(tuple, found.tolist())))
    background = _background(predictor)
    base, n = float(answer(background).mean()), len(background)
    if signature.n_features <= shapley.MOST_EXACT:
        contributions = shapley.exact(answer, row, background)
        errors = np.zeros(len(row))
        return ExactShapley(name, prediction, base, n, _in_words(signature.inputs, row, contributions, errors))
    parts = _in_words(signature.inputs, row, *shapley.sampled(answer, row, background))
    return SampledShapley(name, prediction, base, n, parts, shapley.ROUNDS * n)


def _background(predictor: Predictor) -> FloatMatrix:
    if predictor.background is None:
        raise NotExplainable(predictor.version.model, predictor.version.number)
    return predictor.background


def _in_words(
    inputs: tuple[Feature, ...], row: FloatVector, contributions: FloatVector, errors: FloatVector
) -> tuple[Contribution, ...]:
    return tuple(
        Contribution(feature.name, _value(feature, value), *found)
        for feature, value, *found in zip(inputs, row.tolist(), contributions.tolist(), errors.tolist(), strict=True)
    )


def _value(feature: Feature, value: float) -> float | str | None:
    if isnan(value):
        return None
    return feature.categories[int(value)] if feature.categories else value
