"""What the readers of all kinds of files share: opening them, and refusing them."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.errors import Problem, UnusableFile

ByteArray = NDArray[np.uint8]

MAX_BYTES = 2**30  # of an array; the largest of the EMNIST files makes 0.6 of it
MAX_LABEL = 9  # of a digit
MAX_PROBLEMS = 20  # enough to see what kind of mistake it is
_GZIP = b"\x1f\x8b"  # RFC 1952, section 2.3.1


@contextmanager
def opened(path: Path) -> Iterator[BufferedIOBase]:
    """The bytes of the file at `path`, inflated where they are gzip, whatever the file is called.

    Raises UnusableFile, also from within the block, where the file can't be read or its gzip data are damaged. The
    place is then the number of bytes that could be inflated. The end has to be read for gzip's checksum to be compared.
    """
    try:
        with path.open("rb") as file:
            if file.peek(len(_GZIP))[: len(_GZIP)] != _GZIP:
                yield file
                return
            with gzip.GzipFile(fileobj=file) as inflated:
                try:
                    yield inflated
                except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                    problem = Problem(f"byte {inflated.tell()}", f"the gzip data are damaged: {error}")
                    raise UnusableFile(str(path), [problem]) from None
    except OSError as error:
        raise UnusableFile(str(path), [Problem("", error.strerror or str(error))]) from None


def refuse_any(path: Path, problems: Iterable[Problem]) -> None:
    """Raise UnusableFile with the first MAX_PROBLEMS of `problems` and the number of the others; nothing if none."""
    left = iter(problems)
    if first := list(islice(left, MAX_PROBLEMS)):
        raise UnusableFile(str(path), first, n_more=sum(1 for _ in left))
