"""Arrays as bytes, and back; of a dataset no more than a part need be in memory."""

import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from shared.domain.dataset import Dataset, FloatMatrix
from shared.errors import ArtefactDamaged

PART_BYTES = 8_000_000


def pack(data: Dataset) -> Iterator[bytes]:
    """`data` as the bytes of an `.npz` file, in parts of at most PART_BYTES."""
    with tempfile.TemporaryFile() as file:
        further = {f"test_{name}": array for name, array in _arrays(data.test).items()} if data.test else {}
        np.savez(file, **_arrays(data), **further)  # type: ignore[arg-type]  # none of the keys is allow_pickle
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


def _arrays(data: Dataset) -> dict[str, NDArray[Any]]:
    return {"name": np.array(data.name), "source": np.array(data.source), "X": _lean(data.X), "y": data.y}


def _lean(X: FloatMatrix) -> NDArray[Any]:
    """`X` in bytes where it holds nothing but whole numbers that are one: of images that is an eighth."""
    if X.dtype != np.float64:
        return X
    with np.errstate(invalid="ignore"):  # the comparison finds what is no byte
        lean = X.astype(np.uint8)
    return lean if np.array_equal(lean, X) and not np.signbit(X).any() else X


def _read(file: BinaryIO) -> Dataset:
    with np.load(file, allow_pickle=False) as arrays:
        test = _dataset(arrays, "test_") if "test_X" in arrays else None
        return replace(_dataset(arrays), test=test)


def _dataset(arrays: Mapping[str, NDArray[Any]], prefix: str = "") -> Dataset:
    name, source, X, y = (arrays[f"{prefix}{key}"] for key in ("name", "source", "X", "y"))
    return Dataset(str(name), str(source), X.astype(np.float64) if X.dtype == np.uint8 else X, y)


def pack_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """`arrays` as an .npz archive; numpy stamps its members with one fixed time, so equal arrays give equal bytes."""
    target = io.BytesIO()
    np.savez_compressed(target, **arrays)  # type: ignore[arg-type]  # numpy's stub takes every keyword for allow_pickle
    return target.getvalue()


def unpack_arrays(content: bytes) -> dict[str, NDArray[Any]]:
    """What `pack_arrays` packed; never unpickles."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return dict(arrays)
