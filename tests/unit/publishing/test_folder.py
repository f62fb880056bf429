"""A watched folder over a real store; files are read in this process."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import skops.io

from shared.catalogue.stored import StoredEntry
from shared.domain.packing import pack
from shared.errors import UnusableFile
from shared.publishing import folder
from shared.publishing.child import outcome_of
from shared.publishing.folder import MARK, WatchedFolder
from shared.publishing.process import FileJob, FileModel, Refused
from shared.service import Service
from tests import estimators
from tests.definitions import blobs

X = estimators.rows()
RIDGE = skops.io.dumps(estimators.regressor(X))
NAMES = json.dumps(["a", "b", "c"])


class ReaderHere:
    """Reads in this process; `is_waiting` says whether one of its own would be there."""

    def __init__(self) -> None:
        self.sources, self.is_waiting = list[str](), False

    def warm(self) -> None:
        self.is_waiting = True

    def close(self) -> None:
        self.is_waiting = False

    def read(self, job: FileJob) -> FileModel:
        self.sources.append(job.source)
        outcome = outcome_of(job)
        if isinstance(outcome, Refused):
            raise UnusableFile(job.source, outcome.problems)
        return outcome


class Watched:
    """A folder, a service that follows it, and the files that were read for it."""

    def __init__(self, path: Path, service: Service) -> None:
        self.service, self.reader = service, ReaderHere()
        self.folder = WatchedFolder(path, service, self.reader)

    @property
    def read(self) -> list[str]:
        return self.reader.sources

    def rounds(self, number: int = 2) -> None:
        for _ in range(number):
            self.folder.round()

    def numbers(self) -> dict[str, int]:
        """The champions of the models that are not of the catalogue."""
        found = self.service.champions()
        return {entry.name: version.number for entry, version in found if version is not None}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def one(path: Path, make_service: Callable[..., Service]) -> Iterator[Watched]:
    watched = Watched(path, make_service())
    watched.rounds(1)
    with closing(watched.folder):
        yield watched


@pytest.fixture
def other(path: Path, make_service: Callable[..., Service], one: Watched) -> Iterator[Watched]:
    watched = Watched(path, make_service())
    with closing(watched.folder):
        yield watched


def put(path: Path, name: str, content: bytes | None = None) -> None:
    (path / f"{name}.json").write_text(NAMES)
    (path / f"{name}.skops").write_bytes(content or RIDGE)


def test_what_is_put_in_is_served_replaced_and_gone_again(path: Path, one: Watched) -> None:
    put(path, "price")
    one.rounds(1)
    assert one.numbers() == {}  # it may still be written to
    one.rounds(1)
    assert one.numbers() == {"price": 1}
    assert one.service.predictor("price").values_of(X) == pytest.approx(estimators.regressor(X).predict(X))
    one.rounds(3)
    assert one.read == ["price.skops"]
    put(path, "price", skops.io.dumps(estimators.regressor(2 * X)))
    one.rounds()
    assert one.numbers() == {"price": 2}
    (path / "price.skops").unlink()
    one.rounds(1)
    assert one.numbers() == {"price": 2}  # it may be about to be replaced
    one.rounds(1)
    assert one.numbers() == {}
    assert "price" not in [entry.name for entry in one.service.models()]


def test_the_first_process_reads_with_a_reader_that_waits(path: Path, one: Watched, other: Watched) -> None:
    put(path, "price")
    put(path, "half", b"PK half a file")
    for _ in range(4):
        other.folder.round()
        one.folder.round()
    other.service.refresh()
    assert (one.read, other.read) == (["price.skops"], [])
    assert (one.numbers(), other.numbers()) == ({"price": 1}, {"price": 1})
    assert (one.reader.is_waiting, other.reader.is_waiting) == (True, False)
    assert (len(one.service.file_problems()), other.service.file_problems()) == (1, [])


def test_where_the_first_ends_another_takes_over(path: Path, one: Watched, other: Watched) -> None:
    one.folder.close()
    put(path, "price")
    other.rounds()
    assert (other.read, other.reader.is_waiting) == (["price.skops"], True)
    assert (one.folder.round(), one.reader.is_waiting) == (False, False)


def test_what_the_first_process_leaves_the_others_look_at(
    path: Path, one: Watched, other: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(path, "price")
    put(path, "half", b"PK half a file")
    monkeypatch.setattr(folder, "PATIENCE_S", 0.0)
    other.rounds(3)
    assert (other.numbers(), other.read, other.reader.is_waiting) == ({"price": 1}, ["price.skops"], False)
    assert other.service.file_problems() == ["half.skops: is no skops file, or not a whole one"]
    one.rounds(3)
    assert one.read == []


def test_an_empty_folder_that_nobody_asked_for_needs_no_reader(path: Path, one: Watched) -> None:
    one.folder.close()
    watched, reader = WatchedFolder(path, one.service, one.reader, is_asked_for=False), one.reader
    assert (watched.round(), reader.is_waiting) == (True, False)
    put(path, "price")
    assert (watched.round(), reader.is_waiting) == (False, True)
    assert [watched.round(), watched.round()] == [False, True]
    watched.close()
    assert not reader.is_waiting


def test_the_store_keeps_the_first_of_two_that_read_a_file_at_once(path: Path, one: Watched, other: Watched) -> None:
    put(path, "price")
    one.rounds()
    (file,) = (entry.definition.file for entry in one.service.models() if isinstance(entry, StoredEntry))
    assert file is not None
    content, features = ((path / name).read_bytes() for name in ("price.skops", "price.json"))
    job = FileJob(content=content, features=features, source="price.skops", name="price", by="test")
    again = other.reader.read(job)
    model = again.of_folder(file)
    assert other.service.define(model.definition, list(model.parts), model.trained) is None
    assert len(one.service.versions("price")) == 1


def test_an_unusable_file_is_told_of_and_nothing_else_breaks(path: Path, one: Watched) -> None:
    put(path, "price")
    one.rounds()
    put(path, "price", b"PK half a file")
    put(path, "other")
    one.rounds(4)
    assert one.numbers() == {"other": 1, "price": 1}
    assert one.service.file_problems() == ["price.skops: is no skops file, or not a whole one"]
    assert one.service.problems() == []
    put(path, "price")
    one.rounds()
    assert (one.numbers(), one.service.file_problems()) == ({"other": 1, "price": 1}, [])


def test_only_models_of_the_folder_vanish_with_it(path: Path, one: Watched) -> None:
    definition, data = blobs()
    one.service.define(definition, pack(data))
    put(path, "blobs")
    one.rounds()
    (problem,) = one.service.file_problems()
    assert "blobs.skops: the name 'blobs' is taken: the model that has it did not come from this folder" in problem
    (path / "blobs.skops").unlink()
    one.rounds()
    assert "blobs" in [entry.name for entry in one.service.models()]
    assert one.service.file_problems() == []


def test_a_folder_that_is_away_takes_nothing_with_it(path: Path, one: Watched) -> None:
    put(path, "price")
    one.rounds()
    path.rename(path.with_name("away"))
    one.rounds()
    assert one.numbers() == {"price": 1}  # another folder is in its place, with a mark of its own
    (path / MARK).unlink()
    path.rmdir()
    path.with_name("away").rename(path)
    (path / "price.skops").unlink()
    one.rounds(1)
    assert one.numbers() == {}


def test_a_model_that_was_removed_by_hand_comes_back_with_its_file(path: Path, one: Watched) -> None:
    put(path, "price")
    one.rounds()
    one.service.remove("price")
    one.rounds()
    assert one.numbers() == {"price": 1}


def test_a_folder_that_can_not_be_made_is_told_of_only_where_it_was_asked_for(tmp_path: Path, one: Watched) -> None:
    file = tmp_path / "file"
    file.touch()
    for is_asked_for in (True, False):
        WatchedFolder(file / "models", one.service, ReaderHere(), is_asked_for=is_asked_for).round()
        told = [f"{file / 'models'}: the folder can't be watched: Not a directory"] if is_asked_for else []
        assert one.service.file_problems() == told


def test_names_that_no_model_can_have_and_hidden_files(path: Path, one: Watched) -> None:
    put(path, "My model")
    (path / ".price.skops").write_bytes(b"")
    one.rounds()
    (problem,) = one.service.file_problems()
    assert problem.startswith("My model.skops: name: must be a small letter")


def test_a_link_to_nothing_keeps_no_other_from_being_served(path: Path, one: Watched) -> None:
    (path / "nothing.skops").symlink_to(path / "is there")
    put(path, "price")
    one.rounds(3)
    assert (one.numbers(), one.service.file_problems()) == ({"price": 1}, [])


def test_a_file_whose_name_was_taken_is_served_once_it_is_free(path: Path, one: Watched) -> None:
    definition, data = blobs()
    one.service.define(definition, pack(data))
    put(path, definition.name)
    one.rounds(4)
    (problem,) = one.service.file_problems()
    assert "is taken" in problem
    assert len(one.read) == 1
    one.service.remove(definition.name)
    one.rounds(3)
    assert (one.numbers(), one.service.file_problems()) == ({definition.name: 1}, [])
