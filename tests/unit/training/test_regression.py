"""Training a regression: figures that scikit-learn agrees with, intervals that hold what they promise."""

import io
from functools import partial

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.model_selection import RepeatedKFold, cross_val_predict, train_test_split

from shared.catalogue import CATALOGUE
from shared.domain.dataset import FloatMatrix, FloatVector
from shared.domain.engine import DENSE, ONNXRUNTIME
from shared.domain.metrics import RegressionMetrics
from shared.domain.version import Trained
from shared.training.child import run
from shared.training.curve import VALIDATION_SHARE, learn
from shared.training.job import TrainingJob
from shared.training.scores import Folds, regression_cross_validation, regression_hold_out

DIABETES = CATALOGUE["diabetes"]
X, y = DIABETES.dataset.X, DIABETES.dataset.y


@pytest.fixture(scope="session")
def trained() -> Trained:
    """Diabetes by its default recipe."""
    return run(TrainingJob("diabetes", "bayesian-ridge", {}, 0), io.BytesIO())


def _metrics(trained: Trained) -> RegressionMetrics:
    assert isinstance(trained.metrics, RegressionMetrics)
    return trained.metrics


def test_the_default_recipe_explains_what_is_known_of_it(trained: Trained) -> None:
    crossed = _metrics(trained).cross_validation
    assert (crossed.n, crossed.protocol) == (442, "5-fold x 10")
    assert crossed.r2 >= 0.48
    assert crossed.r2_interval.low < crossed.r2 < crossed.r2_interval.high
    assert crossed.rmse_interval.low < crossed.rmse < crossed.rmse_interval.high
    assert 0.87 <= crossed.coverage <= 0.93


def test_the_figures_are_those_of_scikit_learn(trained: Trained) -> None:
    recipe, metrics = DIABETES.recipe_named(None), _metrics(trained)
    assert recipe.make is not None
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=0)
    predicted = recipe.fit({}, 0, X_train, y_train).predict(X_test)
    holdout = metrics.holdout
    assert holdout.n == len(y_test)
    assert holdout.rmse == pytest.approx(root_mean_squared_error(y_test, predicted))
    assert holdout.mae == pytest.approx(mean_absolute_error(y_test, predicted))
    assert holdout.r2 == pytest.approx(r2_score(y_test, predicted))
    splits = list(RepeatedKFold(n_splits=5, n_repeats=10, random_state=0).split(X))
    repeats = [
        cross_val_predict(recipe.make({}, 0), X, y, cv=splits[first : first + 5]) for first in range(0, len(splits), 5)
    ]
    squared = np.mean([(one - y) ** 2 for one in repeats], axis=0)
    crossed = metrics.cross_validation
    assert crossed.rmse == pytest.approx(np.sqrt(squared.mean()))
    assert crossed.r2 == pytest.approx(np.mean([r2_score(y, one) for one in repeats]))
    assert crossed.half_width == pytest.approx(np.quantile(np.abs(np.array(repeats) - y), 0.9))
    shown = np.array(crossed.residuals)
    assert len(shown) == 300
    rows = np.linspace(0, 441, 300).astype(int)
    assert shown[:, 0].tolist() == y[rows].tolist()
    assert shown[:, 1] == pytest.approx(repeats[0][rows])


def test_golden_rows_hold_one_value_and_an_engine_gives_it(trained: Trained) -> None:
    assert trained.golden is not None
    assert {len(outputs) for outputs in trained.golden.outputs} == {1}
    assert [report.name for report in trained.engines if report.accepted] == [DENSE, ONNXRUNTIME]


@pytest.mark.parametrize(("recipe", "unit"), [("bayesian-ridge", "fold"), ("forest", "trees"), ("boosting", "trees")])
def test_the_curve_tells_errors_and_no_accuracy(recipe: str, unit: str) -> None:
    found = DIABETES.recipe_named(recipe)
    assert found.make is not None
    parameters = found.complete({"trees": 5} if unit == "trees" else {})
    *_, last = learn(found.make(parameters, 0), partial(found.fit, parameters, 0), X, y, 0)
    assert (last.curve.unit, last.curve.loss) == (unit, "rmse")
    point = last.curve.points[-1]
    assert (point.training_accuracy, point.validation_accuracy) == (None, None)
    if unit == "trees":
        seen, unseen = train_test_split(np.arange(len(y)), test_size=VALIDATION_SHARE, random_state=0)
        for rows, told in ((seen, point.training_loss), (unseen, point.validation_loss)):
            assert told == pytest.approx(root_mean_squared_error(y[rows], last.estimator.predict(X[rows])))


def _made(n: int, repeats: int, spread: float) -> tuple[FloatVector, FloatVector, FloatMatrix]:
    random = np.random.default_rng(7)
    truth = random.normal(10, 3, n)
    rows = np.concatenate([random.permutation(n) for _ in range(repeats)])
    return truth[rows], truth[rows] + random.normal(0, spread, n * repeats), rows


def test_intervals_cover_as_often_as_they_say() -> None:
    """Of normal errors the 90 % interval reaches 1.645 standard deviations to both sides."""
    y, predicted, rows = _made(2000, 3, 2.0)
    crossed = regression_cross_validation(y, predicted, rows.astype(np.int64), Folds(5, 3))
    assert crossed.half_width == pytest.approx(2.0 * 1.645, rel=0.03)
    assert crossed.coverage == pytest.approx(0.9, abs=0.01)
    assert crossed.rmse == pytest.approx(2.0, rel=0.03)


def test_the_interval_of_an_error_holds_the_true_one_in_about_95_of_100_samples() -> None:
    random, held = np.random.default_rng(3), 0
    for _ in range(400):
        truth = random.normal(0, 5, 200)
        interval = regression_hold_out(truth + random.normal(0, 2, 200), truth).rmse_interval
        held += interval.low <= 2.0 <= interval.high
    assert 0.92 <= held / 400 <= 0.98


def test_guessing_the_mean_explains_nothing() -> None:
    truth = np.arange(50.0)
    assert regression_hold_out(np.full(50, truth.mean()), truth).r2 == 0.0
    assert regression_hold_out(np.full(3, 2.0), np.full(3, 2.0)).rmse == 0.0
