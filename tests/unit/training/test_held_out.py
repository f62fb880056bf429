"""What is kept of a cross-validation: answers by estimators that had not seen the row."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.model_selection import RepeatedStratifiedKFold

from shared.catalogue import CATALOGUE, CatalogueEntry
from shared.domain.held_out import HELD_OUT, HeldOut, unpack_held_out
from shared.domain.version import Trained
from shared.training import trainer
from shared.training.progress import Meter
from shared.training.trainer import FOLDS, train

IRIS = CATALOGUE["iris"]


def _kept(entry: CatalogueEntry, recipe: str = "lda") -> HeldOut | None:
    chosen = replace(entry.recipe_named(recipe), repeats=2)
    return train(entry, chosen, chosen.complete({}), 3, Meter(FOLDS * 2, lambda progress: None)).held_out


def test_each_row_was_answered_by_an_estimator_that_had_not_seen_it() -> None:
    found = _kept(IRIS)
    assert found is not None
    X, y = IRIS.dataset.X, IRIS.dataset.y
    expected = np.empty((len(y), 3))
    folds = list(RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=2, random_state=3).split(X, y))
    for seen, unseen in folds[:FOLDS]:
        recipe = IRIS.recipe_named("lda")
        expected[unseen] = recipe.fit(recipe.complete({}), 3, X[seen], y[seen]).predict_proba(X[unseen])
    assert sorted(found.rows.tolist()) == list(range(150))
    assert np.array_equal(found.X, X[found.rows])
    assert np.array_equal(found.y, y[found.rows])
    assert found.probabilities == pytest.approx(expected[found.rows])


def test_of_sampled_rows_the_numbers_are_those_in_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "EVALUATED_ROWS", 90)
    found = _kept(IRIS)
    assert found is not None
    assert len(set(found.rows.tolist())) == 90
    assert np.array_equal(found.X, IRIS.dataset.X[found.rows])
    assert np.array_equal(found.y, IRIS.dataset.y[found.rows])


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "MOST_NUMBERS", 7 * 20 + 6)
    found = _kept(IRIS)
    assert found is not None
    assert (found.X.shape, found.probabilities.shape) == ((20, 4), (20, 3))


def test_a_regression_keeps_none() -> None:
    assert _kept(CATALOGUE["diabetes"], "bayesian-ridge") is None


def test_it_is_attached_to_the_version(lda: Trained) -> None:
    found = unpack_held_out(lda.exported[HELD_OUT])
    assert len(found.y) == 150
    assert (found.probabilities.argmax(axis=1) == found.y).sum() in range(144, 150)
