"""When two engines are taken to agree."""

import re

import numpy as np
import pytest

from shared.domain.engine import DENSE, ONNXRUNTIME
from shared.engines.agreement import compare


@pytest.mark.parametrize(
    ("name", "found", "expected", "why"),
    [
        (ONNXRUNTIME, [[0.2, 0.8]], [[0.2 + 1e-7, 0.8 - 1e-7]], "agrees with scikit-learn to 1.0e-07 on 1 rows"),
        (DENSE, [[0.2, 0.8]], [[0.2 + 1e-7, 0.8 - 1e-7]], "differs from scikit-learn by 1.0e-07, more than 1e-12"),
        (ONNXRUNTIME, [[0.5, 0.5]], [[0.5 - 1e-9, 0.5 + 1e-9]], "another class than scikit-learn on 1 of 1 rows"),
        (ONNXRUNTIME, [[200.0001], [3.0]], [[200.0], [3.0]], "agrees with scikit-learn to 5.0e-07"),
        (ONNXRUNTIME, [[200.001], [3.0]], [[200.0], [3.0]], "differs from scikit-learn by 5.0e-06"),
        (ONNXRUNTIME, [[0.0]], [[0.0]], "agrees with scikit-learn to 0.0e"),
        (ONNXRUNTIME, [[np.nan, 1.0]], [[0.0, 1.0]], "not finite"),
        (ONNXRUNTIME, [[np.inf], [3.0]], [[np.nan], [3.0]], r"agrees with scikit-learn to 0.0e\+00 on 1 rows"),
        (ONNXRUNTIME, [[2.0], [3.0]], [[np.nan], [3.0]], "answers 1 rows to which scikit-learn has no finite answer"),
        (ONNXRUNTIME, [[1.0, 0.0]], [[1.0, 0.0, 0.0]], r"shape \(1, 2\)"),
    ],
)
def test_agreement(name: str, found: list[list[float]], expected: list[list[float]], why: str) -> None:
    comparison = compare(name, np.array(found), np.array(expected))
    assert comparison.agrees == why.startswith("agrees")
    assert re.search(why, comparison.why)
