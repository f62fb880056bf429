"""Files in IDX are read whole and as they are, or refused with the place."""

import gzip
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import UnusableFile
from shared.files import idx
from shared.files.reading import MAX_BYTES, ByteArray

IMAGES = np.random.default_rng(5).integers(0, 256, (7, 4, 3), np.uint8)
LABELS = np.arange(10, dtype=np.uint8)
Wrong = Callable[[Callable[[Path], object], bytes], list[tuple[str, str]]]
Peak = Callable[[Callable[[], object]], int]


def _header(*sizes: int, kind: int = 8) -> bytes:
    return bytes([0, 0, kind, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes)


def _written(array: ByteArray) -> bytes:
    return _header(*array.shape) + array.tobytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_what_is_written_is_read(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    images_path, labels_path = tmp_path / "images", tmp_path / "labels"
    images_path.write_bytes(pack(_written(IMAGES)))
    labels_path.write_bytes(pack(_written(LABELS[:7])))
    images, labels = idx.read_labelled(images_path, labels_path)
    assert images.dtype == labels.dtype == np.uint8
    assert np.array_equal(images, IMAGES)
    assert np.array_equal(labels, LABELS[:7])


def test_the_magic_numbers_are_those_of_mnist() -> None:
    assert struct.unpack(">I", _written(IMAGES)[:4]) == (2051,)
    assert struct.unpack(">I", _written(LABELS)[:4]) == (2049,)


@pytest.mark.parametrize(
    ("content", "place", "why"),
    [
        (b"", "byte 0", "starts with 00 00, this one with nothing"),
        (b"label,pixel0", "byte 0", "this one with 6c 61"),
        (b"\0\0\x08", "byte 3", "ends within its header"),
        (b"\0\0\x08\x03\0\0\0", "byte 7", "ends within its header"),
        (_header(1, 1, 1, kind=0x0D) + bytes(4), "byte 2", "must be of type 08, unsigned bytes, got 0d"),
        (_written(LABELS), "byte 3", "must be 3, got 1"),
        (_header(1, 0, 1), "byte 8", "at least 1, got 0"),
        (_written(IMAGES)[:-5], "byte 95", "ends 5 bytes before its header says"),
        (_written(IMAGES)[:16], "byte 16", "ends 84 bytes before"),
        (_written(IMAGES) + b"\0", "byte 100", "goes on where its header says that it ends"),
        (_header(2**31, 28, 28), "byte 4", "promises 2147483648 x 28 x 28 bytes"),
        (_header(2**32 - 1, 2**32 - 1, 2**32 - 1), "byte 4", f"at most {MAX_BYTES} are read"),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_damaged_images_are_refused_with_place_and_reason(
    wrong: Wrong, pack: Callable[[bytes], bytes], content: bytes, place: str, why: str
) -> None:
    ((found, message),) = wrong(idx.read_images, pack(content))
    assert found == place
    assert why in message


def test_every_wrong_byte_of_a_header_is_named(wrong: Wrong) -> None:
    places = [place for place, _ in wrong(idx.read_labels, _header(1, 1, kind=9) + b"\0")]
    assert places == ["byte 2", "byte 3"]
    places = [place for place, _ in wrong(idx.read_images, _header(0, 1, 0))]
    assert places == ["byte 4", "byte 12"]


def test_labels_over_9_are_named_by_their_places(wrong: Wrong) -> None:
    labels = np.array([3, 10, 9, 255], np.uint8)
    assert wrong(idx.read_labels, _written(labels)) == [
        ("byte 9", "the label must be from 0 to 9, got 10"),
        ("byte 11", "the label must be from 0 to 9, got 255"),
    ]


def test_images_and_labels_must_be_as_many(tmp_path: Path, wrong: Wrong) -> None:
    images_path = tmp_path / "images"
    images_path.write_bytes(_written(IMAGES))
    ((place, why),) = wrong(lambda path: idx.read_labelled(images_path, path), _written(LABELS))
    assert (place, why) == ("byte 4", f"there are 10 labels, and 7 images in {images_path}")


@pytest.mark.parametrize(
    "content",
    [
        _header(2**31, 28, 28),  # refused
        _header(2**20, 32, 32),  # allowed, and a lie
        gzip.compress(_header(2**20, 32, 32), mtime=0),
        gzip.compress(_header(10, 28, 28) + bytes(10**8), mtime=0),  # a bomb
    ],
)
def test_memory_follows_what_is_there_and_what_was_promised(tmp_path: Path, peak_bytes: Peak, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert peak_bytes(lambda: idx.read_images(path)) < 4 * 2**20


@settings(deadline=None)
@given(st.binary(max_size=20), st.integers(0, 110), st.integers(0, 20))
def test_damage_is_refused_or_is_what_the_file_says(folder: Path, noise: bytes, at: int, lost: int) -> None:
    whole, path = _written(IMAGES), folder / "idx"
    damaged = whole[:at] + noise + whole[at + lost :]
    path.write_bytes(damaged)
    try:
        images = idx.read_images(path)
    except UnusableFile:
        assert damaged != whole
    else:
        assert _written(images) == damaged


@settings(deadline=None)
@given(st.binary(max_size=20), st.integers(0, 130), st.integers(0, 20))
def test_damage_of_gzip_data_is_refused_or_changes_nothing(folder: Path, noise: bytes, at: int, lost: int) -> None:
    whole, path = gzip.compress(_written(IMAGES), mtime=0), folder / "idx.gz"
    damaged = whole[:at] + noise + whole[at + lost :]
    path.write_bytes(damaged)
    try:
        images = idx.read_images(path)
    except UnusableFile:
        assert damaged != whole
    else:
        assert np.array_equal(images, IMAGES)
