"""Intervals against published values and against what they promise."""

import numpy as np
import pytest

from shared.domain.metrics import wilson


@pytest.mark.parametrize(
    ("correct", "n", "low", "high"),
    [
        (147, 150, 0.9428533, 0.9931752),  # R: prop.test(147, 150, correct = FALSE)
        (0, 10, 0.0, 0.2775328),  # Brown, Cai, DasGupta (2001), table of the score interval
        (10, 10, 0.7224672, 1.0),
        (1, 2, 0.0945312, 0.9054688),
    ],
)
def test_wilson_gives_the_published_limits(correct: int, n: int, low: float, high: float) -> None:
    interval = wilson(correct, n)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.98])
def test_wilson_covers_the_truth_about_95_times_in_100(share: float) -> None:
    draws = np.random.default_rng(0).binomial(150, share, size=4000)
    covered = [interval.low <= share <= interval.high for interval in (wilson(int(k), 150) for k in draws)]
    assert 0.92 <= np.mean(covered) <= 0.98
