"""The store on a real SQLite file."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from shared.domain.version import Trained
from shared.errors import ArtefactDamaged, StoreFull, StoreUnavailable, UnknownVersion
from shared.store import ModelStore
from shared.store.tables import ENGINES, VERSIONS

Altered = Callable[..., Trained]


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
    assert set(lda.exported) == {"dense", "onnxruntime"}
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
    store_url: str, lda: Trained, altered: Altered, tmp_path: Path
) -> None:
    _make_earlier(store_url, altered)
    readable = ModelStore(f"sqlite:///file:{tmp_path / 'store.sqlite3'}?mode=ro&uri=true")
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
    store_url: str, lda: Trained, altered: Altered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_earlier(store_url, altered)
    monkeypatch.setattr("shared.store.engine.LOCK_TIMEOUT_S", 0.0)
    holder = sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    opened = ModelStore(store_url)
    holder.close()
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
    store: ModelStore, lda: Trained, tmp_path: Path
) -> None:
    store.publish(lda)
    readable = ModelStore(f"sqlite:///file:{tmp_path / 'store.sqlite3'}?mode=ro&uri=true")
    with pytest.raises(StoreUnavailable, match="readonly"):
        readable.publish(lda)
    assert readable.champions() == {"iris": 1}
    assert [version.number for version in readable.versions("iris")] == [1]
    readable.close()


def test_a_full_store_says_so_and_keeps_what_it_has(store: ModelStore, lda: Trained, altered: Altered) -> None:
    store.publish(lda)
    with store._engine.connect() as connection:  # the pool hands the same connection out again
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreFull):
        store.publish(altered(artefact=b"x" * 100_000))
    assert store.champions() == {"iris": 1}
    assert [version.number for version in store.versions("iris")] == [1]


def test_a_locked_store_is_reported_within_five_seconds_and_can_be_read(
    store: ModelStore, lda: Trained, tmp_path: Path
) -> None:
    store.publish(lda)
    holder = sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        store.publish(lda)
    assert store.champions() == {"iris": 1}
    holder.close()


@pytest.mark.parametrize(
    "url", ["nonsense", "nosuch://x/y", "sqlite:////no/such/folder/store.sqlite3", "mysql+nosuch://x"]
)
def test_a_store_that_can_not_be_opened_says_so(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="can't be used"):
        ModelStore(url)
