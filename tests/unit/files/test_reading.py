"""Files are opened by what they hold, and what hinders that is told."""

import gzip
from pathlib import Path

import pytest

from shared.errors import Problem, UnusableFile
from shared.files.reading import MAX_PROBLEMS, opened, refuse_any

TEXT = b"0 1 2 3 4 5 6 7 8 9\n" * 20_000


def _read(path: Path) -> bytes:
    with opened(path) as file:
        return file.read()


@pytest.mark.parametrize("name", ["digits", "digits.gz"])
@pytest.mark.parametrize(
    "content", [TEXT, gzip.compress(TEXT, mtime=0), gzip.compress(TEXT[:7], mtime=0) + gzip.compress(TEXT[7:], mtime=0)]
)
def test_gzip_is_told_by_content_and_not_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert _read(path) == TEXT


@pytest.mark.parametrize("content", [b"", b"\x1f", b"plain"])
def test_what_is_shorter_than_a_mark_of_gzip_is_read_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert _read(path) == content


def _flipped(at: int) -> bytes:
    damaged = bytearray(gzip.compress(TEXT, mtime=0))
    damaged[at] ^= 0xFF
    return bytes(damaged)


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(TEXT, mtime=0)[:-1],
        gzip.compress(TEXT, mtime=0)[:5],
        gzip.compress(TEXT, mtime=0) + b"more",
        _flipped(2),  # the method
        _flipped(40),  # within the data
        _flipped(-8),  # the checksum
        _flipped(-1),  # the length
    ],
)
def test_damaged_gzip_data_are_refused_with_a_place(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(UnusableFile, match="the gzip data are damaged") as raised:
        _read(path)
    (problem,) = raised.value.problems
    word, number = problem.path.split()
    assert word == "byte"
    assert number.isdecimal()


def test_damage_is_placed_behind_what_could_be_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(TEXT, mtime=0)[:-1])
    with pytest.raises(UnusableFile, match=f"byte {len(TEXT)}: the gzip data are damaged"):
        _read(path)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="/none: No such file"):
        _read(tmp_path / "none")
    with pytest.raises(UnusableFile, match="Is a directory"):
        _read(tmp_path)


@pytest.mark.parametrize("n_problems", [1, MAX_PROBLEMS, MAX_PROBLEMS + 1, 1000])
def test_the_first_problems_are_told_and_the_others_counted(n_problems: int) -> None:
    with pytest.raises(UnusableFile) as raised:
        refuse_any(Path("digits.csv"), (Problem(f"row {row}", "is wrong") for row in range(n_problems)))
    told, n_more = min(n_problems, MAX_PROBLEMS), max(n_problems - MAX_PROBLEMS, 0)
    assert [problem.path for problem in raised.value.problems] == [f"row {row}" for row in range(told)]
    assert raised.value.n_more == n_more
    assert str(raised.value).startswith("digits.csv: row 0: is wrong")
    assert str(raised.value).endswith(f"; and {n_more} more" if n_more else f"row {told - 1}: is wrong")


def test_nothing_wrong_is_no_refusal() -> None:
    refuse_any(Path("digits.csv"), [])
