"""How an estimator learns: loss and accuracy on the rows that it learns from, and on rows that it has not seen.

The loss is the mean log loss of a classifier; of a regressor it is the root mean squared error, and it has no accuracy.

By the epoch or by the tree where it can be stopped there and go on as if it had not been, and fold by fold otherwise.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

import numpy as np
from sklearn.base import is_classifier
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline

from shared.domain.dataset import FloatMatrix, IntVector, Target
from shared.domain.run import Curve, CurvePoint

FOLDS = 5
VALIDATION_SHARE = 0.3  # of the rows given
MAX_POINTS = 200
MAX_BATCHES = 50  # of trees: at each, all trees before it are asked again
TINY = np.finfo(np.float64).eps  # a probability of 0 would cost infinitely much
MANY_ROWS = 10_000  # from here on early_stopping="auto" means yes
Fit = Callable[[FloatMatrix, Target], Any]  # rows and their answers -> an estimator fitted on them
HISTOGRAMS = HistGradientBoostingClassifier | HistGradientBoostingRegressor


@dataclass(frozen=True, slots=True)
class Stage:
    """An estimator after a part of its learning; `share` (0..1) is how much of it, and is 1 at the end alone."""

    share: float
    estimator: Any
    curve: Curve


def learn(estimator: Any | None, fit: Fit, X: FloatMatrix, y: Target, seed: int) -> Iterator[Stage]:
    """Fit `estimator`, an unfitted one or a pipeline that ends in one, and tell its stages, at most 200.

    X has shape (n_samples, n_features), y (n_samples,). Equal arguments give equal curves. After k epochs or trees the
    estimator is what `fit` would have made of the same rows with k of them; it is the same object at every stage.
    What has no steps to follow, or is None, is fitted by `fit`, fold by fold.
    """
    classes = _classes(y)
    unit = "fold" if estimator is None else _unit(_last(estimator), len(y))
    if unit == "fold":
        yield from _by_fold(fit, X, y, seed)
        return
    seen, unseen = train_test_split(np.arange(len(y)), test_size=VALIDATION_SHARE, stratify=classes, random_state=seed)
    steps = _by_epoch if unit == "epoch" else _by_batch
    points: tuple[CurvePoint, ...] = ()
    for step, share in steps(_last(estimator), _prepared(estimator, X[seen], y[seen]), y[seen]):
        points += (_point(step, estimator, X, y, seen, unseen),)
        yield Stage(share, estimator, Curve(unit, len(seen), len(unseen), points, _loss(y)))


def _classes(y: Target) -> IntVector | None:
    """`y` where it holds classes, whose shares every split keeps."""
    return y if np.issubdtype(y.dtype, np.integer) else None  # type: ignore[return-value]  # as the dtype says


def _loss(y: Target) -> Literal["log_loss", "rmse"]:
    return "rmse" if _classes(y) is None else "log_loss"


def _unit(last: Any, n_rows: int) -> Literal["epoch", "trees", "fold"]:
    """How `last` can be followed. What may stop early is not the same when it goes on after a stop."""
    parameters = last.get_params(deep=False)
    early = parameters.get("early_stopping", parameters.get("n_iter_no_change") is not None)
    if early is True or (early == "auto" and n_rows > MANY_ROWS):
        return "fold"
    if isinstance(last, MLPClassifier | MLPRegressor):
        return "fold" if last.solver == "lbfgs" else "epoch"
    grows = isinstance(last, HISTOGRAMS) or parameters.keys() >= {"warm_start", "n_estimators"}
    return "trees" if grows else "fold"


def _by_fold(fit: Fit, X: FloatMatrix, y: Target, seed: int) -> Iterator[Stage]:
    points: tuple[CurvePoint, ...] = ()
    kind = KFold if _classes(y) is None else StratifiedKFold
    for fold, (seen, unseen) in enumerate(kind(FOLDS, shuffle=True, random_state=seed).split(X, y), start=1):
        fitted = fit(X[seen], y[seen])
        points += (_point(fold, fitted, X, y, seen, unseen),)
        yield Stage(fold / FOLDS, fitted, Curve("fold", len(seen), len(unseen), points, _loss(y)))


class _CarriedOrder(np.random.RandomState):
    """Shuffles what the last shuffle left.

    `fit` shuffles its rows anew from the order of the epoch before; `partial_fit`, from the order in which they came.
    """

    _order: IntVector | None = None

    def shuffle(self, x: Any) -> None:
        super().shuffle(x)
        self._order = x.copy() if self._order is None else self._order[x]
        x[:] = self._order


def _by_epoch(network: Any, X: FloatMatrix, y: Target) -> Iterator[tuple[int, float]]:
    """Train `network` in place; after an epoch, its number and the share that is done."""
    network.set_params(random_state=_CarriedOrder(network.random_state))
    further = {"classes": np.unique(y)} if is_classifier(network) else {}
    told = _at_most(MAX_POINTS, network.max_iter)
    for epoch in range(1, network.max_iter + 1):
        network.partial_fit(X, y, **further)
        # `fit` ends here where the loss hasn't fallen for long; partial_fit counts, but leaves the end to its caller.
        if network._no_improvement_count > network.n_iter_no_change:
            yield epoch, 1.0
            return
        if epoch in told:
            yield epoch, epoch / network.max_iter


def _by_batch(ensemble: Any, X: FloatMatrix, y: Target) -> Iterator[tuple[int, float]]:
    """Grow `ensemble` in place; after a batch, the number of its trees and the share that is done."""
    parameter = "max_iter" if isinstance(ensemble, HISTOGRAMS) else "n_estimators"
    wanted = ensemble.get_params()[parameter]
    for size in _at_most(MAX_BATCHES, wanted):
        ensemble.set_params(warm_start=True, **{parameter: size}).fit(X, y)
        yield size, size / wanted


def _at_most(count: int, last: int) -> list[int]:
    """Numbers up to `last`, evenly spaced, at most `count`; `last` is one of them."""
    stride = ceil(last / count)
    return [*range(stride, last, stride), last]


def _last(estimator: Any) -> Any:
    return estimator[-1] if isinstance(estimator, Pipeline) else estimator


def _prepared(estimator: Any, X: FloatMatrix, y: Target) -> FloatMatrix:
    """X as it comes to the last step, of a pipeline whose other steps are fitted here."""
    if not isinstance(estimator, Pipeline) or len(estimator) == 1:
        return X
    prepared: FloatMatrix = estimator[:-1].fit_transform(X, y)
    return prepared


def _point(step: int, estimator: Any, X: FloatMatrix, y: Target, seen: IntVector, unseen: IntVector) -> CurvePoint:
    """The means of log loss and accuracy, or a regressor's error.

    scikit-learn's own `log_loss` takes longer than an epoch.
    """
    if _classes(y) is None:
        squared = (estimator.predict(X) - y) ** 2
        errors = (float(squared[rows].mean() ** 0.5) for rows in (seen, unseen))
        return CurvePoint(step, next(errors), None, next(errors), None)
    probabilities = estimator.predict_proba(X)
    given = probabilities[np.arange(len(y)), np.searchsorted(estimator.classes_, y)]
    losses = -np.log(np.clip(given, TINY, 1 - TINY))
    hits = estimator.classes_[probabilities.argmax(axis=1)] == y
    figures = (float(values[rows].mean()) for rows in (seen, unseen) for values in (losses, hits))
    return CurvePoint(step, *figures)
