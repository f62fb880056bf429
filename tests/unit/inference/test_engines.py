"""A cheaper evaluation is used where it gives what scikit-learn gives, and only there."""

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from shared.catalogue import CATALOGUE
from shared.inference.engines import AGREEMENT, DenseEngine, engine_for

IRIS = CATALOGUE["iris"]
X, y = IRIS.dataset.X, IRIS.dataset.y


def _fitted(estimator: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(X, y)


@pytest.mark.parametrize(
    ("recipe", "engine"),
    [("lda", "dense"), ("logistic", "dense"), ("mlp", "dense"), ("tree", "scikit-learn"), ("forest", "scikit-learn")],
)
def test_each_recipe_has_its_engine_and_the_answers_of_scikit_learn(recipe: str, engine: str) -> None:
    chosen = IRIS.recipe_named(recipe)
    estimator = _fitted(chosen.make(chosen.complete({}), 0))
    found = engine_for(estimator, IRIS.signature)
    assert found.name == engine
    assert np.abs(found.evaluate(X) - estimator.predict_proba(X)).max() <= AGREEMENT
    one_by_one = np.array([found.evaluate_row(row) for row in X.tolist()])
    assert np.array_equal(one_by_one.argmax(axis=1), estimator.predict(X))
    assert np.abs(one_by_one - estimator.predict_proba(X)).max() <= AGREEMENT


@pytest.mark.parametrize(
    "estimator",
    [
        MLPClassifier((5,), activation="tanh", max_iter=20, random_state=0),
        MLPClassifier((5,), activation="logistic", max_iter=20, random_state=0),
    ],
)
def test_what_only_looks_dense_is_left_to_scikit_learn(estimator: Any) -> None:
    assert engine_for(_fitted(estimator), IRIS.signature).name == "scikit-learn"


def test_one_against_the_rest_is_not_taken_for_softmax() -> None:
    estimator = _fitted(OneVsRestClassifier(LogisticRegression()))
    assert engine_for(estimator, IRIS.signature).name == "scikit-learn"


def test_huge_scores_do_not_overflow() -> None:
    weights = np.array([[1e200, -1e200]])
    engine = DenseEngine([(weights, np.zeros(2))])
    assert engine.evaluate(np.array([[1.0], [-1.0]])).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert engine.evaluate_row([1.0]) == [1.0, 0.0]


def test_a_hidden_layer_does_not_make_a_number_of_what_is_none() -> None:
    both_ways = [(np.array([[1e308], [-1e308]]), np.zeros(1)), (np.array([[1.0, -1.0]]), np.zeros(2))]
    engine = DenseEngine(both_ways)
    assert np.isnan(engine.evaluate_row([1e10, 1e10])).all()


def test_an_estimator_without_probabilities_is_an_error_not_a_guess() -> None:
    with pytest.raises(AttributeError):
        engine_for(_fitted(LinearSVC()), IRIS.signature)
