"""What it costs to warn of rows unlike the training data, to explain answers, and to learn what both need."""

import io
import statistics
import timeit
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from time import perf_counter
from unittest.mock import patch

import numpy as np
from msgspec.structs import replace

from shared.catalogue import CATALOGUE, entry_named
from shared.domain.dataset import FloatMatrix
from shared.domain.engine import SCIKIT_LEARN
from shared.domain.version import Trained, numbered
from shared.inference.explaining import explain, most_rows
from shared.inference.loading import load
from shared.inference.predictor import Predictor
from shared.training.child import run
from shared.training.job import TrainingJob

REPEATS, BATCH, TRAININGS = 25, 10_000, 5
TIMED = (("iris", "lda"), ("diabetes", "bayesian-ridge"), ("digits", "knn"))
EXPLAINED = (*TIMED, ("diabetes", "svr"), ("diabetes", "forest"))


def main() -> None:
    """Print three tables; with and without are measured in turn, and the least of several repeats counts."""
    versions = {(model, recipe): _trained(model, recipe) for model, recipe in EXPLAINED}
    print("| model | row without, us | with, us | ratio | 10,000 rows without, ms | with, ms | ratio |")
    print("|---|---|---|---|---|---|---|")
    for model, recipe in TIMED:
        print(_warning_costs(model, _loaded(versions[model, recipe], knows=False), _loaded(versions[model, recipe])))
    print("\n| model | engine | rows | ms | ms a row |\n|---|---|---|---|---|")
    for (model, recipe), version in versions.items():
        print(_explaining_costs(f"{model}, {recipe}", model, _loaded(version)))
    print("\n| training | without, s | with, s | ratio |\n|---|---|---|---|")
    for model, recipe in TIMED:
        print(_training_costs(model, recipe))


def _trained(model: str, recipe: str) -> Trained:
    parameters = entry_named(model).recipe_named(recipe).complete({})
    return run(TrainingJob(model, recipe, parameters, 0), io.BytesIO())


def _loaded(trained: Trained, *, knows: bool = True) -> Predictor:
    version = numbered(trained if knows else replace(trained, attached={}), 1, datetime.now(UTC))
    artefacts = {SCIKIT_LEARN: trained.artefact, **trained.exported}
    return load(version, artefacts.__getitem__, entry_named(trained.model).trusted_types(trained.recipe))


def _warning_costs(model: str, without: Predictor, informed: Predictor) -> str:
    X = CATALOGUE[model].dataset.X
    row, batch = X[len(X) // 2].tolist(), np.resize(X, (BATCH, X.shape[1]))

    def asks(predictor: Predictor) -> tuple[Callable[[], object], Callable[[], object]]:
        alone = predictor.estimate_row if predictor.is_regression else predictor.predict_row
        return lambda: alone(row), lambda: predictor.predict(batch)

    cells = []
    for pair, number, unit in zip(zip(asks(without), asks(informed), strict=True), (2000, 1), (1e6, 1e3), strict=True):
        before, after = _least_in_turn(*pair, number)
        cells.append(f"{before * unit:.1f} | {after * unit:.1f} | {after / before:.2f}")
    return f"| {model} | {' | '.join(cells)} |"


def _least_in_turn(one: Callable[[], object], other: Callable[[], object], number: int) -> tuple[float, float]:
    turns = [(timeit.timeit(one, number=number), timeit.timeit(other, number=number)) for _ in range(REPEATS)]
    first, second = (min(times) / number for times in zip(*turns, strict=True))
    return first, second


def _explaining_costs(title: str, model: str, predictor: Predictor) -> str:
    n = most_rows(predictor)
    X: FloatMatrix = CATALOGUE[model].dataset.X[:n]
    outputs = predictor.predict(X).outputs
    seconds = min(timeit.repeat(lambda: explain(predictor, X, outputs), number=1, repeat=3))
    return f"| {title} | {predictor.engine.name} | {n} | {seconds * 1e3:.0f} | {seconds * 1e3 / n:.2f} |"


def _training_costs(model: str, recipe: str) -> str:
    _trained(model, recipe)  # whose imports are not counted
    turns = [
        (_seconds(model, recipe, informed=False), _seconds(model, recipe, informed=True)) for _ in range(TRAININGS)
    ]
    without, informed = (statistics.median(times) for times in zip(*turns, strict=True))
    return f"| {model}, {recipe} | {without:.2f} | {informed:.2f} | {informed / without:.2f} |"


def _seconds(model: str, recipe: str, *, informed: bool) -> float:
    with ExitStack() as stack:
        if not informed:
            stack.enter_context(patch("shared.training.familiarity.attachments", lambda *_: {}))
            stack.enter_context(patch("shared.training.importance.Shuffles.add", lambda *_: None))
        started = perf_counter()
        _trained(model, recipe)
        return perf_counter() - started
