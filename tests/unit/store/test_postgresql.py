"""What only a server can do to a store: fill up, end, hang, lose a writer, and tell who listens."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import pytest

from shared.domain.version import Trained
from shared.errors import StoreFull, StoreUnavailable
from shared.store import ModelStore
from shared.store.postgresql import SESSION
from tests.postgresql import Server, cluster

# A busy machine lets a silent writer be found late, and a server end late.
pytestmark = pytest.mark.alone

TOLD_WITHIN_S = 5.0
HEARD_WITHIN_S = 1.0
LIMIT_S = 30.0
FILLED = """
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER filled BEFORE INSERT ON engines EXECUTE FUNCTION fill()
"""


@pytest.fixture
def url(postgresql: Server) -> str:
    return postgresql.new()


@pytest.fixture
def store(url: str) -> Iterator[ModelStore]:
    opened = ModelStore(url)
    yield opened
    opened.close()


@pytest.fixture
def own(postgresql: Server) -> Iterator[Server]:
    """A server that a test may end."""
    with cluster() as server:
        yield server


def test_a_full_server_says_so_and_keeps_what_it_has(
    store: ModelStore, url: str, postgresql: Server, lda: Trained
) -> None:
    store.publish(lda)
    with postgresql.connected(url) as connection:
        connection.execute(FILLED)
    with pytest.raises(StoreFull, match="no space left"):
        store.publish(lda)
    assert (store.champions(), len(store.versions("iris"))) == ({"iris": 1}, 1)


def test_connections_that_the_server_closed_are_replaced(
    store: ModelStore, url: str, postgresql: Server, lda: Trained
) -> None:
    store.publish(lda)
    assert _end_connections(postgresql, url) > 0
    assert store.champions() == {"iris": 1}


def test_a_server_that_ended_is_reported_and_works_again_when_it_is_back(own: Server, lda: Trained) -> None:
    store = ModelStore(own.new())
    store.publish(lda)
    own.kill()
    for ask in (store.champions, lambda: store.publish(lda)):
        with _told_in_time(), pytest.raises(StoreUnavailable, match="can't be used"):
            ask()
    own.start()
    assert store.publish(lda).number == 2
    store.close()


def test_a_server_that_hangs_is_reported(own: Server, lda: Trained) -> None:
    store = ModelStore(own.new())
    store.publish(lda)
    with own.hanging():
        for ask in (store.champions, lambda: store.publish(lda)):
            with _told_in_time(), pytest.raises(StoreUnavailable, match="can't be used"):
                ask()
    assert store.champions() == {"iris": 1}
    store.close()


def test_a_connection_that_hangs_while_it_is_asked_is_given_up(store: ModelStore, lda: Trained) -> None:
    store.publish(lda)
    with store._engine.connect() as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        os.kill(pid, signal.SIGSTOP)
        try:
            with _told_in_time(), pytest.raises(Exception, match="has said nothing"):
                connection.exec_driver_sql("SELECT 1")
        finally:
            os.kill(pid, signal.SIGCONT)
    assert store.champions() == {"iris": 1}


def test_a_writer_that_fell_silent_lets_the_others_write(
    url: str, postgresql: Server, lda: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.store.postgresql.SESSION", SESSION.replace("10s", "1s"))
    store = ModelStore(url)
    silent = store._engine.connect().execution_options(writes=True)
    silent.begin()
    assert store.publish(lda).number == 1
    silent.invalidate()
    silent.close()
    store.close()


def test_who_listens_hears_of_every_new_champion_and_of_nothing_else(store: ModelStore, url: str, lda: Trained) -> None:
    with _listening(url) as heard:
        assert heard.wait(LIMIT_S), "once at first, for what was published before"
        for _ in range(3):
            heard.clear()
            store.publish(lda)
            assert heard.wait(HEARD_WITHIN_S)
        heard.clear()
        store.publish(lda, only_first=True)
        assert not heard.wait(HEARD_WITHIN_S)


def test_who_listens_listens_again_after_the_connection_was_lost(
    store: ModelStore, url: str, postgresql: Server, lda: Trained
) -> None:
    with _listening(url) as heard:
        assert heard.wait(LIMIT_S)
        heard.clear()
        _end_connections(postgresql, url)
        assert heard.wait(LIMIT_S), "for what was published meanwhile"
        heard.clear()
        store.publish(lda)
        assert heard.wait(HEARD_WITHIN_S)


def test_an_isolation_level_of_the_servers_changes_nothing(url: str, postgresql: Server, lda: Trained) -> None:
    with postgresql.connected(url) as connection:
        connection.execute("ALTER ROLE duet SET default_transaction_isolation = 'serializable'")
        try:
            store = ModelStore(url)
            threads = [threading.Thread(target=store.publish, args=(lda,)) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            connection.execute("ALTER ROLE duet RESET default_transaction_isolation")
    assert [version.number for version in store.versions("iris")] == list(range(8, 0, -1))
    store.close()


@contextmanager
def _told_in_time() -> Iterator[None]:
    began = monotonic()
    yield
    assert monotonic() - began < TOLD_WITHIN_S


@contextmanager
def _listening(url: str) -> Iterator[threading.Event]:
    """An event that is set whenever a store at `url` is told of a change."""
    store, heard, stop = ModelStore(url), threading.Event(), threading.Event()
    thread = threading.Thread(target=store.listen, args=(stop, heard.set))
    thread.start()
    try:
        yield heard
    finally:
        stop.set()
        thread.join(LIMIT_S)
        store.close()
    assert not thread.is_alive()


def _end_connections(server: Server, url: str) -> int:
    """How many there were."""
    with server.connected(url) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return ended.rowcount
