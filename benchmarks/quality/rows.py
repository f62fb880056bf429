"""The recipes of the models that learn from rows of measurements, by the product's own cross-validation."""

import warnings
from time import process_time

from benchmarks.report import print_table, say
from shared.catalogue import entry_named
from shared.domain.metrics import CrossValidation, Metrics
from shared.training.progress import Meter
from shared.training.trainer import FOLDS, train

CLASS_FIGURES = ("accuracy", "right", "95 % interval", "log loss", "Brier score")
VALUE_FIGURES = ("R2", "95 % interval", "RMSE", "95 % interval", "90 % intervals hold")


def main(model: str, *, at_least: float, most_log_loss: float | None = None) -> bool:
    """Print a table of the recipes of `model`, and tell whether the default one is as good as it must be.

    `at_least` bounds accuracy, or R2 for a regression.
    """
    entry = entry_named(model)
    rows, is_good = [], False
    # The classic recipes stop after a set number of epochs by design.
    warnings.filterwarnings("ignore", module="sklearn.neural_network")
    for recipe in entry.recipes:
        say(f"{model} by {recipe.name}")
        began = process_time()
        meter = Meter(FOLDS * recipe.repeats, lambda event: None)
        _, evaluation = train(entry, recipe, recipe.complete({}), entry.default_seed, meter)
        metrics = evaluation.metrics
        assert metrics is not None
        found = metrics.cross_validation
        rows.append([recipe.name, found.protocol, *_cells(metrics), f"{process_time() - began:.1f} s"])
        if recipe.name == entry.default_recipe:
            figure = found.accuracy if isinstance(found, CrossValidation) else found.r2
            log_loss = found.log_loss if isinstance(found, CrossValidation) else 0.0
            is_good = figure >= at_least and (most_log_loss is None or log_loss <= most_log_loss)
    figures = CLASS_FIGURES if entry.task == "classification" else VALUE_FIGURES
    print_table(["recipe", "folds", *figures, "whole training"], rows)
    return is_good


def _cells(metrics: Metrics) -> list[str]:
    found = metrics.cross_validation
    if isinstance(found, CrossValidation):
        low, high = 100 * found.interval.low, 100 * found.interval.high
        right = f"{found.correct:.1f}/{found.n}"
        return [
            f"{100 * found.accuracy:.1f} %",
            right,
            f"{low:.1f} to {high:.1f} %",
            f"{found.log_loss:.3f}",
            f"{found.brier:.3f}",
        ]
    return [
        f"{found.r2:.3f}",
        f"{found.r2_interval.low:.2f} to {found.r2_interval.high:.2f}",
        f"{found.rmse:.2f}",
        f"{found.rmse_interval.low:.1f} to {found.rmse_interval.high:.1f}",
        f"{100 * found.coverage:.1f} %",
    ]
