"""The records of a CSV file (RFC 4180, and with semicolons or tabs), one by one, however large the file is."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from shared.errors import InvalidInput, Problem

MAX_BYTES = 2_000_000_000  # of the whole file; of a compressed one, when it is inflated
MAX_RECORD = 1_000_000  # bytes of one record
DELIMITERS = ",;\t"
GZIP = b"\x1f\x8b"
Record = tuple[int, list[str]]


def records(file: BinaryIO) -> Iterator[Record]:
    """The records of `file` with their numbers, from 1, as a spreadsheet counts rows; blank lines are left out.

    UTF-8 with or without a byte order mark, plain or compressed by gzip; commas, semicolons or tabs between the cells,
    as the first line has most of. Raises InvalidInput where the file can't be read on.
    """
    lines = _Lines(_inflated(file))
    number = 0
    try:
        first = next(lines, "")
        lines.put_back(first)
        for number, cells in enumerate(csv.reader(lines, delimiter=_delimiter(first), strict=True), start=1):
            lines.begin_record()
            if cells:
                yield number, cells
    except UnicodeDecodeError:
        raise _unreadable(number + 1, "is not UTF-8; save the file as CSV in UTF-8") from None
    except csv.Error as error:
        raise _unreadable(number + 1, f"can't be read as CSV: {error}") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _unreadable(number + 1, f"can't be inflated: {error}") from None
    except _Refused as error:
        raise _unreadable(number + 1, str(error)) from None


class _Refused(Exception):
    """A line that is not read, as the message says."""


class _Lines:
    """Lines of a file, as long as neither the file nor one of its records is too large."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._in_file = self._in_record = 0
        self._waiting: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._waiting:
            return self._waiting.pop()
        line = self._file.readline(MAX_RECORD + 1)
        if not line:
            raise StopIteration
        self._in_file += len(line)
        self._in_record += len(line)
        if self._in_record > MAX_RECORD:
            raise _Refused(f"is longer than {MAX_RECORD} bytes; does a quotation mark lack its partner?")
        if self._in_file > MAX_BYTES:
            raise _Refused(f"goes beyond the {MAX_BYTES} bytes that a file may have")
        if b"\0" in line:
            raise _Refused("holds a NUL character; save the file as CSV in UTF-8")
        # Line by line, so that what can't be decoded is found in its row.
        return line.decode("utf-8-sig" if self._in_file == len(line) else "utf-8")

    def put_back(self, line: str) -> None:
        self._waiting.append(line)

    def begin_record(self) -> None:
        self._in_record = 0


def _inflated(file: BinaryIO) -> BinaryIO:
    peekable = cast(
        "io.BufferedReader", file if hasattr(file, "peek") else io.BufferedReader(cast("io.RawIOBase", file))
    )
    if peekable.peek(len(GZIP))[: len(GZIP)] != GZIP:
        return peekable
    return cast("BinaryIO", gzip.GzipFile(fileobj=peekable))


def _delimiter(line: str) -> str:
    """What stands most often between the quoted parts of `line`."""
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _unreadable(row: int, why: str) -> InvalidInput:
    return InvalidInput([Problem(f"row {row}", why)])
