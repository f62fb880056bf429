"""Fixtures of the contract: which backends run, over which store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import Start
from tests.processes import MODULES, Backend, end_all, start_backend
from tests.stores import Stores

Pair = dict[str, Backend]


def store_of(backend: Backend) -> str:
    """The URL of the store that `backend` was started with."""
    command = backend.process.args
    assert isinstance(command, list)
    return str(command[command.index("--store") + 1])


@pytest.fixture(scope="session")
def training_pair(trained_store: str, stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both backends over a store of their own, for tests that train."""
    yield from paired(stores.copy(trained_store), tmp_path_factory.mktemp("training"), {})


@pytest.fixture(scope="session")
def impatient_pair(trained_store: str, stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both backends, with a request deadline of 1 s and an idle timeout of 2 s."""
    settings = {"DUET_REQUEST_DEADLINE_S": "1", "DUET_IDLE_TIMEOUT_S": "2"}
    yield from paired(stores.copy(trained_store), tmp_path_factory.mktemp("impatient"), settings)


@pytest.fixture(scope="session")
def configured_pair(trained_store: str, stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both backends with a token, an origin and two hosts configured."""
    settings = {
        "DUET_TOKEN": "s3cret-token",
        "DUET_ORIGINS": "https://page.example, http://localhost:9000",
        "DUET_HOSTS": "duet.example, other.example:8443",
    }
    yield from paired(stores.copy(trained_store), tmp_path_factory.mktemp("configured"), settings)


@pytest.fixture
def start_trained(start: Start, trained_store: str, stores: Stores) -> Start:
    """`start`, over a store in which every model has one version."""
    own = stores.copy(trained_store)

    def begin(
        kind: str, *arguments: str, port: int = 0, store: str | None = None, settings: dict[str, str] | None = None
    ) -> Backend:
        return start(kind, *arguments, port=port, store=store or own, settings=settings)

    return begin


@pytest.fixture
def start_both(start_trained: Start) -> Callable[[], list[Backend]]:
    """Starts one backend of each kind as `start_trained` does, side by side."""
    return lambda: _both(start_trained)


def _both(begin: Callable[[str], Backend]) -> list[Backend]:
    with ThreadPoolExecutor() as pool:
        return list(pool.map(begin, MODULES))


def paired(store: str, home: Path, settings: dict[str, str]) -> Iterator[Pair]:
    """Both backends over `store`."""

    def begin(kind: str) -> Backend:
        return start_backend(kind, home=home, store=store, settings=settings)

    started: list[Backend] = []

    def remembered(kind: str) -> Backend:
        started.append(backend := begin(kind))
        return backend

    try:
        yield {backend.kind: backend for backend in _both(remembered)}
    finally:
        end_all([backend.process for backend in started])
