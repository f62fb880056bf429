"""Parameters are completed and checked, every culprit named."""

import pytest

from shared.catalogue.recipes import FOREST, LDA, LOGISTIC, MLP, TREE
from shared.domain.recipe import Hyperparameter, Recipe
from shared.errors import InvalidInput


def test_defaults_fill_what_is_not_given() -> None:
    parameters = MLP.complete({"epochs": 7})
    assert parameters == {"hidden_units": 10, "epochs": 7, "batch_size": 15, "learning_rate": 0.001}


def test_every_unknown_and_unusable_parameter_is_named() -> None:
    with pytest.raises(InvalidInput) as raised:
        MLP.complete({"epochs": 0, "learning_rate": "fast", "hidden_units": True, "depth": 3})
    assert {problem.path for problem in raised.value.problems} == {
        "params.epochs",
        "params.learning_rate",
        "params.hidden_units",
        "params.depth",
    }


def test_whole_numbers_serve_where_numbers_are_due() -> None:
    assert LOGISTIC.complete({"C": 3}) == {"C": 3.0}


def test_a_choice_must_be_one_of_its_choices() -> None:
    solver = Hyperparameter("solver", "choice", "adam", "how to descend", choices=("adam", "sgd"))
    assert solver.problem_with("sgd") is None
    assert solver.problem_with("newton") == "must be one of adam, sgd"


@pytest.mark.parametrize("recipe", [LDA, MLP, TREE, LOGISTIC, FOREST])
def test_the_defaults_of_every_recipe_are_allowed_by_itself(recipe: Recipe) -> None:
    assert recipe.complete(recipe.complete({})) == recipe.complete({})
