"""Seven copies of each digit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shared.digits.augmentation import MOVES, augmented
from shared.domain.dataset import FloatMatrix

ROWS = arrays(np.float64, st.tuples(st.integers(1, 4), st.just(64)), elements=st.integers(0, 16))


def dot(row: int, column: int) -> FloatMatrix:
    """The copies, (7, 8, 8), of an image with one full block."""
    image = np.zeros((8, 8))
    image[row, column] = 16.0
    return augmented(image.reshape(1, 64))[0].reshape(7, 8, 8)


def test_half_a_pixel_shares_a_block_between_two() -> None:
    shifted = [{(int(r), int(c)): float(copy[r, c]) for r, c in np.argwhere(copy)} for copy in dot(3, 4)[1:5]]
    down, up, right, left = shifted
    assert down == {(3, 4): 8.0, (4, 4): 8.0}
    assert up == {(2, 4): 8.0, (3, 4): 8.0}
    assert right == {(3, 4): 8.0, (3, 5): 8.0}
    assert left == {(3, 3): 8.0, (3, 4): 8.0}


def test_what_leaves_the_image_is_lost() -> None:
    assert dot(7, 0)[1].sum() == 8.0


def test_turned_copies_are_turned_by_8_degrees_to_either_side() -> None:
    wide = np.zeros((8, 8))
    wide[3:5, :] = 16.0  # a line from left to right, through the middle
    copies = augmented(wide.reshape(1, 64))[0].reshape(7, 8, 8)
    heights = [(np.arange(8) @ copy / copy.sum(axis=0))[1:7] for copy in copies[5:]]
    slopes = [float(np.polyfit(np.arange(6), line, 1)[0]) for line in heights]
    assert np.allclose(np.abs(slopes), np.tan(np.deg2rad(8)), atol=0.02)
    assert slopes[1] < 0 < slopes[0]


@given(ROWS)
def test_copies_know_their_original_and_the_first_is_the_original(X: FloatMatrix) -> None:
    copies, originals = augmented(X)
    assert copies.shape == (len(MOVES) * len(X), 64)
    assert np.array_equal(copies[:: len(MOVES)], X)
    for row, image in enumerate(X):
        assert np.allclose(copies[originals == row], augmented(image[np.newaxis])[0])


@given(ROWS)
def test_copies_are_counts_as_the_originals_are(X: FloatMatrix) -> None:
    copies, _ = augmented(X)
    assert copies.min() >= 0
    assert copies.max() <= 16 + 1e-9


@given(ROWS)
def test_mirrored_digits_have_mirrored_copies(X: FloatMatrix) -> None:
    images, copies = X.reshape(-1, 8, 8), augmented(X)[0].reshape(-1, 7, 8, 8)
    from_side_to_side = augmented(images[:, :, ::-1].reshape(-1, 64))[0].reshape(-1, 7, 8, 8)
    assert np.allclose(from_side_to_side[..., ::-1], copies[:, [0, 1, 2, 4, 3, 6, 5]])
    at_the_diagonal = augmented(images.swapaxes(1, 2).reshape(-1, 64))[0].reshape(-1, 7, 8, 8)
    assert np.allclose(at_the_diagonal.swapaxes(2, 3), copies[:, [0, 3, 4, 1, 2, 6, 5]])
