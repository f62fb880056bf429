"""The bare arithmetic of linear models and perceptrons."""

import io
import zipfile
from itertools import pairwise

import numpy as np

from shared.engines.dense import SMALL_WEIGHTS, DenseEngine, Layer, pack_layers, unpack_layers


def _layers(*widths: int) -> list[Layer]:
    random = np.random.default_rng(0)
    return [
        (random.normal(size=(inputs, outputs)), random.normal(size=outputs)) for inputs, outputs in pairwise(widths)
    ]


def test_huge_scores_do_not_overflow() -> None:
    engine = DenseEngine([(np.array([[1e200, -1e200]]), np.zeros(2))])
    assert engine.evaluate(np.array([[1.0], [-1.0]])).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert engine.evaluate_row([1.0]) == [1.0, 0.0]


def test_a_hidden_layer_does_not_make_a_number_of_what_is_none() -> None:
    both_ways = [(np.array([[1e308], [-1e308]]), np.zeros(1)), (np.array([[1.0, -1.0]]), np.zeros(2))]
    assert np.isnan(DenseEngine(both_ways).evaluate_row([1e10, 1e10])).all()


def test_one_row_is_answered_as_in_a_batch_whether_the_layers_are_small_or_not() -> None:
    for widths in ((4, 10, 3), (30, 20, 3), (4, 10, 1), (30, 20, 1)):
        engine = DenseEngine(_layers(*widths))
        X = np.random.default_rng(1).normal(size=(50, widths[0]))
        alone = np.array([engine.evaluate_row(row) for row in X.tolist()])
        assert alone.shape == (50, widths[-1])
        assert np.allclose(alone, engine.evaluate(X), rtol=0, atol=1e-12)
    assert 4 * 10 + 10 * 3 <= SMALL_WEIGHTS < 30 * 20 + 20 * 3


def test_layers_are_read_back_as_they_were_packed_and_hold_no_time() -> None:
    layers = _layers(4, 10, 3)
    packed = pack_layers(layers)
    for found, expected in zip(unpack_layers(packed), layers, strict=True):
        assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
