"""Training: the figures of the documented procedure, and that they can be had again."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from shared.catalogue import CATALOGUE, CatalogueEntry
from shared.domain.dataset import Dataset
from shared.domain.metrics import ClassificationMetrics, Metrics
from shared.domain.recipe import Recipe
from shared.domain.run import Curve
from shared.domain.version import Trained
from shared.training.job import Progress
from shared.training.progress import Meter
from shared.training.trainer import FOLDS, TEST_SHARE, train

IRIS = CATALOGUE["iris"]
QUICK = {"mlp": {"epochs": 5}, "forest": {"trees": 5}}


@dataclass
class _Run:
    estimator: Any
    metrics: Metrics
    told: list[Progress]

    @property
    def curve(self) -> Curve:
        """The last that was told, whole."""
        return [progress.curve for progress in self.told if progress.curve is not None][-1]


def _classified(run: _Run | Trained) -> ClassificationMetrics:
    assert isinstance(run.metrics, ClassificationMetrics)
    return run.metrics


def _train(recipe: Recipe, seed: int = 0, entry: CatalogueEntry = IRIS) -> _Run:
    told: list[Progress] = []
    meter = Meter(FOLDS * recipe.repeats, told.append)
    outcome = train(entry, recipe, recipe.complete(QUICK.get(recipe.name, {})), seed, meter)
    return _Run(outcome.estimator, outcome.metrics, told)


def test_lda_on_iris_gives_147_of_150_in_cross_validation(lda: Trained) -> None:
    cross_validation = _classified(lda).cross_validation
    assert cross_validation.correct == pytest.approx(147)
    assert cross_validation.n == 150
    assert cross_validation.log_loss <= 0.060
    assert cross_validation.interval.low == pytest.approx(0.943, abs=0.001)


def test_the_hold_out_is_the_classic_stratified_third(lda: Trained) -> None:
    holdout = _classified(lda).holdout
    assert holdout.n == 45
    assert holdout.accuracy == holdout.correct / 45
    assert holdout.interval.low < holdout.accuracy <= holdout.interval.high


def test_the_confusion_matrix_counts_every_row_once(lda: Trained) -> None:
    confusion = np.array(_classified(lda).cross_validation.confusion)
    assert confusion.shape == (3, 3)
    assert confusion.sum(axis=1).tolist() == pytest.approx([50, 50, 50])
    assert confusion.trace() == pytest.approx(_classified(lda).cross_validation.correct)


@pytest.mark.parametrize("recipe", IRIS.recipes, ids=lambda recipe: recipe.name)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_equal_seeds_give_equal_versions_and_other_seeds_other_splits(recipe: Recipe) -> None:
    runs = [_train(recipe, seed) for seed in (3, 3, 4)]
    answers = [run.estimator.predict_proba(IRIS.dataset.X) for run in runs]
    assert np.array_equal(answers[0], answers[1])
    assert runs[0].metrics == runs[1].metrics != runs[2].metrics
    assert runs[0].curve == runs[1].curve != runs[2].curve


@pytest.mark.parametrize("recipe", IRIS.recipes, ids=lambda recipe: recipe.name)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_curve_is_the_same_whatever_stands_in_the_rows_of_the_hold_out(recipe: Recipe) -> None:
    dataset = IRIS.dataset
    _, held_out = train_test_split(np.arange(150), test_size=TEST_SHARE, stratify=dataset.y, random_state=0)
    marked = dataset.X.copy()
    marked[held_out] = 1e6
    runs = [_train(recipe), _train(recipe, entry=_with(replace(dataset, X=marked)))]
    assert runs[0].curve == runs[1].curve
    assert _classified(runs[0]).holdout.correct > _classified(runs[1]).holdout.correct == 15


def test_progress_is_told_in_order_before_each_fit() -> None:
    told = _train(IRIS.recipe_named("lda")).told
    phases = Counter(progress.step for progress in told)
    assert phases == {"learning curve": 1 + 5, "hold-out": 1, "cross-validation": FOLDS * 20, "final fit": 1}
    done = [progress.done for progress in told]
    assert done == sorted(done)
    assert done[0] == 0
    assert done[-1] < told[-1].steps


def test_a_recipe_that_learns_nothing_gets_the_accuracy_of_guessing() -> None:
    """The evaluation must not leak: with shuffled answers nothing can be learned."""
    shuffled = np.random.default_rng(0).permutation(IRIS.dataset.y)
    run = _train(IRIS.recipe_named("lda"), entry=_with(replace(IRIS.dataset, y=shuffled)))
    assert 0.2 < _classified(run).cross_validation.accuracy < 0.47


def _with(dataset: Dataset) -> CatalogueEntry:
    return replace(IRIS, load_dataset=lambda: dataset)
