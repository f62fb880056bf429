"""Which version may take over, and which one a rollback leads to."""

from datetime import UTC, datetime
from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.metrics import Metrics
from shared.domain.promotion import ChampionChange, ChampionHistory, Metric, is_not_worse
from shared.domain.version import Trained

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def _changed(number: int, kind: Literal["trained", "promoted", "rolled back"] = "promoted") -> ChampionChange:
    return ChampionChange(number, NOW, "flask", kind)


def test_two_rollbacks_lead_two_back() -> None:
    changes = tuple(_changed(number, "trained") for number in (1, 2, 3))
    assert ChampionHistory(3, changes).former == [2, 1]
    changes += (_changed(2, "rolled back"),)
    assert ChampionHistory(2, changes).former == [1]
    changes += (_changed(1, "rolled back"),)
    assert ChampionHistory(1, changes).previous is None


def test_previous_is_who_was_champion_before_and_not_the_next_lower_number() -> None:
    changes = (_changed(1, "trained"), _changed(4), _changed(2))
    assert ChampionHistory(2, changes).former == [4, 1]


def test_champion_that_was_not_recorded_goes_back_to_the_last_that_was() -> None:
    assert ChampionHistory(5, (_changed(1), _changed(3))).former == [3, 1]


@given(st.lists(st.one_of(st.integers(1, 4), st.none())))
def test_history_replays_what_was_done(steps: list[int | None]) -> None:
    """A number promotes, None rolls back; beside the history a plain pile is kept."""
    pile, changes = [1], [_changed(1, "trained")]
    for step in steps:
        if step is None and len(pile) > 1:
            pile.pop()
            changes.append(_changed(pile[-1], "rolled back"))
        elif step is not None and step != pile[-1]:
            pile.append(step)
            changes.append(_changed(step))
    assert ChampionHistory(pile[-1], tuple(changes)).former == pile[-2::-1]


@pytest.mark.parametrize(
    ("metric", "better", "worse"), [("accuracy", 0.99, 0.9), ("log_loss", 0.01, 0.9), ("brier", 0.01, 0.9)]
)
def test_equal_is_not_worse_and_what_is_no_number_is(lda: Trained, metric: Metric, better: float, worse: float) -> None:
    def metrics(value: float) -> Metrics:
        assert lda.metrics is not None
        crossed = msgspec.structs.replace(lda.metrics.cross_validation, **{metric: value})
        return msgspec.structs.replace(lda.metrics, cross_validation=crossed)

    assert is_not_worse(lda.metrics, lda.metrics, metric)
    assert is_not_worse(metrics(better), lda.metrics, metric)
    assert not is_not_worse(metrics(worse), lda.metrics, metric)
    assert not is_not_worse(metrics(float("nan")), lda.metrics, metric)
