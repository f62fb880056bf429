"""Figures in a terminal: with n, interval and protocol."""

from shared.domain.metrics import CrossValidation, HoldOut


def in_words(figure: HoldOut | CrossValidation) -> str:
    """An accuracy with all that it takes to judge it."""
    low, high = figure.interval.low * 100, figure.interval.high * 100
    share = f"{figure.accuracy * 100:5.1f} % = {figure.correct:g}/{figure.n}"
    return f"{share}, 95 % interval {low:.1f} to {high:.1f} %  ({figure.protocol})"
