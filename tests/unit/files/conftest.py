"""Small files, made where a test wants them."""

import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from shared.errors import UnusableFile


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For tests that hypothesis calls many times."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture
def wrong(tmp_path: Path) -> Callable[[Callable[[Path], object], bytes], list[tuple[str, str]]]:
    """What a reader finds wrong with a file of these bytes: places and reasons."""

    def read(reader: Callable[[Path], object], content: bytes) -> list[tuple[str, str]]:
        path = tmp_path / "file"
        path.write_bytes(content)
        with pytest.raises(UnusableFile) as raised:
            reader(path)
        assert raised.value.name == str(path)
        assert all(problem.message in str(raised.value) for problem in raised.value.problems)
        return [(problem.path, problem.message) for problem in raised.value.problems]

    return read


@pytest.fixture
def peak_bytes() -> Callable[[Callable[[], object]], int]:
    """The most memory that a reading had, whether or not it ended in a refusal."""

    def measure(reading: Callable[[], object]) -> int:
        tracemalloc.start()
        try:
            with suppress(UnusableFile):
                reading()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    return measure
