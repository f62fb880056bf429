"""The models of 8 x 8 digits."""

from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits
from sklearn.svm import SVC

from shared.digits import recipe
from shared.digits.augmentation import augmented
from shared.digits.recipe import SVC_TYPES, fit_svc, make_knn, make_mlp
from shared.engines.agreement import compare
from shared.engines.engine import open_engine
from shared.training.artefact import dump
from shared.training.onnx_export import convert

PARAMETERS = {"C": 10.0, "gamma": 0.25}
X, Y = load_digits(return_X_y=True)
# skops and skl2onnx ask for every attribute, those too that scikit-learn is about to remove.
LATER_REMOVED = pytest.mark.filterwarnings("ignore:Attribute `prob:FutureWarning")
SEEN, UNSEEN = slice(0, 600), slice(600, None)


@pytest.fixture(scope="module")
def svc() -> Any:
    return fit_svc(PARAMETERS, 0, X[SEEN], Y[SEEN])


def accuracy(model: Any) -> float:
    return float((model.predict(X[UNSEEN]) == Y[UNSEEN]).mean())


def test_the_default_reads_digits_that_it_has_not_seen(svc: Any) -> None:
    assert accuracy(svc) > 0.94
    probabilities = svc.predict_proba(X[UNSEEN])
    assert probabilities.shape == (len(X) - 600, 10)
    assert np.allclose(probabilities.sum(axis=1), 1)


def test_moved_copies_help(svc: Any) -> None:
    assert accuracy(svc) > accuracy(SVC(C=10, gamma=0.25).fit(X[SEEN] / 16, Y[SEEN]))


def test_gamma_is_for_counts_scaled_to_1(svc: Any) -> None:
    copies, originals = augmented(X[SEEN])
    scaled = SVC(C=10, gamma=0.25).fit(copies / 16, Y[SEEN][originals])
    inside = svc.calibrated_classifiers_[0].estimator
    assert np.allclose(inside.decision_function(X[UNSEEN]), scaled.decision_function(X[UNSEEN] / 16))


def test_calibration_never_has_a_copy_of_what_was_learned_from(monkeypatch: pytest.MonkeyPatch) -> None:
    splits: list[tuple[list[int], list[int]]] = []

    class Watched(CalibratedClassifierCV):  # type: ignore[misc]  # scikit-learn has no types
        def fit(self, X: Any, y: Any) -> Any:
            splits.extend(self.cv.split())
            return super().fit(X, y)

    monkeypatch.setattr(recipe, "CalibratedClassifierCV", Watched)
    fit_svc(PARAMETERS, 0, X[:200], Y[:200])
    _, originals = augmented(X[:200])
    assert len(splits) == recipe.CALIBRATION_FOLDS
    for seen, unseen in splits:
        assert not set(originals[seen]) & set(originals[unseen])
        assert set(Y[:200][originals[seen]]) == set(range(10))
    assert sorted(np.concatenate([unseen for _, unseen in splits])) == list(range(len(originals)))


@LATER_REMOVED
def test_equal_seeds_give_equal_artefacts_of_types_that_are_known(svc: Any) -> None:
    artefact = dump(svc)
    assert artefact == dump(fit_svc(PARAMETERS, 0, X[SEEN], Y[SEEN]))
    assert sorted(skops.io.get_untrusted_types(data=artefact)) == sorted(SVC_TYPES)


@LATER_REMOVED
def test_the_default_is_exported_to_what_it_was(svc: Any) -> None:
    random = np.random.default_rng(0).uniform(0, 16, (100, 64))
    rows = np.concatenate([X[UNSEEN], random])
    engine = open_engine("onnxruntime", convert(svc, 64, double=True).SerializeToString())
    assert compare("onnxruntime", engine.evaluate(rows), svc.predict_proba(rows)).agrees


@pytest.mark.parametrize(
    ("make", "types"),
    [(make_mlp, ["sklearn.neural_network._stochastic_optimizers.AdamOptimizer"]), (make_knn, [])],
)
def test_the_others_read_digits_too(make: Any, types: list[str]) -> None:
    model = make({}, 0).fit(X[SEEN], Y[SEEN])
    assert accuracy(model) > 0.9
    assert skops.io.get_untrusted_types(data=dump(model)) == types
