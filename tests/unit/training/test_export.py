"""What is exported answers as scikit-learn does; what does not is refused, and says why."""

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_diabetes, load_digits
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import BayesianRidge, LinearRegression, LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler
from sklearn.svm import SVC, SVR, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from shared.catalogue import CATALOGUE
from shared.domain.dataset import Dataset
from shared.domain.engine import DENSE, ONNXRUNTIME, EngineReport
from shared.domain.recipe import Recipe
from shared.domain.signature import Column, Output, Signature, signature_of
from shared.engines.agreement import TOLERANCE
from shared.engines.engine import open_engine
from shared.engines.scikit_learn import ScikitLearnEngine
from shared.training import export as export_module
from shared.training.export import Export, export
from shared.training.onnx_export import convert

IRIS = CATALOGUE["iris"]
PERCEPTRON_FOR_VALUES = MLPRegressor(hidden_layer_sizes=(20,), max_iter=50, random_state=0)


def _described(name: str, X: Any, y: Any) -> tuple[Dataset, Signature]:
    dataset = Dataset(name, "scikit-learn", X, y)
    columns = [Column(f"x{index}", "", "", 1.0) for index in range(X.shape[1])]
    return dataset, signature_of(dataset, columns, Output("y", "", ()))


def _small_digits() -> tuple[Dataset, Signature]:
    X, y = load_digits(return_X_y=True)
    return _described("Digits", X[:400] / 16, y[:400])


DATA = {
    "iris": (IRIS.dataset, IRIS.signature),
    "two classes": _described("Two classes", IRIS.dataset.X, (IRIS.dataset.y > 0).astype(np.int64)),
    "digits": _small_digits(),
    "diabetes": _described("Diabetes", *load_diabetes(return_X_y=True, scaled=False)),
}


def _exported(estimator: Any, data: str) -> tuple[Any, Export, dict[str, EngineReport]]:
    dataset, signature = DATA[data]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator.fit(dataset.X, dataset.y)
    exported = export(estimator, dataset, signature)
    return estimator, exported, {report.name: report for report in exported.engines}


def _new_rows(data: str) -> Any:
    """Rows that the export has not compared: inside the training range and outside, and training rows rounded."""
    X = DATA[data][0].X
    low, high = X.min(axis=0), X.max(axis=0)
    random = np.random.default_rng(7).uniform(2 * low - high, 2 * high - low, size=(300, X.shape[1]))
    return np.concatenate([X, X.astype(np.float32).astype(np.float64), random])


def _check_agrees(estimator: Any, exported: Export, data: str, name: str) -> None:
    X = _new_rows(data)
    engine, reference = open_engine(name, exported.artefacts[name]), ScikitLearnEngine(estimator)
    expected = reference.evaluate(X)
    scale = 1.0 if expected.shape[1] > 1 else np.abs(expected).max()
    for found in (engine.evaluate(X), np.array([engine.evaluate_row(row) for row in X.tolist()])):
        assert found.shape == expected.shape
        assert np.abs(found - expected).max() / scale <= TOLERANCE[name]
        assert np.array_equal(found.argmax(axis=1), expected.argmax(axis=1))


@pytest.mark.parametrize("name", [DENSE, ONNXRUNTIME])
@pytest.mark.parametrize("recipe", IRIS.recipes, ids=lambda recipe: recipe.name)
def test_each_recipe_has_its_engines_and_the_answers_of_scikit_learn(recipe: Recipe, name: str) -> None:
    assert recipe.make is not None
    estimator, exported, reports = _exported(recipe.make(recipe.complete({}), 0), "iris")
    accepted = name == ONNXRUNTIME or recipe.name in ("lda", "logistic", "mlp")
    assert reports[name].accepted is accepted
    assert (name in exported.artefacts) is accepted
    if accepted:
        _check_agrees(estimator, exported, "iris", name)
    else:
        assert "no dense layers" in reports[name].why


@pytest.mark.parametrize(
    ("estimator", "data", "engines"),
    [
        (LogisticRegression(), "two classes", {DENSE, ONNXRUNTIME}),
        (MLPClassifier((5,), max_iter=20, random_state=0), "two classes", {DENSE, ONNXRUNTIME}),
        (make_pipeline(StandardScaler(), LogisticRegression()), "iris", {DENSE, ONNXRUNTIME}),
        (make_pipeline(StandardScaler(with_mean=False), LogisticRegression()), "iris", {DENSE, ONNXRUNTIME}),
        (make_pipeline(StandardScaler(with_std=False), LogisticRegression()), "iris", {DENSE, ONNXRUNTIME}),
        (make_pipeline(MinMaxScaler(), MLPClassifier((5,), max_iter=20, random_state=0)), "iris", {DENSE, ONNXRUNTIME}),
        (make_pipeline(RobustScaler(), LogisticRegression()), "iris", {ONNXRUNTIME}),
        (MLPClassifier((5,), activation="tanh", max_iter=20, random_state=0), "iris", {ONNXRUNTIME}),
        (MLPClassifier((5,), activation="logistic", max_iter=20, random_state=0), "iris", {ONNXRUNTIME}),
        # A scaler computes in float64 and the trees behind it in float32: both must be kept.
        (make_pipeline(StandardScaler(), RandomForestClassifier(20, random_state=0)), "iris", {ONNXRUNTIME}),
        (GradientBoostingClassifier(n_estimators=20, random_state=0), "iris", {ONNXRUNTIME}),
        (GradientBoostingClassifier(n_estimators=20, random_state=0), "two classes", {ONNXRUNTIME}),
        (LinearRegression(), "diabetes", {DENSE, ONNXRUNTIME}),
        (make_pipeline(StandardScaler(), BayesianRidge()), "diabetes", {DENSE, ONNXRUNTIME}),
        (make_pipeline(StandardScaler(), PERCEPTRON_FOR_VALUES), "diabetes", {DENSE, ONNXRUNTIME}),
        (DecisionTreeRegressor(random_state=0), "diabetes", {ONNXRUNTIME}),
        (RandomForestRegressor(20, random_state=0), "diabetes", {ONNXRUNTIME}),
        (GradientBoostingRegressor(random_state=0), "diabetes", {ONNXRUNTIME}),
    ],
)
def test_other_estimators_are_exported_to_what_agrees(estimator: Any, data: str, engines: set[str]) -> None:
    _, exported, reports = _exported(estimator, data)
    assert set(exported.artefacts) == engines, reports
    for name in engines:
        _check_agrees(estimator, exported, data, name)


@pytest.mark.parametrize(
    "estimator", [make_pipeline(StandardScaler(), SVR(C=10)), SVR(), HistGradientBoostingRegressor()], ids=str
)
def test_what_converts_badly_is_accepted_with_agreement_or_refused_with_the_reason(estimator: Any) -> None:
    _, exported, reports = _exported(estimator, "diabetes")
    assert not reports[DENSE].accepted
    if reports[ONNXRUNTIME].accepted:
        _check_agrees(estimator, exported, "diabetes", ONNXRUNTIME)
    else:
        assert reports[ONNXRUNTIME].why
        assert ONNXRUNTIME not in exported.artefacts


def test_one_against_the_rest_is_not_taken_for_softmax() -> None:
    _, _, reports = _exported(OneVsRestClassifier(LogisticRegression()), "iris")
    assert not reports[DENSE].accepted


@pytest.mark.parametrize("ensemble", [False, True])
@pytest.mark.parametrize("data", ["digits", "two classes"])
def test_a_support_vector_machine_with_temperature_is_exported_by_hand(ensemble: bool, data: str) -> None:
    estimator = CalibratedClassifierCV(SVC(C=10, gamma=0.25), method="temperature", ensemble=ensemble)
    _, exported, reports = _exported(estimator, data)
    assert reports[ONNXRUNTIME].accepted, reports
    _check_agrees(estimator, exported, data, ONNXRUNTIME)


def test_scalers_before_and_inside_a_calibration_with_temperature_are_exported_too() -> None:
    inside = make_pipeline(StandardScaler(), SVC())
    estimator = make_pipeline(MinMaxScaler(), CalibratedClassifierCV(inside, method="temperature"))
    _, exported, reports = _exported(estimator, "iris")
    assert reports[ONNXRUNTIME].accepted, reports
    _check_agrees(estimator, exported, "iris", ONNXRUNTIME)


@pytest.mark.parametrize("scaled", [False, True])
def test_isotonic_calibration_is_refused_without_trying(scaled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    calibrated = CalibratedClassifierCV(SVC(), method="isotonic")
    monkeypatch.setattr("shared.training.onnx_export.to_onnx", None)
    _, exported, reports = _exported(make_pipeline(StandardScaler(), calibrated) if scaled else calibrated, "iris")
    assert exported.artefacts == {}
    assert reports[ONNXRUNTIME].why == "isotonic calibration is not exported: its conversion gives wrong probabilities"


def test_a_row_on_a_threshold_or_beside_it_takes_the_same_branch() -> None:
    """Thresholds lie between float32 values, where float64 input and float32 input part."""
    estimator, exported, _ = _exported(DecisionTreeClassifier(random_state=0), "iris")
    tree = estimator.tree_
    inner = np.flatnonzero(tree.feature >= 0)
    assert len(inner)
    rows = []
    for feature, limit in zip(tree.feature[inner], tree.threshold[inner], strict=True):
        for value in (limit, np.nextafter(limit, -9), np.nextafter(limit, 9), limit - 3e-8, limit + 3e-8):
            for flower in IRIS.dataset.X[::10]:
                rows.append([value if column == feature else number for column, number in enumerate(flower)])
    X = np.array(rows)
    engine = open_engine(ONNXRUNTIME, exported.artefacts[ONNXRUNTIME])
    assert np.array_equal(engine.evaluate(X), estimator.predict_proba(X))


def test_a_conversion_that_is_wrong_is_refused_with_the_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    layers = export_module.dense_layers

    def perturbed(estimator: Any) -> Any:
        return [(weights * 1.0001, biases) for weights, biases in layers(estimator)]

    monkeypatch.setattr(export_module, "dense_layers", perturbed)
    _, exported, reports = _exported(LogisticRegression(), "iris")
    assert DENSE not in exported.artefacts
    assert reports[DENSE].sha256 is None
    assert (reports[DENSE].difference or 0) > 1e-6
    assert "differs from scikit-learn by" in reports[DENSE].why


def test_golden_rows_are_what_scikit_learn_gave_for_every_class_and_outside() -> None:
    estimator, exported, _ = _exported(LogisticRegression(), "iris")
    X, outputs = np.array(exported.golden.rows), np.array(exported.golden.outputs)
    assert X.shape == (32, 4)
    assert np.allclose(outputs, estimator.predict_proba(X), rtol=0, atol=1e-14)
    assert set(outputs.argmax(axis=1)) == {0, 1, 2}
    seen = {tuple(row) for row in IRIS.dataset.X.tolist()}
    assert sum(row in seen for row in exported.golden.rows) >= 16
    low, high = IRIS.dataset.X.min(axis=0), IRIS.dataset.X.max(axis=0)
    assert ((low > X) | (high < X)).any(axis=1).sum() >= 8


def test_operator_sets_stand_in_an_order_of_their_own() -> None:
    """skl2onnx takes them from a set, whose order some runs change: one process can't show it."""
    model = convert(LogisticRegression(max_iter=2000).fit(IRIS.dataset.X, IRIS.dataset.y), 4, double=True)
    domains = [opset.domain for opset in model.opset_import]
    assert len(domains) > 1
    assert domains == sorted(domains)


def test_an_estimator_without_probabilities_is_an_error_not_a_guess() -> None:
    with pytest.raises(AttributeError):
        _exported(LinearSVC(), "iris")


def test_a_pipeline_of_one_step_is_its_step() -> None:
    _, exported, _ = _exported(Pipeline([("only", LogisticRegression())]), "iris")
    assert set(exported.artefacts) == {DENSE, ONNXRUNTIME}
