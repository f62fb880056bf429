"""What an estimator that was fitted elsewhere says of itself, and whether it can be served."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import is_classifier, is_regressor
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from shared.domain.signature import Output, OutputClass, Task
from shared.errors import InvalidInput, Problem

MAX_CLASSES = 1000


@dataclass(frozen=True, slots=True)
class Kind:
    """`classes` are what a classifier answers with, in the order of its probabilities; a regressor has none.

    `names` are those of the columns that it was fitted on, where it was a data frame, and `n_features` their number,
    where it says so.
    """

    title: str
    task: Task
    classes: tuple[Any, ...]
    names: list[str] | None
    n_features: int | None

    def output(self, name: str, unit: str = "") -> Output:
        """What the model answers, called `name`."""
        return Output(name, name, tuple(OutputClass(one, one) for one in map(str, self.classes)), unit)


def kind_of(estimator: Any) -> Kind:
    """Raises InvalidInput for what is not fitted, or has neither probabilities of classes nor one number to answer."""
    if why := _unfit(estimator):
        raise InvalidInput([Problem("estimator", why)])
    names = getattr(estimator, "feature_names_in_", None)
    return Kind(
        title=type(estimator[-1] if hasattr(estimator, "steps") else estimator).__name__,
        task="classification" if is_classifier(estimator) else "regression",
        classes=tuple(np.asarray(estimator.classes_).tolist()) if is_classifier(estimator) else (),
        names=None if names is None else list(map(str, names)),
        n_features=getattr(estimator, "n_features_in_", None),
    )


def _unfit(estimator: Any) -> str:
    """Why `estimator` can't be served, in words, or nothing."""
    name = type(estimator).__name__
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        return f"is not fitted: call {name}.fit first"
    except TypeError:
        return f"must be a fitted scikit-learn estimator or pipeline, not {estimator!r:.80}"
    if is_regressor(estimator):
        return ""
    if not is_classifier(estimator):
        return f"must be a classifier or a regressor; {name} is neither"
    if not hasattr(estimator, "predict_proba"):
        return (
            f"{name} gives no probabilities (predict_proba). Calibrate it: "
            "sklearn.calibration.CalibratedClassifierCV(estimator).fit(X, y)"
        )
    return _unfit_classes(estimator.classes_)


def _unfit_classes(classes: Any) -> str:
    if isinstance(classes, list) or np.ndim(classes) != 1:
        return "must answer with one class; it has several outputs"
    if not 1 < len(classes) <= MAX_CLASSES:
        return f"must have 2 to {MAX_CLASSES} classes; it has {len(classes)}"
    names = list(map(str, classes.tolist()))
    return "" if len(set(names)) == len(names) else "has classes that are written alike"
