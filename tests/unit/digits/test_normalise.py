"""From a drawing to 8 x 8, step by step."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from benchmarks.quality.drawings import FILE, read_bitmaps
from shared.digits.normalise import MAX_SIDE, Bitmaps, eight_by_eight, to_bitmap, to_eight
from shared.domain.dataset import FloatMatrix
from shared.errors import BlankImage, InvalidInput
from tests.processes import ROOT

BITMAPS = ROOT.parent / "shared" / "data" / FILE
Image = NDArray[np.uint8]
BOXES = arrays(np.bool_, st.tuples(st.integers(1, 24), st.integers(1, 24)))


def framed(box: Bitmaps, margin: int = 1) -> Image:
    """`box` as ink on paper that stands out on all sides."""
    return np.pad(box, margin).astype(np.uint8) * 255


def frame(thickness: int, height: int = 32, width: int = 20) -> Bitmaps:
    box = np.ones((height, width), dtype=bool)
    box[thickness:-thickness, thickness:-thickness] = False
    return box


def in_the_middle(box: Bitmaps) -> Bitmaps:
    return np.pad(box, ((0, 0), (6, 6)))


def test_ink_is_fitted_to_20_by_32_in_the_middle_whatever_its_place_and_proportions() -> None:
    image = np.zeros((40, 30), dtype=np.uint8)
    image[3:11, 20:25] = frame(1, height=8, width=5) * 255  # four times as high and wide, its stroke is 4
    assert np.array_equal(to_bitmap(image), in_the_middle(frame(4)))


def test_of_what_is_made_smaller_the_middles_count() -> None:
    larger = np.kron(frame(4), np.ones((2, 2), dtype=bool))
    larger[2:-2:2, 2:-2:2] = False  # beside the middles of two by two pixels, which numbers round down to odd ones
    assert np.array_equal(to_bitmap(framed(larger)), in_the_middle(frame(4)))


@pytest.mark.parametrize(
    ("box", "ink"),
    [
        (np.ones((32, 20), dtype=bool), 28 * 16),  # 640 pixels: thinned twice
        (frame(6), 30 * 18 - (20 * 8 + 2 * 20 + 2 * 8)),  # 480: once, and the hole grows to its sides, not corners
        (frame(4), 32 * 20 - 24 * 12),  # 352: neither
        (frame(2), 32 * 22 - 26 * 14),  # 192: thickened once; there is no room above and below
        (frame(1), 32 * 24 - 26 * 14),  # 100: twice
    ],
    ids=["640", "480", "352", "192", "100"],
)
def test_thick_strokes_are_thinned_and_thin_ones_thickened(box: Bitmaps, ink: int) -> None:
    assert to_bitmap(framed(box)).sum() == ink


def test_a_dot_thickened_twice_is_a_diamond() -> None:
    box = frame(1)
    box[16, 10] = True
    rows, columns = np.indices((7, 7)) - 3
    assert np.array_equal(to_bitmap(framed(box))[13:20, 13:20], np.abs(rows) + np.abs(columns) <= 2)


def test_what_slants_is_straightened() -> None:
    starts = [(31 - row) * 10 // 31 for row in range(32)]  # from 10 at the top to 0 at the bottom
    box = np.array([[start <= column < start + 10 for column in range(20)] for start in starts])
    # 9 columns from row 2 to row 29: a third of a column a row, around row 16; thirds are never halves.
    shifts = [(abs(row - 16) * 2 + 3) // 6 * (1 if row >= 16 else -1) for row in range(32)]
    lefts = [6 + start + shift for start, shift in zip(starts, shifts, strict=True)]
    straight = to_bitmap(framed(box))
    assert straight.argmax(axis=1).tolist() == lefts
    assert straight.sum(axis=1).tolist() == [10] * 32
    assert lefts[2] == lefts[29]


def test_what_leans_to_the_left_is_straightened_to_the_right() -> None:
    box = np.array([[row * 10 // 31 <= column < row * 10 // 31 + 10 for column in range(20)] for row in range(32)])
    lefts = to_bitmap(framed(box)).argmax(axis=1)
    assert lefts[2] == lefts[29]
    assert np.ptp(lefts) <= 2


def test_what_straightening_moves_beyond_the_edge_is_lost() -> None:
    box = np.zeros((32, 20), dtype=bool)
    box[:, 16:] = True
    box[28:] = True
    bitmap = to_bitmap(framed(box))
    assert bitmap[29].argmax() == bitmap[2].argmax() == 13
    assert bitmap[29, 13:].all()
    assert not bitmap[:, :10].any()


def test_what_has_no_ink_where_its_slant_is_measured_is_not_straightened() -> None:
    box = frame(4)
    box[2] = False
    assert np.array_equal(to_bitmap(framed(box)), in_the_middle(box))


def test_what_is_left_too_low_by_thinning_is_not_straightened() -> None:
    box = np.tile(np.arange(20) % 3 != 2, (32, 1))  # strokes of two, which thinning takes away
    box[:6] = True
    box[:3, 0] = False
    bitmap = to_bitmap(framed(box))
    assert np.flatnonzero(bitmap.any(axis=1)).tolist() == [1, 2, 3, 4, 5]
    assert bitmap[1, 8:25].all()


def test_blocks_of_4_by_4_are_counted() -> None:
    X, _ = load_digits(return_X_y=True)
    counts = X.reshape(-1, 8, 8, 1)
    filled = np.arange(16) < counts  # as many pixels of each block as it counts
    bitmaps = filled.reshape(-1, 8, 8, 4, 4).swapaxes(2, 3).reshape(-1, 32, 32)
    assert np.array_equal(to_eight(bitmaps).reshape(X.shape), X)


@pytest.mark.skipif(not BITMAPS.exists(), reason="the data set's original bitmaps are not part of the product")
def test_the_original_bitmaps_give_exactly_the_digits_of_scikit_learn() -> None:
    X, y = load_digits(return_X_y=True)
    bitmaps, labels = read_bitmaps(BITMAPS)
    assert np.array_equal(to_eight(bitmaps).reshape(X.shape), X)
    assert np.array_equal(labels, y)
    # Scaled, evened and straightened a second time, a block gains or loses about one pixel of 16.
    assert np.abs(eight_by_eight(bitmaps).reshape(X.shape) - X).mean() < 2


@given(BOXES, st.integers(1, 9), st.integers(1, 5))
def test_neither_place_nor_a_larger_scale_matters(box: Bitmaps, margin: int, scale: int) -> None:
    assume(box.any())
    larger = np.kron(framed(box), np.ones((scale, scale), dtype=np.uint8))
    placed = np.pad(larger, ((margin, 0), (0, 2 * margin)))
    assert np.array_equal(_counts(placed), _counts(framed(box)))


@given(BOXES, st.integers(0, 200), st.integers(1, 55))
def test_neither_greys_nor_which_of_them_is_ink_matters(box: Bitmaps, paper: int, contrast: int) -> None:
    assume(box.any())
    image = framed(box, margin=9) // 255  # so wide that most of the border is paper
    for grey in (paper + contrast * image, paper + contrast * (1 - image)):
        assert np.array_equal(_counts(grey), _counts(image))


@given(arrays(np.uint8, st.tuples(st.just(3), st.integers(1, 9), st.integers(1, 9))))
def test_many_at_once_are_as_one_by_one(images: Image) -> None:
    each = [_counts(image) for image in images]
    blank = tuple(number for number, counts in enumerate(each) if (counts < 0).all())
    if blank:
        with pytest.raises(BlankImage) as raised:
            eight_by_eight(images)
        assert raised.value.images == blank
    else:
        counts = eight_by_eight(images)
        assert np.array_equal(counts, each)
        assert counts.shape == (3, 8, 8)
        assert counts.min() >= 0
        assert counts.max() <= 16


@pytest.mark.parametrize("grey", [0, 7, 255])
def test_an_image_of_one_grey_is_blank(grey: int) -> None:
    drawn = framed(frame(1))
    with pytest.raises(BlankImage, match="nothing is drawn") as raised:
        eight_by_eight(np.stack([np.full_like(drawn, grey), drawn, np.full_like(drawn, grey)]))
    assert raised.value.images == (0, 2)


def test_ink_that_thinning_takes_away_is_blank_too() -> None:
    box = np.tile(np.arange(20) % 3 != 2, (32, 1))
    box[:, 0::3] |= np.arange(32)[:, np.newaxis] % 2 == 0
    with pytest.raises(BlankImage):
        eight_by_eight(framed(box))


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (MAX_SIDE + 1, 5), (5, MAX_SIDE + 1)])
def test_sides_have_limits(shape: tuple[int, int]) -> None:
    with pytest.raises(InvalidInput, match=f"sides of 1 to {MAX_SIDE} pixels, not {shape[0]} x {shape[1]}"):
        eight_by_eight(np.ones(shape))


def _counts(image: Image) -> FloatMatrix:
    """-1 throughout for a blank one."""
    try:
        return eight_by_eight(image)
    except BlankImage:
        return np.full((8, 8), -1.0)
