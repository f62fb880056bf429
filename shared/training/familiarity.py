"""What a version is to know of its training rows: how far they lie apart, and some of them to compare others with."""

import numpy as np
from scipy.stats import chi2
from sklearn.neighbors import NearestNeighbors

from shared.domain.dataset import Dataset, FloatMatrix, FloatVector, IntVector
from shared.domain.packing import pack_arrays
from shared.domain.signature import Signature
from shared.explaining import BACKGROUND, FAMILIARITY
from shared.explaining.shapley import MOST_INPUTS, background_rows
from shared.training.sampling import sampled

QUANTILE = 0.999  # of chi-squared: of normally distributed rows, one in a thousand is farther away
WITHIN = 0.99  # of rows of any distribution, at least this share is not
MOST_FEATURES = 50
ROWS_A_FEATURE = 5  # fewer make a covariance of chance
LEAST_EIGENVALUE = 1e-8  # of the correlations: below, an input follows from the others
MOST_IMAGES = 2000


def attachments(dataset: Dataset, signature: Signature, seed: int) -> dict[str, bytes]:
    """What is attached to a version that learned from `dataset`, by name; equal arguments give equal bytes."""
    if signature.is_image:  # which is explained without rows of the training
        return {FAMILIARITY: _neighbours(sampled(dataset, MOST_IMAGES, seed).X)}
    if signature.n_features > MOST_INPUTS:
        return {}
    background = sampled(dataset, background_rows(signature.n_features), seed)
    found = {BACKGROUND: pack_arrays({"X": background.X})}
    if signature.is_plain and (clusters := _clusters(dataset, len(signature.output.classes))) is not None:
        found[FAMILIARITY] = clusters
    return found


def _neighbours(X: FloatMatrix) -> bytes:
    scale = float(X.max()) or 1.0
    distances, _ = NearestNeighbors(n_neighbors=2).fit(X).kneighbors(X)  # the nearest of all is the image itself
    limit = np.quantile(distances[:, 1], WITHIN) / scale
    return pack_arrays({"images": X.astype(np.float32), "scale": np.array(scale), "limit": np.array(limit)})


def _clusters(dataset: Dataset, n_classes: int) -> bytes | None:
    """None where the rows are too few for a covariance to mean something, or an input follows from the others."""
    X, n_features = dataset.X, dataset.X.shape[1]
    y: IntVector = dataset.y.astype(np.int64) if n_classes else np.zeros(dataset.n_samples, np.int64)
    counts = np.bincount(y, minlength=max(n_classes, 1))
    freedom = len(X) - len(counts)
    if n_features > MOST_FEATURES or freedom < ROWS_A_FEATURE * n_features or counts.min() < 2:
        return None
    means = np.array([X[y == one].mean(axis=0) for one in range(len(counts))])
    covariance = (X - means[y]).T @ (X - means[y]) / freedom
    scale = np.sqrt(np.diag(covariance))
    if not scale.all() or np.linalg.eigvalsh(covariance / np.outer(scale, scale))[0] < LEAST_EIGENVALUE:
        return None
    whitening = np.linalg.inv(np.linalg.cholesky(covariance))
    points, middles = X @ whitening.T, means @ whitening.T
    squares = left_out_squares(points, middles, y, counts)
    limit = np.sqrt(max(chi2.ppf(QUANTILE, n_features), np.quantile(squares, WITHIN)))
    return pack_arrays({"whitening": whitening, "middles": middles, "limit": np.array(limit)})


def left_out_squares(points: FloatMatrix, middles: FloatMatrix, y: IntVector, counts: IntVector) -> FloatVector:
    """The squared distance of each of the whitened `points` to the nearest of the `middles`, had it not been there.

    Without a row x of a class of n rows, whose middle it is d away from, the scatter lacks n / (n - 1) d d', and that
    middle lies n / (n - 1) d away from x (Sherman and Morrison 1950).
    """
    freedom = len(points) - len(middles)
    own = points - middles[y]
    share = counts[y] / (counts[y] - 1)
    left = 1 - share * np.square(own).sum(axis=1) / freedom
    nearest = np.full(len(points), np.inf)
    for one, middle in enumerate(middles):
        away = np.where((y == one)[:, None], share[:, None] * own, points - middle)
        squares = np.square(away).sum(axis=1) + share * (away * own).sum(axis=1) ** 2 / (freedom * left)
        nearest = np.minimum(nearest, squares)
    return np.asarray(nearest * (freedom - 1) / freedom)
