"""A fitted estimator for the engines: exported, compared with scikit-learn, and accepted only where it agrees."""

import hashlib
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, isnan
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from shared.domain.dataset import Dataset, FloatMatrix
from shared.domain.engine import DENSE, ONNXRUNTIME, EngineReport, GoldenRows
from shared.domain.signature import Signature
from shared.engines.agreement import compare, replay
from shared.engines.dense import Layer, pack_layers
from shared.engines.engine import open_engine
from shared.engines.frames import FrameEstimator
from shared.engines.scikit_learn import MOST_REFUSED, ScikitLearnEngine
from shared.errors import Unanswerable
from shared.training.onnx_export import Refused, convert, has_trees, steps_of

RANDOM_ROWS = 256  # inside the training range, and as many far outside it
MISSING_SHARE = 0.1  # of the values that may be missing, in random rows
OUTSIDE = 5.0  # widths of the range, to both sides
UNKNOWN_MAGNITUDES = (-2.0, 4.0)  # powers of ten, where nobody knows the range
GOLDEN_TRAINING, GOLDEN_RANDOM = 16, 8  # golden rows from the data, and from each kind of random rows
MAX_WHY = 200  # characters; converters quote whole models


@dataclass(frozen=True, slots=True)
class Export:
    """What became of every engine, the artefacts of the accepted ones by name, and rows to check them by later."""

    engines: tuple[EngineReport, ...]
    artefacts: dict[str, bytes]
    golden: GoldenRows


@dataclass(frozen=True, slots=True)
class _Reference:
    """Rows, shape (n_rows, n_features), and what scikit-learn answers, shape (n_rows, n_outputs)."""

    X: FloatMatrix
    outputs: FloatMatrix
    golden: GoldenRows


def export(estimator: Any, dataset: Dataset, signature: Signature) -> Export:
    """Export `estimator`, fitted on `dataset`, to every engine that gives what it gives.

    They are compared on the training rows and on random rows inside and far outside the training range. Raises
    AttributeError for a classifier without probabilities, and Unanswerable where no row has a finite answer.
    """
    bare = estimator.estimator if isinstance(estimator, FrameEstimator) else estimator
    attempts: dict[str, Sequence[Callable[[], bytes]]] = {
        DENSE: [lambda: pack_layers(dense_layers(bare))],
        ONNXRUNTIME: [partial(_onnx, bare, signature, double=double) for double in (True, False)],
    }
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # rows far outside overflow, and converters warn of what is compared here
        reference = _reference(estimator, dataset, signature)
        judged = [_judged(name, makes, reference) for name, makes in attempts.items()]
    artefacts = {report.name: artefact for report, artefact in judged if artefact is not None}
    return Export(tuple(report for report, _ in judged), artefacts, reference.golden)


def _reference(estimator: Any, dataset: Dataset, signature: Signature) -> _Reference:
    random, n = _random_rows(signature), dataset.n_samples
    # In parts: an estimator may refuse every random row, and an engine finds no more than MOST_REFUSED at once.
    parts = [dataset.X, *np.array_split(random, ceil(len(random) / MOST_REFUSED))]
    engine = ScikitLearnEngine(estimator)
    X, outputs = np.concatenate(parts), np.concatenate([engine.evaluate(part) for part in parts if len(part)])
    spread = np.argsort(dataset.y, kind="stable")[np.linspace(0, n - 1, GOLDEN_TRAINING if n else 0).astype(int)]
    chosen = [*spread, *range(n, n + GOLDEN_RANDOM), *range(n + RANDOM_ROWS, n + RANDOM_ROWS + GOLDEN_RANDOM)]
    golden = [row for row in dict.fromkeys(map(int, chosen)) if np.isfinite(outputs[row]).all()]
    if not golden:
        raise Unanswerable(chosen)
    return _Reference(X, outputs, GoldenRows(_rows(X[golden]), _tuples(outputs[golden])))


def _random_rows(signature: Signature) -> FloatMatrix:
    lows = np.array([feature.minimum or 0.0 for feature in signature.inputs])
    highs = np.array([feature.maximum or 0.0 for feature in signature.inputs])
    random = np.random.default_rng(0)
    inside = random.uniform(lows, highs, size=(RANDOM_ROWS, len(lows)))
    width = (highs - lows) * OUTSIDE
    outside = random.uniform(lows - width, highs + width, size=(RANDOM_ROWS, len(lows)))
    X = np.concatenate([inside, outside])
    for place, feature in enumerate(signature.inputs):
        if not feature.has_range:
            X[:, place] = random.normal(size=len(X)) * 10 ** random.uniform(*UNKNOWN_MAGNITUDES, len(X))
        if feature.categories:  # no request gets through with another number
            X[:, place] = random.integers(len(feature.categories), size=len(X))
        if feature.may_be_missing:
            X[random.random(len(X)) < MISSING_SHARE, place] = np.nan
    return X


def _tuples(X: FloatMatrix) -> tuple[tuple[float, ...], ...]:
    return tuple(map(tuple, X.tolist()))


def _rows(X: FloatMatrix) -> tuple[tuple[float | None, ...], ...]:
    return tuple(tuple(None if isnan(value) else value for value in row) for row in X.tolist())


def _judged(
    name: str, makes: Sequence[Callable[[], bytes]], reference: _Reference
) -> tuple[EngineReport, bytes | None]:
    """The first of the attempts that agrees; where none does, what was wrong with each."""
    whys: list[str] = []
    difference = None
    for make in makes:
        try:
            artefact = make()
            engine = open_engine(name, artefact)
            found = compare(name, engine.evaluate(reference.X), reference.outputs)
            alone = replay(engine, reference.golden)
        except Exception as error:  # converters and runtimes raise whatever they like
            whys.append(_why(error))
            continue
        if found.agrees and alone.agrees:
            digest = hashlib.sha256(artefact).hexdigest()
            return EngineReport(name, True, found.why, found.difference, digest), artefact
        worse = alone if found.agrees else found
        whys.append(worse.why)
        difference = worse.difference
    return EngineReport(name, False, "; ".join(dict.fromkeys(whys)), difference), None


def _why(error: Exception) -> str:
    if isinstance(error, Refused):
        return str(error)
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text if len(text) <= MAX_WHY else f"{text[:MAX_WHY]}…"


def _onnx(estimator: Any, signature: Signature, *, double: bool) -> bytes:
    model = convert(estimator, signature.n_features, double=double)
    if has_trees(model) and not double:
        raise Refused("trees are not exported in float32, where their input may be rounded otherwise")
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def dense_layers(estimator: Any) -> list[Layer]:
    """What looks like dense layers, scalers before them folded into the first; whether it is, a comparison decides.

    Raises Refused where it doesn't.
    """
    *scalers, last = steps_of(estimator)
    if hasattr(last, "coefs_") and hasattr(last, "intercepts_"):
        layers = list(zip(last.coefs_, last.intercepts_, strict=True))
    elif hasattr(last, "coef_") and hasattr(last, "intercept_"):
        layers = [(np.atleast_2d(last.coef_).T, np.atleast_1d(last.intercept_))]
    else:
        raise Refused(f"{type(last).__name__} has no dense layers")
    if is_classifier(last) and len(layers[-1][1]) == 1:
        layers[-1] = _with_two_outputs(layers[-1])
    for scaler in reversed(scalers):
        layers[0] = _folded(scaler, layers[0])
    return [(np.ascontiguousarray(weights), biases) for weights, biases in layers]


def _with_two_outputs(layer: Layer) -> Layer:
    """A score s as the pair (0, s), whose softmax is the logistic function of s."""
    weights, biases = layer
    return np.hstack([np.zeros_like(weights), weights]), np.concatenate([[0.0], biases])


def _folded(scaler: Any, layer: Layer) -> Layer:
    """`layer` behind `scaler`, x -> x * factor + shift, as one layer."""
    weights, biases = layer
    if isinstance(scaler, StandardScaler):
        factor = 1.0 / (scaler.scale_ if scaler.with_std else np.ones(len(weights)))
        shift = -(scaler.mean_ if scaler.with_mean else np.zeros(len(weights))) * factor
    elif isinstance(scaler, MinMaxScaler):
        factor, shift = scaler.scale_, scaler.min_
    else:
        raise Refused(f"{type(scaler).__name__} is not folded into dense layers")
    return weights * factor[:, np.newaxis], biases + shift @ weights
