"""From fitted estimators and their rows to definitions and versions."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC

from shared.domain.engine import DENSE
from shared.domain.metrics import ClassificationMetrics, RegressionMetrics
from shared.domain.version import numbered
from shared.errors import InvalidInput
from shared.inference.loading import load
from shared.inference.predictor import Predictor
from shared.publishing.making import Made, Wishes, made_of_rows
from tests import estimators

X = estimators.rows()
Y = estimators.answers(X)


def twice(values: Any) -> Any:
    """A function that skops doesn't know."""
    return 2 * values


def made(estimator: Any, X: Any, y: Any, names: list[str] | None = None, **wishes: Any) -> Made:
    given = {"name": "given", "by": "test", "source": "test", "how": "names each in `trust`", **wishes}
    return made_of_rows(estimator, X, y, names, Wishes(**given))


def predictor(model: Made, *engines: str) -> Predictor:
    """As a backend loads it."""
    trained = model.trained
    version = numbered(trained, 1, model.definition.created_at)
    blobs = {"scikit-learn": trained.artefact, **trained.exported}
    return load(version, blobs.__getitem__, version.trusted_types, engines or ("dense", "onnxruntime"))


def test_a_classifier_answers_as_it_does_itself_and_is_measured_by_clones() -> None:
    estimator = estimators.classifier(X)
    model = made(estimator, X, Y, units={"x1": "cm"})
    for engines in ((DENSE,), ("scikit-learn",)):
        outputs = predictor(model, *engines).predict(X).outputs
        assert outputs == pytest.approx(estimator.predict_proba(X), abs=1e-9)
    signature, metrics = model.definition.signature, model.trained.metrics
    assert [feature.name for feature in signature.inputs] == ["x0", "x1", "x2"]
    assert [(one.minimum, one.maximum) for one in signature.inputs] == list(zip(X.min(0), X.max(0), strict=True))
    assert [one.name for one in signature.output.classes] == ["no", "yes"]
    assert (signature.inputs[1].unit, model.definition.recipes) == ("cm", ())
    assert [example.title for example in model.definition.examples] == ["no", "yes"]
    assert isinstance(metrics, ClassificationMetrics)
    assert metrics.cross_validation.protocol == "stratified 5-fold x 4"
    assert (metrics.cross_validation.n, metrics.holdout.n) == (90, 27)
    assert 0.9 < metrics.cross_validation.accuracy < 1.0


def test_lists_and_a_regressor_with_names() -> None:
    y = X @ [1.0, 2.0, 3.0] + np.random.default_rng(1).normal(size=len(X))
    estimator = LinearRegression().fit(X.tolist(), y.tolist())
    model = made(estimator, X.tolist(), y.tolist(), ["a", "b", "c"], target="price", units={"price": "EUR"})
    answered = predictor(model)
    assert answered.values_of(X) == pytest.approx(estimator.predict(X))
    output, metrics = model.definition.signature.output, model.trained.metrics
    assert (output.name, output.unit, output.minimum, output.maximum) == ("price", "EUR", y.min(), y.max())
    assert isinstance(metrics, RegressionMetrics)
    assert metrics.cross_validation.rmse == pytest.approx(1.0, abs=0.3)
    assert answered.level == 0.9


def test_a_data_frame_of_all_kinds_of_columns_reaches_the_estimator_as_it_was() -> None:
    frame = estimators.customers()
    estimator = estimators.by_columns(frame)
    model = made(estimator, frame, estimators.leaves(frame))
    inputs = {feature.name: feature for feature in model.definition.signature.inputs}
    assert inputs["plan"].categories == ("basic", "pro", "team")
    assert inputs["active"].categories == ("False", "True")
    assert inputs["region"].categories == ("south", "north")
    assert [name for name, one in inputs.items() if one.may_be_missing] == ["plan", "income"]
    assert (inputs["age"].minimum, inputs["age"].maximum) == (frame.age.min(), frame.age.max())
    assert model.definition.signature.output.name == "leaves"
    answered = predictor(model)
    assert answered.predict(model.data.X).outputs == pytest.approx(estimator.predict_proba(frame))
    asked = pd.DataFrame({"age": [30.0], "plan": [None], "active": [True], "region": ["north"], "income": [np.nan]})
    probabilities = estimator.predict_proba(asked.astype({"plan": frame.plan.dtype, "region": frame.region.dtype}))
    assert answered.predict_row([30.0, np.nan, 1.0, 1.0, np.nan]).probabilities == pytest.approx(probabilities[0])


def test_pandas_categories_and_missing_texts_survive() -> None:
    frame = estimators.customers()[["plan", "region", "age"]]
    frame["plan"] = frame["plan"].astype("category")
    estimator = HistGradientBoostingClassifier(categorical_features="from_dtype", max_iter=5)
    y = estimators.leaves(frame)
    estimator.fit(frame, y)
    model = made(estimator, frame, y)
    assert predictor(model).predict(model.data.X).outputs == pytest.approx(estimator.predict_proba(frame))


def test_columns_of_numbers_by_name_keep_the_quick_engines_and_are_put_in_order() -> None:
    frame = pd.DataFrame(X, columns=["c", "a", "b"])
    estimator = LogisticRegression().fit(frame[["a", "b"]], Y)
    model = made(estimator, frame, Y)
    assert [feature.name for feature in model.definition.signature.inputs] == ["a", "b"]
    answered = predictor(model, DENSE)
    assert answered.engine.name == DENSE
    assert answered.predict(X[:, 1:]).outputs == pytest.approx(estimator.predict_proba(frame[["a", "b"]]))


def test_classes_that_are_numbers_and_columns_without_names_in_a_frame() -> None:
    frame = pd.DataFrame(X)
    y = np.where(X[:, 0] > 0, 7, 3)
    model = made(RandomForestClassifier(5, random_state=0).fit(frame, y), frame, y)
    assert [one.name for one in model.definition.signature.output.classes] == ["3", "7"]
    assert [feature.name for feature in model.definition.signature.inputs] == ["0", "1", "2"]
    assert predictor(model).predict_row(X[0]).output.name == str(y[0])


REFUSED = {
    "not fitted": (Ridge(), X, X[:, 0], "estimator: is not fitted: call Ridge.fit first"),
    "not even an estimator": (Ridge, X, X[:, 0], "estimator: must be a fitted scikit-learn estimator"),
    "no answers": (KMeans(2, random_state=0, n_init=1).fit(X), X, Y, "KMeans is neither"),
    "no probabilities": (LinearSVC().fit(X, Y), X, Y, "CalibratedClassifierCV(estimator).fit(X, y)"),
    "texts in lists": (estimators.regressor(X), [["a"]], [1.0], "columns of text take a pandas data frame"),
    "too few columns": (estimators.regressor(X), X[:, :2], X[:, 0], "X: has 2 columns; the estimator was fitted on 3"),
    "one row less": (estimators.regressor(X), X, X[1:, 0], "y: must hold 90 values"),
    "few rows": (estimators.regressor(X), X[:9], X[:9, 0], "y: has 9 rows; 30 are needed"),
    "no numbers": (estimators.regressor(X), X, Y, "y: must hold numbers"),
    "gaps in y": (estimators.regressor(X), X, np.full(90, np.nan), "y: must hold finite numbers"),
    "infinite": (estimators.regressor(X), np.full((90, 3), np.inf), X[:, 0], "X: column 'x0' holds infinities"),
    "other classes": (estimators.classifier(X), X, np.where(Y == "no", "No", Y), "no class for: No"),
    "a class without rows": (estimators.classifier(X), X, ["yes"] * 90, "y: has 0 rows of class 'no'; each needs 10"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_not_be_served_is_refused_with_its_reason(case: str) -> None:
    estimator, rows, y, why = REFUSED[case]
    with pytest.raises(InvalidInput) as refusal:
        made(estimator, rows, y)
    assert why in str(refusal.value)


def test_columns_that_are_missing_or_hold_dates_are_named() -> None:
    frame = estimators.customers()
    estimator, y = estimators.by_columns(frame), estimators.leaves(frame)
    with pytest.raises(InvalidInput, match="lacks columns that the estimator was fitted on: plan, active"):
        made(estimator, frame.drop(columns=["plan", "active"]), y)
    dated = frame.assign(age=pd.Timestamp("2026-11-21"))
    with pytest.raises(InvalidInput, match="column 'age' holds values of type Timestamp"):
        made(estimator, dated, y)


def test_a_name_for_each_column_and_units_of_what_there_is() -> None:
    with pytest.raises(InvalidInput, match="feature_names: must name 3 columns; it names 2"):
        made(estimators.regressor(X), X, X[:, 0], ["a", "b"])
    with pytest.raises(InvalidInput, match="units: name weight; there are: x0, x1, x2, target"):
        made(estimators.regressor(X), X, X[:, 0], units={"weight": "kg"})
    with pytest.raises(InvalidInput, match="name: must be a small letter"):
        made(estimators.regressor(X), X, X[:, 0], name="My model")


def test_a_type_beyond_the_usual_ones_is_named_and_may_be_vouched_for() -> None:
    estimator = make_pipeline(FunctionTransformer(twice), Ridge()).fit(X, X[:, 0])
    name = f"{__name__}.twice"
    with pytest.raises(InvalidInput) as refusal:
        made(estimator, X, X[:, 0])
    assert f"holds {name}: to load these runs their code. Who trusts them names each in `trust`" in str(refusal.value)
    model = made(estimator, X, X[:, 0], trust=[name])
    assert model.trained.trusted_types == (name,)
    assert predictor(model, "scikit-learn").values_of(X) == pytest.approx(estimator.predict(X))
