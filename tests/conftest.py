"""Fixtures that every suite shares."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.processes import SETTINGS, Backend, end_all, start_backend

# A shell that starts its jobs in the background lets them ignore SIGINT, and so all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

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
    parser.addoption("--setting", action="append", default=[], metavar="DUET_X=VALUE", help="for every backend")
    parser.addoption("--runs", type=int, default=3, help="comparisons of two equal servers (20 take minutes)")
    parser.addoption("--examples", type=int, default=25, help="requests that Schemathesis makes for an operation")


def pytest_configure(config: pytest.Config) -> None:
    SETTINGS.update(given.split("=", 1) for given in config.getoption("--setting"))


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


def _starting(home: Path) -> Iterator[Start]:
    started: list[Backend] = []

    def start(
        kind: str, *arguments: str, port: int = 0, store: str | None = None, settings: dict[str, str] | None = None
    ) -> Backend:
        backend = start_backend(
            kind,
            *arguments,
            home=home,
            port=port,
            store=store or f"sqlite:///{home / 'store.sqlite3'}",
            settings=settings,
        )
        started.append(backend)
        return backend

    yield start
    end_all([backend.process for backend in started])


@pytest.fixture
def examples(request: pytest.FixtureRequest) -> int:
    """How many requests Schemathesis makes for an operation."""
    return int(request.config.getoption("--examples"))


@pytest.fixture
def runs(request: pytest.FixtureRequest) -> int:
    """How often two equal servers are compared."""
    return int(request.config.getoption("--runs"))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts backends that share one store of this test's own."""
    yield from _starting(tmp_path)


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Backend]]:
    """Both backends over one store, for tests that leave no trace."""
    starting = _starting(tmp_path_factory.mktemp("pair"))
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
