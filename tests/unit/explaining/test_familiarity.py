"""Rows unlike the training data are told from others, and nearly none of its own is."""

import numpy as np
import pytest
from scipy.stats import chi2
from sklearn.datasets import load_breast_cancer, load_wine

from shared.catalogue import CATALOGUE
from shared.domain.dataset import Dataset, IntVector
from shared.domain.signature import Column, Output, OutputClass, Signature, signature_of
from shared.explaining import BACKGROUND, FAMILIARITY
from shared.explaining.familiarity import SMALL_FEATURES, Clusters, Familiarity, open_familiarity
from shared.training.familiarity import MOST_FEATURES, attachments, left_out_squares

IRIS, DIGITS, DIABETES = (CATALOGUE[name] for name in ("iris", "digits", "diabetes"))
CHIMERA = [7.9, 2.0, 1.0, 2.5]  # each value is that of some flower


def _signature(dataset: Dataset, n_classes: int) -> Signature:
    columns = tuple(Column(f"c{place}", f"C{place}", "", 0.1) for place in range(dataset.X.shape[1]))
    classes = tuple(OutputClass(str(one), str(one)) for one in range(n_classes))
    return signature_of(dataset, columns, Output("y", "Y", classes))


def _familiar(dataset: Dataset, signature: Signature) -> Familiarity:
    return open_familiarity(attachments(dataset, signature, 0)[FAMILIARITY], signature)


def _bunch(load: object) -> tuple[Dataset, Signature]:
    found = load()  # type: ignore[operator]  # one of scikit-learn's loaders
    dataset = Dataset("", "", found.data, found.target)
    return dataset, _signature(dataset, len(found.target_names))


def test_values_that_no_flower_has_together_are_told_though_each_is_within_its_range() -> None:
    familiar = _familiar(IRIS.dataset, IRIS.signature)
    assert all(
        low <= value <= high
        for value, low, high in zip(CHIMERA, IRIS.dataset.X.min(0), IRIS.dataset.X.max(0), strict=True)
    )
    message = familiar.why_unlike(CHIMERA, 0)
    assert message is not None
    assert message.startswith("taken together, the values are unlike the training data: 22.4 standard deviations from")
    assert familiar.unlike(np.array([CHIMERA, [5.1, 3.5, 1.4, 0.2]])).tolist() == [True, False]


def test_of_iris_less_than_one_in_a_hundred_is_unlike_the_others() -> None:
    X, y = IRIS.dataset.X, IRIS.dataset.y
    alarms = 0
    for row in range(len(X)):
        rest = np.arange(len(X)) != row
        familiar = _familiar(Dataset("", "", X[rest], y[rest]), IRIS.signature)
        alarms += familiar.why_unlike(X[row].tolist(), int(y[row])) is not None
    assert alarms <= 1


def test_distances_without_a_row_are_those_of_a_fit_without_it() -> None:
    X, y = IRIS.dataset.X[::5], IRIS.dataset.y[::5].astype(np.int64)

    def whitened(X: np.ndarray, y: IntVector) -> tuple[np.ndarray, np.ndarray]:
        means = np.array([X[y == one].mean(axis=0) for one in range(3)])
        covariance = (X - means[y]).T @ (X - means[y]) / (len(X) - 3)
        whitening = np.linalg.inv(np.linalg.cholesky(covariance))
        return whitening, means @ whitening.T

    whitening, middles = whitened(X, y)
    found = left_out_squares(X @ whitening.T, middles, y, np.bincount(y))
    for row in range(len(X)):
        rest = np.arange(len(X)) != row
        whitening, middles = whitened(X[rest], y[rest])
        squares = np.square(whitening @ X[row] - middles).sum(axis=1)
        assert found[row] == pytest.approx(squares.min())


@pytest.mark.parametrize("load", [load_wine, load_breast_cancer])
def test_data_with_long_tails_get_a_wider_limit_than_normal_ones(load: object) -> None:
    dataset, signature = _bunch(load)
    familiar = _familiar(dataset, signature)
    assert isinstance(familiar, Clusters)
    assert familiar.limit**2 > chi2.ppf(0.999, dataset.X.shape[1])
    assert familiar.unlike(dataset.X).mean() <= 0.01


def test_a_regression_has_one_cloud() -> None:
    familiar = _familiar(DIABETES.dataset, DIABETES.signature)
    row = DIABETES.dataset.X[0].copy()
    assert familiar.why_unlike(row.tolist(), 0) is None
    row[4], row[5] = row[5], row[4]  # the whole of the cholesterol less than a part of it
    message = familiar.why_unlike(row.tolist(), 0)
    assert message is not None
    assert "from their middle" in message


@pytest.mark.parametrize("n_features", [3, SMALL_FEATURES, SMALL_FEATURES + 1, MOST_FEATURES])
def test_one_row_is_told_as_in_a_batch(n_features: int) -> None:
    random = np.random.default_rng(0)
    y = random.integers(3, size=600)
    dataset = Dataset("", "", random.normal(size=(600, n_features)) + 4 * y[:, None], y)
    familiar = _familiar(dataset, _signature(dataset, 3))
    X = random.normal(size=(300, n_features)) * np.linspace(0.5, 3, 300)[:, None]
    alone = [familiar.why_unlike(row, 0) is not None for row in X.tolist()]
    assert alone == familiar.unlike(X).tolist()
    assert 0 < sum(alone) < 300


def test_an_image_unlike_all_others_is_told() -> None:
    dataset = DIGITS.dataset
    signature = DIGITS.signature
    familiar = _familiar(dataset, signature)
    noise = np.random.default_rng(0).integers(0, 17, 64).astype(np.float64)
    message = familiar.why_unlike(noise.tolist(), 0)
    assert message is not None
    assert message.endswith("99 % of them have another within 1.66")
    assert familiar.unlike(np.array([noise, dataset.X[0]])).tolist() == [True, False]
    halves = np.arange(len(dataset.X)) % 2 == 0
    half = _familiar(Dataset("", "", dataset.X[halves], dataset.y[halves]), signature)
    assert half.unlike(dataset.X[~halves]).mean() < 0.03


def test_where_a_covariance_would_mean_nothing_ranges_have_to_do() -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 3))
    y = np.arange(200) % 2
    for unfit in (X[:14], np.column_stack([X, X[:, 0] + X[:, 1]]), np.column_stack([X, np.ones(200)])):
        dataset = Dataset("", "", unfit, y[: len(unfit)])
        assert attachments(dataset, _signature(dataset, 2), 0).keys() == {BACKGROUND}
    alone = Dataset("", "", X, (np.arange(200) == 0).astype(np.int64))
    assert attachments(alone, _signature(alone, 2), 0).keys() == {BACKGROUND}


def test_equal_trainings_attach_equal_bytes() -> None:
    for entry in (IRIS, DIABETES, DIGITS):
        assert attachments(entry.dataset, entry.signature, 3) == attachments(entry.dataset, entry.signature, 3)
