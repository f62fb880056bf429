"""Files from elsewhere that are no skops files, or hostile ones."""

import bz2
import gzip
import io
import lzma
import pickle
import struct
import tracemalloc
import zipfile
from collections.abc import Callable

import joblib
import pytest
import skops.io

from shared.errors import UnusableFile
from shared.publishing import archives
from shared.publishing.archives import checked
from tests import estimators

RIDGE = estimators.regressor(estimators.rows())
SKOPS = skops.io.dumps(RIDGE)


def joblib_bytes(compress: int | tuple[str, int]) -> bytes:
    target = io.BytesIO()
    joblib.dump(RIDGE, target, compress=compress)
    return target.getvalue()


PICKLES: dict[str, Callable[[], bytes]] = {
    **{f"protocol {number}": (lambda number=number: pickle.dumps(RIDGE, number)) for number in range(6)},  # type: ignore[misc]
    "joblib": lambda: joblib_bytes(0),
    "joblib, zlib": lambda: joblib_bytes(3),
    **{f"joblib, {kind}": (lambda kind=kind: joblib_bytes((kind, 3))) for kind in ("gzip", "bz2", "xz")},  # type: ignore[misc]
    "gzip": lambda: gzip.compress(pickle.dumps(RIDGE)),
    "bz2": lambda: bz2.compress(pickle.dumps(RIDGE)),
    "lzma": lambda: lzma.compress(pickle.dumps(RIDGE)),
}


@pytest.mark.parametrize("kind", PICKLES)
def test_a_pickle_is_refused_by_its_content_with_the_way_out(kind: str) -> None:
    with pytest.raises(UnusableFile) as refusal:
        checked("model.skops", PICKLES[kind]())
    assert "model.skops: is a pickle" in str(refusal.value)
    assert "skops.io.dump(joblib.load('model.skops'), 'model.skops')" in str(refusal.value)


@pytest.mark.parametrize(
    "text", [b"", b"sepal,petal\n1,2\n", b"colour\nred\n", b"(a\n", pytest.param(SKOPS[:100], id="half a model")]
)
def test_texts_and_others_are_no_pickles(text: bytes) -> None:
    assert not archives.is_pickle(text)


def test_a_whole_file_is_taken_whether_packed_or_not() -> None:
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        content = skops.io.dumps(RIDGE, compression=compression)
        found = skops.io.loads(checked("a", content), trusted=[])
        assert found.coef_.tolist() == RIDGE.coef_.tolist()


def damaged() -> dict[str, bytes]:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("data.pkl", b"x")
    middle = SKOPS.index(b"PK\x01\x02") // 2
    return {
        "empty": b"",
        "a text": b"PK nonsense",
        "cut off": SKOPS[:-30],
        "cut off in the middle": SKOPS[: len(SKOPS) // 2],
        "other bytes inside": SKOPS[:middle] + bytes([SKOPS[middle] ^ 255]) + SKOPS[middle + 1 :],
        "another archive": other.getvalue(),
    }


@pytest.mark.parametrize("kind", damaged())
def test_what_is_damaged_is_refused(kind: str) -> None:
    with pytest.raises(UnusableFile, match="is no skops file"):
        checked("model.skops", damaged()[kind])


def bomb(size: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("schema.json", b"{}")
        archive.writestr("1.npy", bytes(size))
    return target.getvalue()


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED", 10_000_000)
    with pytest.raises(UnusableFile, match="unpacks to more than 10000000 bytes"):
        checked("model.skops", bomb(10_000_001))


def test_a_size_that_is_not_true_buys_no_memory() -> None:
    content, size = bomb(200_000_000), struct.pack("<I", 200_000_000)
    assert content.count(size) == 2  # in the member's own head and in the list of members
    tracemalloc.start()
    try:
        with pytest.raises(UnusableFile, match="not a whole one"):
            checked("model.skops", content.replace(size, struct.pack("<I", 1000)))
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
