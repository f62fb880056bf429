"""Whatever is done to a store in whatever order, by two processes in turns, it is like a plain dictionary."""

from typing import ClassVar

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shared.domain.engine import SCIKIT_LEARN
from shared.domain.promotion import Promoted, Promotion
from shared.domain.run import TrainingRun
from shared.domain.version import ModelVersion, Trained
from shared.errors import NothingBefore, RunEnded, UnknownModel, UnknownRun, UnknownVersion
from shared.store import ModelStore
from shared.store.tables import METADATA
from tests.definitions import blobs
from tests.stores import Stores
from tests.unit.store.test_run_store import scheduled

EXAMPLES, STEPS = 25, 20
MODELS = st.sampled_from(("iris", "iris-tree", "straße 🌷"))
DEFINABLE = st.sampled_from(("iris", "iris-tree"))
HANDLES = st.integers(0, 1)
SEEDS = st.integers(0, 2**32 - 1)
PROMOTIONS: st.SearchStrategy[Promotion] = st.sampled_from(("always", "never"))  # however good a version is


class _Machine(RuleBasedStateMachine):
    """Two open stores at one URL beside what was done to them, by model or by run."""

    handles: ClassVar[list[ModelStore]]
    trained: ClassVar[Trained]

    def __init__(self) -> None:
        super().__init__()
        self.published: dict[str, list[ModelVersion]] = {}
        self.champions: dict[str, list[int]] = {}  # of each model, the present one last: rollbacks take them off
        self.runs: dict[str, TrainingRun] = {}
        self.scheduled = 0
        self.defined: set[str] = set()

    @initialize()
    def empty(self) -> None:
        with self.handles[0]._engine.begin() as connection:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(table.delete())

    @rule(model=MODELS, seed=SEEDS, promote=PROMOTIONS, only_first=st.booleans(), handle=HANDLES)
    def publish(self, model: str, seed: int, promote: Promotion, only_first: bool, handle: int) -> None:
        trained = msgspec.structs.replace(self.trained, model=model, seed=seed)
        version = self.handles[handle].publish(trained, promote=promote, only_first=only_first)
        versions = self.published.get(model, [])
        if only_first and versions:
            assert version == versions[self.champions[model][-1] - 1]
            return
        assert (version.number, version.model, version.seed) == (len(versions) + 1, model, seed)
        self._note(version, promote)

    def _note(self, version: ModelVersion, promote: Promotion) -> None:
        self.published.setdefault(version.model, []).append(version)
        champions = self.champions.setdefault(version.model, [])
        if promote == "always" or not champions:
            champions.append(version.number)

    @rule(model=MODELS, number=st.integers(0, STEPS), handle=HANDLES)
    def promote(self, model: str, number: int, handle: int) -> None:
        store = self.handles[handle]
        if not 1 <= number <= len(self.published.get(model, [])):
            with pytest.raises(UnknownVersion):
                store.promote(model, number, "test")
            return
        champions = self.champions[model]
        assert store.promote(model, number, "test") == Promoted(champions[-1], number)
        if number != champions[-1]:
            champions.append(number)

    @rule(model=MODELS, handle=HANDLES)
    def roll_back(self, model: str, handle: int) -> None:
        store, champions = self.handles[handle], self.champions.get(model, [])
        if len(champions) < 2:
            with pytest.raises(NothingBefore):
                store.promote(model, "previous", "test")
            return
        assert store.promote(model, "previous", "test") == Promoted(champions.pop(), champions[-1])

    @rule(model=MODELS, handle=HANDLES)
    def schedule(self, model: str, handle: int) -> None:
        run = scheduled(f"{self.scheduled:032x}", model)
        self.scheduled += 1
        self.handles[handle].runs.create(run, "owner")
        self.runs[run.id] = run

    @rule(number=st.integers(0, STEPS), handle=HANDLES)
    def cancel(self, number: int, handle: int) -> None:
        store, run = self.handles[handle], self.runs.get(f"{number:032x}")
        if run is None:
            with pytest.raises(UnknownRun):
                store.runs.cancel(f"{number:032x}")
        elif not run.is_active:
            with pytest.raises(RunEnded):
                store.runs.cancel(run.id)
        else:
            self.runs[run.id] = store.runs.cancel(run.id)
            assert self.runs[run.id].state == "CANCELLED"

    @rule(number=st.integers(0, STEPS), handle=HANDLES)
    def publish_of_a_run(self, number: int, handle: int) -> None:
        store, run = self.handles[handle], self.runs.get(f"{number:032x}")
        if run is None:
            return
        trained = msgspec.structs.replace(self.trained, model=run.model, run=run.id)
        if not run.is_active:
            with pytest.raises(RunEnded):
                store.publish(trained, run)
            return
        version = store.publish(trained, run)
        self._note(version, "always")
        self.runs[run.id] = store.runs.run(run.id)
        assert (self.runs[run.id].state, self.runs[run.id].version) == ("FINISHED", version.number)

    @rule(model=DEFINABLE, handle=HANDLES)
    def define(self, model: str, handle: int) -> None:
        self.handles[handle].define(blobs(model)[0], [b"packed"])
        self.defined.add(model)

    @rule(model=DEFINABLE, handle=HANDLES)
    def remove(self, model: str, handle: int) -> None:
        if model not in self.defined:
            with pytest.raises(UnknownModel):
                self.handles[handle].remove(model)
            return
        self.handles[handle].remove(model)
        self.defined.remove(model)
        self.published.pop(model, None)
        self.champions.pop(model, None)
        self.runs = {run_id: run for run_id, run in self.runs.items() if run.model != model}

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
        champions = {model: numbers[-1] for model, numbers in self.champions.items()}
        assert [store.champions() for store in self.handles] == [champions] * 2

    @invariant()
    def every_handle_knows_the_definitions_and_their_data(self) -> None:
        for store in self.handles:
            assert set(store.definitions()) == self.defined
            assert list(store.dataset(blobs()[0].data_sha256)) == [b"packed"] * bool(self.defined)

    @invariant()
    def every_handle_knows_the_runs(self) -> None:
        for store in self.handles:
            assert {run.id: run for run in store.runs.runs()} == self.runs


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
