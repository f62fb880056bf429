"""What is lost where a part of an image is covered."""

import numpy as np

from shared.domain.dataset import FloatMatrix, FloatVector
from shared.explaining.occlusion import occlusion, patch_of


def test_the_map_shows_the_patches_that_cover_what_matters() -> None:
    image = np.full((8, 8), 5.0)

    def corner(X: FloatMatrix) -> FloatVector:
        return np.asarray(X[:, 0] / 5.0)

    found = occlusion(corner, image.reshape(-1))
    expected = np.zeros((8, 8))
    expected[:2, :2] = 1.0  # whose patches of three by three reach the corner
    assert found.tolist() == expected.tolist()


def test_paper_matters_nothing() -> None:
    def ink(X: FloatMatrix) -> FloatVector:
        return np.asarray(X.sum(axis=1))

    found = occlusion(ink, np.zeros(64))
    assert not found.any()


def test_a_patch_has_a_middle() -> None:
    assert [patch_of(side) for side in (1, 8, 28)] == [1, 3, 11]
