"""What is sent to the training process and what comes back: one msgpack value a frame, length first."""

import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Literal

import msgspec

from shared.domain.definition import ModelDefinition
from shared.domain.recipe import ParameterValue
from shared.domain.run import Curve, Regions
from shared.domain.version import Trained

# What becomes of a training that is asked for: it waits, runs, and ends in one of three ways, or is turned away.
Stage = Literal["waiting", "running", "finished", "failed", "cancelled", "refused"]
MEMORY_LIMIT_MB = "DUET_TRAINING_MEMORY_MB"  # in the environment of the training process


class TrainingJob(msgspec.Struct, frozen=True, tag=True):
    """A training to do. Equal jobs give equal results, so equal jobs can share one run.

    `definition` is that of a model that is not in the catalogue; its data follow the job, by `write_parts`.
    """

    model: str
    recipe: str
    params: dict[str, ParameterValue]
    seed: int
    definition: ModelDefinition | None = None

    def key(self) -> bytes:
        return msgspec.json.encode(self, order="sorted")


class Progress(msgspec.Struct, frozen=True, tag=True):
    """`done` of `steps` are done. `step` says what is being done.

    `curve`, whole, and `regions` are the latest, or nothing where there is nothing new.
    """

    done: int
    steps: int
    step: str
    curve: Curve | None = None
    regions: tuple[Regions, ...] = ()


class Finished(msgspec.Struct, frozen=True, tag=True):
    trained: Trained


class Failed(msgspec.Struct, frozen=True, tag=True):
    reason: str


Event = Progress | Finished | Failed
_HEAD = struct.Struct(">I")


def write_frame(stream: BinaryIO, value: msgspec.Struct) -> None:
    _write(stream, msgspec.msgpack.encode(value))


def write_parts(stream: BinaryIO, parts: Iterable[bytes]) -> None:
    """The packed data behind a job, a frame a part, and an empty one at the end."""
    for part in parts:
        _write(stream, part)
    _write(stream, b"")


def read_parts(stream: BinaryIO) -> Iterator[bytes]:
    """What `write_parts` wrote."""
    while part := read_frame(stream):
        yield part


def _write(stream: BinaryIO, body: bytes) -> None:
    stream.write(_HEAD.pack(len(body)))
    stream.write(body)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame's bytes, or None where the stream ended."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    body = stream.read(_HEAD.unpack(head)[0])
    return body if len(body) == _HEAD.unpack(head)[0] else None
