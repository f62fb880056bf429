"""From skops files to models that were never measured."""

import json
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, PowerTransformer

from shared.domain.version import numbered
from shared.errors import InvalidInput, UnusableFile
from shared.inference.loading import load
from shared.inference.predictor import Predictor
from shared.publishing.child import outcome_of
from shared.publishing.files import made_of_file, made_of_file_and_rows
from shared.publishing.making import Made, Wishes
from shared.publishing.process import FileJob, Refused
from tests import estimators
from tests.unit.publishing.test_making import twice

X = estimators.rows()


def made(estimator: Any, features: Any = None, *trust: str) -> Made:
    wishes = Wishes(name="given", by="test", source="given.skops", how="names each by --trust", trust=trust)
    return made_of_file(skops.io.dumps(estimator), features and json.dumps(features).encode(), wishes)


def predictor(model: Made) -> Predictor:
    version = numbered(model.trained, 1, model.definition.created_at)
    blobs = {"scikit-learn": model.trained.artefact, **model.trained.exported}
    return load(version, blobs.__getitem__, version.trusted_types)


def test_a_classifier_answers_without_ranges_and_without_figures() -> None:
    estimator = RandomForestClassifier(5, random_state=0).fit(X, estimators.answers(X))
    model = made(estimator, ["a", "b", {"name": "c", "unit": "cm", "minimum": -2, "maximum": 2}])
    answered = predictor(model)
    found = answered.predict(X).outputs
    assert found == pytest.approx(estimator.predict_proba(X), abs=1e-6)
    assert (found.min(), found.max()) == (0, 1)  # and nothing beyond
    assert (model.trained.metrics, model.definition.data.n_samples, model.definition.examples) == (None, 0, ())
    inputs = model.definition.signature.inputs
    assert [(one.minimum, one.maximum, one.unit) for one in inputs] == [
        (None, None, ""),
        (None, None, ""),
        (-2, 2, "cm"),
    ]
    warned = answered.predict_row([1e6, -1e6, 3.0]).warnings
    assert [(one.feature, one.message) for one in warned] == [("c", "3 cm is outside the -2 to 2 cm seen in training")]
    assert model.trained.golden is not None
    largest = np.abs(np.array(model.trained.golden.rows, float)).max(axis=0)
    assert largest[0] > 20 > largest[2]  # rows of many magnitudes, where no range is known


def test_a_regression_that_was_never_measured_has_no_intervals() -> None:
    answered = predictor(made(estimators.regressor(X), ["a", "b", "c"]))
    assert answered.is_regression
    assert answered.estimate_row([1.0, 1.0, 1.0]).value == pytest.approx(
        estimators.regressor(X).predict(X[:1] * 0 + 1)[0]
    )
    assert (answered.level, answered.intervals([6.0])) == (None, [])


def test_columns_are_picked_by_the_names_that_the_estimator_knows() -> None:
    frame = estimators.customers()
    estimator = estimators.by_columns(frame)
    plans, regions = ["basic", "pro", "team"], ["south", "north"]
    features = [
        {"name": "age", "minimum": 18, "maximum": 80},
        {"name": "plan", "categories": plans},
        {"name": "active", "categories": [False, True]},
        {"name": "region", "categories": regions},
        {"name": "income"},
    ]
    model = made(estimator, features)
    whole = frame.dropna()
    codes = whole.assign(
        plan=whole.plan.map(plans.index), active=whole.active.astype(int), region=whole.region.map(regions.index)
    )
    found = predictor(model).predict(codes.to_numpy(np.float64)).outputs
    assert found == pytest.approx(estimator.predict_proba(whole))


def test_names_are_taken_from_the_estimator_where_nobody_gives_any() -> None:
    frame = estimators.customers()[["age", "active"]].astype(float)
    model = made(Ridge().fit(frame, frame["age"]))
    assert [feature.name for feature in model.definition.signature.inputs] == ["age", "active"]


WRONG: dict[str, tuple[Any, str]] = {
    "none": (None, "features: are needed: the estimator doesn't know the names of its 3 inputs"),
    "an object": ({"a": 1}, "features: must be a JSON list of names or of objects with names"),
    "a misspelt field": ([{"name": "a", "minimun": 1}], "unknown field `minimun`"),
    "too few": (["a", "b"], "features: must be 3, as the estimator was fitted on so many; there are 2"),
    "half a range": (["a", "b", {"name": "c", "minimum": 1}], "features[2]: 'c' needs both minimum and maximum"),
    "an empty range": (["a", "b", {"name": "c", "minimum": 1, "maximum": 1}], "needs a minimum below its maximum"),
    "categories twice": (["a", "b", {"name": "c", "categories": [1, "1"]}], "categories that are written alike"),
    "one name twice": (["a", "b", "a"], "signature.inputs: must have names, each its own"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_the_features_is_named(case: str) -> None:
    features, why = WRONG[case]
    with pytest.raises(InvalidInput) as refusal:
        made(estimators.regressor(X), features)
    assert why in str(refusal.value)


def test_other_names_than_the_estimator_knows_are_refused() -> None:
    frame = estimators.customers()[["age", "active"]].astype(float)
    with pytest.raises(InvalidInput, match="must be those that the estimator was fitted on, in this order"):
        made(Ridge().fit(frame, frame["age"]), ["active", "age"])


def test_only_types_that_somebody_vouches_for_are_loaded() -> None:
    estimator = make_pipeline(FunctionTransformer(twice), Ridge()).fit(X, X[:, 0])
    name = f"{twice.__module__}.twice"
    with pytest.raises(InvalidInput) as refusal:
        made(estimator, ["a", "b", "c"], "another.type")
    assert name in str(refusal.value)
    assert "names each by --trust" in str(refusal.value)
    assert made(estimator, ["a", "b", "c"], name).trained.trusted_types == (name,)


def test_an_estimator_that_refuses_the_example_of_an_input_is_served() -> None:
    positive = make_pipeline(PowerTransformer("box-cox"), Ridge()).fit(np.exp(X), X[:, 0])
    answered = predictor(made(positive, ["a", "b", "c"]))  # whose examples are 0
    assert answered.values_of(np.exp(X)) == pytest.approx(positive.predict(np.exp(X)), abs=1e-5)


def test_whatever_an_estimator_raises_is_told() -> None:
    estimator = estimators.regressor(X)
    estimator.intercept_ = "none"
    job = FileJob(
        content=skops.io.dumps(estimator), features=b'["a", "b", "c"]', source="given.skops", name="given", by="test"
    )
    outcome = outcome_of(job)
    assert isinstance(outcome, Refused)
    assert outcome.problems[0].message.startswith("can't be served: UFuncTypeError: ")


def test_what_is_no_estimator_is_refused() -> None:
    with pytest.raises(InvalidInput, match="must be a fitted scikit-learn estimator"):
        made({"a": 1}, ["a"])
    broken = skops.io.dumps(estimators.regressor(X)).replace(b'"coef_"', b'"c__f_"')
    with pytest.raises(UnusableFile):
        made_of_file(broken, None, Wishes(name="given", by="test", source="given.skops", how=""))


def on_rows(rows: bytes, target: str) -> Made:
    frame = estimators.customers()
    content = skops.io.dumps(estimators.by_columns(frame))
    wishes = Wishes(name="given", by="test", source="given.skops", how="names each by --trust", target=target)
    return made_of_file_and_rows(content, rows, "customers.csv", wishes)


def test_with_rows_it_is_measured_and_they_say_what_its_inputs_are() -> None:
    frame = estimators.customers()
    rows = frame.assign(leaves=estimators.leaves(frame), note="unused").to_csv(index=False).encode()
    model = on_rows(rows, "leaves")
    metrics, inputs = model.trained.metrics, model.definition.signature.inputs
    assert metrics is not None
    assert (metrics.cross_validation.protocol, metrics.cross_validation.n) == ("stratified 5-fold x 4", len(frame))
    assert [one.name for one in inputs] == list(frame.columns)
    assert (inputs[0].minimum, inputs[0].maximum) == (frame["age"].min(), frame["age"].max())
    assert inputs[1].categories == ("basic", "pro", "team")
    assert (model.definition.data.source, model.definition.data.n_samples) == ("customers.csv", len(frame))
    assert len(model.definition.examples) == 2


def test_rows_that_can_not_be_used_are_named() -> None:
    with pytest.raises(InvalidInput, match=r"target: must be one of the columns of customers\.csv: 'age', 'plan'"):
        on_rows(b"age,plan\n1,pro\n", "leaves")
    with pytest.raises(UnusableFile, match=r"customers\.csv: is no table"):
        on_rows(b"", "leaves")
    with pytest.raises(InvalidInput, match=r"lacks columns .*: plan, active, region, income"):
        on_rows(b"age,leaves\n1,True\n", "leaves")
