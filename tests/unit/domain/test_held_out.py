"""Answers to rows that were not seen, as bytes and back."""

import numpy as np
import pytest

from shared.domain.held_out import HeldOut, pack_held_out, unpack_held_out
from shared.errors import ArtefactDamaged

FOUND = HeldOut(
    rows=np.array([4, 0, 2]),
    X=np.array([[4.0, np.nan], [0.1, 1.0], [2.0, 3.0]]),
    y=np.array([1, 0, 1]),
    probabilities=np.array([[0.25, 0.75], [0.9, 0.1], [0.5, 0.5]]),
)


def test_what_was_packed_comes_back_in_the_order_of_the_rows() -> None:
    found = unpack_held_out(pack_held_out(FOUND))
    assert found.rows.tolist() == [0, 2, 4]
    assert found.y.tolist() == [0, 1, 1]
    assert np.array_equal(found.X, FOUND.X[[1, 2, 0]], equal_nan=True)
    assert found.probabilities == pytest.approx(FOUND.probabilities[[1, 2, 0]], abs=1e-7)


def test_equal_answers_are_equal_bytes() -> None:
    order = [2, 0, 1]
    shuffled = HeldOut(FOUND.rows[order], FOUND.X[order], FOUND.y[order], FOUND.probabilities[order])
    assert pack_held_out(shuffled) == pack_held_out(FOUND)


@pytest.mark.parametrize("content", [b"", b"PK nothing", pack_held_out(FOUND)[:-40]], ids=["none", "no archive", "cut"])
def test_damaged_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(ArtefactDamaged, match="held-out answers can't be read"):
        unpack_held_out(content)
