"""The estimator itself, and what it refuses."""

from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.naive_bayes import CategoricalNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, PowerTransformer

from shared.engines.frames import FrameEstimator
from shared.engines.scikit_learn import MOST_REFUSED, ScikitLearnEngine
from shared.errors import Unanswerable

CODES = np.arange(60.0).reshape(-1, 2) % 3
Y = np.arange(30) % 2
REFUSING: dict[str, tuple[Any, float]] = {
    "a forest, beyond float32": (RandomForestClassifier(2, random_state=0).fit(CODES, Y), 1e39),
    "an unknown code": (make_pipeline(OneHotEncoder(), LinearRegression()).fit(CODES, Y), 7.0),
    "no logarithm": (make_pipeline(PowerTransformer("box-cox"), LinearRegression()).fit(CODES + 1, Y), -1.0),
    "a category beyond the last": (CategoricalNB().fit(CODES, Y), 7.0),
    "a category below the first": (CategoricalNB().fit(CODES, Y), -1.0),
}


@pytest.mark.parametrize("case", REFUSING)
def test_rows_that_the_estimator_refuses_cost_no_others(case: str) -> None:
    estimator, refused = REFUSING[case]
    engine, X = ScikitLearnEngine(estimator), CODES[:20] * 0 + 1.0
    whole = engine.evaluate(X)
    X[[3, 4, 19], 1] = refused
    with np.errstate(over="ignore"):
        found, alone = engine.evaluate(X), engine.evaluate_row([1.0, refused])
    assert found.shape == whole.shape
    assert np.flatnonzero(np.isnan(found).all(axis=1)).tolist() == [3, 4, 19]
    kept = np.isfinite(found).all(axis=1)
    assert found[kept] == pytest.approx(whole[kept])
    assert np.isnan(alone).all()


def test_a_frame_has_the_classes_of_its_estimator() -> None:
    inner = CategoricalNB().fit(CODES, Y)
    engine = ScikitLearnEngine(FrameEstimator(inner, [0, 1], [None, None], [None, None]))
    assert np.isnan(engine.evaluate_row([0.0, 7.0])).tolist() == [True, True]


def test_few_refused_rows_cost_few_calls_and_of_many_the_first_are_named() -> None:
    asked: list[int] = []

    class Counted(LinearRegression):  # type: ignore[misc]  # scikit-learn ships no types
        def predict(self, X: Any) -> Any:
            asked.append(len(X))
            if (X > 9).any():
                raise ValueError("too large")
            return X[:, 0]

    engine, X = ScikitLearnEngine(Counted()), np.zeros((4096, 1))
    X[1000] = 10
    assert np.flatnonzero(np.isnan(engine.evaluate(X))).tolist() == [1000]
    assert len(asked) <= 2 + 2 * 12  # halvings
    with pytest.raises(Unanswerable) as raised:
        engine.evaluate(np.full((4096, 1), 10.0))
    assert raised.value.rows == tuple(range(MOST_REFUSED))
    assert len(asked) < 500
