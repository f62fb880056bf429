"""Explains answers by asking a version about rows like those that it was asked about."""

from math import isnan
from time import perf_counter

import numpy as np

from shared.domain.dataset import FloatMatrix, FloatVector
from shared.domain.engine import DENSE
from shared.domain.explanation import Contribution, ExactShapley, Explanation, Occlusion, SampledShapley
from shared.domain.signature import Feature
from shared.engines.engine import Engine
from shared.errors import InvalidInput, NotExplainable, Problem, Unanswerable
from shared.explaining import shapley
from shared.explaining.occlusion import occlusion, patch_of
from shared.inference.predictor import Predictor

MOST_ROWS = 100  # of a request
# Of a request, so that it takes some seconds at most: a forest takes about 10 µs for each, matrix products far less.
MOST_ANSWERS = {DENSE: 5_000_000}
MOST_ANSWERS_OF_OTHERS = 300_000
BUDGET_S = 3.0  # of a request, whose engine may be slower than that by any factor
FIRST_ROWS = 16  # are few enough for any engine to show its pace by
PART_S = 0.2  # after which there is a look at the clock


def most_rows(predictor: Predictor) -> int:
    """How many rows are explained in one request; raises NotExplainable, and InvalidInput for too many inputs."""
    signature, engine = predictor.version.signature, predictor.engine.name
    n = signature.n_features
    each = n if signature.is_image else shapley.evaluations(n, len(_background(predictor)))
    return max(1, min(MOST_ROWS, MOST_ANSWERS.get(engine, MOST_ANSWERS_OF_OTHERS) // each))


def explain(predictor: Predictor, X: FloatMatrix, outputs: FloatMatrix) -> list[Explanation]:
    """What each of the `outputs`, shape (n_rows, n_outputs), that `X`, (n_rows, n_features), gets rests on.

    Raises NotExplainable, Unanswerable that names a row around which there are rows without a finite answer, and
    InvalidInput where there are too many inputs, or where it takes longer than BUDGET_S.
    """
    explanations: list[Explanation] = []
    asked = _Asked(predictor.engine)
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            for row, answers in zip(X, outputs, strict=True):
                explanations.append(_explained(predictor, asked, row, answers))
    except Unanswerable:
        raise Unanswerable([len(explanations)]) from None
    except _TimeIsUp:
        raise InvalidInput([Problem("explain", _too_slow(len(explanations), len(X)))]) from None
    return explanations


class _TimeIsUp(Exception):
    pass


class _Asked:
    """Asks `engine` as many rows at once as take about PART_S, and raises _TimeIsUp once BUDGET_S are over."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._deadline = perf_counter() + BUDGET_S
        self._at_once = FIRST_ROWS

    def evaluate(self, X: FloatMatrix) -> FloatMatrix:
        answers: list[FloatMatrix] = []
        start = 0
        while start < len(X):
            if (before := perf_counter()) > self._deadline:
                raise _TimeIsUp
            part = X[start : start + self._at_once]
            answers.append(self._engine.evaluate(part))
            start += len(part)
            self._at_once = max(1, int(len(part) * PART_S / (perf_counter() - before)))
        return np.concatenate(answers)


def _too_slow(n_explained: int, n: int) -> str:
    if not n_explained:
        return f"takes too long: this model does not answer fast enough to explain a row within {BUDGET_S:g} s"
    told = f"{n_explained} of {n} rows were explained within {BUDGET_S:g} s"
    return f"takes too long: {told}; send at most {n_explained} at once"


def _explained(predictor: Predictor, asked: _Asked, row: FloatVector, outputs: FloatVector) -> Explanation:
    signature, index = predictor.version.signature, int(outputs.argmax())
    classes = signature.output.classes
    name, prediction = classes[index].name if classes else signature.output.name, float(outputs[index])

    def answer(X: FloatMatrix) -> FloatVector:
        answers: FloatVector = asked.evaluate(X)[:, index]
        if not np.isfinite(answers).all():
            raise Unanswerable([0])
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
    if (n := predictor.version.signature.n_features) > shapley.MOST_INPUTS:
        message = f"must be false: the model has {n} inputs, and answers are explained by {shapley.MOST_INPUTS} at most"
        raise InvalidInput([Problem("explain", message)])
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
