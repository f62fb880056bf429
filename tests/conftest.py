"""Fixtures that every suite shares."""

import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import postgresql as postgresql_server
from tests.processes import SETTINGS, Backend, end_all, start_backend
from tests.stores import SqliteStores, Stores

# A shell that starts its jobs in the background lets them ignore SIGINT, and so all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

STORES = ("sqlite", "postgresql")
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store", choices=STORES, help="of every test (default: SQLite, and both where that may differ)")
    parser.addoption("--setting", action="append", default=[], metavar="DUET_X=VALUE", help="for every backend")
    parser.addoption("--runs", type=int, default=2, help="comparisons of two equal servers (20 take minutes)")
    parser.addoption("--examples", type=int, default=10, help="requests that Schemathesis makes for an operation")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "every_store: runs on every kind of store")
    config.addinivalue_line("markers", "alone: measures times, so that nothing else may run beside it")
    SETTINGS.update(given.split("=", 1) for given in config.getoption("--setting"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "stores" in metafunc.fixturenames:
        everywhere = metafunc.definition.get_closest_marker("every_store") is not None
        chosen = metafunc.config.getoption("--store")
        kinds = [chosen] if chosen else STORES if everywhere else STORES[:1]
        ids = [pytest.HIDDEN_PARAM, *STORES[1:]]
        metafunc.parametrize("stores", kinds, indirect=True, scope="session", ids=ids[: len(kinds)])


class Start(Protocol):
    """Starts a backend that is ended with the fixture."""

    def __call__(
        self,
        kind: str,
        *arguments: str,
        port: int = 0,
        store: str | None = None,
        settings: dict[str, str] | None = None,
    ) -> Backend: ...


def _starting(home: Path, store_for: Callable[[tuple[str, ...]], str]) -> Iterator[Start]:
    """`store_for` gives the store of all that are started without one, by the arguments of the first."""
    started: list[Backend] = []
    own: list[str] = []

    def start(
        kind: str, *arguments: str, port: int = 0, store: str | None = None, settings: dict[str, str] | None = None
    ) -> Backend:
        if store is None and not own:
            own.append(store_for(arguments))
        backend = start_backend(
            kind,
            *arguments,
            home=home,
            port=port,
            store=store or own[0],
            settings=settings,
        )
        started.append(backend)
        return backend

    yield start
    end_all([backend.process for backend in started])


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgresql_server.Server]:
    """A PostgreSQL server that all tests share."""
    if postgresql_server.binaries() is None:
        pytest.skip("no PostgreSQL on this machine")
    with postgresql_server.cluster() as server:
        yield server


@pytest.fixture(scope="session")
def stores(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stores:
    """Makes stores of the kind that the test runs on."""
    if request.param == "sqlite":
        return SqliteStores(tmp_path_factory.mktemp("stores"))
    server: postgresql_server.Server = request.getfixturevalue("postgresql")
    return server


@pytest.fixture
def examples(request: pytest.FixtureRequest) -> int:
    """How many requests Schemathesis makes for an operation."""
    return int(request.config.getoption("--examples"))


@pytest.fixture
def runs(request: pytest.FixtureRequest) -> int:
    """How often two equal servers are compared."""
    return int(request.config.getoption("--runs"))


@pytest.fixture
def start(tmp_path: Path, stores: Stores, trained_store: str) -> Iterator[Start]:
    """Starts backends that share one store of this test's own: one with every model, or an empty one to stay so."""
    yield from _starting(
        tmp_path, lambda arguments: stores.new() if "--no-bootstrap" in arguments else stores.copy(trained_store)
    )


@pytest.fixture(scope="session")
def trained_store(tmp_path_factory: pytest.TempPathFactory, stores: Stores) -> str:
    """A store in which every model has one version, to copy from: training takes longer than most tests."""
    url = stores.new()
    backend = start_backend("klein", home=tmp_path_factory.mktemp("trained"), store=url)
    end_all([backend.process])
    return url


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory, stores: Stores, trained_store: str) -> Iterator[dict[str, Backend]]:
    """Both backends over one store, for tests that leave no trace."""
    starting = _starting(tmp_path_factory.mktemp("pair"), lambda arguments: stores.copy(trained_store))
    start = next(starting)
    yield {kind: start(kind) for kind in ("flask", "klein")}
    next(starting, None)


@pytest.fixture(params=["flask", "klein"])
def backend(request: pytest.FixtureRequest, pair: dict[str, Backend]) -> Backend:
    """Each backend in turn."""
    return pair[request.param]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests: Playwright can be started once in a process."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield running
        running.close()
