"""Digits: which of ten is written, from counts of ink in 8 x 8 blocks (Alpaydin and Kaynak 1998)."""

from typing import Any

import numpy as np

from shared.catalogue.entry import CatalogueEntry
from shared.domain.dataset import Dataset, FloatMatrix, Target
from shared.domain.recipe import Hyperparameter, Parameters, Recipe
from shared.domain.signature import Column, Output, OutputClass

SIDE = 8
COLUMNS = tuple(
    Column(f"pixel_{row}_{column}", f"Ink in row {row + 1}, column {column + 1}", "", 1, role="pixel")
    for row in range(SIDE)
    for column in range(SIDE)
)


def load_dataset() -> Dataset:
    """The 1797 images that scikit-learn embeds: X (1797, 64), counts of 0..16, row by row; y (1797,)."""
    from sklearn.datasets import load_digits

    data = load_digits()
    source = "Alpaydin and Kaynak (1998), the 13 writers of the test set, as embedded in scikit-learn"
    return Dataset("Digits", source, data.data, data.target)


def _fit_svc(parameters: Parameters, seed: int, X: FloatMatrix, y: Target) -> Any:
    from shared.digits.recipe import fit_svc

    return fit_svc(parameters, seed, X, y.astype(np.int64))


def _make_mlp(parameters: Parameters, seed: int) -> Any:
    from shared.digits.recipe import make_mlp

    return make_mlp(parameters, seed)


def _make_knn(parameters: Parameters, seed: int) -> Any:
    from shared.digits.recipe import make_knn

    return make_knn(parameters, seed)


SVC = Recipe(
    "svc",
    "Support vector classifier, on moved and turned copies too",
    None,
    (
        Hyperparameter("C", "float", 10.0, "price of an error, against the width of the margin", 1e-3, 1e5),
        Hyperparameter("gamma", "float", 0.25, "how near images must be to be alike, ink being 0 to 1", 1e-4, 1e2),
    ),
    trusted_types=("sklearn.calibration._CalibratedClassifier", "sklearn.calibration._TemperatureScaling"),
    repeats=1,
    fit_rows=_fit_svc,
)
MLP = Recipe(
    "mlp",
    "Multilayer perceptron, 64-100-10",
    _make_mlp,
    trusted_types=("sklearn.neural_network._stochastic_optimizers.AdamOptimizer",),
    repeats=1,
)
KNN = Recipe("knn", "Three nearest neighbours", _make_knn, repeats=4)

ENTRY = CatalogueEntry(
    name="digits",
    title="Digits",
    description="Reads a handwritten digit from an image of 8 by 8 pixels.",
    load_dataset=load_dataset,
    columns=COLUMNS,
    output=Output("digit", "Digit", tuple(OutputClass(str(digit), str(digit)) for digit in range(10))),
    recipes=(SVC, MLP, KNN),
    default_recipe=SVC.name,
    first_recipe=KNN.name,
    caveats=(
        "Its data are digits of 13 writers, who are on both sides of each split: writers that it has not met are read "
        "less well.",
    ),
)
