"""Models that people define, trained and served by both backends while a test lasts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from shared.bootstrap import child_environment
from shared.domain.dataset import Dataset
from shared.domain.definition import ModelDefinition
from shared.domain.packing import pack
from shared.domain.recipe import ParameterValue
from shared.store import ModelStore
from shared.training.job import TrainingJob
from shared.training.process import TrainingProcess
from tests.contract.conftest import Pair, store_of
from tests.contract.outside import eventually
from tests.contract.raw import ask

LIMIT_S = 60.0


@contextmanager
def served(
    pair: Pair, definition: ModelDefinition, data: Dataset, recipe: str, params: dict[str, ParameterValue]
) -> Iterator[None]:
    """`definition` with a version that `recipe` made, on both backends of `pair`."""
    with TrainingProcess(child_environment(), LIMIT_S) as process:
        job = TrainingJob(definition.name, recipe, params, 0, definition)
        trained = process.train(job, pack(data), lambda progress: None)
    path = f"/models/{definition.name}"
    with closing(ModelStore(store_of(pair["flask"]))) as store:
        store.define(definition, pack(data), trained)
        for backend in pair.values():
            # Known is not yet loaded: before that it has no champion.
            assert eventually(lambda one=backend: ask(one.port, "GET", path).json().get("champion"), LIMIT_S)  # type: ignore[misc]
        yield
        store.remove(definition.name)
