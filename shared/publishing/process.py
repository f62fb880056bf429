"""The process that makes models of files from elsewhere, seen from its parent."""

import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import BinaryIO, cast

import msgspec

from shared.domain.definition import FolderFile, ModelDefinition
from shared.domain.version import Trained
from shared.errors import InvalidInput, Problem, UnusableFile
from shared.training.job import read_frame, write_frame

TIME_LIMIT_S = 120.0
ONE_NUMERIC_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class FileJob(msgspec.Struct, frozen=True, kw_only=True):
    """The skops file `content`, called `source`, and what is known of it; `features` is JSON.

    `rows` is a CSV, called `rows_source`, with the column `target` and those that the estimator takes. `trust` are
    the types that a person vouches for one by one, and `how` says how one does.
    """

    content: bytes
    features: bytes | None
    source: str
    rows: bytes | None = None
    rows_source: str = ""
    name: str
    by: str
    title: str = ""
    target: str = ""
    trust: tuple[str, ...] = ()
    how: str = "names each by --trust"


class FileModel(msgspec.Struct, frozen=True, tag=True):
    """What `Service.define` takes; `parts` are the packed data, which may have no rows."""

    definition: ModelDefinition
    trained: Trained
    parts: tuple[bytes, ...]

    def of_folder(self, file: FolderFile) -> "FileModel":
        return msgspec.structs.replace(self, definition=msgspec.structs.replace(self.definition, file=file))


class Refused(msgspec.Struct, frozen=True, tag=True):
    """What is wrong, with the file itself or with what is said of it."""

    problems: tuple[Problem, ...]
    is_file: bool


Outcome = FileModel | Refused


class FileReader:
    """A process that reads one file after the other. It takes seconds to start, and then waits for the next file.

    One file can't spoil what becomes of another: once it has refused one, it is replaced.
    """

    def __init__(self, environment: Mapping[str, str], time_limit_s: float = TIME_LIMIT_S) -> None:
        self._time_limit_s = time_limit_s  # for a file
        self._environment = {**environment, **ONE_NUMERIC_THREAD}
        self._child: subprocess.Popen[bytes] | None = None

    def warm(self) -> None:
        """Start it, so that it is ready when a file comes. One that ended while it waited stays so until then."""
        self._child = self._child or subprocess.Popen(
            [sys.executable, "-m", "shared.publishing.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._environment,
            start_new_session=True,  # who ends the parent from a terminal need not hear of this one
        )

    def read(self, job: FileJob) -> FileModel:
        """The model that `job` asks for; raises UnusableFile and InvalidInput."""
        if self._child and self._child.poll() is not None:
            self.close()
        self.warm()
        outcome = self._outcome(job)
        if isinstance(outcome, FileModel):
            return outcome
        self.close()
        if outcome.is_file:
            raise UnusableFile(job.source, outcome.problems)
        raise InvalidInput(outcome.problems)

    def close(self) -> None:
        """End it, where it runs."""
        if self._child:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def _outcome(self, job: FileJob) -> Outcome:
        child = cast("subprocess.Popen[bytes]", self._child)
        end_s = time.monotonic() + self._time_limit_s
        watchdog = threading.Timer(self._time_limit_s, child.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            with suppress(BrokenPipeError):  # it ended before it read its job
                write_frame(cast("BinaryIO", child.stdin), job)
            body = read_frame(cast("BinaryIO", child.stdout))
        finally:
            watchdog.cancel()
        if body is not None:
            outcome: Outcome = msgspec.msgpack.decode(body, type=Outcome)
            return outcome
        if time.monotonic() >= end_s:
            return _refused(f"could not be read within {self._time_limit_s:g} s")
        return _refused(f"ended the process that read it, with status {child.wait()}")


def _refused(why: str) -> Refused:
    return Refused((Problem("", why),), is_file=True)
