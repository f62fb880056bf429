"""The process that reads files, as its parent sees it."""

import json
from collections.abc import Iterator
from contextlib import closing

import pytest
import skops.io

from shared.bootstrap import child_environment
from shared.errors import InvalidInput, UnusableFile
from shared.publishing.process import FileJob, FileReader
from tests import estimators

RIDGE = skops.io.dumps(estimators.regressor(estimators.rows()))
NAMES = json.dumps(["a", "b", "c"]).encode()


def job(content: bytes = RIDGE, features: bytes | None = NAMES) -> FileJob:
    return FileJob(content=content, features=features, source="price.skops", name="price", by="test")


def pid(reader: FileReader) -> int:
    assert reader._child is not None
    return reader._child.pid


@pytest.fixture(scope="module")
def reader() -> Iterator[FileReader]:
    with closing(FileReader(child_environment())) as found:
        found.warm()
        yield found


def test_one_process_reads_many_files(reader: FileReader) -> None:
    reader.warm()
    first = pid(reader)
    assert [reader.read(job()).definition.name for _ in range(3)] == ["price"] * 3
    assert pid(reader) == first


def test_one_that_refused_a_file_or_ended_is_replaced(reader: FileReader) -> None:
    with pytest.raises(InvalidInput, match="must be 3"):
        reader.read(job(features=b'["a"]'))
    reader.warm()
    first = pid(reader)
    assert reader._child is not None
    reader._child.kill()
    reader._child.wait()
    assert reader.read(job()).trained.recipe == "Ridge"
    assert pid(reader) != first
    with pytest.raises(UnusableFile, match="no skops file"):
        reader.read(job(b"PK half a file"))


def test_one_that_takes_too_long_is_ended() -> None:
    with (
        closing(FileReader(child_environment(), time_limit_s=0.05)) as slow,
        pytest.raises(UnusableFile, match=r"could not be read within 0\.05 s"),
    ):
        slow.read(job())


def test_it_ends_when_its_parent_does(reader: FileReader) -> None:
    reader.warm()
    child, reader._child = reader._child, None
    assert child is not None
    with child:  # closes its standard input, as the end of a parent does
        pass
    assert child.returncode == 0
