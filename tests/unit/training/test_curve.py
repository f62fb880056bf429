"""Learning curves: each kind of estimator is followed as it would learn by itself."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from shared.catalogue import CATALOGUE
from shared.training.curve import FOLDS, MAX_BATCHES, MAX_POINTS, VALIDATION_SHARE, Stage, learn

X, y = CATALOGUE["iris"].dataset.X, CATALOGUE["iris"].dataset.y
SEED = 5
NETWORK = MLPClassifier(hidden_layer_sizes=(6,), batch_size=15, max_iter=12, random_state=3)
FOREST = RandomForestClassifier(n_estimators=12, random_state=3)
HISTOGRAMS = HistGradientBoostingClassifier(max_iter=8, max_features=0.5, random_state=3)
# The parameter is the one that says how many epochs or trees there are.
STEPWISE: dict[str, tuple[Any, str]] = {
    "network": (NETWORK, "max_iter"),
    "network, by rows in order": (clone(NETWORK).set_params(shuffle=False), "max_iter"),
    "network, by momentum": (clone(NETWORK).set_params(solver="sgd", batch_size=7), "max_iter"),
    "network, ever slower": (clone(NETWORK).set_params(solver="sgd", learning_rate="invscaling"), "max_iter"),
    "network behind a scaler": (make_pipeline(StandardScaler(), clone(NETWORK)), "mlpclassifier__max_iter"),
    "forest": (FOREST, "n_estimators"),
    "forest as a pipeline": (make_pipeline(clone(FOREST)), "randomforestclassifier__n_estimators"),
    "extra trees": (ExtraTreesClassifier(n_estimators=12, bootstrap=True, random_state=3), "n_estimators"),
    "bagging": (BaggingClassifier(n_estimators=8, random_state=3), "n_estimators"),
    "boosting": (GradientBoostingClassifier(n_estimators=8, subsample=0.5, random_state=3), "n_estimators"),
    "histograms": (HISTOGRAMS, "max_iter"),
    "histograms behind a scaler": (
        make_pipeline(StandardScaler(), clone(HISTOGRAMS)),
        "histgradientboostingclassifier__max_iter",
    ),
}
FOLD_BY_FOLD: dict[str, Any] = {
    "no steps": LinearDiscriminantAnalysis(),
    "calibrated": CalibratedClassifierCV(SVC(), method="sigmoid"),
    "wrapped": OneVsRestClassifier(clone(FOREST)),
    "network by another solver": clone(NETWORK).set_params(solver="lbfgs"),
    "network that may stop early": clone(NETWORK).set_params(early_stopping=True),
    "boosting that may stop early": GradientBoostingClassifier(n_estimators=8, n_iter_no_change=3, random_state=3),
    "histograms that may stop early": clone(HISTOGRAMS).set_params(early_stopping=True),
}
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def _split() -> tuple[Any, Any]:
    seen, unseen = train_test_split(np.arange(len(y)), test_size=VALIDATION_SHARE, stratify=y, random_state=SEED)
    return seen, unseen


def _learn(estimator: Any, seed: int = SEED) -> Iterator[Stage]:
    return learn(clone(estimator), lambda rows, answers: clone(estimator).fit(rows, answers), X, y, seed)


def _last(estimator: Any) -> Stage:
    *_, last = _learn(estimator)
    return last


@pytest.mark.parametrize("kind", STEPWISE)
def test_every_stage_is_what_fit_makes_of_that_many_steps(kind: str) -> None:
    estimator, parameter = STEPWISE[kind]
    seen, _ = _split()
    steps = []
    for stage in _learn(estimator):
        steps.append(stage.curve.points[-1].step)
        fitted = clone(estimator).set_params(**{parameter: steps[-1]}).fit(X[seen], y[seen])
        assert np.array_equal(stage.estimator.predict_proba(X), fitted.predict_proba(X)), steps[-1]
    assert steps == list(range(1, estimator.get_params()[parameter] + 1))
    assert stage.curve.unit == ("epoch" if "network" in kind else "trees")
    assert (stage.curve.n_training, stage.curve.n_validation) == (105, 45)


def test_a_network_stops_where_fit_stops() -> None:
    impatient = clone(NETWORK).set_params(max_iter=400, tol=0.01, learning_rate_init=0.02)
    seen, _ = _split()
    fitted = clone(impatient).fit(X[seen], y[seen])
    last = _last(impatient)
    assert last.curve.points[-1].step == fitted.n_iter_ < 400
    assert last.share == 1
    assert np.array_equal(last.estimator.predict_proba(X), fitted.predict_proba(X))


@pytest.mark.parametrize("estimator", FOLD_BY_FOLD.values(), ids=FOLD_BY_FOLD)
def test_what_has_no_steps_to_follow_is_told_fold_by_fold(estimator: Any) -> None:
    curve = _last(estimator).curve
    assert (curve.unit, curve.n_training, curve.n_validation) == ("fold", 120, 30)
    assert [point.step for point in curve.points] == list(range(1, FOLDS + 1))


def test_the_figures_are_those_of_scikit_learn_on_rows_seen_and_unseen() -> None:
    _check_figures(_last(FOREST), *_split())
    stages = list(_learn(LinearDiscriminantAnalysis()))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(X, y)
    for stage, (seen, unseen) in zip(stages, folds, strict=True):
        _check_figures(stage, seen, unseen)


def _check_figures(stage: Stage, seen: Any, unseen: Any) -> None:
    point = stage.curve.points[-1]
    for rows, told in (
        (seen, (point.training_loss, point.training_accuracy)),
        (unseen, (point.validation_loss, point.validation_accuracy)),
    ):
        probabilities = stage.estimator.predict_proba(X[rows])
        accuracy = accuracy_score(y[rows], stage.estimator.predict(X[rows]))
        assert told == pytest.approx((log_loss(y[rows], probabilities), accuracy))


@pytest.mark.parametrize(("wanted", "most"), [(7, MAX_POINTS), (450, MAX_POINTS), (7, MAX_BATCHES), (120, MAX_BATCHES)])
def test_many_steps_are_told_in_strides_and_the_last_one_always(wanted: int, most: int) -> None:
    network = MLPClassifier((2,), max_iter=wanted, tol=0.0, n_iter_no_change=wanted, random_state=0)
    forest = RandomForestClassifier(n_estimators=wanted, random_state=0)
    points = _last(network if most == MAX_POINTS else forest).curve.points
    steps = [point.step for point in points]
    assert steps[-1] == wanted
    assert min(wanted, most // 2) <= len(steps) <= most
    assert len(set(np.diff(steps)[:-1])) == 1


@pytest.mark.parametrize("estimator", [NETWORK, FOREST, LinearDiscriminantAnalysis()])
def test_equal_seeds_give_equal_curves_and_other_seeds_others(estimator: Any) -> None:
    curves = [[stage.curve for stage in _learn(estimator, seed)] for seed in (1, 1, 2)]
    assert curves[0] == curves[1] != curves[2]


@pytest.mark.parametrize("estimator", [NETWORK, FOREST, LinearDiscriminantAnalysis()])
def test_shares_rise_to_one_with_the_points(estimator: Any) -> None:
    stages = list(_learn(estimator))
    shares = [stage.share for stage in stages]
    assert shares == sorted(set(shares))
    assert shares.index(1.0) == len(shares) - 1
    assert [len(stage.curve.points) for stage in stages] == list(range(1, len(stages) + 1))
