"""Estimators that the tests fit as users do, and publish."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

N_ROWS = 90


def rows(seed: int = 0) -> Any:
    """Three columns of numbers, shape (N_ROWS, 3)."""
    return np.random.default_rng(seed).normal(size=(N_ROWS, 3))


def answers(X: Any) -> Any:
    """Two classes as texts, whose order is not that in which they first come."""
    return np.where(X[:, 0] > 0, "yes", "no")


def classifier(X: Any) -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(X, answers(X))


def regressor(X: Any) -> Any:
    return Ridge().fit(X, X @ [1.0, 2.0, 3.0])


def customers(seed: int = 0) -> Any:
    """A data frame as people have them: numbers, texts with gaps, truth values and a column of pandas' categories."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": random.integers(18, 80, N_ROWS),
            "plan": random.choice(["basic", "pro", "team"], N_ROWS),
            "active": random.random(N_ROWS) > 0.5,
            "region": pd.Categorical(random.choice(["north", "south"], N_ROWS), categories=["south", "north"]),
            "income": random.normal(50.0, 10.0, N_ROWS),
        }
    )
    frame.loc[::9, "plan"] = None
    frame.loc[::7, "income"] = np.nan
    return frame


def leaves(frame: Any) -> Any:
    return ((frame["age"] > 50) ^ (frame["plan"] == "pro")).rename("leaves")


def by_columns(frame: Any) -> Any:
    """A pipeline that picks columns by their names."""
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["age", "income"]),
            ("texts", OneHotEncoder(handle_unknown="ignore"), ["plan", "region"]),
            ("rest", "passthrough", ["active"]),
        ]
    )
    return make_pipeline(columns, LogisticRegression()).fit(frame, leaves(frame))
