"""When two engines are taken to agree."""

from dataclasses import dataclass

import numpy as np

from shared.domain.dataset import FloatMatrix
from shared.domain.engine import DENSE, ONNXRUNTIME, SCIKIT_LEARN, GoldenRows
from shared.engines.engine import Engine

# Of probabilities; of a regression's values relative to the largest of them. onnxruntime computes some models in
# float32; scikit-learn itself may meanwhile be another release.
TOLERANCE = {DENSE: 1e-12, ONNXRUNTIME: 1e-6, SCIKIT_LEARN: 1e-6}
EVERY = 4  # of the golden rows this one is also evaluated alone


@dataclass(frozen=True, slots=True)
class Comparison:
    """`difference` is the largest one, None where there is no finite one; `why` is the finding in words."""

    agrees: bool
    difference: float | None
    why: str


def compare(name: str, found: FloatMatrix, expected: FloatMatrix) -> Comparison:
    """Whether `found`, by the engine called `name`, is what scikit-learn gave: both of shape (n_rows, n_outputs).

    Every row must have its most probable class in common, too: a tie may be broken by less than any tolerance. Where
    scikit-learn has no finite answer, which some row must have, the engine must have none either.
    """
    if found.shape != expected.shape:
        return Comparison(False, None, f"gives shape {found.shape}, scikit-learn {expected.shape}")
    is_answered = np.isfinite(expected).all(axis=1)
    if more := int(np.isfinite(found[~is_answered]).all(axis=1).sum()):
        return Comparison(False, None, f"answers {more} rows to which scikit-learn has no finite answer")
    found, expected = found[is_answered], expected[is_answered]
    is_regression = expected.shape[1] == 1
    with np.errstate(all="ignore"):
        gap = float(np.abs(found - expected).max() / ((np.abs(expected).max() or 1.0) if is_regression else 1.0))
    if not np.isfinite(gap):
        return Comparison(False, None, "gives numbers that are not finite")
    if gap > TOLERANCE[name]:
        return Comparison(False, gap, f"differs from scikit-learn by {gap:.1e}, more than {TOLERANCE[name]:.0e}")
    if other := int((found.argmax(axis=1) != expected.argmax(axis=1)).sum()):
        return Comparison(False, gap, f"gives another class than scikit-learn on {other} of {len(found)} rows")
    return Comparison(True, gap, f"agrees with scikit-learn to {gap:.1e} on {len(found)} rows")


def replay(engine: Engine, golden: GoldenRows) -> Comparison:
    """Compare `engine` with the golden rows, all at once and some of them alone, which some engines do differently."""
    X, outputs = np.array(golden.rows, np.float64), np.array(golden.outputs)  # None becomes NaN
    with np.errstate(all="ignore"):
        at_once = compare(engine.name, engine.evaluate(X), outputs)
        if not at_once.agrees:
            return at_once
        alone = np.array([engine.evaluate_row(row) for row in X[::EVERY].tolist()])
    one_by_one = compare(engine.name, alone, outputs[::EVERY])
    return at_once if one_by_one.agrees else one_by_one
