"""What estimators answered to rows that they had not seen, row by row."""

from dataclasses import dataclass

import numpy as np

from shared.domain.dataset import FloatMatrix, IntVector
from shared.domain.packing import pack_arrays, unpack_arrays
from shared.errors import ArtefactDamaged

HELD_OUT = "held-out"  # what it is attached to a version as
MOST_NUMBERS = 500_000  # inputs and probabilities; of more rows, so many are kept as have no more


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One repeat of a cross-validation: each row was answered once, by an estimator of the recipe that had not seen it.

    `rows`, shape (n,), are numbers of rows in the model's data, from 0; `X`, shape (n, n_features), and `y`, shape
    (n,), what stands in them; `probabilities`, shape (n, n_classes), the answers.
    """

    rows: IntVector
    X: FloatMatrix
    y: IntVector
    probabilities: FloatMatrix


def pack_held_out(found: HeldOut) -> bytes:
    """`found` as bytes, equal for equal values, in the order of the rows; probabilities are rounded to float32."""
    order = np.argsort(found.rows)
    return pack_arrays(
        {
            "rows": found.rows[order].astype(np.int32),
            "X": found.X[order],
            "y": found.y[order].astype(np.int16),
            "probabilities": found.probabilities[order].astype(np.float32),
        }
    )


def unpack_held_out(content: bytes) -> HeldOut:
    """What `content` was packed from; raises ArtefactDamaged where that can't be told."""
    try:
        arrays = unpack_arrays(content)
        return HeldOut(
            arrays["rows"].astype(np.int64),
            arrays["X"],
            arrays["y"].astype(np.int64),
            arrays["probabilities"].astype(np.float64),
        )
    except Exception as error:  # whatever numpy and zipfile make of bytes that they can't use
        raise ArtefactDamaged(f"the held-out answers can't be read: {error}") from None
