"""A watched folder: what is put in is served, and what is taken out is gone."""

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol
from uuid import uuid4

from shared.catalogue import CatalogueEntry
from shared.domain.definition import FolderFile, ModelDefinition
from shared.domain.version import ModelVersion, Trained
from shared.errors import NameTaken, Problem, StoreError, UnknownModel, UnusableFile
from shared.publishing.archives import MAX_FILE, refuse_other
from shared.publishing.process import FileJob, FileModel

try:
    import fcntl
except ImportError:  # not POSIX: each process then reads each file, and the store keeps the first version
    fcntl = None  # type: ignore[assignment]  # it is asked before it is used

SUFFIX, DESCRIPTION = ".skops", ".json"
MARK = ".duet-folder"
READER = ".duet-reader"  # the process that has it locked is the one that reads
PATIENCE_S = 5.0  # without any change, until the others take it that there is no such process
Stamp = tuple[int, int]  # bytes, and when they were changed, in ns
Stamps = tuple[Stamp | None, ...]  # of a file and what describes it


class Reader(Protocol):
    """What reads files; `shared.publishing.process` says what each method does."""

    def warm(self) -> None: ...
    def read(self, job: FileJob) -> FileModel: ...
    def close(self) -> None: ...


class Models(Protocol):
    """What is served; `shared.service` says what each method does."""

    def entry(self, model: str) -> CatalogueEntry: ...
    def files_of(self, folder: str) -> dict[str, str]: ...
    def define(
        self, definition: ModelDefinition, parts: list[bytes], trained: Trained | None = None
    ) -> ModelVersion | None: ...
    def remove(self, model: str, folder: str | None = None) -> None: ...
    def refresh(self) -> None: ...
    def tell_of_files(self, problems: Mapping[str, str]) -> None: ...


class WatchedFolder:
    """`path` with skops files, and beside each perhaps a JSON file that describes its inputs.

    A round lists the folder, and reads what has changed and stood still since the round before. The folder is known by
    the mark that lies in it: a folder that is not there, or another one in its place, takes no model away.

    Of the processes that watch one folder, the first keeps a reader waiting, and has the others beat to what changes.
    They read what it leaves: what can't be served, so as to tell of it, and all where it serves from another store.
    """

    def __init__(self, path: Path, models: Models, reader: Reader, *, is_asked_for: bool = True) -> None:
        """Nobody misses a folder that can't be made, unless it was asked for; nor does it need a reader while empty."""
        self._path, self._models, self._reader, self._is_asked_for = path, models, reader, is_asked_for
        self._lock: IO[str] | None = None
        self._changed_at = 0.0  # monotonic s
        self._seen: dict[str, Stamps] = {}
        self._served: dict[str, str] = {}
        self._done: dict[str, Stamps] = {}
        self._problems: dict[str, str] = {}
        self._taken: set[str] = set()  # names that other models have

    def round(self) -> bool:
        """Follow the folder; what goes wrong is told to the models. Raises StoreError.

        Returns whether all is done: a file that has just changed, or waits for another, deserves another look soon.
        """
        try:
            mark, found = self._mark(), self._list()
        except OSError as error:
            why = {str(self._path): f"the folder can't be watched: {error.strerror}"}
            self._models.tell_of_files(why if self._is_asked_for else {})
            return True
        is_reader = self._is_reader()
        if is_reader and (self._is_asked_for or found):
            self._reader.warm()
        served = self._models.files_of(mark)
        gone = served.keys() - found.keys()
        for name in gone - self._seen.keys():  # who replaces a file may take it out for a moment
            with suppress(UnknownModel):  # another process was faster
                self._models.remove(name, mark)
        still = {name: stamps for name, stamps in found.items() if self._seen.get(name) == stamps}
        is_still = still == found and not gone
        if (found, served) != (self._seen, self._served):
            self._seen, self._served, self._changed_at = found, served, time.monotonic()
        self._forget_all_but(found)
        if is_reader or time.monotonic() - self._changed_at >= PATIENCE_S:
            is_still = not self._follow_one(still, served, mark) and is_still
        if not is_reader:
            self._reader.close()
        self._models.tell_of_files(self._problems)
        return is_still

    def close(self) -> None:
        """End the reader, and let another process be the one that reads."""
        self._reader.close()
        if self._lock:
            self._lock.close()
            self._lock = None

    def _follow_one(self, still: Mapping[str, Stamps], served: Mapping[str, str], mark: str) -> bool:
        """Whether there was one to follow: it may take seconds, and what has changed meanwhile is seen first."""
        for name, stamps in still.items():
            is_missing = name not in served and f"{name}{SUFFIX}" not in self._problems
            if self._done.get(name) != stamps or is_missing or (name in self._taken and self._is_free(name)):
                self._follow(name, mark)
                self._done[name] = stamps
                return True
        return False

    def _follow(self, name: str, mark: str) -> None:
        self._problems.pop(f"{name}{SUFFIX}", None)
        self._taken.discard(name)
        try:
            self._serve(name, mark)
        except StoreError:
            raise
        except Exception as error:  # a file that can't be used must not keep the others from being served
            if isinstance(error, NameTaken):
                self._taken.add(name)
            self._problems[f"{name}{SUFFIX}"] = str(error).removeprefix(f"{name}{SUFFIX}: ")

    def _is_free(self, name: str) -> bool:
        try:
            self._models.entry(name)
        except UnknownModel:
            return True
        return False

    def _serve(self, name: str, mark: str) -> None:
        content, features = self._read(name)
        refuse_other(f"{name}{SUFFIX}", content)  # here, as a process of its own takes seconds to start
        digest = hashlib.sha256(content)
        digest.update(b"" if features is None else b"\0" + features)
        file = FolderFile(mark, digest.hexdigest())
        with self._alone():
            self._models.refresh()  # another process may have been here
            if self._models.files_of(mark).get(name) == file.digest:
                return
            job = FileJob(
                content=content,
                features=features,
                source=f"{name}{SUFFIX}",
                name=name,
                by="watched folder",
                how=f"publishes the file by: duet add {name}{SUFFIX} --trust TYPE",
            )
            model = self._reader.read(job).of_folder(file)
            self._models.define(model.definition, list(model.parts), model.trained)

    def _forget_all_but(self, found: Mapping[str, object]) -> None:
        self._done = {name: stamps for name, stamps in self._done.items() if name in found}
        self._problems = {file: why for file, why in self._problems.items() if file.removesuffix(SUFFIX) in found}
        self._taken &= found.keys()

    def _read(self, name: str) -> tuple[bytes, bytes | None]:
        file = self._path / f"{name}{SUFFIX}"
        if file.stat().st_size > MAX_FILE:
            raise UnusableFile(file.name, [Problem("", f"has more than {MAX_FILE} bytes")])
        with suppress(FileNotFoundError):
            return file.read_bytes(), file.with_suffix(DESCRIPTION).read_bytes()
        return file.read_bytes(), None

    def _list(self) -> dict[str, Stamps]:
        """What lies there, by the name of its model."""
        with os.scandir(self._path) as entries:
            files = [
                one for one in entries if one.name.endswith((SUFFIX, DESCRIPTION)) and not one.name.startswith(".")
            ]
            stamps = {one.name: stamp for one in files if (stamp := _stamp(one))}
        stems = [name.removesuffix(SUFFIX) for name in stamps if name.endswith(SUFFIX)]
        return {stem: (stamps[f"{stem}{SUFFIX}"], stamps.get(f"{stem}{DESCRIPTION}")) for stem in stems}

    def _mark(self) -> str:
        """The mark of the folder; both are made where they are missing."""
        mark = self._path / MARK
        if not mark.exists():
            self._path.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError), mark.open("x") as fresh:  # else another process was faster
                fresh.write(uuid4().hex)
        if text := mark.read_text().strip():
            return text
        raise OSError(0, f"{MARK} in it is empty; take that out")

    def _is_reader(self) -> bool:
        """Whether this is the process of the machine that reads first; it stays so until it ends."""
        if self._lock is None:
            with suppress(OSError):  # another process has it, or nothing can be written here
                lock = (self._path / READER).open("a")
                try:
                    if fcntl is not None:
                        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    lock.close()
                    raise
                self._lock = lock
        return self._lock is not None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While one process of this machine reads a file, the others wait: they need not read it, too."""
        with (self._path / MARK).open() as mark:
            if fcntl is not None:
                fcntl.flock(mark, fcntl.LOCK_EX)  # ends with the file, and so with the process
            yield


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    """Nothing, where nothing is there: it was just taken out, or is a link to what is not there."""
    with suppress(FileNotFoundError):
        found = entry.stat()
        return found.st_size, found.st_mtime_ns
    return None
