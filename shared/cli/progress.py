"""A training in the terminal: how far it is, and the curve of what it learns."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from shared.domain.run import Curve, TrainingRun
from shared.training.runner import Report

LEVELS = "▁▂▃▄▅▆▇█"
WIDTH = 30  # characters of a curve


@contextmanager
def training_progress(label: str) -> Iterator[Report]:
    """A bar on standard error that follows a run; behind it, at the end, the curve."""
    latest: TrainingRun | None = None
    with click.progressbar(length=1000, label=label, file=sys.stderr, show_eta=False, item_show_func=_in_short) as bar:

        def report(run: TrainingRun) -> None:
            nonlocal latest
            latest = run
            bar.update(round(run.progress * 1000) - bar.pos, run)

        yield report
    if latest is not None and latest.curve is not None:
        click.echo(drawn(latest.curve), err=True)


def _in_short(run: TrainingRun | None) -> str:
    if run is None:
        return ""
    left = f", {run.remaining_s:.0f} s left" if run.remaining_s else ""
    return f"{run.step}{left}{_last_of(run.curve)}"


def _last_of(curve: Curve | None) -> str:
    if curve is None or not curve.points:
        return ""
    last = curve.points[-1]
    return f" | {curve.unit} {last.step}: validation loss {last.validation_loss:.3f}"


def drawn(curve: Curve) -> str:
    """`curve` as lines of text."""
    points = curve.points
    loss = "RMSE" if curve.loss == "rmse" else "loss"
    rows = (
        (f"{loss}, training", [point.training_loss for point in points]),
        (f"{loss}, validation", [point.validation_loss for point in points]),
        ("accuracy, training", [point.training_accuracy for point in points]),
        ("accuracy, validation", [point.validation_accuracy for point in points]),
    )
    told = ((name, [value for value in values if value is not None]) for name, values in rows)
    head = (
        f"{curve.unit} 1 to {points[-1].step}: {curve.n_training} training rows, {curve.n_validation} validation rows"
    )
    return "\n".join(
        [head, *(f"  {name:20} {spark(values)} {values[0]:.3f} to {values[-1]:.3f}" for name, values in told if values)]
    )


def spark(values: Sequence[float]) -> str:
    """`values` as a line of blocks, the lowest the smallest of them; of many, every so-manyth and the last."""
    low, high = min(values), max(values)
    shown = [values[round(index * (len(values) - 1) / (WIDTH - 1))] for index in range(WIDTH)]
    scale = (len(LEVELS) - 1) / (high - low) if high > low else 0.0
    return "".join(LEVELS[round((value - low) * scale)] for value in (shown if len(values) > WIDTH else values))
