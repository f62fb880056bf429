"""What differs between two versions."""

from datetime import UTC, datetime

import numpy as np

from shared.domain.comparison import Agreement, ParameterDifference, agree, compare
from shared.domain.dataset import Dataset
from shared.domain.version import ModelVersion, Trained, numbered

AGREEMENT = Agreement("Iris", 150, 150, 1.0, (147, 147), (True, True))


def _version(trained: Trained, number: int) -> ModelVersion:
    return numbered(trained, number, datetime(2026, 11, 21, tzinfo=UTC))


def test_figures_say_which_is_better(lda: Trained, tree: Trained) -> None:
    one, other = _version(lda, 1), _version(tree, 2)
    figures = {figure.name: figure for figure in compare(one, other, AGREEMENT).figures}
    assert list(figures) == ["accuracy", "log_loss", "brier", "holdout_accuracy"]
    log_loss = figures["log_loss"]
    assert log_loss.difference == log_loss.values[1] - log_loss.values[0] > 0
    assert {figures[name].better for name in ("accuracy", "log_loss", "brier")} == {1}, "less loss is better"
    assert figures["accuracy"].difference < 0
    backwards = compare(other, one, AGREEMENT).figures
    assert [figure.better for figure in backwards] == [figure.better for figure in figures.values()]


def test_a_version_does_not_differ_from_itself(lda: Trained) -> None:
    version = _version(lda, 1)
    compared = compare(version, version, AGREEMENT)
    assert {(figure.difference, figure.better) for figure in compared.figures} == {(0.0, None)}
    assert compared.parameters == ()
    assert compared.same_data


def test_parameters_that_only_one_has_are_named(lda: Trained, tree: Trained) -> None:
    compared = compare(_version(lda, 1), _version(tree, 2), AGREEMENT)
    assert compared.parameters == (
        ParameterDifference("recipe", ("lda", "tree")),
        ParameterDifference("seed", (0, 1)),
        ParameterDifference("params.max_depth", (None, 10)),
    )


def test_agreement_counts_equal_answers_and_right_ones(lda: Trained, tree: Trained) -> None:
    data = Dataset("Five", "made up", np.zeros((5, 4)), np.array([0, 1, 2, 1, 0]))
    answers = np.array([0, 1, 2, 2, 2]), np.array([0, 1, 1, 2, 0])
    found = agree((_version(lda, 1), _version(tree, 2)), data, answers)
    assert (found.n, found.same, found.share, found.right) == (5, 3, 0.6, (3, 3))
    assert found.fitted == (False, False), "neither was fitted on these rows"
