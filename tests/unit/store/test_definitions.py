"""Definitions of models and their data, on real databases of every kind."""

import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from shared.domain.packing import pack, unpack
from shared.domain.version import Trained
from shared.errors import ArtefactDamaged, NameTaken, StoreUnavailable, UnknownModel, UnknownRun, UnknownVersion
from shared.store import ModelStore
from shared.store.tables import ADDED_LATER, DATASETS, METADATA, MODELS
from tests.definitions import blobs
from tests.stores import Stores
from tests.unit.store.test_run_store import scheduled

Altered = Callable[..., Trained]
BLOBS, DATA = blobs()
pytestmark = pytest.mark.every_store


@pytest.fixture
def version(altered: Altered) -> Trained:
    """One that could be a version of the blobs."""
    return altered(model=BLOBS.name)


def rows_in(store: ModelStore) -> dict[str, int]:
    """How many every table has that has any."""
    with store._engine.connect() as connection:
        found = {name: len(connection.execute(table.select()).all()) for name, table in METADATA.tables.items()}
    return {name: count for name, count in found.items() if count}


def test_what_was_defined_is_read_again_with_its_data(store: ModelStore) -> None:
    assert store.definitions() == {}
    assert store.define(BLOBS, pack(DATA)) is None
    assert list(store.definitions()) == ["blobs"]
    assert store.definition("blobs") == BLOBS
    assert unpack(store.dataset(BLOBS.data_sha256)).sha256() == BLOBS.data_sha256
    with pytest.raises(UnknownModel, match="'roses'; there are: blobs"):
        store.definition("roses")


def test_a_model_is_defined_with_a_version_or_not_at_all(store: ModelStore, version: Trained) -> None:
    def broken() -> Iterator[bytes]:
        yield b"a part"
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        store.define(BLOBS, broken(), version)
    assert rows_in(store) == {}
    published = store.define(BLOBS, pack(DATA), version)
    assert published is not None
    assert (published.model, published.number, published.by) == ("blobs", 1, "test")
    assert store.champions() == {"blobs": 1}
    assert [change.kind for change in store.history("blobs").changes] == ["trained"]


def test_another_definition_takes_the_place_of_the_first_and_its_data_too(store: ModelStore, version: Trained) -> None:
    store.define(BLOBS, pack(DATA), version)
    before = store.definitions()
    other, rows = blobs(seed=1)
    store.define(other, pack(rows), version)
    assert store.definitions() != before
    assert store.definition("blobs") == other
    assert unpack(store.dataset(other.data_sha256)).sha256() == other.data_sha256
    assert list(store.dataset(BLOBS.data_sha256)) == []
    assert (store.champions(), len(store.versions("blobs"))) == ({"blobs": 2}, 2)


def test_data_of_two_models_are_stored_once_and_stay_until_both_are_removed(store: ModelStore) -> None:
    store.define(BLOBS, pack(DATA))
    store.define(blobs("others")[0], map(pytest.fail, ["the store has these data"]))
    assert rows_in(store) == {"models": 2, "datasets": 1}
    store.remove("blobs")
    assert unpack(store.dataset(BLOBS.data_sha256)).sha256() == BLOBS.data_sha256
    store.remove("others")
    assert rows_in(store) == {}


def test_a_model_with_other_inputs_needs_another_name(store: ModelStore, version: Trained) -> None:
    store.define(BLOBS, pack(DATA), version)
    other, rows = blobs(n_features=4)
    with pytest.raises(NameTaken, match="other inputs or gives other outputs"):
        store.define(other, pack(rows))
    assert store.definition("blobs") == BLOBS
    assert list(store.dataset(other.data_sha256)) == []
    store.remove("blobs")
    store.define(other, pack(rows))
    assert store.definition("blobs") == other


def test_nothing_is_left_of_what_is_removed_and_nothing_else_is_touched(
    store: ModelStore, lda: Trained, version: Trained
) -> None:
    store.publish(lda)
    others = rows_in(store)
    store.define(BLOBS, pack(DATA), version)
    run = scheduled(model="blobs")
    store.runs.create(run, "owner")
    store.publish(version)
    store.promote("blobs", 1, "test")
    store.remove("blobs")
    assert rows_in(store) == others
    with pytest.raises(UnknownVersion):
        store.version("blobs", 1)
    with pytest.raises(UnknownRun):  # a run that was under way publishes nothing
        store.publish(version, run)
    assert store.champions() == {"iris": 1}


def test_what_is_not_defined_can_not_be_removed(store: ModelStore, lda: Trained) -> None:
    store.publish(lda)
    with pytest.raises(UnknownModel, match="'iris'"):
        store.remove("iris")
    assert store.champions() == {"iris": 1}


def test_data_are_written_and_read_part_by_part(store: ModelStore) -> None:
    n_parts, size = 30, 1_000_000

    def made() -> Iterator[bytes]:
        for number in range(n_parts):
            yield bytes([number]) * size

    tracemalloc.start()
    try:
        store.define(BLOBS, made())
        first_bytes = [part[0] for part in store.dataset(BLOBS.data_sha256) if len(part) == size]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert first_bytes == list(range(n_parts))
    assert peak < n_parts * size / 2


def test_who_reads_slowly_holds_no_writer_up(store: ModelStore, lda: Trained) -> None:
    store.define(BLOBS, iter([b"one", b"two"]))
    parts = store.dataset(BLOBS.data_sha256)
    assert next(parts) == b"one"
    assert store.publish(lda).number == 1
    assert list(parts) == [b"two"]


def test_many_may_define_one_model_at_once(store_url: str, version: Trained) -> None:
    stores = [ModelStore(store_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda store: store.define(BLOBS, pack(DATA), version), stores))
    assert rows_in(stores[0])["models"] == 1
    assert unpack(stores[0].dataset(BLOBS.data_sha256)).sha256() == BLOBS.data_sha256
    assert stores[0].champions() == {"blobs": 4}
    for opened in stores:
        opened.close()


def test_a_definition_that_can_not_be_understood_says_so(store: ModelStore) -> None:
    store.define(BLOBS, pack(DATA))
    documents = [b"{", b"{}", msgspec.json.encode(msgspec.to_builtins(BLOBS) | {"name": "B"})]
    for document in documents:
        with store._engine.begin() as connection:
            connection.execute(MODELS.update().values(document=document))
        with pytest.raises(ArtefactDamaged, match="the definition of blobs can't be understood"):
            store.definition("blobs")
    store.remove("blobs")
    assert store.definitions() == {}


def test_a_store_of_an_earlier_release_defines_nothing_until_something_is_defined(
    store_url: str, stores: Stores, lda: Trained
) -> None:
    assert {MODELS, DATASETS} <= set(ADDED_LATER)
    made = ModelStore(store_url)
    made.publish(lda)
    with made._engine.begin() as connection:
        METADATA.drop_all(connection, [MODELS, DATASETS])
    readable = ModelStore(stores.readonly(store_url))
    assert (readable.definitions(), readable.champions()) == ({}, {"iris": 1})
    with pytest.raises(StoreUnavailable, match=r"read-?only"):
        readable.define(BLOBS, pack(DATA))
    made.define(BLOBS, pack(DATA))
    assert list(made.definitions()) == list(readable.definitions()) == ["blobs"]
    readable.close()
    made.close()
