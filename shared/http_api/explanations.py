"""Explanations beside answers, where a request asks for them."""

from collections.abc import Callable

import msgspec
import numpy as np

from shared.domain.dataset import FloatMatrix
from shared.domain.explanation import Explanation
from shared.domain.prediction import BatchPrediction, Prediction
from shared.errors import InvalidInput, Problem, Unanswerable
from shared.http_api.batches import Batch
from shared.http_api.views import ClassifyAnswer, EstimateAnswer, PredictAnswer, predict_answer
from shared.inference.explaining import explain, most_rows
from shared.inference.predictor import Predictor


def explained(answer: ClassifyAnswer, predictor: Predictor, row: list[float], prediction: Prediction) -> ClassifyAnswer:
    """`answer` and why it is given to `row`; raises NotExplainable, and InvalidInput where that can't be told."""
    outputs = np.array([prediction.probabilities])
    (found,) = _explanations(predictor, np.array([row]), outputs, lambda _: "data")
    return msgspec.structs.replace(answer, explanation=found)


def answer_to(batch: Batch, prediction: BatchPrediction, predictor: Predictor) -> PredictAnswer | EstimateAnswer:
    """What is said of `batch`, and why, where it asks for that; raises what `explained` raises."""
    answer = predict_answer(prediction, predictor, batch)
    if not batch.explain:
        return answer
    if len(batch.X) > (most := most_rows(predictor)):
        message = f"must hold at most {most} rows where answers of this model are explained, got {len(batch.X)}"
        raise InvalidInput([Problem("rows", message)])
    found = _explanations(predictor, batch.X, prediction.outputs, lambda row: batch.path(row, None, None))
    return msgspec.structs.replace(answer, explanations=found)


def _explanations(
    predictor: Predictor, X: FloatMatrix, outputs: FloatMatrix, path: Callable[[int], str]
) -> list[Explanation]:
    try:
        return explain(predictor, X, outputs)
    except Unanswerable as error:
        message = "has an answer that can't be explained: rows between it and those of the training have none"
        raise InvalidInput([Problem(path(row), message) for row in error.rows]) from None
