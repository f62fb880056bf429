"""Boston's house prices on random 90/10 splits, by the product's own reading and recipe.

Twenty splits are those of the regression benchmark of Hernandez-Lobato and Adams (2015), as Gal and Ghahramani (2016)
published them: permutations that follow from seed 1. The splits matter: others, by scikit-learn's ShuffleSplit, are
measured beside them.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from sklearn.model_selection import KFold, ShuffleSplit, cross_val_predict
from threadpoolctl import threadpool_limits

from benchmarks.report import print_table, say
from shared.catalogue.stored import stored_entry
from shared.domain.dataset import Dataset, IntVector
from shared.domain.recipe import Recipe
from shared.tables import read_table
from shared.tables.defining import Wishes, define
from shared.training.scores import LEVEL

FILE = "boston_house_prices.csv"
SPLITS = 20
SEEDS = range(2)  # of further splits
FOLDS = 5
MOST_RMSE = 2.75
COVERAGE = (0.87, 0.93)


def main(file: Path) -> bool:
    """Print the table, and tell whether the figures of the published splits are within the limits."""
    with file.open("rb") as content:
        definition, data = define(read_table(content), Wishes(name="boston", by="benchmark", source=FILE))
    recipe = stored_entry(definition, lambda: data).recipe_named(None)
    splits = {"published": list(_published(data.n_samples))}
    for seed in SEEDS:
        others = ShuffleSplit(SPLITS, test_size=0.1, random_state=seed)
        splits[f"ShuffleSplit, seed {seed}"] = list(others.split(data.X))
    found = {}
    for name, pairs in splits.items():
        say(f"house: {recipe.title}, {name}")
        found[name] = _figures(recipe, data, pairs)
    print(f"{recipe.title}, {SPLITS} splits of {data.n_samples} rows into 90 % and 10 %\n")
    rows = [[name, f"{rmse:.2f} ± {spread:.2f}", f"{100 * held:.1f} %"] for name, (rmse, spread, held) in found.items()]
    print_table(["splits", "RMSE, mean and standard error", f"{LEVEL * 100:g} % intervals hold"], rows)
    rmse, _, coverage = found["published"]
    return rmse <= MOST_RMSE and COVERAGE[0] <= coverage <= COVERAGE[1]


def _figures(
    recipe: Recipe, data: Dataset, splits: Iterable[tuple[IntVector, IntVector]]
) -> tuple[float, float, float]:
    """Of the test rows: the mean RMSE, its standard error over splits, and the share that intervals hold."""
    errors, covered = [], []
    with threadpool_limits(1):
        for seed, (seen, unseen) in enumerate(splits):
            estimator = recipe.fit(recipe.complete({}), seed, X := data.X[seen], y := data.y[seen])
            missed = np.abs(estimator.predict(data.X[unseen]) - data.y[unseen])
            inside = cross_val_predict(estimator, X, y, cv=KFold(FOLDS, shuffle=True, random_state=seed))
            half_width = np.quantile(np.abs(y - inside), LEVEL)
            errors.append(float(np.sqrt(np.mean(missed**2))))
            covered.append(float(np.mean(missed <= half_width)))
    return float(np.mean(errors)), float(np.std(errors, ddof=1)) / len(errors) ** 0.5, float(np.mean(covered))


def _published(n_rows: int) -> Iterator[tuple[IntVector, IntVector]]:
    random = np.random.RandomState(1)
    for _ in range(SPLITS):
        order = random.choice(range(n_rows), n_rows, replace=False)
        end = round(n_rows * 0.9)
        yield order[:end], order[end:]
