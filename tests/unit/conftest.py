"""Values that the unit tests share: one small training, done once."""

import io
from collections.abc import Callable, Iterator

import msgspec
import pytest

from shared.catalogue import CATALOGUE
from shared.domain.version import Trained
from shared.store import ModelStore
from shared.training.child import run
from shared.training.job import TrainingJob
from tests.stores import Stores


def _trained(model: str) -> Trained:
    entry = CATALOGUE[model]
    recipe = entry.recipe_named(None)
    return run(TrainingJob(model, recipe.name, recipe.complete({}), entry.default_seed), io.BytesIO())


@pytest.fixture(scope="session")
def lda() -> Trained:
    """Iris by its default recipe."""
    return _trained("iris")


@pytest.fixture(scope="session")
def tree() -> Trained:
    """Iris by the decision tree."""
    return _trained("iris-tree")


@pytest.fixture
def store_url(stores: Stores) -> str:
    return stores.new()


@pytest.fixture
def store(store_url: str) -> Iterator[ModelStore]:
    opened = ModelStore(store_url)
    yield opened
    opened.close()


@pytest.fixture
def altered(lda: Trained) -> Callable[..., Trained]:
    """A copy of the LDA training with other fields."""

    def alter(**fields: object) -> Trained:
        return msgspec.structs.replace(lda, **fields)

    return alter
