"""Packed data are what they were, in small parts."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from shared.domain import packing
from shared.domain.packing import pack, unpack
from shared.errors import ArtefactDamaged
from tests.definitions import blobs

_, DATA = blobs()


def test_what_is_unpacked_is_what_was_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "PART_BYTES", 100)
    parts = list(pack(DATA))
    assert len(parts) > 10
    assert {len(part) for part in parts[:-1]} == {100}
    found = unpack(parts)
    assert (found.name, found.source, found.sha256()) == (DATA.name, DATA.source, DATA.sha256())
    assert (found.X.dtype, found.y.dtype) == (DATA.X.dtype, DATA.y.dtype)


def _damaged() -> Iterator[tuple[str, list[bytes]]]:
    whole = b"".join(pack(DATA))
    half, inside = len(whole) // 2, whole.index(DATA.X.tobytes()) + 8
    yield "nothing", []
    yield "an empty part", [b""]
    yield "the first half", [whole[:half]]
    yield "the second half", [whole[half:]]
    yield "text", [b"no rows at all"]
    yield "the head of an array", [b"\x93NUMPY" + bytes(100)]
    yield "another number", [whole[:inside] + bytes(8) + whole[inside + 8 :]]


@pytest.mark.parametrize("parts", [pytest.param(parts, id=title) for title, parts in _damaged()])
def test_damaged_bytes_are_told_and_never_unpacked(parts: list[bytes]) -> None:
    with pytest.raises(ArtefactDamaged, match="the rows can't be read"):
        unpack(parts)


class _Unpickled:
    def __reduce__(self) -> tuple[object, ...]:
        return pytest.fail, ("something was unpickled",)


def test_nothing_is_unpickled() -> None:
    X = np.array([[_Unpickled()]], dtype=object)
    with pytest.raises(ArtefactDamaged, match="the rows can't be read"):
        unpack(pack(replace(DATA, X=X)))


def test_whole_numbers_that_are_bytes_take_a_byte_each_and_come_back_as_they_were() -> None:
    X = np.arange(512, dtype=np.float64).reshape(64, 8) % 256
    data = replace(DATA, X=X, y=DATA.y[:2].repeat(32), test=replace(DATA, X=X[:3], y=DATA.y[:3]))
    packed = b"".join(pack(data))
    found = unpack([packed])
    assert X.astype(np.uint8).tobytes() in packed
    assert found.X.dtype == np.float64
    assert found.sha256() == data.sha256()
    assert found.test is not None
    assert found.test.sha256() == data.test.sha256()  # type: ignore[union-attr]  # made above


@pytest.mark.parametrize("value", [-0.0, -1.0, 256.0, 0.5, 1e300, float("nan"), float("inf")])
def test_one_number_that_is_no_byte_keeps_all_as_they_are(value: float) -> None:
    X = np.zeros((4, 2))
    X[3, 1] = value
    data = replace(DATA, X=X, y=DATA.y[:4])
    assert unpack(pack(data)).sha256() == data.sha256()
