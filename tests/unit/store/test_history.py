"""Who is champion, who was, and what becomes of it when many change it at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import msgspec
import pytest

from shared.domain.promotion import Promoted, Promotion
from shared.domain.version import Trained
from shared.errors import NothingBefore, StoreUnavailable, UnknownVersion
from shared.store import ModelStore
from shared.store.tables import PROMOTIONS
from tests.stores import Stores

Altered = Callable[..., Trained]
pytestmark = pytest.mark.every_store


def _with_accuracy(lda: Trained, accuracy: float) -> Trained:
    assert lda.metrics is not None
    crossed = msgspec.structs.replace(lda.metrics.cross_validation, accuracy=accuracy)
    return msgspec.structs.replace(lda, metrics=msgspec.structs.replace(lda.metrics, cross_validation=crossed))


def test_promoting_and_rolling_back_are_written_down(store: ModelStore, lda: Trained) -> None:
    for _ in range(3):
        store.publish(lda, by="klein")
    assert store.promote("iris", 1, "flask") == Promoted(before=3, after=1)
    assert store.promote("iris", "previous", "flask") == Promoted(before=1, after=3)
    assert store.promote("iris", "previous", "flask") == Promoted(before=3, after=2)
    assert store.champions() == {"iris": 2}
    history = store.history("iris")
    assert (history.champion, history.former) == (2, [1])
    assert [(one.number, one.kind, one.by) for one in history.changes] == [
        (1, "trained", "klein"),
        (2, "trained", "klein"),
        (3, "trained", "klein"),
        (1, "promoted", "flask"),
        (3, "rolled back", "flask"),
        (2, "rolled back", "flask"),
    ]
    assert [one.run for one in history.changes] == [lda.run] * 3 + [None] * 3


def test_promoting_the_champion_changes_nothing(store: ModelStore, lda: Trained) -> None:
    store.publish(lda)
    assert store.promote("iris", 1, "flask") == Promoted(1, 1)
    assert len(store.history("iris").changes) == 1


def test_what_is_not_there_can_not_be_promoted(store: ModelStore, lda: Trained, tree: Trained) -> None:
    store.publish(lda)
    store.publish(tree)
    store.publish(tree)
    with pytest.raises(UnknownVersion, match="no version 2"):
        store.promote("iris", 2, "flask")
    with pytest.raises(NothingBefore, match="nothing to roll back to"):
        store.promote("iris", "previous", "flask")
    assert store.champions() == {"iris": 1, "iris-tree": 2}


def test_rollback_to_another_than_was_expected_is_not_made(store: ModelStore, lda: Trained) -> None:
    for _ in range(3):
        store.publish(lda)
    store.promote("iris", 1, "flask")
    assert store.promote("iris", "previous", "flask", loaded=2) == Promoted(1, 1)
    assert store.promote("iris", "previous", "flask", loaded=3) == Promoted(1, 3)


@pytest.mark.parametrize(
    ("promote", "accuracy", "is_promoted"),
    [
        ("always", 0.5, True),
        ("if-not-worse", 0.97, False),
        ("if-not-worse", 0.98, True),
        ("if-not-worse", 0.99, True),
        ("never", 0.99, False),
    ],
)
def test_a_new_version_becomes_champion_as_asked(
    store: ModelStore, lda: Trained, promote: Promotion, accuracy: float, is_promoted: bool
) -> None:
    store.publish(_with_accuracy(lda, 0.98))
    assert store.publish(_with_accuracy(lda, accuracy), promote=promote, by="ada").by == "ada"
    assert store.champions() == {"iris": 2 if is_promoted else 1}
    assert len(store.history("iris").changes) == 1 + is_promoted


def test_a_first_version_is_champion_whatever_was_asked(store: ModelStore, lda: Trained) -> None:
    store.publish(lda, promote="never")
    assert store.champions() == {"iris": 1}


def test_only_what_is_better_than_the_present_champion_takes_over_however_many_publish(
    store_url: str, lda: Trained
) -> None:
    stores = [ModelStore(store_url) for _ in range(4)]
    accuracies = [0.5 + index * 37 % 40 / 100 for index in range(40)]

    def publish(index: int) -> int:
        trained = _with_accuracy(lda, accuracies[index])
        return stores[index % 4].publish(trained, promote="if-not-worse").number

    with ThreadPoolExecutor(8) as pool:
        numbers = dict(zip(pool.map(publish, range(40)), accuracies, strict=True))
    promoted = [numbers[change.number] for change in stores[0].history("iris").changes]
    assert promoted == sorted(promoted), "nobody was replaced by a worse one"
    assert promoted[-1] == max(accuracies)
    for opened in stores:
        opened.close()


def test_champion_and_history_agree_whoever_promotes_and_publishes_at_once(store_url: str, lda: Trained) -> None:
    stores = [ModelStore(store_url) for _ in range(4)]
    for _ in range(3):
        stores[0].publish(lda)
    start = threading.Barrier(8)

    def act(index: int) -> list[Promoted]:
        start.wait()
        store, done = stores[index % 4], []
        for turn in range(6):
            if index < 2:
                store.publish(lda, promote="never" if turn % 2 else "always")
            else:
                done.append(store.promote("iris", 1 + (index + turn) % 3, f"{index}"))
        return done

    with ThreadPoolExecutor(8) as pool:
        promoted = [one for found in pool.map(act, range(8)) for one in found if one.before != one.after]
    history = stores[0].history("iris")
    numbers = [change.number for change in history.changes]
    assert stores[0].champions() == {"iris": numbers[-1]}
    assert all(before != after for before, after in pairwise(numbers))
    steps = [(before, change.number) for before, change in zip(numbers, history.changes[1:], strict=False)]
    made = [step for step, change in zip(steps, history.changes[1:], strict=True) if change.kind == "promoted"]
    assert sorted(made) == sorted((one.before, one.after) for one in promoted)
    assert sum(change.kind == "trained" for change in history.changes) == 3 + 6
    assert [version.number for version in stores[0].versions("iris")] == list(range(15, 0, -1))
    for opened in stores:
        opened.close()


def test_a_store_without_a_history_goes_back_to_the_next_lower_number(
    store: ModelStore, store_url: str, stores: Stores, lda: Trained
) -> None:
    for _ in range(3):
        store.publish(lda)
    with store._engine.begin() as connection:
        PROMOTIONS.drop(connection)
    readable = ModelStore(stores.readonly(store_url))
    assert readable.history("iris").former == [2, 1]
    with pytest.raises(StoreUnavailable, match=r"read-?only"):
        readable.promote("iris", "previous", "flask")
    readable.close()
    assert store.promote("iris", "previous", "flask") == Promoted(3, 2)
    assert store.promote("iris", "previous", "flask") == Promoted(2, 1)
    assert [one.kind for one in store.history("iris").changes] == ["trained"] * 3 + ["rolled back"] * 2
    store.publish(lda)
    assert store.history("iris").former == [1]
