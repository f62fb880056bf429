"""The store on real databases of every kind."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import msgspec
import pytest

from shared.domain.version import Trained
from shared.errors import ArtefactDamaged, StoreUnavailable, UnknownVersion
from shared.store import ModelStore
from shared.store.postgresql import SESSION
from shared.store.tables import ENGINES, VERSIONS
from tests.stores import Stores

Altered = Callable[..., Trained]
TOLD_WITHIN_S = 5.0
pytestmark = pytest.mark.every_store


def test_versions_count_from_one_for_each_model_and_the_newest_is_champion(
    store: ModelStore, lda: Trained, tree: Trained
) -> None:
    assert [store.publish(lda).number, store.publish(lda).number, store.publish(tree).number] == [1, 2, 1]
    assert store.champions() == {"iris": 2, "iris-tree": 1}
    assert [version.number for version in store.versions("iris")] == [2, 1]


def test_what_is_loaded_is_what_was_published(store: ModelStore, lda: Trained) -> None:
    published = store.publish(lda)
    version = store.version("iris", 1)
    assert version == published
    assert store.artefact(version) == lda.artefact
    assert set(lda.exported) == {"dense", "onnxruntime", "familiarity", "background", "held-out"}
    assert {name: store.artefact(version, name) for name in lda.exported} == lda.exported
    assert (version.engines, version.golden) == (lda.engines, lda.golden)
    assert (version.metrics, version.signature, version.data_sha256) == (lda.metrics, lda.signature, lda.data_sha256)


def test_only_first_keeps_an_existing_champion(store: ModelStore, lda: Trained) -> None:
    assert store.publish(lda, only_first=True).number == 1
    assert store.publish(lda, only_first=True).number == 1
    assert len(store.versions("iris")) == 1


def test_a_version_that_is_not_there_is_named(store: ModelStore) -> None:
    with pytest.raises(UnknownVersion, match="no version 7"):
        store.version("iris", 7)


def test_a_damaged_artefact_is_never_handed_out(store: ModelStore, altered: Altered) -> None:
    damaged = b"other bytes than were digested"
    store.publish(altered(artefact=damaged, exported={"dense": damaged}))
    version = store.version("iris", 1)
    with pytest.raises(ArtefactDamaged, match="the artefact of iris version 1 is damaged"):
        store.artefact(version)
    for engine in ("dense", "onnxruntime"):  # other bytes, and none
        with pytest.raises(ArtefactDamaged, match=f"the artefact for {engine} of iris version 1 is damaged"):
            store.artefact(version, engine)


def test_a_store_of_an_earlier_release_is_read_and_written(
    store_url: str, stores: Stores, lda: Trained, altered: Altered
) -> None:
    _make_earlier(store_url, altered)
    readable = ModelStore(stores.readonly(store_url))
    version = readable.version("iris", 1)
    assert (version.engines, version.golden, version.data, version.examples) == ((), None, None, None)
    assert readable.artefact(version) == lda.artefact
    readable.close()
    opened = ModelStore(store_url)
    published = opened.publish(lda)
    assert published.number == 2
    assert opened.artefact(published, "dense") == lda.exported["dense"]
    opened.close()


def test_a_store_of_an_earlier_release_that_was_locked_when_it_was_opened_is_written_later(
    store_url: str, stores: Stores, lda: Trained, altered: Altered, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_earlier(store_url, altered)
    monkeypatch.setattr("shared.store.engine.LOCK_TIMEOUT_S", 0.1)
    monkeypatch.setattr("shared.store.postgresql.SESSION", SESSION.replace("4.0s", "0.1s"))
    with stores.being_written(store_url):
        opened = ModelStore(store_url)
    assert opened.artefact(opened.publish(lda), "dense") == lda.exported["dense"]
    opened.close()


def _make_earlier(store_url: str, altered: Altered) -> None:
    """A store as it was before versions were exported: no table for that, and documents that don't speak of it."""
    added: dict[str, object] = {"engines": (), "golden": None, "data": None, "examples": None}
    made = ModelStore(store_url)
    version = made.publish(altered(exported={}, **added))
    document = {name: value for name, value in msgspec.to_builtins(version).items() if name not in added}
    with made._engine.begin() as connection:
        connection.execute(VERSIONS.update().values(document=msgspec.json.encode(document)))
        ENGINES.drop(connection)
    made.close()


def test_many_writers_at_once_leave_no_gap_and_no_double(store_url: str, lda: Trained) -> None:
    stores = [ModelStore(store_url) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda index: stores[index % 4].publish(lda).number, range(40)))
    assert sorted(numbers) == list(range(1, 41))
    assert stores[0].champions() == {"iris": 40}
    for opened in stores:
        opened.close()


def test_many_processes_may_open_an_empty_store_at_once(store_url: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        for opened in pool.map(ModelStore, [store_url] * 16):
            opened.close()


def test_a_store_that_can_only_be_read_is_read_and_refuses_new_versions(
    store: ModelStore, store_url: str, stores: Stores, lda: Trained
) -> None:
    store.publish(lda)
    readable = ModelStore(stores.readonly(store_url))
    with pytest.raises(StoreUnavailable, match=r"read-?only"):
        readable.publish(lda)
    assert readable.champions() == {"iris": 1}
    assert [version.number for version in readable.versions("iris")] == [1]
    readable.close()


def test_a_locked_store_is_reported_within_five_seconds_and_can_be_read(
    store: ModelStore, store_url: str, stores: Stores, lda: Trained
) -> None:
    store.publish(lda)
    with stores.being_written(store_url):
        began = monotonic()
        with pytest.raises(StoreUnavailable, match="lock"):
            store.publish(lda)
        assert monotonic() - began < TOLD_WITHIN_S
        assert store.champions() == {"iris": 1}
    assert store.publish(lda).number == 2
