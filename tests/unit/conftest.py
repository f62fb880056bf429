"""Values that the unit tests share: one small training, done once."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from shared.catalogue import CATALOGUE
from shared.domain.version import Trained
from shared.store import ModelStore
from shared.training.artefact import dump
from shared.training.trainer import train


def _trained(model: str, recipe_name: str | None = None) -> Trained:
    entry = CATALOGUE[model]
    recipe = entry.recipe_named(recipe_name)
    parameters = recipe.complete({})
    estimator, metrics = train(entry.dataset, recipe, parameters, entry.default_seed, lambda done, steps: None)
    artefact = dump(estimator)
    return Trained(
        model=model,
        run="0" * 32,
        recipe=recipe.name,
        params=parameters,
        seed=entry.default_seed,
        signature=entry.signature,
        metrics=metrics,
        data_sha256=entry.dataset.sha256(),
        libraries={},
        artefact_sha256=hashlib.sha256(artefact).hexdigest(),
        artefact=artefact,
    )


@pytest.fixture(scope="session")
def lda() -> Trained:
    """Iris by its default recipe."""
    return _trained("iris")


@pytest.fixture(scope="session")
def tree() -> Trained:
    """Iris by the decision tree."""
    return _trained("iris-tree")


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.sqlite3'}"


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
