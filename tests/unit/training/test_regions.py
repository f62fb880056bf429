"""Regions: which way the grid lies, what the other features are, and how often it is worth looking."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from shared.domain.dataset import Dataset
from shared.domain.signature import Column, Output, OutputClass, Signature, signature_of
from shared.training.regions import INTERVAL_S, MARGIN, RESOLUTION, SHARE_OF_TIME, Grid, Snapshots


def _signature(X: Any, n_classes: int = 2) -> Signature:
    columns = [Column(f"x{index}", "", "", 1.0) for index in range(X.shape[1])]
    classes = tuple(OutputClass(str(index), "") for index in range(n_classes))
    return signature_of(Dataset("", "", X, np.zeros(len(X), dtype=np.int64)), columns, Output("y", "", classes))


def _corners(n_features: int) -> Any:
    """Rows from 0 to 1 in every feature, with 0.75 as the median."""
    return np.repeat([[0.0], [0.75], [1.0]], n_features, axis=1)


def _linear(*weights: float, bias: float) -> LogisticRegression:
    """Class 1 where the weighted sum and `bias` are above 0."""
    model = LogisticRegression()
    model.coef_, model.intercept_, model.classes_ = np.array([weights]), np.array([bias]), np.array([0, 1])
    return model


def _rows(classes: str) -> list[str]:
    return [classes[start : start + RESOLUTION] for start in range(0, len(classes), RESOLUTION)]


class _Spy:
    """Keeps the rows that it is asked for, and gives each the class `answer`."""

    def __init__(self, answer: int = 0) -> None:
        self._answer = answer
        self.X = np.empty((0, 0))

    def predict(self, X: Any) -> Any:
        self.X = X
        return np.full(len(X), self._answer)


def test_cells_go_by_rows_from_the_lowest_y_and_in_a_row_from_the_lowest_x() -> None:
    X = _corners(2)
    half_a_cell = (1 + 2 * MARGIN) / RESOLUTION / 2
    (regions,) = Grid(X, _signature(X)).of(_linear(-1, 1, bias=-half_a_cell))  # 1 above the diagonal
    assert (regions.x, regions.y, regions.resolution) == ("x0", "x1", RESOLUTION)
    assert _rows(regions.classes) == ["1" * row + "0" * (RESOLUTION - row) for row in range(RESOLUTION)]


def test_the_middles_of_the_cells_cover_the_range_and_a_little_beyond() -> None:
    X, spy = _corners(2) * [10, 2], _Spy()
    Grid(X, _signature(X)).of(spy)
    for feature, width in enumerate([10, 2]):
        cell = width * (1 + 2 * MARGIN) / RESOLUTION
        middles = np.unique(spy.X[:, feature])
        assert middles[0] == pytest.approx(-MARGIN * width + cell / 2)
        assert np.diff(middles) == pytest.approx(np.full(RESOLUTION - 1, cell))
        assert middles[-1] == pytest.approx(width + MARGIN * width - cell / 2)


def test_every_pair_has_its_grid_with_the_other_features_at_their_median() -> None:
    X = _corners(3)
    above_the_median = _linear(0, 0, 1, bias=-0.75 + 1e-9)
    regions = {(one.x, one.y): one.classes for one in Grid(X, _signature(X)).of(above_the_median)}
    assert list(regions) == [("x0", "x1"), ("x0", "x2"), ("x1", "x2")]
    assert set(regions["x0", "x1"]) == {"1"}
    for pair in (("x0", "x2"), ("x1", "x2")):
        assert all(len(set(row)) == 1 for row in _rows(regions[pair]))
        assert [row[0] for row in _rows(regions[pair])] == ["0"] * 17 + ["1"] * 7


def test_a_class_is_one_character_whatever_its_index() -> None:
    X = _corners(2)
    (regions,) = Grid(X, _signature(X, 36)).of(_Spy(35))
    assert regions.classes == "z" * RESOLUTION**2


@pytest.mark.parametrize(("n_features", "n_classes"), [(1, 2), (7, 2), (2, 37)])
def test_what_can_not_be_drawn_has_no_regions(n_features: int, n_classes: int) -> None:
    X = _corners(n_features)
    assert Grid(X, _signature(X, n_classes)).of(_Spy()) == ()


@pytest.mark.parametrize("cost_s", [0.001, 0.15])
def test_snapshots_are_few_enough_to_take_a_fifth_of_the_time_but_the_last_is_taken(cost_s: float) -> None:
    X, now, taken = _corners(2), 0.0, []

    class Slow(_Spy):
        def predict(self, X: Any) -> Any:
            nonlocal now
            now += cost_s
            return super().predict(X)

    snapshots = Snapshots(Grid(X, _signature(X)), lambda: now)
    while now < 10:
        if snapshots.of(Slow(), always=False):
            taken.append(now)
        now += 0.01
    assert all(later - sooner >= INTERVAL_S for sooner, later in pairwise(taken))
    assert 10 < len(taken) <= 10 / INTERVAL_S
    assert cost_s * len(taken) <= SHARE_OF_TIME * now + cost_s
    assert snapshots.of(Slow(), always=True)
