"""`duet.publish`, as a notebook calls it, over a real store."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, PowerTransformer

from duet import publish
from shared.domain.promotion import is_not_worse
from shared.errors import InvalidInput, NameTaken, Unanswerable
from shared.service import Service
from tests import estimators

X = estimators.rows()
Y = estimators.answers(X)


def test_what_is_published_answers_in_other_processes_and_again_as_a_new_version(
    store_url: str, make_service: Callable[..., Service]
) -> None:
    service, estimator = make_service(), estimators.classifier(X)
    where = publish(estimator, X, Y, name="churn", title="Who leaves", description="A test.", store=store_url)
    assert where == "http://localhost:8081/#churn"
    service.refresh()
    assert service.predictor("churn").predict(X).outputs == pytest.approx(estimator.predict_proba(X))
    entry = service.entry("churn")
    assert (entry.title, entry.description, entry.recipes) == ("Who leaves", "A test.", ())
    assert (
        publish(estimator, X, Y, name="churn", store=store_url, address="https://duet.example/")[8:]
        == "duet.example/#churn"
    )
    service.refresh()
    assert [version.number for version in service.versions("churn")] == [2, 1]
    champion = service.predictor("churn").version
    assert (champion.number, champion.recipe) == (2, "LogisticRegression")
    assert (champion.by or "").startswith("python (")
    with pytest.raises(InvalidInput, match="model 'churn' has none: it can't be trained here"):
        service.start_run("churn")


def test_names_that_mean_something_else_are_taken(store_url: str) -> None:
    estimator = estimators.regressor(X)
    with pytest.raises(NameTaken, match="a model of the catalogue"):
        publish(estimator, X, X[:, 0], name="iris", store=store_url)
    publish(estimators.classifier(X), X, Y, name="churn", store=store_url)
    with pytest.raises(NameTaken, match="takes other inputs or gives other outputs; remove it first"):
        publish(estimator, X, X[:, 0], name="churn", store=store_url)


REFUSING = {
    "no logarithm of what is below -1": make_pipeline(FunctionTransformer(np.log1p), LinearRegression()),
    "no power of what is negative": make_pipeline(PowerTransformer("box-cox"), LinearRegression()),
    "no code beyond those of the training": make_pipeline(OneHotEncoder(), LinearRegression()),
}


@pytest.mark.parametrize("case", REFUSING)
def test_an_estimator_that_refuses_values_answers_all_others(
    case: str, store_url: str, make_service: Callable[..., Service]
) -> None:
    codes = np.arange(180.0).reshape(-1, 2) % 3 + 1
    estimator, y = clone(REFUSING[case]), np.random.default_rng(0).normal(size=len(codes))
    publish(estimator.fit(codes, y), codes, y, name="codes", store=store_url)
    service = make_service()
    service.refresh()
    answered = service.predictor("codes")
    assert answered.values_of(codes) == pytest.approx(estimator.predict(codes))
    codes[[1, 5], 1] = -7
    with pytest.raises(Unanswerable) as raised:
        answered.predict(codes)
    assert raised.value.rows == (1, 5)


def test_two_publications_are_alike_but_for_their_run(store_url: str, make_service: Callable[..., Service]) -> None:
    for _ in range(2):
        publish(estimators.classifier(X), X, Y, name="churn", store=store_url)
    service = make_service()
    service.refresh()
    one, other = service.versions("churn")
    assert (one.metrics, one.artefact_sha256, one.golden) == (other.metrics, other.artefact_sha256, other.golden)
    assert one.run != other.run


def test_what_was_never_measured_takes_over_from_nothing_that_was(
    store_url: str, make_service: Callable[..., Service]
) -> None:
    publish(estimators.classifier(X), X, np.asarray(Y), name="churn", store=store_url)
    service = make_service()
    service.refresh()
    metrics = service.versions("churn")[0].metrics
    assert metrics is not None
    assert not is_not_worse(None, metrics, "accuracy")
    assert is_not_worse(metrics, None, "accuracy")
    assert is_not_worse(None, None, "accuracy")
