"""The recipes that models choose from.

Each factory imports its estimator itself, so that a backend loads only what it serves.
"""

from dataclasses import replace
from typing import Any

from shared.domain.dataset import FloatMatrix, Target
from shared.domain.recipe import Hyperparameter, Parameters, Recipe
from shared.domain.signature import Task


def _make_lda(parameters: Parameters, seed: int) -> Any:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    return LinearDiscriminantAnalysis()


def _make_mlp(parameters: Parameters, seed: int) -> Any:
    from sklearn.neural_network import MLPClassifier

    # All epochs are run, as the tutorial's network does: tol=0 with as much patience as there are
    # epochs never stops early.
    return MLPClassifier(
        hidden_layer_sizes=(parameters["hidden_units"],),
        activation="relu",
        solver="adam",
        learning_rate_init=parameters["learning_rate"],
        batch_size=parameters["batch_size"],
        max_iter=parameters["epochs"],
        n_iter_no_change=parameters["epochs"],
        tol=0.0,
        random_state=seed,
    )


def _make_pixel_mlp(parameters: Parameters, seed: int) -> Any:
    from sklearn.pipeline import make_pipeline

    from shared.digits.pixels import PixelScaler

    return make_pipeline(PixelScaler(), _make_mlp(parameters, seed))


def _fit_pixel_mlp(parameters: Parameters, seed: int, X: FloatMatrix, y: Target) -> Any:
    from shared.digits.pixels import folded

    return folded(_make_pixel_mlp(parameters, seed).fit(X, y))


def _make_tree(parameters: Parameters, seed: int) -> Any:
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(max_depth=parameters["max_depth"], random_state=seed)


def _make_logistic(parameters: Parameters, seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=parameters["C"], max_iter=2000, random_state=seed)


def _make_forest(parameters: Parameters, seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=parameters["trees"], random_state=seed)


def _make_boosting(parameters: Parameters, seed: int) -> Any:
    from sklearn.ensemble import GradientBoostingClassifier

    return GradientBoostingClassifier(**_boosted(parameters, seed))


def _boosted(parameters: Parameters, seed: int) -> dict[str, Any]:
    return {
        "n_estimators": parameters["trees"],
        "max_depth": parameters["max_depth"],
        "learning_rate": parameters["learning_rate"],
        "subsample": 0.5,
        "random_state": seed,
    }


def _make_bayesian_ridge(parameters: Parameters, seed: int) -> Any:
    from sklearn.linear_model import BayesianRidge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), BayesianRidge())


def _make_svr(parameters: Parameters, seed: int) -> Any:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVR

    return make_pipeline(StandardScaler(), SVR(C=parameters["C"]))


def _make_forest_regressor(parameters: Parameters, seed: int) -> Any:
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(n_estimators=parameters["trees"], random_state=seed)


def _make_boosting_regressor(parameters: Parameters, seed: int) -> Any:
    from sklearn.ensemble import GradientBoostingRegressor

    return GradientBoostingRegressor(**_boosted(parameters, seed), max_features=0.5)


def _make_averaged(parameters: Parameters, seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesRegressor, VotingRegressor

    random = ExtraTreesRegressor(n_estimators=EXTRA_TREES, max_features=0.5, random_state=seed)
    # Two of them err in different ways by chance alone, extra trees for a reason.
    boosted = [_make_boosting_regressor(parameters, seed + one) for one in range(2)]
    return VotingRegressor([("first", boosted[0]), ("second", boosted[1]), ("extra", random)])


EXTRA_TREES = 100
TREE_TYPES = ("sklearn.tree._tree.Tree",)

LDA = Recipe("lda", "Linear discriminant analysis", _make_lda)
MLP = Recipe(
    "mlp",
    "Multilayer perceptron, 4-10-3",
    _make_mlp,
    (
        Hyperparameter("hidden_units", "int", 10, "neurons in the hidden layer", 1, 200),
        Hyperparameter("epochs", "int", 100, "passes over the training rows", 1, 2000),
        Hyperparameter("batch_size", "int", 15, "rows in one step of gradient descent", 1, 90),
        Hyperparameter("learning_rate", "float", 0.001, "length of one step of gradient descent", 1e-5, 1.0),
    ),
    trusted_types=("sklearn.neural_network._stochastic_optimizers.AdamOptimizer",),
    repeats=4,
    wants_scale=True,
)
PIXEL_MLP = Recipe(
    "pixel-mlp",
    "Multilayer perceptron for 28 x 28 pixels, 784-128-10",
    _make_pixel_mlp,
    (
        Hyperparameter("hidden_units", "int", 128, "neurons in the hidden layer", 1, 2000),
        Hyperparameter("epochs", "int", 20, "passes over the training rows", 1, 200),
        Hyperparameter("batch_size", "int", 128, "rows in one step of gradient descent", 1, 2000),
        Hyperparameter("learning_rate", "float", 0.001, "length of one step of gradient descent", 1e-5, 1.0),
    ),
    repeats=1,
    fit_rows=_fit_pixel_mlp,
)
TREE = Recipe(
    "tree",
    "Decision tree",
    _make_tree,
    (Hyperparameter("max_depth", "int", 10, "most questions asked in a row", 1, 30),),
    trusted_types=TREE_TYPES,
)
LOGISTIC = Recipe(
    "logistic",
    "Logistic regression",
    _make_logistic,
    (Hyperparameter("C", "float", 10.0, "inverse strength of the penalty on large weights", 1e-4, 1e4),),
    repeats=10,
    wants_scale=True,
)
FOREST = Recipe(
    "forest",
    "Random forest",
    _make_forest,
    (Hyperparameter("trees", "int", 100, "trees that vote", 1, 500),),
    trusted_types=TREE_TYPES,
    repeats=4,
)

BOOSTING = Recipe(
    "boosting",
    "Gradient boosting",
    _make_boosting,
    (
        Hyperparameter("trees", "int", 100, "trees for each class, each of which corrects those before it", 1, 1000),
        Hyperparameter("max_depth", "int", 3, "most questions that a tree asks in a row", 1, 12),
        Hyperparameter("learning_rate", "float", 0.1, "how much of its correction a tree makes", 1e-3, 1.0),
    ),
    trusted_types=TREE_TYPES,
    repeats=2,
)
AUTO_CLASSIFIER = Recipe(
    "auto",
    "The best of several",
    None,
    trusted_types=TREE_TYPES,
    repeats=4,
    candidates=("lda", "logistic", "forest", "boosting"),
)

TREES = Hyperparameter("trees", "int", 100, "trees whose answers are averaged", 1, 500)
BAYESIAN_RIDGE = Recipe("bayesian-ridge", "Bayesian ridge regression", _make_bayesian_ridge, repeats=10)
SVR = Recipe(
    "svr",
    "Support vector regression",
    _make_svr,
    (Hyperparameter("C", "float", 20.0, "price of an error, against the smoothness of the curve", 1e-3, 1e5),),
    repeats=4,
)
FOREST_REGRESSOR = Recipe(
    "forest", "Random forest", _make_forest_regressor, (TREES,), trusted_types=TREE_TYPES, repeats=2
)
BOOSTING_REGRESSOR = Recipe(
    "boosting",
    "Gradient boosting",
    _make_boosting_regressor,
    (
        Hyperparameter("trees", "int", 400, "trees, each of which corrects those before it", 1, 2000),
        Hyperparameter("max_depth", "int", 4, "most questions that a tree asks in a row", 1, 12),
        Hyperparameter("learning_rate", "float", 0.05, "how much of its correction a tree makes", 1e-3, 1.0),
    ),
    trusted_types=TREE_TYPES,
    repeats=2,
)
AVERAGED = replace(
    BOOSTING_REGRESSOR,
    name="averaged",
    title="Gradient boosting and extra trees, averaged",
    make=_make_averaged,
    trusted_types=(*TREE_TYPES, "sklearn.utils._bunch.Bunch"),
)
AUTO_REGRESSOR = replace(AUTO_CLASSIFIER, candidates=("bayesian-ridge", "forest", "boosting"))

# Those that a definition in the store may name.
RECIPES: dict[Task, dict[str, Recipe]] = {
    "classification": {
        recipe.name: recipe for recipe in (AUTO_CLASSIFIER, LDA, MLP, TREE, LOGISTIC, FOREST, BOOSTING, PIXEL_MLP)
    },
    "regression": {
        recipe.name: recipe
        for recipe in (AUTO_REGRESSOR, BAYESIAN_RIDGE, SVR, FOREST_REGRESSOR, BOOSTING_REGRESSOR, AVERAGED)
    },
}
