"""Shapley values against what is known of them, and against their definition."""

from itertools import permutations

import numpy as np
import pytest

from shared.domain.dataset import FloatMatrix, FloatVector
from shared.explaining import shapley

RANDOM = np.random.default_rng(7)
WEIGHTS = np.array([2.0, -1.0, 0.5, 3.0])


def _additive(X: FloatMatrix) -> FloatVector:
    return np.asarray(X @ WEIGHTS[: X.shape[1]])


def _interacting(X: FloatMatrix) -> FloatVector:
    """The last input does nothing."""
    return np.asarray(X[:, 0] * X[:, 1] + np.maximum(X[:, 1], X[:, 2]) + 1)


def _by_definition(row: FloatVector, background: FloatMatrix) -> FloatVector:
    """The mean over all orders of what each input changes when it takes the value of `row` (Shapley 1953)."""
    orders = list(permutations(range(len(row))))
    found = np.zeros(len(row))
    for order in orders:
        X = background.copy()
        before = _interacting(X).mean()
        for place in order:
            X[:, place] = row[place]
            after = _interacting(X).mean()
            found[place] += after - before
            before = after
    return found / len(orders)


@pytest.mark.parametrize("seed", range(3))
def test_exact_values_are_those_of_the_definition_and_add_up(seed: int) -> None:
    random = np.random.default_rng(seed)
    row, background = random.normal(size=4), random.normal(size=(20, 4))
    found = shapley.exact(_interacting, row, background)
    assert np.allclose(found, _by_definition(row, background), rtol=0, atol=1e-12)
    assert found[3] == 0
    assert found.sum() == pytest.approx(_interacting(row[None])[0] - _interacting(background).mean(), abs=1e-12)


def test_of_a_sum_each_input_contributes_what_it_adds_however_it_is_computed() -> None:
    row, background = RANDOM.normal(size=4), RANDOM.normal(size=(30, 4))
    expected = WEIGHTS * (row - background.mean(axis=0))
    assert np.allclose(shapley.exact(_additive, row, background), expected, rtol=0, atol=1e-12)
    found, errors = shapley.sampled(_additive, row, background)
    assert np.allclose(found, expected, rtol=0, atol=1e-12)
    assert errors.max() < 1e-12


def test_sampled_values_are_near_the_exact_ones_add_up_and_come_again() -> None:
    row, background = RANDOM.normal(size=4), RANDOM.normal(size=(150, 4))
    exact = shapley.exact(_interacting, row, background)
    found, errors = shapley.sampled(_interacting, row, background)
    assert found.sum() == pytest.approx(exact.sum(), abs=1e-12)
    assert (np.abs(found - exact) <= 6 * errors + 1e-12).all()
    assert 0 < errors.max() < 0.1
    again, _ = shapley.sampled(_interacting, row, background)
    assert again.tolist() == found.tolist()


def test_more_rows_than_fit_a_chunk_are_answered_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    row, background = RANDOM.normal(size=4), RANDOM.normal(size=(30, 4))
    at_once = [shapley.exact(_interacting, row, background), *shapley.sampled(_interacting, row, background)]
    monkeypatch.setattr(shapley, "CHUNK", 7)
    in_parts = [shapley.exact(_interacting, row, background), *shapley.sampled(_interacting, row, background)]
    assert np.allclose(at_once, in_parts, rtol=0, atol=1e-12)


@pytest.mark.parametrize("n_features", [4, 8, 9, 60, 500])
def test_as_many_rows_are_answered_as_is_said(n_features: int) -> None:
    asked = 0

    def count(X: FloatMatrix) -> FloatVector:
        nonlocal asked
        asked += len(X)
        return np.zeros(len(X))

    background = np.zeros((shapley.background_rows(n_features), n_features))
    explain = shapley.exact if n_features <= shapley.MOST_EXACT else shapley.sampled
    explain(count, np.ones(n_features), background)
    assert asked == shapley.evaluations(n_features, len(background)) <= shapley.MOST_SAMPLED
