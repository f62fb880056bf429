"""Training: the figures of the documented procedure, and that they can be had again."""

from dataclasses import replace

import numpy as np
import pytest

from shared.catalogue import CATALOGUE
from shared.domain.recipe import Recipe
from shared.domain.version import Trained
from shared.training.trainer import FOLDS, train

IRIS = CATALOGUE["iris"]


def test_lda_on_iris_gives_147_of_150_in_cross_validation(lda: Trained) -> None:
    cross_validation = lda.metrics.cross_validation
    assert cross_validation.correct == pytest.approx(147)
    assert cross_validation.n == 150
    assert cross_validation.log_loss <= 0.060
    assert cross_validation.interval.low == pytest.approx(0.943, abs=0.001)


def test_the_hold_out_is_the_classic_stratified_third(lda: Trained) -> None:
    holdout = lda.metrics.holdout
    assert holdout.n == 45
    assert holdout.accuracy == holdout.correct / 45
    assert holdout.interval.low < holdout.accuracy <= holdout.interval.high


def test_the_confusion_matrix_counts_every_row_once(lda: Trained) -> None:
    confusion = np.array(lda.metrics.cross_validation.confusion)
    assert confusion.shape == (3, 3)
    assert confusion.sum(axis=1).tolist() == pytest.approx([50, 50, 50])
    assert confusion.trace() == pytest.approx(lda.metrics.cross_validation.correct)


@pytest.mark.parametrize("recipe", IRIS.recipes, ids=lambda recipe: recipe.name)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_equal_seeds_give_equal_versions_and_other_seeds_other_splits(recipe: Recipe) -> None:
    quick = {"mlp": {"epochs": 5}, "forest": {"trees": 5}}.get(recipe.name, {})
    parameters = recipe.complete(quick)
    runs = [train(IRIS.dataset, recipe, parameters, seed, lambda done, steps: None) for seed in (3, 3, 4)]
    answers = [estimator.predict_proba(IRIS.dataset.X) for estimator, _ in runs]
    assert np.array_equal(answers[0], answers[1])
    assert runs[0][1] == runs[1][1]
    assert runs[0][1] != runs[2][1]


def test_progress_is_reported_in_order_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    recipe = IRIS.recipe_named("lda")
    train(IRIS.dataset, recipe, {}, 0, lambda done, steps: seen.append((done, steps)))
    assert [done for done, _ in seen] == list(range(1, FOLDS * recipe.repeats + 3))
    assert {steps for _, steps in seen} == {FOLDS * recipe.repeats + 2}


def test_a_recipe_that_learns_nothing_gets_the_accuracy_of_guessing() -> None:
    """The evaluation must not leak: with shuffled answers nothing can be learned."""
    shuffled = np.random.default_rng(0).permutation(IRIS.dataset.y)
    _, metrics = train(replace(IRIS.dataset, y=shuffled), IRIS.recipe_named("lda"), {}, 0, lambda done, steps: None)
    assert 0.2 < metrics.cross_validation.accuracy < 0.47
