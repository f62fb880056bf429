"""Runs in the store: everyone sees them, one process owns them, and a silent owner loses them."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.run import Curve, CurvePoint, TrainingRun, advanced, ended, started
from shared.domain.version import Trained
from shared.errors import RunEnded, UnknownRun
from shared.store import ModelStore, run_store

pytestmark = pytest.mark.every_store
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CURVE = Curve("fold", 84, 21, (CurvePoint(1, 0.5, 0.9, 0.6, 0.8),))


def scheduled(run_id: str = "a", model: str = "iris", minute: int = 0) -> TrainingRun:
    return TrainingRun(
        id=run_id,
        model=model,
        recipe="lda",
        params={},
        seed=0,
        promote="always",
        by="test",
        state="SCHEDULED",
        created_at=NOW + timedelta(minutes=minute),
    )


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every owner has been silent for too long by the time that it is asked."""
    monkeypatch.setattr(run_store, "SILENCE_S", -1.0)


def test_a_run_is_read_as_it_was_written(store: ModelStore) -> None:
    run = advanced(started(scheduled(), NOW), NOW + timedelta(seconds=2), 0.25, "cross-validation", CURVE, ())
    assert (run.elapsed_s, run.remaining_s) == (2.0, 6.0)
    store.runs.create(scheduled(), "owner")
    assert store.runs.keep("owner", [run]) == {"a"}
    assert store.runs.run("a") == run
    with pytest.raises(UnknownRun):
        store.runs.run("b")


def test_runs_are_listed_with_the_newest_first(store: ModelStore) -> None:
    for index, model in enumerate(("iris", "iris-tree", "iris")):
        store.runs.create(scheduled(str(index), model, index), "owner")
    assert [run.id for run in store.runs.runs()] == ["2", "1", "0"]
    assert [run.id for run in store.runs.runs("iris")] == ["2", "0"]


def test_the_run_under_way_comes_before_those_that_wait(store: ModelStore) -> None:
    assert store.runs.active("iris") is None
    for index in range(3):
        store.runs.create(scheduled(str(index), minute=index), "owner")
    store.runs.keep("owner", [started(scheduled("1"), NOW)])
    assert getattr(store.runs.active("iris"), "id", None) == "1"
    assert store.runs.active("iris-tree") is None


def test_a_run_ends_once(store: ModelStore) -> None:
    store.runs.create(scheduled(), "owner")
    assert store.runs.cancel("a").state == "CANCELLED"
    with pytest.raises(RunEnded, match="CANCELLED"):
        store.runs.end(ended(scheduled(), NOW, "FAILED", "too late"))
    with pytest.raises(RunEnded):
        store.runs.cancel("a")
    assert store.runs.keep("owner", [started(scheduled(), NOW)]) == set()
    assert store.runs.run("a").state == "CANCELLED"


def test_only_its_owner_keeps_a_run(store: ModelStore) -> None:
    store.runs.create(scheduled(), "owner")
    assert store.runs.keep("stranger", [started(scheduled(), NOW)]) == set()
    assert store.runs.run("a").state == "SCHEDULED"


@pytest.mark.usefixtures("silent")
def test_a_silent_owner_has_lost_its_runs_for_good(store: ModelStore, lda: Trained) -> None:
    store.runs.create(scheduled(), "owner")
    seen = store.runs.run("a")
    assert (seen.state, seen.reason) == ("FAILED", run_store.LOST)
    assert store.runs.active("iris") is None
    assert store.runs.keep("owner", [started(scheduled(), NOW)]) == set()
    with pytest.raises(RunEnded):
        store.publish(lda, scheduled())
    assert store.versions("iris") == []


def test_what_was_lost_is_written_down_when_the_next_run_is(store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.runs.create(scheduled(), "owner")
    with monkeypatch.context() as patched:
        patched.setattr(run_store, "SILENCE_S", -1.0)
        store.runs.create(scheduled("b", minute=1), "another")
    assert [(run.id, run.state) for run in store.runs.runs()] == [("b", "SCHEDULED"), ("a", "FAILED")]


def test_publishing_finishes_the_run_or_does_nothing(store: ModelStore, lda: Trained) -> None:
    store.runs.create(scheduled(), "owner")
    version = store.publish(lda, started(scheduled(), NOW))
    run = store.runs.run("a")
    assert (run.state, run.version, run.promoted, run.progress) == ("FINISHED", version.number, True, 1)
    store.runs.create(scheduled("b"), "owner")
    store.runs.cancel("b")
    with pytest.raises(RunEnded):
        store.publish(lda, scheduled("b"))
    assert [kept.number for kept in store.versions("iris")] == [version.number]


def test_of_runs_that_published_nothing_only_the_last_are_kept(
    store: ModelStore, lda: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_store, "MAX_KEPT", 2)
    store.runs.create(scheduled("published"), "owner")
    store.publish(lda, scheduled("published"))
    for index in range(5):
        store.runs.create(scheduled(str(index), minute=1 + index), "owner")
        store.runs.cancel(str(index))
    assert [run.id for run in store.runs.runs()] == ["4", "3", "2", "published"]
