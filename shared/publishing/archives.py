"""Skops files from elsewhere: taken apart before skops sees them, so that a hostile one can neither run nor swell."""

import bz2
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable

from shared.errors import Problem, UnusableFile

MAX_FILE = 500_000_000  # bytes
MAX_UNPACKED = 1_000_000_000  # bytes of all members together
MAX_MEMBERS = 100_000
CHUNK = 1 << 20
SCHEMA = "schema.json"
HEAD = 4096
# Of protocols 2 to 5; and of 0 and 1, which begin with a module and a name in it.
PICKLE = re.compile(rb"\x80[\x01-\x05]|[(\]}l]*c(?:copy_?reg|__builtin__|builtins|os|posix|\w+(?:\.\w+)+)\n\w+\n")
INFLATE: tuple[Callable[[bytes], bytes], ...] = (
    lambda head: zlib.decompressobj(47).decompress(head, HEAD),  # zlib and gzip
    lambda head: bz2.BZ2Decompressor().decompress(head, HEAD),
    lambda head: lzma.LZMADecompressor().decompress(head, HEAD),
)


def is_pickle(head: bytes) -> bool:
    """Whether a file that begins with `head` is a pickle, as joblib and many others write them, compressed or not."""
    return any(PICKLE.match(text) for text in (head, *_inflated(head)))


def _inflated(head: bytes) -> list[bytes]:
    found = []
    for inflate in INFLATE:
        try:
            found.append(inflate(head))
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
            continue
    return found


def refuse_pickle(name: str, head: bytes) -> None:
    """Raises UnusableFile, with the way out, where the file `name` that begins with `head` is a pickle."""
    if is_pickle(head):
        why = (
            "is a pickle, as pickle and joblib write them: to load it would run whatever code it names. Where you "
            "trust it, convert it yourself: import joblib, skops.io; "
            f"skops.io.dump(joblib.load({name!r}), 'model.skops')"
        )
        raise UnusableFile(name, [Problem("", why)])


def refuse_other(name: str, content: bytes) -> None:
    """Raises UnusableFile where the file `name` is a pickle, or no archive at all."""
    refuse_pickle(name, content[:HEAD])
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise _unusable(name, "is no skops file, or not a whole one")


def checked(name: str, content: bytes) -> bytes:
    """The members of the skops file `content`, each read once within the limits, as a plain archive.

    Raises UnusableFile for what is none, damaged or too large.
    """
    refuse_other(name, content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_other(name, archive)
            return _repacked(name, archive)
    except UnusableFile:
        raise
    except Exception as error:  # whatever zipfile and its decompressors make of bytes that they can't use
        raise _unusable(name, f"is no skops file, or not a whole one: {error}") from None


def _refuse_other(name: str, archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if SCHEMA not in names or len(set(names)) < len(names):
        raise _unusable(name, f"is no skops file: it must have one {SCHEMA}, and each member once")
    if len(names) > MAX_MEMBERS or sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
        raise _unusable(name, f"unpacks to more than {MAX_UNPACKED} bytes or {MAX_MEMBERS} members")


def _repacked(name: str, archive: zipfile.ZipFile) -> bytes:
    left, target = MAX_UNPACKED, io.BytesIO()
    with zipfile.ZipFile(target, "w") as plain:
        for member in archive.infolist():
            # By chunks: what a member says of its size need not be true, and one call would unpack all of it.
            with archive.open(member) as source, plain.open(zipfile.ZipInfo(member.filename), "w") as copy:
                while chunk := source.read(CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise _unusable(name, f"unpacks to more than {MAX_UNPACKED} bytes")
                    copy.write(chunk)
    return target.getvalue()


def _unusable(name: str, why: str) -> UnusableFile:
    return UnusableFile(name, [Problem("", why)])
