"""Figures in a terminal: with n, interval and protocol."""

from shared.domain.metrics import CrossValidation, HoldOut, RegressionHoldOut


def in_words(figure: HoldOut | CrossValidation | RegressionHoldOut) -> str:
    """An accuracy, or a regression's error, with all that it takes to judge it."""
    if isinstance(figure, RegressionHoldOut):
        low, high = figure.rmse_interval.low, figure.rmse_interval.high
        error = f"RMSE {figure.rmse:.4g}, 95 % interval {low:.4g} to {high:.4g}, R2 {figure.r2:.3f}"
        return f"{error}, n {figure.n}  ({figure.protocol})"
    low, high = figure.interval.low * 100, figure.interval.high * 100
    share = f"{figure.accuracy * 100:5.1f} % = {figure.correct:g}/{figure.n}"
    return f"{share}, 95 % interval {low:.1f} to {high:.1f} %  ({figure.protocol})"
