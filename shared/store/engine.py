"""Opens the database, and says in the domain's words what goes wrong with it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError

from shared.errors import StoreError, StoreFull, StoreUnavailable

LOCK_TIMEOUT_S = 4.0  # a caller must hear within 5 s that the store is locked
DISK_FULL = "53100"  # PostgreSQL, appendix A


def open_engine(url: str) -> Engine:
    """An engine for `url`, on which a transaction with the option `writes` has all that it reads to itself.

    Raises StoreUnavailable for a URL that is none, or whose driver is not installed.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # what they say may quote a password
        raise StoreUnavailable("the store's URL can't be used: it has not the form of one") from None
    try:
        return _open(parsed)
    except (ArgumentError, ImportError) as error:
        raise StoreUnavailable(f"the store's URL can't be used: {error}") from None


def _open(url: URL) -> Engine:
    match url.get_backend_name():
        case "sqlite":
            return _open_sqlite(url)
        case "postgresql" | "postgres":
            try:
                from shared.store.postgresql import open_postgresql
            except ImportError:
                raise ImportError("PostgreSQL needs the packages of requirements-postgresql.txt") from None
            return open_postgresql(url)
    return create_engine(url, pool_pre_ping=True)


def _open_sqlite(url: URL) -> Engine:
    # With settings under which a crash can't damage the file.
    engine = create_engine(url, connect_args={"timeout": LOCK_TIMEOUT_S})
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # sqlite3 must not open transactions of its own: see _begin_sqlite
    # A rollback journal, not WAL: SQLite before 3.51.3 can corrupt a WAL file that two connections
    # checkpoint at once, and Python ships older ones.
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Any) -> None:
    # IMMEDIATE takes the write lock at once: two writers that both read first would otherwise deadlock,
    # and compute the same next version number.
    mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def store_errors() -> Iterator[None]:
    """Turns the database's errors into StoreFull and StoreUnavailable."""
    try:
        yield
    except IntegrityError:
        raise  # a bug, or a race that the caller handles
    except SQLAlchemyError as error:
        raise _named(error) from error


def _named(error: SQLAlchemyError) -> StoreError:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if _is_full(cause):
        return StoreFull(f"the store has no space left: {cause}")
    return StoreUnavailable(f"the store can't be used: {cause}")


def _is_full(cause: BaseException | None) -> bool:
    if isinstance(cause, sqlite3.Error):
        return "full" in str(cause) or "No space" in str(cause)
    return getattr(cause, "sqlstate", None) == DISK_FULL
