"""A browser and a pair of real backends for every test of the page."""

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.conftest import Start
from tests.processes import ROOT, Backend, start_backend

LOOPBACK = {"127.0.0.1", "localhost", "::1", None}
WAYS = ("http", "file")
LOOKS = ((1440, "light"), (1024, "dark"), (390, "light"))  # each width and each scheme; pictures take long

expect.set_options(timeout=15_000)


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago; known before the start, for the list of allowed origins."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


@dataclass
class Pair:
    """Both backends over one store; either can be killed and started again on its port."""

    start: Start
    ports: dict[str, int]
    store: str
    running: dict[str, Backend] = field(default_factory=dict)
    started: list[Backend] = field(default_factory=list)

    def url(self, kind: str) -> str:
        return f"http://127.0.0.1:{self.ports[kind]}"

    def run(self, kind: str, *arguments: str) -> None:
        origins = ",".join(self.url(one) for one in self.ports)
        self.running[kind] = self.start(
            kind, *arguments, port=self.ports[kind], store=self.store, settings={"DUET_ORIGINS": origins}
        )
        self.started.append(self.running[kind])

    def kill(self, *kinds: str) -> None:
        for kind in kinds:
            self.running[kind].kill()

    def page_url(self, way: str, fragment: str = "") -> str:
        """The page's address with both backends named in it, through Klein's server or as a file."""
        base = f"{self.url('klein')}/" if way == "http" else (ROOT / "frontend" / "index.html").as_uri()
        return f"{base}?{urlencode({kind: self.url(kind) for kind in self.ports})}{fragment}"


@pytest.fixture(scope="session")
def trained_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds the default models, made once and copied for each test."""
    home = tmp_path_factory.mktemp("trained")
    store = home / "store.sqlite3"
    backend = start_backend("flask", home=home, store=f"sqlite:///{store}")
    backend.stop()
    close(backend)
    return store


def close(backend: Backend) -> None:
    """Ends it if it still runs, and the pipe that its ready line came through."""
    backend.kill()
    assert backend.process.stdout is not None
    backend.process.stdout.close()


def copied_pair(start: Start, trained_store: Path, home: Path) -> Iterator[Pair]:
    store = home / "store.sqlite3"
    shutil.copy(trained_store, store)
    pair = Pair(start, dict(zip(("flask", "klein"), free_ports(2), strict=True)), f"sqlite:///{store}")
    yield pair
    for backend in pair.started:
        close(backend)


@pytest.fixture
def absent_pair(start: Start, trained_store: Path, tmp_path: Path) -> Iterator[Pair]:
    """Two backends that could be started, and aren't."""
    yield from copied_pair(start, trained_store, tmp_path)


@pytest.fixture
def pair(absent_pair: Pair) -> Pair:
    """Both backends, trained, for a test that kills them or trains."""
    for kind in absent_pair.ports:
        absent_pair.run(kind)
    return absent_pair


@pytest.fixture(scope="session")
def steady_pair(trained_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both backends, trained, for all tests that leave no trace."""
    home = tmp_path_factory.mktemp("steady")

    def start(
        kind: str, *arguments: str, port: int = 0, store: str | None = None, settings: dict[str, str] | None = None
    ) -> Backend:
        return start_backend(kind, *arguments, home=home, port=port, store=store, settings=settings)

    pairs = copied_pair(start, trained_store, home)
    made = next(pairs)
    for kind in made.ports:
        made.run(kind)
    yield made
    next(pairs, None)


@dataclass
class Watch:
    """What must not happen while the page is open."""

    errors: list[str]
    strangers: list[str]

    def see(self, message: ConsoleMessage) -> None:
        # A browser logs every request that fails or answers an error; the page can't prevent that.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.errors.append(message.text)

    def check(self, request: Request) -> None:
        if urlsplit(request.url).scheme not in ("file", "data") and urlsplit(request.url).hostname not in LOOPBACK:
            self.strangers.append(request.url)


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens a page in a profile of its own; at the end no script failed and no outside host was asked."""
    watch = Watch([], [])
    contexts = []

    def open_one(url: str, *, width: int = 1440, height: int = 900, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", watch.see)
        page.on("pageerror", lambda error: watch.errors.append(str(error)))
        page.on("request", watch.check)
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.unroute_all(behavior="ignoreErrors")  # a route whose page is gone fails, in the next test
        for page in context.pages:
            page.unroute_all(behavior="ignoreErrors")
        context.close()
    assert watch.errors == []
    assert watch.strangers == []
