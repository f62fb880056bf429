"""Fake servers for comparisons, and a comparison in one call."""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.compare.compare import compare
from shared.compare.comparison import Comparison
from shared.compare.plan import Plan
from shared.compare.target import Launch, Target
from tests.processes import end_all, read_line

SCRIPT = Path(__file__).with_name("fake_server.py")
START_LIMIT_S = 20.0

StartFake = Callable[..., str]
Compared = Callable[..., Comparison]


@pytest.fixture
def fake() -> Iterator[StartFake]:
    """Starts a fake server with these options and tells its address."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> str:
        process = subprocess.Popen([sys.executable, str(SCRIPT), *options], stdout=subprocess.PIPE, text=True)
        started.append(process)
        return f"http://127.0.0.1:{int(read_line(process, START_LIMIT_S))}"

    yield start
    end_all(started)


@pytest.fixture
def compared() -> Compared:
    """Compares what listens at these addresses, by name."""

    def run(plan: Plan, rows: Path | None = None, **urls: str) -> Comparison:
        return compare(
            plan,
            {name: launch(name, url) for name, url in urls.items()},
            model="fake",
            rows=rows,
            token="",
            tell=lambda _: None,
            command="a test",
            scenario="Test",
            look_at="Look. Look again.",
        )

    return run


def launch(name: str, url: str) -> Launch:
    return lambda: contextlib.nullcontext(Target(name, url))
