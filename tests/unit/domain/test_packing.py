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
