"""What the catalogue promises of each model."""

import numpy as np
import pytest

from shared.catalogue import CATALOGUE, entry_named
from shared.catalogue.entry import CatalogueEntry
from shared.cli.page_data import page_data, page_rows, page_scenarios
from shared.errors import InvalidInput, UnknownModel
from tests.processes import ROOT

entries = pytest.mark.parametrize("entry", CATALOGUE.values(), ids=list(CATALOGUE))


@entries
def test_signature_and_data_agree(entry: CatalogueEntry) -> None:
    assert entry.dataset.X.shape == (entry.dataset.n_samples, entry.signature.n_features)
    if entry.task == "classification":
        assert set(entry.dataset.y.tolist()) == set(range(len(entry.output.classes)))
    else:
        assert entry.dataset.y.dtype == np.float64


@entries
def test_ranges_are_those_of_the_data(entry: CatalogueEntry) -> None:
    for column, feature in enumerate(entry.signature.inputs):
        assert feature.minimum == entry.dataset.X[:, column].min()
        assert feature.maximum == entry.dataset.X[:, column].max()


@entries
def test_examples_are_rows_of_the_data_one_a_class_or_low_middling_and_high(entry: CatalogueEntry) -> None:
    values = dict(zip(map(tuple, entry.dataset.X.tolist()), entry.dataset.y.tolist(), strict=True))
    found = [values[example.row] for example in entry.examples]
    if entry.task == "classification":
        assert [example.title for example in entry.examples] == [one.name for one in entry.output.classes]
        assert found == list(range(len(entry.output.classes)))
    else:
        assert found == sorted(set(found))
        assert len(found) == 3


@entries
def test_the_default_recipe_is_one_of_the_recipes(entry: CatalogueEntry) -> None:
    assert entry.recipe_named(None).name == entry.default_recipe


def test_an_unknown_recipe_is_refused_with_a_list_of_those_there_are() -> None:
    with pytest.raises(InvalidInput, match="lda, mlp, tree, logistic, forest"):
        entry_named("iris").recipe_named("svm")


def test_an_unknown_model_is_refused_with_a_list_of_those_there_are() -> None:
    with pytest.raises(UnknownModel, match="iris, iris-tree"):
        entry_named("tulip")


def test_what_the_page_knows_without_a_backend_is_up_to_date() -> None:
    data = ROOT / "frontend" / "data"
    assert (data / "models.js").read_text(encoding="utf-8") == page_data(), "run `make page-data`"
    assert (data / "rows.js").read_text(encoding="utf-8") == page_rows(), "run `make page-data`"
    assert (data / "scenarios.js").read_text(encoding="utf-8") == page_scenarios(), "run `make page-data`"
