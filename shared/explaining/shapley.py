"""Shapley values: how far each input moves an answer, of all that move it together.

A coalition is a set of inputs that keep the values of the row; the others take those of background rows, one after the
other, and its worth is the mean answer (Lundberg and Lee 2017, "interventional").
"""

from collections.abc import Callable
from math import factorial

import numpy as np
from numpy.typing import NDArray

from shared.domain.dataset import FloatMatrix, FloatVector

Answer = Callable[[FloatMatrix], FloatVector]  # rows, (n_rows, n_features), to what is explained, (n_rows,)
MOST_EXACT = 8  # inputs, which have 2**8 coalitions; of more, orders are sampled
MOST_INPUTS = 100  # of more, what one tells is mostly told by others, and the share of each is noise
MOST_BACKGROUND = 150
ROUNDS = 8  # of sampling, each with an order for every row of the background
MOST_SAMPLED = 120_000  # answers to explain one row
CHUNK = 4096  # rows that are answered at once
SEED = 0  # equal requests get equal answers


def background_rows(n_features: int) -> int:
    """How many rows of the training are kept for the inputs outside a coalition: fewer where each is answered often."""
    return min(MOST_BACKGROUND, max(1, MOST_SAMPLED // (ROUNDS * (n_features + 1))))


def evaluations(n_features: int, n_background: int) -> int:
    """How many rows are answered to explain one."""
    return n_background * (2**n_features if n_features <= MOST_EXACT else ROUNDS * (n_features + 1))


def exact(answer: Answer, row: FloatVector, background: FloatMatrix) -> FloatVector:
    """The contribution of each input of `row`, shape (n_features,), over all coalitions.

    They add up to the answer to `row` less the mean answer to `background`, shape (n_background, n_features).
    """
    n = len(row)
    members = (np.arange(2**n)[:, None] >> np.arange(n)) & 1 == 1  # coalition number s has input i where bit i is set
    worths = _worths(answer, row, background, members)
    sizes = members.sum(axis=1)
    weights = np.array([factorial(size) * factorial(n - size - 1) / factorial(n) for size in range(n)])
    contributions = np.empty(n)
    for i in range(n):
        without = np.flatnonzero(~members[:, i])
        contributions[i] = weights[sizes[without]] @ (worths[without + (1 << i)] - worths[without])
    return contributions


def sampled(answer: Answer, row: FloatVector, background: FloatMatrix) -> tuple[FloatVector, FloatVector]:
    """The same over random orders of the inputs, and the standard error of each (Štrumbelj and Kononenko 2014).

    In each round every row of the background takes the values of `row` one by one in an order of its own, so that what
    they add up to is as exact as it is of `exact`; the errors are those of the mean over the rounds.
    """
    random = np.random.default_rng(SEED)
    rounds = np.array([_round(answer, row, background, random) for _ in range(ROUNDS)])
    return rounds.mean(axis=0), rounds.std(axis=0, ddof=1) / np.sqrt(ROUNDS)


def _round(answer: Answer, row: FloatVector, background: FloatMatrix, random: np.random.Generator) -> FloatVector:
    n = len(row)
    places = random.random(background.shape).argsort(axis=1)  # of each input in the order of each background row
    total = np.zeros(n)
    at_once = max(1, CHUNK // (n + 1))
    for start in range(0, len(background), at_once):
        some, rows = places[start : start + at_once], background[start : start + at_once]
        taken = some[:, None, :] < np.arange(n + 1)[:, None]  # (rows, steps, inputs)
        answers = answer(np.where(taken, row, rows[:, None, :]).reshape(-1, n)).reshape(-1, n + 1)
        total += np.take_along_axis(np.diff(answers, axis=1), some, axis=1).sum(axis=0)
    return total / len(background)


def _worths(answer: Answer, row: FloatVector, background: FloatMatrix, members: NDArray[np.bool_]) -> FloatVector:
    at_once = max(1, CHUNK // len(background))
    worths = []
    for start in range(0, len(members), at_once):
        some = members[start : start + at_once]
        rows = np.where(some[:, None, :], row, background)  # (coalitions, background rows, inputs)
        worths.append(answer(rows.reshape(-1, len(row))).reshape(len(some), -1).mean(axis=1))
    return np.concatenate(worths)
