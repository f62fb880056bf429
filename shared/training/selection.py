"""The best of several recipes, by cross-validation."""

from typing import Any

import numpy as np
from sklearn.metrics import log_loss
from sklearn.model_selection import KFold, StratifiedKFold
from threadpoolctl import threadpool_limits

from shared.catalogue.entry import CatalogueEntry
from shared.domain.dataset import Dataset
from shared.domain.metrics import Candidate, Selection
from shared.domain.recipe import Recipe
from shared.training.progress import Meter
from shared.training.sampling import EVALUATED_ROWS, sampled

FOLDS = 5


def candidates_of(entry: CatalogueEntry, recipe: Recipe) -> list[Recipe]:
    """Those of the recipe's candidates that `entry` offers."""
    return [one for one in entry.recipes if one.name in recipe.candidates]


def choose(entry: CatalogueEntry, recipe: Recipe, seed: int, meter: Meter) -> tuple[Recipe, Selection]:
    """The candidate with the least log-loss, or root mean squared error, with its default parameters.

    All are tried on the same folds. Equal arguments give equal choices.
    """
    data, is_regression = sampled(entry.dataset, EVALUATED_ROWS, seed), entry.task == "regression"
    kind = KFold if is_regression else StratifiedKFold
    folds = list(kind(FOLDS, shuffle=True, random_state=seed).split(data.X, data.y))
    candidates = candidates_of(entry, recipe)
    found: list[Candidate] = []
    with threadpool_limits(1):
        for done, one in enumerate(candidates):
            meter.at("choosing", done / len(candidates))
            found.append(Candidate(one.name, _figure(one, data, folds, seed, is_regression=is_regression)))
    best = min(found, key=lambda candidate: candidate.figure)
    metric, stratified = ("rmse", "") if is_regression else ("log_loss", "stratified ")
    protocol = f"{stratified}{FOLDS}-fold"
    selection = Selection(best.recipe, metric, protocol, data.n_samples, tuple(found))  # type: ignore[arg-type]  # one of the two
    return next(one for one in candidates if one.name == best.recipe), selection


def _figure(recipe: Recipe, data: Dataset, folds: list[Any], seed: int, *, is_regression: bool) -> float:
    """The figure over all rows, each answered by an estimator that has not seen it."""
    total = 0.0
    for seen, unseen in folds:
        estimator = recipe.fit(recipe.complete({}), seed, data.X[seen], data.y[seen])
        if is_regression:
            total += float(((estimator.predict(data.X[unseen]) - data.y[unseen]) ** 2).sum())
        else:
            answers = estimator.predict_proba(data.X[unseen])
            total += float(log_loss(data.y[unseen], answers, labels=estimator.classes_, normalize=False))
    mean = total / data.n_samples
    return float(np.sqrt(mean)) if is_regression else mean
