"""A training run: what was asked for, how far it is, and what became of it."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from shared.domain.promotion import Promotion
from shared.domain.recipe import ParameterValue

RunState = Literal["SCHEDULED", "RUNNING", "FINISHED", "FAILED", "CANCELLED"]
ACTIVE: tuple[RunState, ...] = ("SCHEDULED", "RUNNING")
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class CurvePoint(msgspec.Struct, frozen=True):
    """Loss and accuracy (0..1; a regression has none) after `step` epochs or trees, or of fold `step`."""

    step: int
    training_loss: float
    training_accuracy: float | None
    validation_loss: float
    validation_accuracy: float | None


class Curve(msgspec.Struct, frozen=True):
    """How a model learns, on rows that don't include the hold-out's; `n_training` and `n_validation` rows of them.

    `loss` is what the points' losses are: the mean log loss, or the root mean squared error in the output's unit.
    """

    unit: Literal["epoch", "trees", "fold"]
    n_training: int
    n_validation: int
    points: tuple[CurvePoint, ...]
    loss: Literal["log_loss", "rmse"] = "log_loss"


class Regions(msgspec.Struct, frozen=True):
    """The class that a model gives to each cell of a grid over features `x` and `y`, `resolution` cells a side.

    `classes` holds one character a cell, the index of its class to base 36: row by row from the lowest `y`, and each
    row from the lowest `x`. The grid covers the signature's range of each feature and a twentieth of it to both
    sides; a cell has the class of its middle.
    """

    x: str
    y: str
    resolution: int
    classes: str


class TrainingRun(msgspec.Struct, frozen=True, kw_only=True):
    """`by` is who asked. `progress` is the share of the work that is done, and `step` what is being done, in words.

    `elapsed_s` and `remaining_s` are seconds, as of the last sign of progress. `reason` says why it failed. `version`
    is the number of what it published, and `promoted` whether that became the champion.
    """

    id: str
    model: str
    recipe: str
    params: dict[str, ParameterValue]
    seed: int
    promote: Promotion
    by: str
    state: RunState
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    progress: Share = 0.0
    step: str = ""
    elapsed_s: float = 0.0
    remaining_s: float | None = None
    curve: Curve | None = None
    regions: tuple[Regions, ...] = ()
    version: int | None = None
    promoted: bool | None = None
    reason: str | None = None

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE


def started(run: TrainingRun, at: datetime) -> TrainingRun:
    """`run`, whose turn has come."""
    return msgspec.structs.replace(run, state="RUNNING", started_at=at, step="starting")


def advanced(
    run: TrainingRun, at: datetime, share: float, step: str, curve: Curve | None, regions: tuple[Regions, ...]
) -> TrainingRun:
    """`run` with `share` of its work done; what a report leaves out of curve and regions stays as it was."""
    elapsed = _elapsed(run, at)
    return msgspec.structs.replace(
        run,
        progress=share,
        step=step,
        elapsed_s=elapsed,
        remaining_s=round(elapsed * (1 - share) / share, 1) if share > 0 else None,
        curve=curve or run.curve,
        regions=regions or run.regions,
    )


def finished(run: TrainingRun, at: datetime, version: int, *, promoted: bool) -> TrainingRun:
    """`run`, which published `version`."""
    done = msgspec.structs.replace(run, progress=1.0, version=version, promoted=promoted)
    return ended(done, at, "FINISHED")


def ended(run: TrainingRun, at: datetime, state: RunState, reason: str | None = None) -> TrainingRun:
    """`run` at its end; the last step stays, to show how far it came."""
    return msgspec.structs.replace(
        run, state=state, finished_at=at, elapsed_s=_elapsed(run, at), remaining_s=None, reason=reason
    )


def _elapsed(run: TrainingRun, at: datetime) -> float:
    return round((at - run.started_at).total_seconds(), 1) if run.started_at else 0.0
