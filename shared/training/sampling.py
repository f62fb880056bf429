"""Some of many rows: to look at more of them takes longer, and tells next to nothing new."""

from dataclasses import replace

import numpy as np

from shared.domain.dataset import Dataset, IntVector, Target

EVALUATED_ROWS = 20_000
REPEATED_ROWS = 40_000  # that all repeats of a cross-validation look at together
MIN_ROWS_OF_CLASS = 10


def sampled(data: Dataset, most: int, seed: int) -> Dataset:
    """`data`, or about `most` of their rows, with each class's share of them, and at least ten of each."""
    if data.n_samples <= most:
        return data
    rows = sampled_rows(data, most, seed)
    return replace(data, X=data.X[rows], y=data.y[rows])


def sampled_rows(data: Dataset, most: int, seed: int) -> IntVector:
    """The numbers of the rows that `sampled` takes, in order."""
    if data.n_samples <= most:
        return np.arange(data.n_samples)
    return np.sort(_chosen(data.y, most, np.random.default_rng(seed)))


def _chosen(y: Target, most: int, random: np.random.Generator) -> IntVector:
    if not np.issubdtype(y.dtype, np.integer):
        chosen: IntVector = random.choice(len(y), most, replace=False)
        return chosen
    parts = []
    for one in np.unique(y):
        rows = np.flatnonzero(y == one)
        wanted = max(round(most * len(rows) / len(y)), MIN_ROWS_OF_CLASS)
        parts.append(random.choice(rows, min(wanted, len(rows)), replace=False))
    return np.concatenate(parts)


def repeats_for(repeats: int, n_rows: int) -> int:
    """How often a cross-validation over `n_rows` is repeated that is repeated `repeats` times over few."""
    return max(1, min(repeats, REPEATED_ROWS // n_rows))
