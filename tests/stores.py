"""Stores for the tests to fill, copy and lock."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine

from shared.store.tables import ENGINES, VERSIONS

LOCKED_WITHIN_S = 10.0


class Stores(Protocol):
    """Makes stores of one kind; each is known by its URL."""

    def new(self) -> str:
        """An empty one."""

    def copy(self, url: str) -> str:
        """One that holds what the one at `url` does."""

    def locked(self, url: str) -> AbstractContextManager[None]:
        """Meanwhile nobody else can read it or write to it."""

    def being_written(self, url: str) -> AbstractContextManager[None]:
        """Meanwhile nobody else can write to it."""

    def readonly(self, url: str) -> str:
        """Another URL of it, by which it can only be read."""


class SqliteStores:
    """Files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def new(self) -> str:
        return f"sqlite:///{self._folder / f'store{next(self._numbers)}.sqlite3'}"

    def copy(self, url: str) -> str:
        copied = self.new()
        shutil.copy(sqlite_file(url), sqlite_file(copied))
        return copied

    def locked(self, url: str) -> AbstractContextManager[None]:
        return self._held(url, "EXCLUSIVE")

    def being_written(self, url: str) -> AbstractContextManager[None]:
        return self._held(url, "IMMEDIATE")

    def readonly(self, url: str) -> str:
        return f"sqlite:///file:{sqlite_file(url)}?mode=ro&uri=true"

    @contextmanager
    def _held(self, url: str, mode: str) -> Iterator[None]:
        with closing(sqlite3.connect(sqlite_file(url), isolation_level=None, timeout=LOCKED_WITHIN_S)) as store:
            store.execute(f"BEGIN {mode}")
            yield
            store.execute("ROLLBACK")


def sqlite_file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def damage(url: str, model: str, number: int) -> None:
    """Replace the artefacts of a version by other bytes."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in (VERSIONS, ENGINES):
            of_version = (table.c.model == model, table.c.number == number)
            connection.execute(table.update().where(*of_version).values(artefact=bytes(10)))
    engine.dispose()
