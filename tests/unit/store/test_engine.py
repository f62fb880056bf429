"""What a store says whose URL can't be used, and an SQLite file that is full."""

import sys
from collections.abc import Callable

import pytest

from shared.domain.version import Trained
from shared.errors import StoreFull, StoreUnavailable
from shared.store import ModelStore
from tests.stores import SqliteStores

SECRET = "zq7"  # noqa: S105 - made up, to be looked for


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "nosuch://x/y",
        "sqlite:////no/such/folder/store.sqlite3",
        "mysql+nosuch://x",
        f"postgresql+psycopg://duet:{SECRET}@127.0.0.1:1/duet",  # nobody listens
        f"postgresql://duet:{SECRET}@127.0.0.1:1/duet",
        f"postgresql+psycopg://duet:half@{SECRET}@127.0.0.1:1/duet",
        f"postgresql+psycopg://duet:half@a:{SECRET}@127.0.0.1:1/duet",
        f"postgresql+psycopg://duet:{SECRET}@nowhere.invalid/duet",
        f"postgresql+psycopg://duet:{SECRET}@127.0.0.1/duet?nosuch=1",
    ],
)
def test_a_store_that_can_not_be_opened_says_so_and_keeps_its_password(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="can't be used") as raised:
        ModelStore(url)
    assert SECRET not in str(raised.value)


def test_a_missing_driver_is_named_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "shared.store.postgresql", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreUnavailable, match=r"requirements-postgresql\.txt"):
        ModelStore("postgresql+psycopg://duet@127.0.0.1/duet")


def test_a_full_store_says_so_and_keeps_what_it_has(
    tmp_path_factory: pytest.TempPathFactory, lda: Trained, altered: Callable[..., Trained]
) -> None:
    store = ModelStore(SqliteStores(tmp_path_factory.mktemp("full")).new())
    store.publish(lda)
    with store._engine.connect() as connection:  # the pool hands the same connection out again
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreFull):
        store.publish(altered(artefact=b"x" * 100_000))
    assert store.champions() == {"iris": 1}
    assert [version.number for version in store.versions("iris")] == [1]
    store.close()
