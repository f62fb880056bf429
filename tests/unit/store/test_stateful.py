"""Whatever is done to a store in whatever order, by two processes in turns, it is like a plain dictionary."""

from typing import ClassVar

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shared.domain.engine import SCIKIT_LEARN
from shared.domain.promotion import Promoted
from shared.domain.version import ModelVersion, Trained
from shared.errors import UnknownVersion
from shared.store import ModelStore
from shared.store.tables import METADATA
from tests.stores import Stores

EXAMPLES, STEPS = 25, 20
MODELS = st.sampled_from(("iris", "iris-tree", "straße 🌷"))
HANDLES = st.integers(0, 1)


class _Machine(RuleBasedStateMachine):
    """Two open stores at one URL beside `published`: by model, what was published, in order."""

    handles: ClassVar[list[ModelStore]]
    trained: ClassVar[Trained]

    def __init__(self) -> None:
        super().__init__()
        self.published: dict[str, list[ModelVersion]] = {}
        self.champions: dict[str, int] = {}

    @initialize()
    def empty(self) -> None:
        with self.handles[0]._engine.begin() as connection:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(table.delete())

    @rule(model=MODELS, seed=st.integers(0, 2**32 - 1), only_first=st.booleans(), handle=HANDLES)
    def publish(self, model: str, seed: int, only_first: bool, handle: int) -> None:
        trained = msgspec.structs.replace(self.trained, model=model, seed=seed)
        version = self.handles[handle].publish(trained, only_first=only_first)
        versions = self.published.setdefault(model, [])
        if only_first and versions:
            assert version == versions[self.champions[model] - 1]
            return
        assert (version.number, version.model, version.seed) == (len(versions) + 1, model, seed)
        versions.append(version)
        self.champions[model] = version.number

    @rule(model=MODELS, number=st.integers(0, STEPS), handle=HANDLES)
    def promote(self, model: str, number: int, handle: int) -> None:
        store = self.handles[handle]
        if not 1 <= number <= len(self.published.get(model, [])):
            with pytest.raises(UnknownVersion):
                store.promote(model, number, "test")
            return
        assert store.promote(model, number, "test") == Promoted(self.champions[model], number)
        self.champions[model] = number

    @rule(model=MODELS, number=st.integers(-1, STEPS), handle=HANDLES)
    def look_up(self, model: str, number: int, handle: int) -> None:
        versions = self.published.get(model, [])
        store = self.handles[handle]
        if not 1 <= number <= len(versions):
            with pytest.raises(UnknownVersion):
                store.version(model, number)
            return
        version = store.version(model, number)
        assert version == versions[number - 1]
        assert store.artefact(version, SCIKIT_LEARN) == self.trained.artefact
        assert {name: store.artefact(version, name) for name in self.trained.exported} == self.trained.exported

    @rule(model=MODELS, handle=HANDLES)
    def list_versions(self, model: str, handle: int) -> None:
        assert self.handles[handle].versions(model) == self.published.get(model, [])[::-1]

    @invariant()
    def every_handle_knows_the_champions(self) -> None:
        assert [store.champions() for store in self.handles] == [self.champions] * 2


@pytest.mark.every_store
def test_a_store_is_like_a_dictionary(stores: Stores, lda: Trained) -> None:
    url = stores.new()

    class Machine(_Machine):
        handles: ClassVar = [ModelStore(url), ModelStore(url)]
        trained = lda

    try:
        run_state_machine_as_test(
            Machine,
            settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, derandomize=True),
        )
    finally:
        for store in Machine.handles:
            store.close()
