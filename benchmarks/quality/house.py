"""Boston's house prices on random 90/10 splits, by the product's own reading and recipe.

Twenty splits, as Hernandez-Lobato and Adams (2015) drew them for these data; the seeds are other ones.
"""

from pathlib import Path

import click
import numpy as np
from sklearn.model_selection import KFold, ShuffleSplit, cross_val_predict
from threadpoolctl import threadpool_limits

from shared.catalogue.stored import stored_entry
from shared.tables import read_table
from shared.tables.defining import Wishes, define
from shared.training.scores import LEVEL

FILE = "boston_house_prices.csv"
SPLITS = 20
FOLDS = 5
MOST_RMSE = 2.75
COVERAGE = (0.87, 0.93)


def main(file: Path) -> bool:
    """Print the figures, and tell whether they are within the limits."""
    with file.open("rb") as content:
        definition, data = define(read_table(content), Wishes(name="boston", by="benchmark", source=FILE))
    recipe = stored_entry(definition, lambda: data).recipe_named(None)
    assert recipe.make is not None
    errors, covered = [], []
    with threadpool_limits(1):
        for seed, (seen, unseen) in enumerate(ShuffleSplit(SPLITS, test_size=0.1, random_state=0).split(data.X)):
            estimator = recipe.make(recipe.complete({}), seed)
            X, y = data.X[seen], data.y[seen]
            inside = cross_val_predict(estimator, X, y, cv=KFold(FOLDS, shuffle=True, random_state=seed))
            half_width = np.quantile(np.abs(y - inside), LEVEL)
            missed = np.abs(estimator.fit(X, y).predict(data.X[unseen]) - data.y[unseen])
            errors.append(float(np.sqrt(np.mean(missed**2))))
            covered.append(float(np.mean(missed <= half_width)))
    rmse, coverage = float(np.mean(errors)), float(np.mean(covered))
    spread = float(np.std(errors, ddof=1)) / SPLITS**0.5
    print(f"{recipe.title}, {SPLITS} splits of {data.n_samples} rows, 90/10")
    print(f"RMSE {rmse:.3f} ± {spread:.3f} (standard error over splits); at most {MOST_RMSE}")
    print(f"{LEVEL * 100:g} % intervals hold {coverage * 100:.1f} %; {COVERAGE[0] * 100:g} to {COVERAGE[1] * 100:g} %")
    return rmse <= MOST_RMSE and COVERAGE[0] <= coverage <= COVERAGE[1]


@click.command()
@click.option(
    "--data",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=f"Folder of {FILE}, which is not part of the product.",
)
def command(data: Path) -> None:
    """Measure how well house prices are estimated."""
    if not (data / FILE).exists():
        raise click.ClickException(f"left out: {FILE} is not there")
    if not main(data / FILE):
        raise click.ClickException("a figure is outside its limits")


if __name__ == "__main__":
    command(prog_name="python -m benchmarks.quality.house")
