"""What is known of an estimator by rows that it, or one made as it was, had not seen."""

from dataclasses import dataclass

from shared.domain.explanation import Importance
from shared.domain.held_out import HeldOut
from shared.domain.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Measured:
    """How good it is, by which inputs, and what a classification's first cross-validation answered.

    Nothing, where there were no rows.
    """

    metrics: Metrics | None = None
    importance: Importance | None = None
    held_out: HeldOut | None = None
