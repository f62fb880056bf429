"""How far a training is, and in which words."""

from collections.abc import Callable
from typing import Literal

from shared.domain.run import Curve, Regions
from shared.training.job import Progress

Phase = Literal["choosing", "learning curve", "hold-out", "cross-validation", "final fit", "export"]
STEPS = 1000


class Meter:
    """Tells progress so that the share of the steps is roughly the share of the time.

    The phases are weighed by how many times they fit the estimator, or could while they last.
    """

    def __init__(self, cross_validation_fits: int, tell: Callable[[Progress], None], choosing_fits: int = 0) -> None:
        self._weights: dict[Phase, int] = {
            "choosing": choosing_fits,
            "learning curve": 3,
            "hold-out": 1,
            "cross-validation": cross_validation_fits,
            "final fit": 1,
            "export": 3,
        }
        self._tell = tell

    def at(self, phase: Phase, share: float, curve: Curve | None = None, regions: tuple[Regions, ...] = ()) -> None:
        """`share` (0..1) of `phase` is done, and all phases before it."""
        phases = list(self._weights)
        before = sum(self._weights[earlier] for earlier in phases[: phases.index(phase)])
        done = (before + share * self._weights[phase]) / sum(self._weights.values())
        self._tell(Progress(int(STEPS * done), STEPS, phase, curve, regions))
