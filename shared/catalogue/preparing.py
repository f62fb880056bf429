"""Recipes for tables that nobody has looked at: missing values are filled in, categories encoded, scales made alike."""

from dataclasses import replace
from functools import partial
from typing import Any

from shared.domain.recipe import MOST_FITTED_ROWS, Parameters, Recipe
from shared.domain.signature import Signature

PREPARED_TYPES = ("numpy.dtype",)  # what the steps before an estimator hold beyond skops' own list
MISSING_CODE = -1.0  # a category of its own: that a value is missing may tell something
ROWS_A_LEAF = 5_000  # a leaf of a tree holds a row for each so many: else a forest of many rows is too large to store


def prepared(recipe: Recipe, signature: Signature, n_rows: int) -> Recipe:
    """`recipe`, whose estimators learn from `n_rows` rows of `signature` behind the steps that these need."""
    leaf = 1 + min(n_rows, MOST_FITTED_ROWS) // ROWS_A_LEAF
    if recipe.make is None or (signature.is_plain and not recipe.wants_scale and leaf == 1):
        return recipe
    make = partial(_make, recipe, signature, leaf)
    return replace(recipe, make=make, trusted_types=recipe.trusted_types + prepared_types(signature))


def prepared_types(signature: Signature) -> tuple[str, ...]:
    """What a prepared estimator may hold beyond the recipe's own trusted types."""
    return () if signature.is_plain else PREPARED_TYPES


def _make(recipe: Recipe, signature: Signature, leaf: int, parameters: Parameters, seed: int) -> Any:
    from sklearn.pipeline import Pipeline, make_pipeline
    from sklearn.preprocessing import StandardScaler

    assert recipe.make is not None
    estimator = recipe.make(parameters, seed)
    last = estimator[-1] if isinstance(estimator, Pipeline) else estimator
    if leaf > 1 and "min_samples_leaf" in last.get_params():
        last.set_params(min_samples_leaf=leaf)
    steps = [] if signature.is_plain else [_encoder(signature)]
    if recipe.wants_scale:
        steps.append(StandardScaler())
    own = [step for _, step in estimator.steps] if isinstance(estimator, Pipeline) else [estimator]
    return make_pipeline(*steps, *own) if steps else estimator


def _encoder(signature: Signature) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    places = {place: feature for place, feature in enumerate(signature.inputs) if feature.categories}
    numbers = [place for place in range(signature.n_features) if place not in places]
    codes = [
        [*([MISSING_CODE] if feature.may_be_missing else []), *map(float, range(len(feature.categories)))]
        for feature in places.values()
    ]
    one_hot = OneHotEncoder(categories=codes, handle_unknown="ignore", sparse_output=False)
    fill = SimpleImputer(strategy="constant", fill_value=MISSING_CODE)
    parts = [
        ("numbers", SimpleImputer(strategy="median", keep_empty_features=True), numbers),
        ("categories", make_pipeline(fill, one_hot), list(places)),
    ]
    return ColumnTransformer([part for part in parts if part[2]])
