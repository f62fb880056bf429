"""A file from elsewhere, made into a model by a process of its own, seen from its parent."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np

from shared.domain.dataset import Dataset, Target
from shared.domain.definition import FolderFile, ModelDefinition
from shared.domain.packing import pack
from shared.domain.signature import Task
from shared.domain.version import Trained
from shared.errors import InvalidInput, Problem, UnusableFile

TIME_LIMIT_S = 120.0
ONE_NUMERIC_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class FileJob(msgspec.Struct, frozen=True, kw_only=True):
    """The skops file `content`, called `source`, and what is known of it; `features` is JSON.

    `trust` are the types that a person vouches for one by one, and `how` says how one does.
    """

    content: bytes
    features: bytes | None
    source: str
    name: str
    by: str
    title: str = ""
    target: str = ""
    trust: tuple[str, ...] = ()
    how: str = "names each by --trust"


class Served(msgspec.Struct, frozen=True, tag=True):
    definition: ModelDefinition
    trained: Trained


class Refused(msgspec.Struct, frozen=True, tag=True):
    """What is wrong, with the file itself or with what is said of it."""

    problems: tuple[Problem, ...]
    is_file: bool


Outcome = Served | Refused


@dataclass(frozen=True, slots=True)
class FileModel:
    """What `Service.define` takes; there are no rows."""

    definition: ModelDefinition
    trained: Trained

    def parts(self) -> list[bytes]:
        """The packed data, which hold nothing."""
        definition = self.definition
        return list(pack(no_rows(definition.data.source, definition.signature.n_features, definition.task)))

    def of_folder(self, file: FolderFile) -> "FileModel":
        return FileModel(msgspec.structs.replace(self.definition, file=file), self.trained)


def no_rows(source: str, n_features: int, task: Task) -> Dataset:
    """The data of an estimator that came without any."""
    y: Target = np.zeros(0) if task == "regression" else np.zeros(0, np.int64)
    return Dataset("no data", source, np.zeros((0, n_features)), y)


def made_in_child(job: FileJob, environment: Mapping[str, str]) -> FileModel:
    """The model that `job` asks for; raises UnusableFile and InvalidInput."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "shared.publishing.child"],
            input=msgspec.msgpack.encode(job),
            stdout=subprocess.PIPE,
            env={**environment, **ONE_NUMERIC_THREAD},
            timeout=TIME_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unusable(job, f"could not be read within {TIME_LIMIT_S:g} s") from None
    if not done.stdout:
        raise _unusable(job, f"ended the process that read it, with status {done.returncode}")
    outcome = msgspec.msgpack.decode(done.stdout, type=Outcome)
    if isinstance(outcome, Served):
        return FileModel(outcome.definition, outcome.trained)
    if outcome.is_file:
        raise UnusableFile(job.source, outcome.problems)
    raise InvalidInput(outcome.problems)


def _unusable(job: FileJob, why: str) -> UnusableFile:
    return UnusableFile(job.source, [Problem("", why)])
