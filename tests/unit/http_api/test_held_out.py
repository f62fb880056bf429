"""Batches of rows that were not seen: drawn by a seed, of one class or any, counted with their interval."""

import numpy as np
import pytest

from shared.domain.held_out import HeldOut
from shared.domain.metrics import wilson
from shared.errors import InvalidInput
from shared.http_api.descriptions import iris_version
from shared.http_api.held_out import HeldOutAnswer, HeldOutQuery, held_out_answer

Y = np.arange(150) // 50
PREDICTED = np.where(np.arange(150) % 10 == 0, (Y + 1) % 3, Y)  # every tenth is wrong
FOUND = HeldOut(np.arange(150) + 1000, np.arange(600.0).reshape(150, 4), Y, np.eye(3)[PREDICTED])


def answer(**query: object) -> HeldOutAnswer:
    return held_out_answer(iris_version(), FOUND, HeldOutQuery(**query))  # type: ignore[arg-type]  # as a test says


def test_all_rows_are_counted_with_their_interval() -> None:
    found = answer()
    assert (found.n, found.available, found.correct) == (150, 150, 135)
    assert found.interval == wilson(135, 150)
    assert found.protocol == "stratified 5-fold x 20: the first repeat"
    row = next(row for row in found.rows if row.row == 1010)
    assert (row.label, row.predicted, row.probabilities) == ("setosa", "versicolor", [0.0, 1.0, 0.0])
    assert row.inputs == [40.0, 41.0, 42.0, 43.0]


def test_a_seed_draws_a_batch_and_draws_it_again() -> None:
    assert answer(n=30, seed=5) == answer(n=30, seed=5)
    rows = [{row.row for row in answer(n=30, seed=seed).rows} for seed in (5, 6)]
    assert len(rows[0]) == len(rows[1]) == 30
    assert rows[0] != rows[1]


def test_one_class_is_asked_for_by_name() -> None:
    found = answer(class_="virginica", n=20)
    assert (found.n, found.available) == (20, 50)
    assert {row.label for row in found.rows} == {"virginica"}
    with pytest.raises(InvalidInput, match=r"\?class: must be one of setosa, versicolor, virginica, got 'rose'"):
        answer(class_="rose")


def test_a_class_of_which_no_row_was_kept_is_said_to_have_none() -> None:
    few = HeldOut(FOUND.rows[:60], FOUND.X[:60], FOUND.y[:60], FOUND.probabilities[:60])
    with pytest.raises(InvalidInput, match=r"\?class: no row of class 'virginica' was kept"):
        held_out_answer(iris_version(), few, HeldOutQuery(class_="virginica"))
