"""The recipes of 8 x 8 digits, on the 1,797 images of 13 writers that scikit-learn embeds.

Each is measured by 5-fold cross-validation twice: on stratified, shuffled folds, whose writers are in the training rows
as well, and on folds of neighbouring rows, which seem to leave most of a fold's writers out (see `folds`). Whatever a
recipe makes of its training rows (augmentation, calibration, scaling) it makes inside the fold. The interval is
Wilson's, on the n rows.
"""

from functools import partial
from time import process_time

from sklearn.datasets import load_digits

from benchmarks.quality.folds import FIGURES, NEIGHBOURS, SEED, SHUFFLED, Fit, figures, out_of_fold
from benchmarks.report import print_table, say
from shared.digits.recipe import fit_svc, make_knn, make_mlp
from shared.domain.dataset import FloatMatrix, IntVector

SVC_DEFAULTS = {"C": 10.0, "gamma": 0.25}


def main() -> None:
    """Print the table."""
    X, y = load_digits(return_X_y=True)
    fits: dict[str, Fit] = {
        "svc": partial(fit_svc, SVC_DEFAULTS, SEED),
        "mlp": lambda X, y: make_mlp({}, SEED).fit(X, y),
        "knn": lambda X, y: make_knn({}, SEED).fit(X, y),
    }
    rows = [[name, *row] for name, fit in fits.items() for row in _rows(name, fit, X, y)]
    print_table(["recipe", "folds", *FIGURES, "one fit"], rows)


def _rows(name: str, fit: Fit, X: FloatMatrix, y: IntVector) -> list[list[str]]:
    say(f"digits by {name}")
    rows = []
    for title, splitter in (("shuffled", SHUFFLED), ("neighbouring rows", NEIGHBOURS)):
        began = process_time()
        probabilities = out_of_fold(fit, X, y, splitter)
        rows.append([title, *figures(y, probabilities), f"{(process_time() - began) / splitter.n_splits:.1f} s"])
    return rows
