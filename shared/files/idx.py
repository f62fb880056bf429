"""Files in IDX, the format of MNIST (LeCun, Cortes and Burges, "The MNIST database").

Two zero bytes, the type of the elements, the number of dimensions; the size of each dimension as a big-endian int32;
then the elements, row by row. Places are those in the inflated file, as in its specification.
"""

import struct
from collections.abc import Iterator
from io import BufferedIOBase
from math import prod
from pathlib import Path

import numpy as np

from shared.errors import Problem
from shared.files.reading import MAX_BYTES, MAX_LABEL, ByteArray, opened, refuse_any

_UNSIGNED_BYTE = 8
_MAGIC_BYTES = 4
_SIZE_BYTES = 4
_CHUNK_BYTES = 2**20  # asked for at once, so that memory follows what is there and not what a header claims


def read_images(path: Path) -> ByteArray:
    """The images in the file at `path`: shape (n, rows, columns), from 0, the background, to 255, ink.

    Raises UnusableFile.
    """
    return _read(path, n_dimensions=3)


def read_labels(path: Path) -> ByteArray:
    """The labels in the file at `path`: shape (n,), each from 0 to 9. Raises UnusableFile."""
    labels = _read(path, n_dimensions=1)
    refuse_any(path, _problems_of_labels(labels))
    return labels


def read_labelled(images_path: Path, labels_path: Path) -> tuple[ByteArray, ByteArray]:
    """The images and their labels, as many of the one as of the other. Raises UnusableFile."""
    images, labels = read_images(images_path), read_labels(labels_path)
    if len(images) != len(labels):
        message = f"there are {len(labels)} labels, and {len(images)} images in {images_path}"
        refuse_any(labels_path, [Problem(f"byte {_MAGIC_BYTES}", message)])
    return images, labels


def _read(path: Path, n_dimensions: int) -> ByteArray:
    with opened(path) as file:
        magic = file.read(_MAGIC_BYTES)
        refuse_any(path, _problems_of_magic(magic, n_dimensions))
        sizes = file.read(_SIZE_BYTES * n_dimensions)
        refuse_any(path, _problems_of_sizes(sizes, n_dimensions))
        shape = struct.unpack(f">{n_dimensions}I", sizes)
        elements = _read_up_to(file, prod(shape) + 1)
        refuse_any(path, _problems_of_length(len(elements), prod(shape), len(magic) + len(sizes)))
    return np.frombuffer(elements, np.uint8).reshape(shape)


def _problems_of_labels(labels: ByteArray) -> Iterator[Problem]:
    for at in np.flatnonzero(labels > MAX_LABEL):
        place = f"byte {_MAGIC_BYTES + _SIZE_BYTES + at}"
        yield Problem(place, f"the label must be from 0 to {MAX_LABEL}, got {labels[at]}")


def _problems_of_magic(magic: bytes, n_dimensions: int) -> Iterator[Problem]:
    if not magic.startswith(b"\0\0"):
        yield Problem("byte 0", f"an IDX file starts with 00 00, this one with {magic[:2].hex(' ') or 'nothing'}")
    elif len(magic) < _MAGIC_BYTES:
        yield Problem(f"byte {len(magic)}", "the file ends within its header")
    else:
        if magic[2] != _UNSIGNED_BYTE:
            yield Problem("byte 2", f"the elements must be of type 08, unsigned bytes, got {magic[2]:02x}")
        if magic[3] != n_dimensions:
            yield Problem("byte 3", f"the number of dimensions must be {n_dimensions}, got {magic[3]}")


def _problems_of_sizes(sizes: bytes, n_dimensions: int) -> Iterator[Problem]:
    if len(sizes) < _SIZE_BYTES * n_dimensions:
        yield Problem(f"byte {_MAGIC_BYTES + len(sizes)}", "the file ends within its header")
        return
    shape = struct.unpack(f">{n_dimensions}I", sizes)
    for axis, size in enumerate(shape):
        if size == 0:
            yield Problem(f"byte {_MAGIC_BYTES + _SIZE_BYTES * axis}", "the size must be at least 1, got 0")
    if prod(shape) > MAX_BYTES:
        claim = " x ".join(map(str, shape))
        yield Problem(f"byte {_MAGIC_BYTES}", f"the header promises {claim} bytes; at most {MAX_BYTES} are read")


def _read_up_to(file: BufferedIOBase, most: int) -> bytearray:
    """The next bytes: `most`, or as many as there are."""
    found = bytearray()
    while chunk := file.read(min(_CHUNK_BYTES, most - len(found))):
        found += chunk
    return found


def _problems_of_length(found: int, promised: int, start: int) -> Iterator[Problem]:
    if found < promised:
        yield Problem(f"byte {start + found}", f"the file ends {promised - found} bytes before its header says")
    elif found > promised:
        yield Problem(f"byte {start + promised}", "the file goes on where its header says that it ends")
