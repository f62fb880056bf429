"""A dataset as bytes, and back, of which no more than a part need be in memory."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

import numpy as np

from shared.domain.dataset import Dataset
from shared.errors import ArtefactDamaged

PART_BYTES = 8_000_000


def pack(data: Dataset) -> Iterator[bytes]:
    """`data` as the bytes of an `.npz` file, in parts of at most PART_BYTES."""
    with tempfile.TemporaryFile() as file:
        np.savez(file, name=np.array(data.name), source=np.array(data.source), X=data.X, y=data.y)
        file.seek(0)
        while part := file.read(PART_BYTES):
            yield part


def unpack(parts: Iterable[bytes]) -> Dataset:
    """What `parts`, of any length, were packed from; raises ArtefactDamaged where that can't be told."""
    with tempfile.TemporaryFile() as file:
        for part in parts:
            file.write(part)
        file.seek(0)
        try:
            return _read(cast("BinaryIO", file))
        except MemoryError:
            raise  # for whoever limits it to put into words
        except Exception as error:  # whatever numpy and zipfile make of bytes that they can't use
            raise ArtefactDamaged(f"the rows can't be read: {error}") from None


def _read(file: BinaryIO) -> Dataset:
    with np.load(file, allow_pickle=False) as arrays:
        return Dataset(str(arrays["name"]), str(arrays["source"]), arrays["X"], arrays["y"])
