"""Who answers for a model: which version may take over, which ones did, and which one a rollback leads to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from shared.domain.metrics import Metrics, RegressionMetrics
from shared.domain.version import ModelVersion

# Whether a new version becomes the champion. Only a model's first version always does.
Promotion = Literal["always", "if-not-worse", "never"]
Metric = Literal["accuracy", "log_loss", "brier"]  # of the cross-validation; a regression has its RMSE
Wanted = int | Literal["previous"]  # a version by number, or the champion before the present one


class ChampionChange(msgspec.Struct, frozen=True):
    """Version `number` became champion: by whom and how, and by which run where it was trained for that."""

    number: int
    at: datetime
    by: str | None
    kind: Literal["trained", "promoted", "rolled back"]
    run: str | None = None


class Promoted(msgspec.Struct, frozen=True):
    """The champion before and after; equal where nothing had to be done."""

    before: int | None
    after: int


class ChampionHistory(msgspec.Struct, frozen=True):
    """The champion of a model, and every change that led to it, the oldest first."""

    champion: int | None
    changes: tuple[ChampionChange, ...]

    @property
    def former(self) -> list[int]:
        """The champions that rollbacks lead to, one after the other: the last first.

        Training and promoting put a version on a pile, and rolling back takes it off again, so that two rollbacks
        lead two back.
        """
        pile: list[int] = []
        for change in self.changes:
            while change.kind == "rolled back" and pile and pile[-1] != change.number:
                pile.pop()
            if pile[-1:] != [change.number]:
                pile.append(change.number)
        if pile[-1:] == [self.champion]:  # else a process of an earlier release made it champion, unrecorded
            pile.pop()
        return pile[::-1]

    @property
    def previous(self) -> int | None:
        """The champion that a rollback leads to."""
        return next(iter(self.former), None)


def is_not_worse(new: Metrics | None, champion: Metrics | None, metric: Metric) -> bool:
    """Whether `new` is at least as good as `champion` by `metric` of the cross-validation, or by a regression's RMSE.

    A number is not comparable with a class, and what was never measured is worse than what was.
    """
    if new is None or champion is None:
        return champion is None
    if isinstance(new, RegressionMetrics) or isinstance(champion, RegressionMetrics):
        if not (isinstance(new, RegressionMetrics) and isinstance(champion, RegressionMetrics)):
            return False
        return new.cross_validation.rmse <= champion.cross_validation.rmse
    found, wanted = getattr(new.cross_validation, metric), getattr(champion.cross_validation, metric)
    return bool(found >= wanted if metric == "accuracy" else found <= wanted)


def unrecorded(versions: Iterable[ModelVersion]) -> tuple[ChampionChange, ...]:
    """What an earlier release did without writing it down: each of these versions was champion from its training on."""
    return tuple(ChampionChange(one.number, one.created_at, one.by, "trained", one.run) for one in versions)
