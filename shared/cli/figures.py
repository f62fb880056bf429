"""Figures in a terminal: with n, interval and protocol."""

from collections.abc import Sequence
from typing import Any

import msgspec

from shared.domain.metrics import ClassificationMetrics, CrossValidation, HoldOut, Metrics, RegressionHoldOut, Selection
from shared.domain.version import ModelVersion


def in_words(figure: HoldOut | CrossValidation | RegressionHoldOut) -> str:
    """An accuracy, or a regression's error, with all that it takes to judge it."""
    if isinstance(figure, RegressionHoldOut):
        low, high = figure.rmse_interval.low, figure.rmse_interval.high
        error = f"RMSE {figure.rmse:.4g}, 95 % interval {low:.4g} to {high:.4g}, R2 {figure.r2:.3f}"
        return f"{error}, n {figure.n}  ({figure.protocol})"
    low, high = figure.interval.low * 100, figure.interval.high * 100
    share = f"{figure.accuracy * 100:5.1f} % = {figure.correct:g}/{figure.n}"
    return f"{share}, 95 % interval {low:.1f} to {high:.1f} %  ({figure.protocol})"


def described(version: ModelVersion, title: str) -> str:
    """`version`, made by the recipe of this `title`, with its figures, on lines of their own."""
    params = "".join(f" {name}={value}" for name, value in version.params.items())
    holdout, crossed = version.metrics.holdout, version.metrics.cross_validation
    made = f"{version.created_at:%Y-%m-%d %H:%M} UTC"
    return (
        f"{version.model} version {version.number}  {made}  {title}{params} seed={version.seed}\n"
        f"    {in_words(holdout)}\n"
        f"    {in_words(crossed)}{_tested(version.metrics)}{_chosen(version.selection)}"
    )


def _tested(metrics: Metrics) -> str:
    found = metrics.test if isinstance(metrics, ClassificationMetrics) else None
    return f"\n    {in_words(found)}" if found else ""


def _chosen(selection: Selection | None) -> str:
    if selection is None:
        return ""
    candidates = ", ".join(f"{one.recipe} {one.figure:.4g}" for one in selection.candidates)
    metric = {"log_loss": "log-loss", "rmse": "RMSE"}[selection.metric]
    how = f"by {metric} ({selection.protocol}, n {selection.n}): {candidates}"
    return f"\n    {selection.chosen} was chosen {how}; the best of several figures flatters a little"


def json_text(answer: Any) -> str:
    """`answer` as the HTTP API answers it, on many lines."""
    return msgspec.json.format(msgspec.json.encode(answer), indent=2).decode()


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """`rows` as lines whose columns stand below each other, two blanks apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
