"""Values that the unit tests share: one small training, done once."""

import io
import os
from collections.abc import Callable, Iterator

import msgspec
import pytest

from shared.catalogue import CATALOGUE
from shared.domain.dataset import Dataset
from shared.domain.engine import ENGINES
from shared.domain.version import Trained
from shared.service import Service
from shared.store import ModelStore
from shared.training.child import run
from shared.training.job import TrainingJob
from shared.training.runner import Runner
from tests.processes import ROOT
from tests.stores import Stores


def trained(job: TrainingJob, data: Dataset | None = None) -> Trained:
    """What comes of `job`, with the data of the definition that it brings."""
    return run(job, io.BytesIO(), data)


def _of_catalogue(model: str) -> Trained:
    entry = CATALOGUE[model]
    recipe = entry.recipe_named(None)
    return trained(TrainingJob(model, recipe.name, recipe.complete({}), entry.default_seed))


@pytest.fixture(scope="session")
def lda() -> Trained:
    """Iris by its default recipe."""
    return _of_catalogue("iris")


@pytest.fixture(scope="session")
def tree() -> Trained:
    """Iris by the decision tree."""
    return _of_catalogue("iris-tree")


@pytest.fixture
def store_url(stores: Stores) -> str:
    return stores.new()


@pytest.fixture
def store(store_url: str) -> Iterator[ModelStore]:
    opened = ModelStore(store_url)
    yield opened
    opened.close()


@pytest.fixture
def make_service(store_url: str) -> Iterator[Callable[..., Service]]:
    """Opens services over this test's store; the engines that may answer can be named."""
    made: list[Service] = []

    def make(*engines: str) -> Service:
        environment, opened = {**os.environ, "PYTHONPATH": str(ROOT)}, ModelStore(store_url)
        runner = Runner(opened.runs, environment=environment, time_limit_s=60, max_waiting=4)
        made.append(Service(opened, runner, engines or ENGINES, "test"))
        return made[-1]

    yield make
    for service in made:
        service.close()


@pytest.fixture
def service(make_service: Callable[..., Service]) -> Service:
    return make_service()


@pytest.fixture
def altered(lda: Trained) -> Callable[..., Trained]:
    """A copy of the LDA training with other fields."""

    def alter(**fields: object) -> Trained:
        return msgspec.structs.replace(lda, **fields)

    return alter
